// SPDX-License-Identifier: BSL-1.0
// Statements of Variables on a device: whatever a statement is, it is an array program there, for its value and for its gradients one each.
#pragma once

#include <tapeless/device/array_outputs.hpp>
#include <tapeless/device/array_run.hpp>
#include <tapeless/variable/device_of_system.hpp>
#include <tapeless/variable/statement.hpp>

#include <algorithm>
#include <array>
#include <source_location>
#include <tuple>
#include <type_traits>
#include <utility>

namespace tapeless::detail {

/// An operand of a program on a device, in the program's number type: an array there, or a number, there or of the host's. Integers stay as they are, since they
/// may be indices, unless there is nothing else. unread: what is read in place of an array that only has a shape.
template <class T, class Leaf, bool KeepsIntegers>
class device_operand {
public:
    using argument_type = T;
    explicit device_operand(const Leaf& number, const T* = nullptr) : number_(static_cast<T>(number)) {}
    T argument() const { return number_; }
    const T* place() const { return nullptr; }

private:
    T number_;
};
template <class T, class U, bool KeepsIntegers>
class device_operand<T, Variable<U, 0>, KeepsIntegers> {
public:
    using argument_type = T;
    explicit device_operand(const Variable<U, 0>& x, const T* = nullptr) {
        if (x.state()->data == nullptr) return;
        if (!x.state()->device()) number_ = static_cast<T>(*x.state()->data);
        else if constexpr (std::is_same_v<T, U>) there_ = x.state();
        else there_ = converted<T>(*x.state());
    }
    T argument() const { return number_; }
    const T* place() const { return there_ ? there_->data : nullptr; }

private:
    T number_{};
    handle_to<body<T, 0>> there_;
};
template <class T, class U, int Rank, bool KeepsIntegers>
    requires(Rank > 0)
class device_operand<T, Variable<U, Rank>, KeepsIntegers> {
public:
    using element = std::conditional_t<KeepsIntegers && is_device_integer<U>, U, T>;
    using argument_type = array_view<const element, Rank>;
    explicit device_operand(const Variable<U, Rank>& x, const T* unread = nullptr) : argument_(reinterpret_cast<const element*>(unread), x.shape(), {}) {
        if (x.state()->data == nullptr) return;
        if constexpr (std::is_same_v<element, U>) values_ = x.state();
        else values_ = converted<T>(*x.state());
        argument_ = {values_->data, values_->shape, values_->strides};
    }
    const argument_type& argument() const { return argument_; }
    const T* place() const { return nullptr; }

private:
    handle_to<body<element, Rank>> values_;
    argument_type argument_;
};
template <class Leaf>
inline constexpr bool is_array_of_integers = false;
template <class U, int Rank>
inline constexpr bool is_array_of_integers<Variable<U, Rank>> = Rank > 0 && is_device_integer<U>;
/// A seed.
template <class T, int Rank>
device_operand<T, Variable<T, Rank>, true> operand_of_body(const body<T, Rank>& x) {
    return device_operand<T, Variable<T, Rank>, true>(Variable<T, Rank>(handle_to<body<T, Rank>>(const_cast<body<T, Rank>*>(&x))));
}

/// One call of a program on a device.
template <class System, class Function, class Wrt, class T, class... Operand>
class device_program_run : array_program_arguments<Function, Wrt, std::is_same_v<Wrt, wrt_none>, execution::sequential_policy, typename Operand::argument_type...> {
    using base = array_program_arguments<Function, Wrt, std::is_same_v<Wrt, wrt_none>, execution::sequential_policy, typename Operand::argument_type...>;
    using typename base::inputs, typename base::program, typename base::planned, typename base::frame, typename base::all_positions, typename base::recording;
    using run_on_device = device_array_run<planned, T, System>;
    using outputs_type = device_array_outputs<program, planned, T, System>;
    static_assert(std::is_same_v<T, typename base::number>);

public:
    explicit device_program_run(const statement& who, const Operand&... operand) : who_(who), outputs_(frame_, work_on<System>::stream(), who) {
        base::template bind<false>(frame_, who.call, all_positions{}, operand.argument()...);
        check_selections<planned>(frame_);
        [&]<int... Position>(std::integer_sequence<int, Position...>) { (add_place<Position, Operand>(operand), ...); }(all_positions{});
    }
    /// The shape of the value.
    template <int Rank>
    extents<Rank> shape() const {
        static_assert(Rank == recording::rank);
        extents<Rank> all{};
        for (int d = 0; d < Rank; ++d) all[d] = recording::recorded.result_axes[d] == nowhere ? 1 : frame_.extent[recording::recorded.result_axes[d]];
        return all;
    }
    template <int Rank>
    void bind_value(const body<T, Rank>& memory) {
        if constexpr (Rank == 0) frame_.outputs[0] = {memory.data, {}};
        else frame_.bind_output_along(0, recording::recorded.result_axes, array_view<T, Rank>(memory.data, memory.shape));
    }
    /// memory: none if the gradient is not wanted. shape: of the operand.
    template <int Position, int Rank>
    void bind_gradient(const handle_to<body<T, Rank>>& memory, [[maybe_unused]] const extents<static_cast<std::size_t>(Rank)>& shape) {
        if constexpr (Rank > 0) {
            if (memory) outputs_.template bind<inputs::arrays_before(Position), Rank>(memory->data, shape);
            else outputs_.template leave_out<inputs::arrays_before(Position), Rank>(shape);
        } else {
            int output = 0;
            for (int k = 0; k < inputs::numbers_before(Position); ++k) output += base::wanted::contains_number(k);
            frame_.outputs[output] = {memory ? memory->data : spare_number(), {}};
        }
    }
    /// Whether one pass writes the gradients by both operands, arrays, so that their sum can be written instead.
    template <int Position, int Other>
    static constexpr bool are_written_together() {
        return together<Position, Other>().second != nowhere;
    }
    /// Has the gradients by two operands, which are bound to one memory, added up there.
    template <int Position, int Other>
    void add_up() {
        added_[static_cast<std::size_t>(together<Position, Other>().second)] = true;
    }
    void run() {
        run_on_device::run(frame_, places_, work_on<System>::stream(), who_, added_);
        outputs_.add_up();
    }

private:
    template <int Position, int Other>
    static constexpr auto together() {
        constexpr int output = outputs_type::template only_output<inputs::arrays_before(Position)>(), other = outputs_type::template only_output<inputs::arrays_before(Other)>();
        if constexpr (output == nowhere || other == nowhere) return typename run_on_device::outputs_together{};
        else return run_on_device::written_together(output, other);
    }
    // For numbers that nobody wants.
    T* spare_number() {
        if (spare_.size() == 0) spare_ = device_array<T, 1, System>({1}, work_on<System>::stream(), who_);
        return spare_.data();
    }
    template <int Position, class One>
    void add_place(const One& operand) {
        if constexpr (std::is_arithmetic_v<typename One::argument_type>) places_[inputs::numbers_before(Position)] = operand.place();
    }

