// SPDX-License-Identifier: BSL-1.0
// Values as those of another number type, with their graph.
#pragma once

#include <tapeless/variable/backward.hpp>
#include <tapeless/variable/body.hpp>

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
            auto result = new_node<converted_node<T, From, Rank>>(source.shape);
            for_each_pair(*result, source, [](T& to, const From& from) { to = static_cast<T>(from); });
            result->record(source);
            return handle_to<body<T, Rank>>(std::move(result));
        }
    }
    return converted<T>(source);
}

template <class T, class From, int Rank>
void converted_node<T, From, Rank>::run_recorded(backward_task& task, const handle_to<variable_node>& seed) {
    task.template reach_recorded<From, Rank>(edge_.get(), converted_with_graph<From>(static_cast<body<T, Rank>&>(*seed.get())));
}

}  // namespace tapeless::detail
