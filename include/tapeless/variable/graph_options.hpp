// SPDX-License-Identifier: BSL-1.0
// What may be said when a Variable is made, or of a run of backward: requires_grad, retain_graph, create_graph.
#pragma once

#include <type_traits>

namespace tapeless {

/// The type of `requires_grad`.
struct requires_grad_tag {};
/// As the last argument of whatever makes a Variable: gradients by it are wanted.
inline constexpr requires_grad_tag requires_grad{};

/// Whether what backward needs of the graph stays.
class backward_options {
public:
    constexpr backward_options() = default;
    constexpr explicit backward_options(std::true_type) : retains_(true) {}
    constexpr bool retains_graph() const { return retains_; }

private:
    bool retains_ = false;
};
/// What backward needs of the graph stays, for a second time.
inline constexpr backward_options retain_graph(std::true_type{});
/// The type of `create_graph`.
struct create_graph_tag {};
/// Backward is recorded itself, so that gradients can be differentiated again. What backward needs stays.
inline constexpr create_graph_tag create_graph{};

}  // namespace tapeless