    const statement who_;
    frame frame_;
    typename run_on_device::number_places places_{};
    typename run_on_device::added_outputs added_{};
    outputs_type outputs_;
    device_array<T, 1, System> spare_;
};

/// How programs of Variables run on a device.
template <class System>
class programs_on_device {
public:
    programs_on_device() = default;
    /// who: the statement, as errors name it.
    programs_on_device(const value_device& device, const statement& who) : device_(&static_cast<const device_of_system<System>&>(device)), who_(who) {}

    template <class Node, class Function, class T, int Rank, class... Leaf>
    handle_to<Node> evaluate(const std::tuple<Leaf...>& operands) const {
        const typename device_of_system<System>::current scope(device_->index());
        device_->stream();
        return with_operands<T>(operands, nullptr, [&]<class... Operand>(const Operand&... operand) {
            device_program_run<System, Function, wrt_none, T, Operand...> call(who_, operand...);
            auto result = new_node_on<Node>(device_, call.template shape<Rank>());
            call.bind_value(static_cast<const body<T, Rank>&>(*result));
            call.run();
            return result;
        });
    }
    template <class T, class One>
    handle_to<body<T, One::rank>> memory_for(const One& leaf, bool is_wanted) const {
        if (!is_wanted) return nullptr;
        return new_node_on<body<T, One::rank>>(device_, leaf.state()->shape);
    }
    /// Whether the gradients by two arrays among the operands can be added up while they are written: memory of one is then given for both.
    template <class Function, class T, int Rank, int First, int Second, int... Position, class... Leaf>
    static constexpr bool adds_up(std::type_identity<std::tuple<Leaf...>>) {
        return gradient_run<Function, T, Rank, std::integer_sequence<int, Position...>, Leaf...>::template are_written_together<First + 1, Second + 1>();
    }
    template <class Function, int... Position, class T, int Rank, class... Leaf, class... Memory>
    void differentiate(const body<T, Rank>& seed, const std::tuple<Leaf...>& operands, const std::tuple<Memory...>& memory) const {
        const typename device_of_system<System>::current scope(device_->index());
        with_operands<T>(operands, seed.data, [&](const auto&... operand) {
            gradient_run<Function, T, Rank, std::integer_sequence<int, Position...>, Leaf...> call(who_, operand_of_body(seed), operand...);
            std::apply([&](const auto&... each) { (call.template bind_gradient<Position + 1>(each, std::get<Position>(operands).shape()), ...); }, memory);
            for_each_pair_of<Position...>([&]<int First, int Second>(std::integer_sequence<int, First, Second>, const auto& first, const auto& second) {
                if constexpr (std::is_same_v<decltype(first), decltype(second)>)
                    if (first && first.get() == second.get()) call.template add_up<First + 1, Second + 1>();
            }, memory);
            call.run();
        });
    }

private:
    template <class... Leaf>
    static constexpr bool keeps_integers = (!is_array_of_integers<Leaf> || ...);
    template <class Function, class T, int Rank, class Positions, class... Leaf>
    struct gradient_run_of;
    template <class Function, class T, int Rank, int... Position, class... Leaf>
    struct gradient_run_of<Function, T, Rank, std::integer_sequence<int, Position...>, Leaf...> {
        using type = device_program_run<System, seeded_program<Function>, wrt_arguments<Position + 1 ...>, T, device_operand<T, Variable<T, Rank>, true>, device_operand<T, Leaf, keeps_integers<Leaf...>>...>;
    };
    template <class Function, class T, int Rank, class Positions, class... Leaf>
    using gradient_run = typename gradient_run_of<Function, T, Rank, Positions, Leaf...>::type;

