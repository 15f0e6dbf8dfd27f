// SPDX-License-Identifier: BSL-1.0
// Backward that is recorded itself, so that its results can be differentiated again, any number of times. A statement's gradients are programs of elementwise
// operations, summed over what an operand was stretched along, or array programs; here such a program is a value that is interpreted, and derived by the
// library's own passes while the program runs: its gradients are of the same kind.
#pragma once

#include <tapeless/graph/operation_info.hpp>
#include <tapeless/graph/space.hpp>
#include <tapeless/variable/backward.hpp>
#include <tapeless/variable/conversion.hpp>
#include <tapeless/variable/error.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace tapeless::detail {

/// A program of one output, by value. Its inputs are numbered.
struct interpreted_program {
    std::vector<graph_node> nodes;
    index output = nowhere;
};

/// An array program by value, of numbers and arrays that are counted apart.
struct interpreted_arrays {
    std::vector<graph_node> nodes;
    std::vector<array_access> accesses;
    std::vector<axis_slice> slices;
    std::vector<axis_concatenation> concatenations;
    std::vector<axis_reshaping> reshapings;
    std::vector<axis_scan> scans;
    std::vector<std::ptrdiff_t> extent;                   ///< of each axis
    std::vector<int> input_of_number, input_of_array;     ///< among the inputs
    /// Values that are added to the elements of the result which an access names, whatever array it is of; the access of a number has no dimensions.
    struct output {
        index values;
        array_access places;
    };
    std::vector<output> outputs;
};

/// Shapes and strides along four dimensions, the last ones of an array's own.
template <std::size_t Rank>
constexpr extents<4> along_four(const extents<Rank>& own, std::ptrdiff_t rest) {
    extents<4> all;
    all.fill(rest);
    for (std::size_t k = 0; k != Rank; ++k) all[4 - Rank + k] = own[k];
    return all;
}

template <class T>
struct recorded_input;

/// What a recorded node computes of its inputs.
template <class T>
class recorded_program {
public:
    virtual ~recorded_program() = default;
    /// Adds its values to `to`, which has strides of 0 along dimensions of one step.
    virtual void evaluate(const std::vector<recorded_input<T>>& inputs, T* to, const extents<4>& shape, const extents<4>& strides) const = 0;
    /// Whether the values of an input are read.
    virtual bool reads(int input) const = 0;
    /// The derivative by one input, times the next input after the last.
    virtual std::shared_ptr<const recorded_program> derivative(int input, int input_count) const = 0;
};

/// An input of a recorded program: values along four dimensions, and the way to the node that made them.
template <class T>
struct recorded_input {
    handle_to<variable_node> values;
    edge_to edge;
    const value_device* device = nullptr;  ///< that the values are on, and a gradient belongs on
    const T* data = nullptr;
    extents<4> shape{1, 1, 1, 1}, strides{};
    const std::uint32_t* version = nullptr;
    std::uint32_t expected_version = 0;
    /// Of the input's own rank: a new body of the input's shape, and what to do with a gradient.
    handle_to<variable_node> (*make)(std::shared_ptr<const recorded_program<T>>, std::vector<recorded_input>, const recorded_input& like) = nullptr;
    void (*send)(backward_task&, variable_node* target, const handle_to<variable_node>& gradient) = nullptr;

    /// values: none if only the shape counts; of another number type they are converted, and the gradients back.
    template <class U, int Rank>
    static recorded_input of(const handle_to<body<U, Rank>>& values, edge_to edge, const extents<Rank>& shape);
    template <int Rank>
    static recorded_input of(const handle_to<body<T, Rank>>& x) {
        return of<T, Rank>(x, edge_to(x->gradient_target()), x->shape);
    }
    /// A number that lies in the node that gradients by it go to, which need not have a handle any more.
    template <class U>
    static recorded_input of_number_in(body<U, 0>& target, const edge_to& edge);
    /// A number that nothing is differentiated by.
    static recorded_input of_number(T number) { return of<T, 0>(new_number(number), edge_to(), {}); }
    void forget_values() {
        values = nullptr;
        version = nullptr;
    }
    void forget() {
        forget_values();
        edge = edge_to();
    }
    /// The first element in memory, from the one at step 0 on, and how many there are up to the last one.
    std::pair<std::ptrdiff_t, std::ptrdiff_t> span() const {
        std::ptrdiff_t first = 0, last = 0;
        for (int d = 0; d < 4; ++d) {
            const std::ptrdiff_t steps = shape[static_cast<std::size_t>(d)];
            if (steps == 0) return {0, 0};
            (strides[static_cast<std::size_t>(d)] < 0 ? first : last) += (steps - 1) * strides[static_cast<std::size_t>(d)];
        }
        return {first, last - first + 1};
    }
    std::ptrdiff_t stride_in(int dimension) const { return shape[static_cast<std::size_t>(dimension)] == 1 ? 0 : strides[static_cast<std::size_t>(dimension)]; }
};

