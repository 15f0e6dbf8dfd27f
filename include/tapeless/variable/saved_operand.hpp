// SPDX-License-Identifier: BSL-1.0
// What a node that is no statement keeps of an operand.
#pragma once

#include <tapeless/variable/body.hpp>
#include <tapeless/variable/error.hpp>

#include <cstdint>

namespace tapeless::detail {

/// The way to an operand's node, and its values if the gradients read them.
template <class T, int Rank>
struct saved_operand {
    edge_to edge;
    handle_to<body<T, Rank>> saved;
    std::uint32_t version = 0;

    void keep(variable_node& owner, const handle_to<body<T, Rank>>& x, bool is_read) {
        edge = edge_to(x->gradient_target());
        owner.follow(edge.get());
        if (!is_read) return;
        saved = x;
        version = x->version();
    }
    void check() const {
        if (saved && saved->version() != version) throw variable_error(error_text::changed_in_place<T>(saved->shape, saved->made_by(), saved->version(), version));
    }
    const extents<Rank>& shape() const { return static_cast<const body<T, Rank>&>(*edge.get()).shape; }
};

}  // namespace tapeless::detail