    template <class T, class... Leaf, class Call>
    static auto with_operands(const std::tuple<Leaf...>& operands, const T* unread, const Call& call) {
        return std::apply([&](const auto&... leaf) { return call(device_operand<T, Leaf, keeps_integers<Leaf...>>(leaf, unread)...); }, operands);
    }

    const device_of_system<System>* device_ = nullptr;
    statement who_{"tapeless::Variable"};
};

/// The function of a tree, with truths as numbers.
template <class Tree>
struct numbers_of_tree {
    template <class... Operand>
    constexpr auto operator()(const Operand&... operand) const {
        const auto value = function_of_tree<Tree>{}(operand...);
        if constexpr (std::is_same_v<decltype(value), const condition> || is_array_condition<std::remove_cvref_t<decltype(value)>>) return select(value, 1, 0);
        else return value;
    }
};

/// Throws where an array is elsewhere than the device that a statement runs on.
template <class Leaf>
void check_device([[maybe_unused]] const value_device& device, [[maybe_unused]] const Leaf& leaf) {
    if constexpr (is_variable<Leaf>) {
        const auto* const own = leaf.state()->device();
        // A number of the host's goes with all devices, as in PyTorch.
        if (own == &device || (Leaf::rank == 0 && own == nullptr)) return;
        throw variable_error(error_text::several_devices(device.name(), own ? own->name() : "cpu"));
    }
}

/// The name of a reduction's node, which PyTorch numbers.
template <class Tree, int Rank>
const char* name_on_device() {
    if constexpr (is_reduced<Tree>) return name_of_reduction(Tree::function::is_mean, Rank == 0);
    else return name_of_tree<Tree>();
}

/// Variables on the devices of a system.
template <class System>
struct variables_on {
    using place = std::source_location;
    static int device_count() { return System::device_count(); }
    static int current_device() { return System::current_device_index(); }
    static const value_device& device(int index) { return device_of_system<System>::at(index); }

