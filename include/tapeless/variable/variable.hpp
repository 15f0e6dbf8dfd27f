// SPDX-License-Identifier: BSL-1.0
// Variable: an array or a number with a gradient, PyTorch's semantics. Each statement on Variables is evaluated by one loop and recorded as one node.
#pragma once

#include <tapeless/variable/grad_function.hpp>
#include <tapeless/variable/graph_options.hpp>
#include <tapeless/variable/in_place.hpp>
#include <tapeless/variable/interpreter.hpp>
#include <tapeless/variable/nested_list.hpp>
#include <tapeless/variable/variable_system.hpp>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <type_traits>
#include <utility>

namespace tapeless {

template <class T, int Rank>
class numpy_array;

/// A handle on an array of `Rank` dimensions, or on a number if that is 0: copies are the same Variable, as in Python. Extents are known at run time.
/// T: float or double; integers and bool without gradients.
/// Example: doc/example/variable_tutorial.cpp
template <class T = float, int Rank = 1>
class Variable : public detail::expresses {
    static_assert(Rank >= 0 && Rank <= 4, "tapeless: a Variable has 0 to 4 dimensions.");
    static_assert(std::is_arithmetic_v<T> && sizeof(T) <= 8, "tapeless: a Variable is of float, double, an integer type or bool.");

public:
    using value_type = T;
    using body = detail::body<T, Rank>;
    static constexpr int rank = Rank;

    // Inlined: that of an operand which expressions have moved on then comes to nothing.
    [[gnu::always_inline]] Variable(const Variable& other) : expresses(), state_(other.state_) {}
    [[gnu::always_inline]] Variable(Variable&& other) noexcept : state_(std::move(other.state_)) {}
    Variable& operator=(const Variable&) = default;
    Variable& operator=(Variable&&) noexcept = default;
    [[gnu::always_inline]] ~Variable() {}
    /// No elements; of rank 0 the number 0.
    Variable() : state_(detail::new_node<body>(extents<Rank>{})) {}
    /// None, as the gradient of what has none.
    Variable(std::nullptr_t) {}
    /// Elements as nested lists: `{{1, 2}, {3, 4}}`.
    Variable(detail::nested_list<T, Rank> elements) : state_(detail::new_node<body>(detail::shape_of_list<Rank>(elements))) {
        detail::write_list(elements, data_pointer());
        detail::place_new(state_);
    }
    Variable(detail::nested_list<T, Rank> elements, requires_grad_tag) : Variable(elements) {
        requires_grad_();
    }
    /// A number.
    template <class Number>
        requires(Rank == 0 && std::is_arithmetic_v<Number>)
    Variable(Number number) : state_(detail::new_number(static_cast<T>(number))) {
        detail::place_new(state_);
    }
    template <class Number>
        requires(Rank == 0 && std::is_arithmetic_v<Number>)
    Variable(Number number, requires_grad_tag) : Variable(number) {
        requires_grad_();
    }
    /// A statement: evaluates the expression, and records it if one of its operands needs gradients.
    template <class Tree, bool IsTruth, class... Leaf, class System = typename detail::variable_system<Tree>::type>
        requires(std::is_same_v<typename variable_expression<Tree, Rank, IsTruth, Leaf...>::value_type, T>)
    Variable(variable_expression<Tree, Rank, IsTruth, Leaf...> expression, typename System::place place = System::place::current()) : state_(detail::evaluated<System>(std::move(expression), place)) {}
    /// A copy of an array of the caller's: a vector, a view, one of Eigen's.
    template <detail::array_like Array>
        requires(detail::view_type<Array>::rank == Rank && std::is_same_v<typename detail::view_type<Array>::value_type, T>)
    explicit Variable(const Array& array) : state_(detail::new_body<T, Rank>(detail::view_of(array).shape())) {
        T* to = data_pointer();
        detail::for_each_element(detail::view_of(array), [&](const T& from) { *to++ = from; });
        detail::place_new(state_);
    }
    template <detail::array_like Array>
        requires(detail::view_type<Array>::rank == Rank && std::is_same_v<typename detail::view_type<Array>::value_type, T>)
    Variable(const Array& array, requires_grad_tag) : Variable(array) {
        requires_grad_();
    }
    template <class Made>
        requires(std::is_same_v<std::remove_cvref_t<Made>, Variable>)
    Variable(Made&& made, requires_grad_tag) : state_(std::forward<Made>(made).state_) {
        requires_grad_();
    }
    explicit Variable(detail::handle_to<body> state) : state_(std::move(state)) {}