/// Makes programs that can be evaluated and derived. What it is made of is compiled where a graph is asked for, and only there.
template <class T>
class interpreter {
public:
    /// The program's value at each point of a space. Points that differ along dimensions of one step of the result are summed.
    virtual std::shared_ptr<const recorded_program<T>> of_elements(const interpreted_program& program, const extents<4>& space) const = 0;
    virtual std::shared_ptr<const recorded_program<T>> of_arrays(interpreted_arrays program) const = 0;

protected:
    ~interpreter() = default;
};

/// Sends the derivatives of a program, times a seed, on to its inputs.
template <class T>
void send_recorded(backward_task& task, const recorded_program<T>& program, const std::vector<recorded_input<T>>& inputs, recorded_input<T> seed) {
    const auto count = static_cast<int>(inputs.size());
    auto with_seed = inputs;
    with_seed.push_back(std::move(seed));
    for (int k = 0; k < count; ++k)
        if (const recorded_input<T>& input = inputs[static_cast<std::size_t>(k)]; input.edge) input.send(task, input.edge.get(), input.make(program.derivative(k, count), with_seed, input));
}

/// Adds a program's values to the host's memory, also where inputs are on a device: what is read of those is copied to the host, which waits.
template <class T>
void evaluate_on_host(const recorded_program<T>& program, const std::vector<recorded_input<T>>& inputs, T* to, const extents<4>& shape, const extents<4>& strides) {
    if (std::ranges::none_of(inputs, [](const auto& input) { return input.device != nullptr; })) return program.evaluate(inputs, to, shape, strides);
    std::vector<std::vector<T>> copies;
    auto on_host = inputs;
    for (std::size_t k = 0; k < inputs.size(); ++k) {
        if (!inputs[k].device || !inputs[k].data || !program.reads(static_cast<int>(k))) continue;
        const auto [first, count] = inputs[k].span();
        std::vector<T>& copy = copies.emplace_back(static_cast<std::size_t>(count));
        if (count > 0) inputs[k].device->copy_to_host(copy.data(), inputs[k].data + first, sizeof(T) * copy.size());
        on_host[k].data = copy.data() - first;
    }
    program.evaluate(on_host, to, shape, strides);
}

/// The values of a program.
template <class T, int Rank>
class interpreted_node final : public body<T, Rank> {
public:
    /// device: where they are to be; none: on the host.
    static handle_to<body<T, Rank>> make(std::shared_ptr<const recorded_program<T>> program, std::vector<recorded_input<T>> inputs, const extents<Rank>& shape, const value_device* device) {
        auto made = new_node_on<interpreted_node>(device, shape);
        made->interpret(std::move(program), std::move(inputs));
        return handle_to<body<T, Rank>>(std::move(made));
    }
    using body<T, Rank>::body;

    void interpret(std::shared_ptr<const recorded_program<T>> program, std::vector<recorded_input<T>> inputs) {
        program_ = std::move(program);
        inputs_ = std::move(inputs);
        std::vector<T> for_device(this->device() ? static_cast<std::size_t>(this->size()) : 0);
        T* const to = this->device() ? for_device.data() : this->data;
        std::fill_n(to, this->size(), T{});
        extents<4> strides = along_four(this->strides, 0);
        for (std::size_t k = 0; k != Rank; ++k)
            if (this->shape[k] == 1) strides[4 - Rank + k] = 0;
        evaluate_on_host(*program_, inputs_, to, along_four(this->shape, 1), strides);
        if (this->device()) this->device()->copy_from_host(this->data, to, sizeof(T) * for_device.size());
        bool has_edge = false;
        for (std::size_t k = 0; k < inputs_.size(); ++k) {
            if (!program_->reads(static_cast<int>(k))) inputs_[k].forget();
            this->follow(inputs_[k].edge.get());
            has_edge = has_edge || inputs_[k].edge;
        }
        if (has_edge && is_grad_enabled()) this->set_made(true);
        // A value alone keeps nothing: it may become the gradient of one of its inputs.
        if (!this->requires_grad()) {
            program_ = nullptr;
            inputs_.clear();
        }
    }
    const char* name() const override { return "DerivativeBackward0"; }
    void run(backward_task& task) override {
        check();
        receive(task, *this);
        send_all(task, task.arrived(*this).take());
    }
    void run_recorded(backward_task& task, const handle_to<variable_node>& seed) override {
        check();
        send_all(task, handle_to<body<T, Rank>>(static_cast<body<T, Rank>*>(seed.get())));
    }

private:
    void check() const {
        if (!program_) throw variable_error(error_text::second_backward());
        for (const auto& input : inputs_)
            if (input.version && *input.version != input.expected_version)
                throw variable_error(error_text::changed_in_place<T>(input.shape, input.edge ? input.edge->name() : "", *input.version, input.expected_version));
    }
    void send_all(backward_task& task, const handle_to<body<T, Rank>>& seed) {
        send_recorded(task, *program_, inputs_, recorded_input<T>::template of<Rank>(seed));
        if (!task.retains_graph) {
            program_ = nullptr;
            // The edges stay: what they lead to has yet to run.
            for (auto& input : inputs_) input.forget_values();
        }
    }

