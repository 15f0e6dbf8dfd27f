// SPDX-License-Identifier: BSL-1.0
// How a gradient arrives: the hooks of a Variable, what retain_grad keeps, and the accumulation in leaves.
#pragma once

#include <tapeless/variable/recorded.hpp>
#include <tapeless/variable/variable.hpp>

#include <cstdio>
#include <exception>
#include <utility>

namespace tapeless {
namespace detail {

template <class T, int Rank>
void check_hook_result(const body<T, Rank>& of, const body<T, Rank>& result) {
    if (!same_shape(result.shape, of.shape)) throw variable_error("hook has changed the size of value");
    common_device({of.device(), result.device()});
}
/// Calls the hooks of a value on what has reached it.
template <class T, int Rank>
[[gnu::noinline]] void call_hooks(backward_task& task, body<T, Rank>& reached) {
    const auto* const rare = reached.rare_if_any();
    if (rare == nullptr || rare->hooks.empty()) return;
    auto& adjoint = task.arrived(reached);
    // A copy: a hook may remove itself.
    const auto hooks = rare->hooks;
    for (const auto& [number, hook] : hooks) {
        Variable<T, Rank> gradient(adjoint.take());
        const Variable<T, Rank> replaced = hook(gradient);
        if (!replaced.is_none()) check_hook_result(reached, *replaced.state());
        adjoint.set(replaced.is_none() ? std::move(gradient.state()) : replaced.state());
    }
}

template <class T, int Rank>
[[gnu::noinline]] void receive_with_hooks(backward_task& task, body<T, Rank>& reached) {
    const auto* const rare = reached.rare_if_any();
    call_hooks(task, reached);
    if (rare->retains_grad) {
        const turn_to_accumulate turn;
        auto& adjoint = task.arrived(reached);
        auto gradient = adjoint.take();
        if (reached.grad) {
            auto sum = clone_of(*reached.grad);
            add_to(*sum, *gradient);
            reached.grad = std::move(sum);
        } else {
            reached.grad = gradient;
        }
        adjoint.set(std::move(gradient));
    }
}
/// At the start of a node's run.
template <class T, int Rank>
void receive(backward_task& task, body<T, Rank>& reached) {
    if (reached.rare_if_any() != nullptr) [[unlikely]] receive_with_hooks(task, reached);
}

template <class T, int Rank>
void body<T, Rank>::receive_at_leaf(backward_task& task) {
    call_hooks(task, *this);
}
template <class T, int Rank>
bool body<T, Rank>::prepare(backward_task& task) {
    auto& reached = task.arrived(*this);
    // Taken over if nobody else holds it, else copied. A number's gradient is a body of its own, which the adjoint is added to.
    if constexpr (Rank == 0) {
        if (!grad) {
            if (device()) [[unlikely]] {
                take_over(reached);
            } else {
                grad = new_number(T{});
                reached.is_first = true;
            }
        }
    } else {
        if (!grad && (reached.array->is_held_elsewhere() || !reached.array->is_by_rows())) reached.set(clone_of(*reached.array));
    }
    return rare_ && !rare_->hooks_after_accumulation.empty();
}
template <class T, int Rank>
void body<T, Rank>::accumulate(backward_task& task) noexcept {
    if constexpr (Rank == 0) {
        auto& reached = task.arrived(*this);
        if (device()) [[unlikely]] return accumulate_array(task);
        *grad->data += reached.take_number();
        reached.is_first = false;
        ++grad->version();
    } else {
        accumulate_array(task);
    }
}
template <class T, int Rank>
void body<T, Rank>::take_over(adjoint_of<T, Rank>& reached) {
    auto gradient = reached.take();
    reached.set(gradient->is_held_elsewhere() ? clone_of(*gradient) : std::move(gradient));
}
template <class T, int Rank>
void body<T, Rank>::accumulate_array(backward_task& task) noexcept {
    const auto arrived = task.arrived(*this).take();
    if (!grad) {
        grad = arrived;
    } else {
        try {
            add_to(*grad, *arrived);
        } catch (...) {
            return task.fail(std::current_exception());
        }
    }
    ++grad->version();
}
template <class T, int Rank>
void body<T, Rank>::tell_accumulated() {
    if (!rare_ || rare_->hooks_after_accumulation.empty()) return;
    const auto hooks = rare_->hooks_after_accumulation;
    const Variable<T, Rank> leaf{handle_to<body>(this)};
    for (const auto& [number, hook] : hooks) hook(leaf);
}
template <class T, int Rank>
void body<T, Rank>::receive_recorded(handle_to<variable_node>& gradient) {
    if (!rare_) return;
    const auto hooks = rare_->hooks;
    for (const auto& [number, hook] : hooks) {
        const Variable<T, Rank> replaced = hook(Variable<T, Rank>(handle_to<body>(static_cast<body*>(gradient.get()))));
        if (replaced.is_none()) continue;
        check_hook_result(*this, *replaced.state());
        gradient = handle_to<variable_node>(replaced.state().get());
    }
    if (rare_->retains_grad) grad = handle_to<body>(static_cast<body*>(gradient.get()));
}
template <class T, int Rank>
void body<T, Rank>::prepare_recorded(backward_task& task, handle_to<variable_node>& gradient) {
    // Out of place: what has been accumulated may be part of a graph.
    if constexpr (std::is_floating_point_v<T>)
        if (grad) gradient = recorded_sum<T, Rank>(task.how<T>(), grad, handle_to<body>(static_cast<body*>(gradient.get())));
}
template <class T, int Rank>
void body<T, Rank>::accumulate_recorded(const handle_to<variable_node>& sum) noexcept {
    grad = handle_to<body>(static_cast<body*>(sum.get()));
}
template <class T, int Rank>
void body<T, Rank>::forget(backward_task& task) noexcept {
    auto& reached = task.arrived(*this);
    if constexpr (Rank == 0)
        if (reached.is_first) grad = nullptr;
    reached.clear();
}

}  // namespace detail

template <class T, int Rank>
template <class Hook>
int Variable<T, Rank>::register_hook(Hook hook) {
    if (!requires_grad()) throw variable_error("cannot register a hook on a tensor that doesn't require gradient");
    const int number = own().rare().next_hook++;
    auto& hooks = node().rare().hooks;
    if constexpr (std::is_void_v<std::invoke_result_t<Hook&, const Variable&>>)
        hooks.emplace_back(number, [hook = std::move(hook)](const Variable& gradient) mutable {
            hook(gradient);
            return Variable(nullptr);
        });
    else hooks.emplace_back(number, std::move(hook));
    return number;
}
template <class T, int Rank>
void Variable<T, Rank>::remove_hook(int which) {
    const auto is_it = [&](const auto& each) { return each.first == which; };
    if (requires_grad()) std::erase_if(node().rare().hooks, is_it);
    std::erase_if(own().rare().hooks, is_it);
    std::erase_if(own().rare().hooks_after_accumulation, is_it);
}

template <class T, int Rank>
void Variable<T, Rank>::warn_of_no_gradient() {
    static bool has_warned = false;
    if (std::exchange(has_warned, true)) return;
    std::fputs("The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad attribute won't be populated during autograd.backward(). If you "
               "indeed want the .grad field to be populated for a non-leaf Tensor, use .retain_grad() on the non-leaf Tensor.\n", stderr);
}

template <class T, int Rank>
Variable<T, Rank> Variable<T, Rank>::clone() const {
    if (is_cuda()) return Variable(detail::copied_with_graph(detail::clone_of(own()), state_, "CloneBackward0"));
    return detail::express<detail::clone_call, false>(*this);
}

template <class T, int Rank>
template <class U>
Variable<U, Rank> Variable<T, Rank>::to() const {
    if constexpr (std::is_same_v<T, U>) return *this;
    else return Variable<U, Rank>(detail::converted_with_graph<U>(*state()));
}

}  // namespace tapeless