    // The values.
    /// Whether this is None.
    bool is_none() const { return !state_; }
    explicit operator bool() const
        requires(!std::is_same_v<T, bool> || Rank != 0)
    {
        return static_cast<bool>(state_);
    }
    const extents<Rank>& shape() const { return own().shape; }
    std::ptrdiff_t size(int dimension) const { return own().shape[static_cast<std::size_t>(checked_dimension(dimension))]; }
    static constexpr int dim() { return Rank; }
    std::ptrdiff_t numel() const { return own().size(); }
    const extents<Rank>& strides() const { return own().strides; }
    /// On a device, a pointer for that.
    T* data_pointer() { return own().data; }
    const T* data_pointer() const { return own().data; }
    /// The elements as an array of functions of arrays, on the host.
    auto view() const {
        detail::check_on_host(own(), "tapeless::Variable::view");
        return own().view();
    }
    /// The one element, of whatever rank.
    T item() const {
        if (numel() != 1) throw variable_error(error_text::not_one_element(numel()));
        return detail::item_of(own());
    }
    /// The same values in memory of their own, no part of a graph. With one: `clone`.
    Variable copy() const { return Variable(detail::clone_of(own())); }

    // Parts and other shapes, in the same memory. Dimensions count from the end if they are negative, and so do places.
    /// One step of the first dimension.
    auto operator[](std::ptrdiff_t index) const
        requires(Rank > 0)
    {
        if (index < -size(0) || index >= size(0)) throw variable_error(error_text::index_out_of_range(index, 0, size(0)));
        return select(0, index);
    }
    /// One step of a dimension.
    Variable<T, (Rank > 0 ? Rank - 1 : 0)> select(int dimension, std::ptrdiff_t index) const;
    /// start, start + step, … before stop.
    Variable slice(int dimension, std::ptrdiff_t start, std::ptrdiff_t stop, std::ptrdiff_t step = 1) const;
    Variable transpose(int a, int b) const;
    /// Of a matrix.
    Variable t() const;
    Variable<T, Rank + 1> unsqueeze(int dimension) const;
    Variable<T, (Rank > 0 ? Rank - 1 : 0)> squeeze(int dimension) const;
    /// Dimensions of one step stretched, and new ones before them; -1: as it is.
    template <class... Size>
    Variable<T, static_cast<int>(sizeof...(Size))> expand(Size... sizes) const;
    /// The same elements, by rows, in another shape; one size may be -1. Copies where they do not lie by rows.
    template <class... Size>
    Variable<T, static_cast<int>(sizeof...(Size))> reshape(Size... sizes) const;
    Variable<T, 1> flatten() const;
    /// The same values by rows: itself if they lie so.
    Variable contiguous() const { return own().is_by_rows() ? *this : clone(); }
    /// The same values in memory of their own, with the graph.
    Variable clone() const;
    /// The values as another number type; gradients come back in this one. Itself if it has that type. A real number becomes an integer towards 0.
    template <class U>
    Variable<U, Rank> to() const;

