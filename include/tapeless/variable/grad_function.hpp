// SPDX-License-Identifier: BSL-1.0
// grad_fn: the node that a Variable was made by.
#pragma once

#include <tapeless/variable/variable_node.hpp>

#include <string>
#include <utility>

namespace tapeless {

/// The node that a Variable was made by, or none.
class grad_function {
public:
    grad_function() = default;
    explicit grad_function(detail::edge_to node) : node_(std::move(node)) {}
    explicit operator bool() const { return static_cast<bool>(node_); }
    /// As PyTorch calls it, after the statement's last operation: `AddBackward0`; `None` of a leaf.
    std::string name() const { return node_ ? node_->name() : "None"; }

private:
    detail::edge_to node_;
};

}  // namespace tapeless