    std::shared_ptr<const recorded_program<T>> program_;
    std::vector<recorded_input<T>> inputs_;
};

template <class T>
template <class U, int Rank>
recorded_input<T> recorded_input<T>::of(const handle_to<body<U, Rank>>& values, edge_to edge, const extents<Rank>& shape) {
    recorded_input result;
    result.edge = std::move(edge);
    result.shape = along_four(shape, 1);
    if (values) result.device = values->device();
    const auto read = [&](const auto& x) {
        result.values = handle_to<variable_node>(x.get());
        result.data = x->data;
        result.strides = along_four(x->strides, 0);
        result.version = &x->version();
        result.expected_version = x->version();
    };
    if constexpr (std::is_same_v<T, U>) {
        if (values) read(values);
    } else {
        if (values) read(converted<T>(*values));
    }
    result.make = [](std::shared_ptr<const recorded_program<T>> program, std::vector<recorded_input> inputs, const recorded_input& like) {
        extents<Rank> shape{};
        for (std::size_t k = 0; k != Rank; ++k) shape[k] = like.shape[4 - Rank + k];
        return handle_to<variable_node>(interpreted_node<T, Rank>::make(std::move(program), std::move(inputs), shape, like.device));
    };
    result.send = [](backward_task& task, variable_node* target, const handle_to<variable_node>& gradient) {
        const handle_to<body<T, Rank>> typed(static_cast<body<T, Rank>*>(gradient.get()));
        const auto send = [&](const auto& as_own) {
            if (task.creates_graph()) task.reach_recorded<U, Rank>(target, as_own);
            else task.reach<U, Rank>(target).add(as_own);
        };
        if constexpr (std::is_same_v<T, U>) send(typed);
        else if constexpr (std::is_floating_point_v<U>) send(converted_with_graph<U>(*typed));
    };
    return result;
}

template <class T>
template <class U>
recorded_input<T> recorded_input<T>::of_number_in(body<U, 0>& target, const edge_to& edge) {
    if constexpr (!std::is_same_v<T, U>) {
        return of<U, 0>(new_number(target.number), edge, {});
    } else {
        recorded_input result = of<U, 0>(nullptr, edge, {});
        result.data = &target.number;
        result.version = &target.version();
        result.expected_version = target.version();
        return result;
    }
}

/// The sum of two recorded gradients.
template <class T, int Rank>
handle_to<body<T, Rank>> recorded_sum(const interpreter<T>& how, const handle_to<body<T, Rank>>& a, const handle_to<body<T, Rank>>& b) {
    static const auto add = [] {
        graph_builder g(4);
        const index sum = g.add(info_of<op::add>, g.input(0), g.input(1));
        return interpreted_program{{g.nodes(), g.nodes() + g.size()}, sum};
    }();
    const auto first = recorded_input<T>::template of<Rank>(a), second = recorded_input<T>::template of<Rank>(b);
    return interpreted_node<T, Rank>::make(how.of_elements(add, first.shape), {first, second}, a->shape, a->device());
}
/// A recorded gradient times a number.
template <class T, int Rank>
handle_to<body<T, Rank>> recorded_multiple(const interpreter<T>& how, const handle_to<body<T, Rank>>& a, T factor) {
    static const auto multiply = [] {
        graph_builder g(4);
        const index product = g.add(info_of<op::multiply>, g.input(0), g.input(1));
        return interpreted_program{{g.nodes(), g.nodes() + g.size()}, product};
    }();
    const auto first = recorded_input<T>::template of<Rank>(a);
    return interpreted_node<T, Rank>::make(how.of_elements(multiply, first.shape), {first, recorded_input<T>::of_number(factor)}, a->shape, a->device());
}

inline void variable_node::run_recorded(backward_task&, const handle_to<variable_node>&) {
    throw variable_error(std::string("create_graph: the gradient of ") + name() + " is not recorded; it has first derivatives only");
}

template <class T, int Rank>
void backward_task::reach_recorded(variable_node* target, const handle_to<body<T, Rank>>& gradient) {
    handle_to<variable_node>& sum = rare().recorded[target];
    if (!sum) {
        sum = handle_to<variable_node>(gradient.get());
        enlist(*target);
        return;
    }
    // Integers have parts, too, but no gradients.
    if constexpr (std::is_floating_point_v<T>) sum = recorded_sum<T, Rank>(how<T>(), handle_to<body<T, Rank>>(static_cast<body<T, Rank>*>(sum.get())), gradient);
}

}  // namespace tapeless::detail
