// SPDX-License-Identifier: BSL-1.0
// grad(outputs, inputs): gradients that are returned, and accumulated nowhere.
#pragma once

#include <tapeless/variable/views.hpp>

#include <algorithm>
#include <cstdint>
#include <tuple>
#include <utility>

namespace tapeless {
namespace detail {

template <class T, int Rank>
void start_backward(backward_task& task, const Variable<T, Rank>& output, const Variable<T, Rank>& seed) {
    if (!output.requires_grad()) throw variable_error(error_text::nothing_to_differentiate());
    if (seed.is_none() && output.numel() != 1) throw variable_error(error_text::no_seed());
    if (!seed.is_none() && !same_shape(seed.shape(), output.shape())) throw variable_error(error_text::seed_shape(seed.shape(), output.shape()));
    const Variable<T, Rank> first = seed.is_none() ? output.filled(T(1)) : seed;
    common_device({output.state()->device(), first.state()->device()});
    variable_node* const target = output.state()->gradient_target();
    task.begin_at(target);
    if (task.creates_graph()) task.reach_recorded<T, Rank>(target, first.state());
    else task.reach<T, Rank>(target).add(first.state());
}
/// One input of `grad`. The run stops there, unless another input comes before it: then what reaches it is kept on its way.
template <class T, int Rank>
class wanted_gradient {
public:
    wanted_gradient(backward_task& task, const Variable<T, Rank>& input, std::uint64_t first) : input_(input) {
        if (node().is_leaf() || node().order() <= first) task.stop_at(&node());
        else hook_ = input_.register_hook([this](const Variable<T, Rank>& gradient) { passed_ = gradient; });
    }
    wanted_gradient(const wanted_gradient&) = delete;
    wanted_gradient& operator=(const wanted_gradient&) = delete;
    ~wanted_gradient() {
        if (hook_ != nowhere) input_.remove_hook(hook_);
    }
    Variable<T, Rank> take(backward_task& task, bool allows_unused) {
        Variable<T, Rank> gradient = hook_ == nowhere ? Variable<T, Rank>(task.taken<T, Rank>(&node())) : passed_;
        if (gradient.is_none() && !allows_unused) throw variable_error(error_text::unused_input());
        return gradient;
    }

private:
    variable_node& node() const { return *input_.state()->gradient_target(); }

    Variable<T, Rank> input_, passed_{nullptr};
    int hook_ = nowhere;
};

/// The place of an input in the order of nodes.
template <class T, int Rank>
std::uint64_t order_of(const Variable<T, Rank>& input) {
    if (!input.requires_grad()) throw variable_error("One of the differentiated Tensors does not require grad");
    return input.state()->gradient_target()->order();
}

template <class T, int Rank, class... Input>
auto gradients(backward_task& task, const Variable<T, Rank>& output, const Variable<T, Rank>& seed, bool allows_unused, const Input&... input) {
    const std::uint64_t first = std::min({order_of(input)...});
    return [&](auto&&... wanted) {
        start_backward(task, output, seed);
        task.run();
        return std::tuple<Input...>{wanted.take(task, allows_unused)...};
    }(wanted_gradient(task, input, first)...);
}

}  // namespace detail

/// The gradients of one output by some inputs, leaves or not, times a seed, which is 1 if it is none: `auto [dw, db] = grad(loss, std::tie(w, b));`. Errors: as backward, and a variable_error where an input is not used, unless allow_unused.
/// With `create_graph` in place of the options the gradients have a graph of their own.
template <class T, int Rank, class... Input>
std::tuple<std::remove_cvref_t<Input>...> grad(const Variable<T, Rank>& output, const std::tuple<Input...>& inputs, const std::type_identity_t<Variable<T, Rank>>& seed = nullptr, backward_options options = {},
                                               bool allow_unused = false) {
    detail::backward_task task(options.retains_graph());
    return std::apply([&](const auto&... input) { return detail::gradients(task, output, seed, allow_unused, input...); }, inputs);
}
template <class T, int Rank, class... Input>
std::tuple<std::remove_cvref_t<Input>...> grad(const Variable<T, Rank>& output, const std::tuple<Input...>& inputs, create_graph_tag, const std::type_identity_t<Variable<T, Rank>>& seed = nullptr,
                                               bool allow_unused = false) {
    detail::backward_task task(detail::all_interpreters());
    return std::apply([&](const auto&... input) { return detail::gradients(task, output, seed, allow_unused, input...); }, inputs);
}
/// By one input: the gradient itself.
template <class T, int Rank, class U, int InputRank, class... Option>
Variable<U, InputRank> grad(const Variable<T, Rank>& output, const Variable<U, InputRank>& input, const Option&... option) {
    return std::get<0>(grad(output, std::tie(input), option...));
}

}  // namespace tapeless