    // The graph.
    bool requires_grad() const { return own().requires_grad(); }
    bool is_leaf() const { return !own().has_history() || !own().requires_grad(); }
    /// Whether gradients by a leaf are wanted.
    Variable& requires_grad_(bool required = true) {
        if (!is_leaf()) {
            if (required) return *this;
            throw variable_error(error_text::not_a_leaf_to_clear());
        }
        if (!std::is_floating_point_v<T> && required) throw variable_error(error_text::integers_have_no_gradient());
        own().require_grad(required);
        return *this;
    }
    /// The same memory without history and without gradient; changes in place are not seen by the graph.
    Variable data() const {
        Variable result(detail::handle_to<body>::adopt(new_look()));
        result.state_->look_at_with_own_version(state_);
        return result;
    }
    /// The same memory without history and without gradient.
    Variable detach() const {
        Variable result(detail::handle_to<body>::adopt(new_look()));
        result.state_->look_at(state_, own().data);
        return result;
    }
    /// The gradient that backward has accumulated; None before.
    Variable grad() const {
        const detail::handle_to<body>& kept = node().grad ? node().grad : own().grad;
        if (!kept && !is_leaf() && !retains_grad()) warn_of_no_gradient();
        return Variable(kept);
    }
    void set_grad(const Variable& gradient) {
        if (gradient.state_.get() == &own()) throw variable_error(error_text::gradient_is_itself());
        if (!gradient.is_none() && !detail::same_shape(gradient.shape(), shape())) throw variable_error(error_text::gradient_size());
        if (!gradient.is_none()) detail::common_device({own().device(), gradient.own().device()});
        node().grad = nullptr;
        own().set_grad(gradient.state_);
    }
    void zero_grad() {
        node().grad = nullptr;
        own().grad = nullptr;
    }
    grad_function grad_fn() const { return is_leaf() ? grad_function() : grad_function(detail::edge_to(own().gradient_target())); }
    /// Backward keeps the gradient by this value too, though it is no leaf.
    void retain_grad() {
        if (!requires_grad()) throw variable_error("can't retain_grad on Tensor that has requires_grad=False");
        if (!is_leaf()) node().rare().retains_grad = true;
    }
    bool retains_grad() const { return requires_grad() && node().rare_if_any() && node().rare_if_any()->retains_grad; }
    /// Calls hook(gradient) whenever a gradient by this value is known, as it is now if it changes in place later; what the hook returns, if not None, is used in its place.
    /// Returns a number for `remove_hook`.
    template <class Hook>
    int register_hook(Hook hook);
    /// Calls hook(leaf) whenever a gradient has been accumulated in this leaf.
    int register_post_accumulate_grad_hook(std::function<void(const Variable&)> hook) {
        auto& rare = own().rare();
        rare.hooks_after_accumulation.emplace_back(rare.next_hook, std::move(hook));
        return rare.next_hook++;
    }
    void remove_hook(int which);
    /// How often the values were changed in place.
    std::uint32_t version() const { return own().version(); }

    /// Adds to the gradient of every leaf the derivatives by it, times the seed, which is 1 unless given.
    /// seed: of the shape of this Variable, which has one element if there is none.
    void backward(backward_options options = {}) const {
        check_is_number();
        run_backward([this](auto& reached) {
            if constexpr (Rank == 0)
                if (!is_cuda()) [[likely]] return reached.add(T(1));
            reached.add(filled(T(1)).state_);
        }, options);
    }
    void backward(const Variable& seed, backward_options options = {}) const {
        check_seed(seed);
        run_backward([&](auto& reached) { reached.add(seed.state_); }, options);
    }
    void backward(create_graph_tag) const {
        check_is_number();
        backward(filled(T(1)), create_graph);
    }
    void backward(const Variable& seed, create_graph_tag) const {
        check_seed(seed);
        detail::backward_task task(detail::all_interpreters());
        task.begin_at(own().gradient_target());
        task.template reach_recorded<T, Rank>(own().gradient_target(), seed.state_);
        task.run();
        task.accumulate();
    }
    template <class U, int SeedRank>
    void backward(const Variable<U, SeedRank>& seed, backward_options options = {}) const {
        check_backward();
        if constexpr (SeedRank == Rank) backward(Variable(detail::converted<T>(*seed.state())), options);
        else throw variable_error(error_text::seed_shape(seed.shape(), shape()));
    }

