// SPDX-License-Identifier: BSL-1.0
// Values as those of another number type, or on another device, with their graph.
#pragma once

#include <tapeless/variable/backward.hpp>

#include <type_traits>
#include <utility>

namespace tapeless::detail {

/// Gradients go back in the number type that the values came in.
template <class T, class From, int Rank>
class converted_node final : public body<T, Rank> {
public:
    using body<T, Rank>::body;

    void record(body<From, Rank>& from) {
        edge_ = edge_to(from.gradient_target());
        this->follow(edge_.get());
        this->set_made(true);
    }
    const char* name() const override { return "ToCopyBackward0"; }
    void run(backward_task& task) override {
        receive(task, *this);
        task.template reach<From, Rank>(edge_.get()).add(converted<From>(*task.arrived(*this).take()));
    }
    void run_recorded(backward_task& task, const handle_to<variable_node>& seed) override;

private:
    edge_to edge_;
};

template <class T, class From, int Rank>
handle_to<body<T, Rank>> converted_with_graph(body<From, Rank>& source) {
    if constexpr (std::is_floating_point_v<T> && std::is_floating_point_v<From>) {
        if (is_grad_enabled() && source.requires_grad()) {
            auto result = new_node_on<converted_node<T, From, Rank>>(source.device(), source.shape);
            copy_elements(*result, source);
            result->record(source);
            return handle_to<body<T, Rank>>(std::move(result));
        }
    }
    return converted<T>(source);
}

/// The same values in other memory. Gradients go back to where they came from.
template <class T, int Rank>
class values_copied_node final : public body<T, Rank> {
public:
    values_copied_node(const handle_to<body<T, Rank>>& copy, body<T, Rank>& from, const char* name)
        : body<T, Rank>(copy->shape, typename body<T, Rank>::no_memory{}), edge_(from.gradient_target()), name_(name) {
        this->look_at(copy, copy->data);
        this->follow(edge_.get());
        this->set_made(true);
    }
    const char* name() const override { return name_; }
    void run(backward_task& task) override {
        receive(task, *this);
        task.template reach<T, Rank>(edge_.get()).add(moved_to(device_before(), task.arrived(*this).take()));
    }
    void run_recorded(backward_task& task, const handle_to<variable_node>& seed) override;

private:
    const value_device* device_before() const { return static_cast<const body<T, Rank>&>(*edge_.get()).device(); }

    edge_to edge_;
    const char* name_;
};
template <class T, int Rank>
handle_to<body<T, Rank>> copied_with_graph(const handle_to<body<T, Rank>>& copy, const handle_to<body<T, Rank>>& source, const char* name) {
    if (!is_grad_enabled() || !source->requires_grad()) return copy;
    return handle_to<body<T, Rank>>(handle_to<values_copied_node<T, Rank>>::adopt(new values_copied_node<T, Rank>(copy, *source, name)));
}
template <class T, int Rank>
handle_to<body<T, Rank>> moved_with_graph(const value_device* device, const handle_to<body<T, Rank>>& source) {
    if (source->device() == device) return source;
    return copied_with_graph(moved_to(device, source), source, "ToCopyBackward0");
}
template <class T, int Rank>
void values_copied_node<T, Rank>::run_recorded(backward_task& task, const handle_to<variable_node>& seed) {
    task.template reach_recorded<T, Rank>(edge_.get(), moved_with_graph(device_before(), handle_to<body<T, Rank>>(static_cast<body<T, Rank>*>(seed.get()))));
}
template <class T, class From, int Rank>
void converted_node<T, From, Rank>::run_recorded(backward_task& task, const handle_to<variable_node>& seed) {
    task.template reach_recorded<From, Rank>(edge_.get(), converted_with_graph<From>(static_cast<body<T, Rank>&>(*seed.get())));
}

}  // namespace tapeless::detail
