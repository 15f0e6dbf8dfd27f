// SPDX-License-Identifier: BSL-1.0
// How many of each operation a graph performs.
#pragma once

#include <tapeless/graph/node.hpp>

#include <string_view>

namespace tapeless {

/// The number of nodes of each operation; arguments and literals are not counted.
class operation_tally {
public:
    struct entry {
        std::string_view name;
        int count;
    };

    template <class Graph>
    constexpr explicit operation_tally(const Graph& flat) {
        for (index at = 0; at < flat.size; ++at)
            if (!flat.nodes[at].is_input() && !flat.nodes[at].is_constant()) add(flat.nodes[at].operation->name);
    }

    /// How many nodes of an operation, by the name of its row in the table: `operation_count(f)["multiply"]`.
    constexpr int operator[](std::string_view name) const {
        for (const entry& e : *this)
            if (e.name == name) return e.count;
        return 0;
    }
    constexpr int total() const {
        int sum = 0;
        for (const entry& e : *this) sum += e.count;
        return sum;
    }
    /// The operations that occur, in the order of their first use.
    constexpr const entry* begin() const { return entries_; }
    constexpr const entry* end() const { return entries_ + size_; }

private:
    static constexpr int capacity = 128;

    constexpr void add(std::string_view name) {
        for (int k = 0; k < size_; ++k)
            if (entries_[k].name == name) {
                ++entries_[k].count;
                return;
            }
        if (size_ == capacity) throw "tapeless: a graph of more than 128 different operations cannot be counted.";
        entries_[size_++] = {name, 1};
    }

    entry entries_[capacity] = {};
    int size_ = 0;
};

}  // namespace tapeless