    // In place.
    template <class Operand, class System = typename detail::variable_system<Operand>::type>
    Variable& operator+=(const Operand& operand) {
        return change<op::add, System>(operand);
    }
    template <class Operand, class System = typename detail::variable_system<Operand>::type>
    Variable& operator-=(const Operand& operand) {
        return change<op::subtract, System>(operand);
    }
    template <class Operand, class System = typename detail::variable_system<Operand>::type>
    Variable& operator*=(const Operand& operand) {
        return change<op::multiply, System>(operand);
    }
    template <class Operand, class System = typename detail::variable_system<Operand>::type>
    Variable& operator/=(const Operand& operand) {
        return change<op::divide, System>(operand);
    }

    /// In place: the values of another Variable, on this or another device, with its graph. Its dimensions of one step stretch.
    Variable& copy_(const Variable& values);

    /// The elements for whoever computes without Variables: a view of the same memory, which it keeps alive.
    numpy_array<T, Rank> numpy() const;
    /// The same values on the host, with the graph: gradients go back to where these are. Itself if it is there.
    Variable cpu() const { return is_none() ? *this : Variable(detail::moved_with_graph(nullptr, state_)); }
    /// The same on a CUDA device, the current one unless its number is given. Needs <tapeless/device_variables.hpp>; throws a variable_error without a device.
    template <class System = typename detail::variable_system<T>::type>
    Variable cuda(int device = System::current_device()) const {
        own();
        return Variable(detail::moved_with_graph(&System::device(device), state_));
    }
    bool is_cuda() const { return own().device() != nullptr; }
    /// Where the values are, as PyTorch writes it: "cpu", "cuda:0".
    std::string device() const { return own().device() ? own().device()->name() : "cpu"; }

    /// For the library's own functions.
    const detail::handle_to<body>& state() const { return state_; }
    detail::handle_to<body>& state() { return state_; }
    /// Elements of the same shape that are all one number.
    Variable filled(T number) const {
        Variable result(detail::new_node_on<body>(own().device(), shape()));
        detail::fill_elements(*result.state_, number);
        return result;
    }

private:
    /// Where gradients by the present value arrive: another body after it was changed in place.
    body& node() const {
        detail::variable_node* const target = own().gradient_target();
        return target != nullptr ? static_cast<body&>(*target) : own();
    }
    body& own() const {
        if (!state_) throw variable_error("this Variable is None: it has no values.");
        return *state_;
    }
    static int checked_dimension(int dimension) {
        if (dimension < -Rank || dimension >= Rank)
            throw variable_error("Dimension out of range (expected to be in range of [" + std::to_string(-Rank) + ", " + std::to_string(Rank - 1) + "], but got " + std::to_string(dimension) + ")");
        return dimension < 0 ? dimension + Rank : dimension;
    }
    body* new_look() const {
        if constexpr (Rank == 0) {
            return new body;
        } else {
            auto* const result = new body(shape(), typename body::no_memory{});
            result->strides = own().strides;
            return result;
        }
    }
    void check_backward() const {
        if (!requires_grad()) throw variable_error(error_text::nothing_to_differentiate());
    }
    void check_is_number() const {
        check_backward();
        if (numel() != 1) throw variable_error(error_text::no_seed());
    }
    void check_seed(const Variable& seed) const {
        check_backward();
        if (!detail::same_shape(seed.shape(), shape())) throw variable_error(error_text::seed_shape(seed.shape(), shape()));
        detail::common_device({own().device(), seed.own().device()});
    }
    template <class Seed>
    void run_backward(const Seed& add_seed, backward_options options) const {
        detail::backward_task task(options.retains_graph());
        task.begin_at(own().gradient_target());
        add_seed(task.template reach<T, Rank>(own().gradient_target()));
        task.run();
        task.accumulate();
    }
    template <class Operation, class System, class Operand>
    Variable& change(const Operand& operand) {
        static_assert(detail::rank_in_expression<Operand> <= Rank, "tapeless: the other operand of +=, -=, *= or /= has no more dimensions than the Variable that changes.");
        detail::evaluate_in_place<System>(own(), detail::express<detail::operation_call<Operation>, false>(*this, operand));
        return *this;
    }
    static void warn_of_no_gradient();

    detail::handle_to<body> state_;
};

}  // namespace tapeless

#include <tapeless/variable/deduction.hpp>  // after the class, or clang forgets its default arguments