    template <class Tree, int Rank, bool IsTruth, class... Leaf>
    static auto evaluated(const value_device& device, variable_expression<Tree, Rank, IsTruth, Leaf...>&& expression, const place& where) {
        const char* const name = name_on_device<Tree, Rank>();
        const programs_on_device<System> programs(device, {name, where.file_name(), where.line()});
        using value = typename variable_expression<Tree, Rank, IsTruth, Leaf...>::value_type;
        using number = computed_in<typename variable_expression<Tree, Rank, IsTruth, Leaf...>::number_type>;
        check_system(device);
        check<Tree, Rank>(device, expression.leaves);
        if constexpr (std::is_same_v<value, number> || !Tree::is_elementwise) {
            return evaluated_program<Tree, Rank>(programs, expression.leaves, name, are_read<Tree>(expression.leaves));
        } else {
            return converted<value>(*values<Tree, number, Rank>(programs, expression.leaves));
        }
    }
    /// By way of memory apart.
    template <class T, int Rank, class Tree, bool IsTruth, class... Leaf>
    static void evaluate_in_place(body<T, Rank>& own, variable_expression<Tree, Rank, IsTruth, Leaf...>&& expression) {
        using number = computed_in<T>;
        using node_type = program_node<programs_on_device<System>, function_of_tree<Tree>, Tree::may_have_products, number, Rank, Leaf...>;
        const value_device& device = *device_of_all(expression.leaves);
        check_system(device);
        if (!own.device()) throw variable_error(error_text::several_devices(device.name(), "cpu"));
        check<Tree, Rank>(device, expression.leaves);
        const programs_on_device<System> programs(device, {name_of_tree<Tree>()});
        const auto values = variables_on::values<Tree, number, Rank>(programs, expression.leaves);
        handle_to<node_type> node;
        if constexpr (std::is_same_v<T, number>) {
            if (is_recorded(expression.leaves)) {
                node = handle_to<node_type>::adopt(new node_type(own.shape, typename node_type::no_memory{}));
                node->set_device(&device);
                const auto reads = are_read<Tree>(expression.leaves);
                node->record(programs, expression.leaves, name_of_tree<Tree>(), reads);
                node->keep_copies_of(own);
            }
        }
        copy_elements(own, *values);
        ++own.version();
        if (node) own.rewrite(edge_to(node.get()));
    }

private:
    // Of each operand, whether gradients that are wanted read its values.
    template <class Tree, class... Leaf>
    static std::array<bool, sizeof...(Leaf)> are_read(const std::tuple<Leaf...>& leaves) {
        if constexpr (Tree::is_elementwise) return elementwise_programs<Tree, Leaf...>::are_read(leaves);
        else if constexpr (is_reduced<Tree>) return are_read_in_argument(Tree{}, leaves);
        else return {((void)sizeof(Leaf), true)...};
    }
    template <class Function, class Argument, class... Leaf>
    static auto are_read_in_argument(call_of<Function, Argument>, const std::tuple<Leaf...>& leaves) {
        return elementwise_programs<Argument, Leaf...>::are_read(leaves);
    }
    static void check_system(const value_device& device) {
        if (device.system() != &system_tag<System>) throw variable_error(error_text::compiled_for_another_device(device.name()));
    }
    template <class Tree, int Rank, class... Leaf>
    static void check(const value_device& device, const std::tuple<Leaf...>& leaves) {
        std::apply([&](const auto&... leaf) { (check_device(device, leaf), ...); }, leaves);
        // With the errors that PyTorch has for them.
        if constexpr (Tree::is_elementwise) broadcast_shape<Tree, Rank>(leaves);
        else if constexpr (is_reduced<Tree>) broadcast_argument<Tree>(leaves);
    }
    template <class Tree, class... Leaf>
    static void broadcast_argument(const std::tuple<Leaf...>& leaves) {
        [&]<class Function, class Argument>(call_of<Function, Argument>) { broadcast_shape<Argument, std::max({0, rank_in_expression<Leaf>...})>(leaves); }(Tree{});
    }
    template <class Tree, class Number, int Rank, class... Leaf>
    static handle_to<body<Number, Rank>> values(const programs_on_device<System>& programs, const std::tuple<Leaf...>& leaves) {
        return programs.template evaluate<body<Number, Rank>, numbers_of_tree<Tree>, Number, Rank>(leaves);
    }
};

}  // namespace tapeless::detail
