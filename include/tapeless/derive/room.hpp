// SPDX-License-Identifier: BSL-1.0
// How much room a derivative's graph needs at most, known before it is made: an array of constants has a fixed size, and one much too
// large costs time and memory (nvcc), or is refused (clang, more than a million elements).
#pragma once

#include <tapeless/derive/local_partials.hpp>

#include <bit>

namespace tapeless::detail {

/// Whether a graph has a select.
template <class Graph>
constexpr bool chooses(const Graph& source) {
    for (index at = 0; at < source.size; ++at)
        if (source.nodes[at].operation->identity == identity_of<op::select>) return true;
    return false;
}

/// How many edges the sweeps run over: in reverse for all rows, forward for all wanted inputs together.
struct sweep_lengths {
    long reverse = 0;
    long forward = 0;
    int columns = 0;

    // Forward sweeps are counted in a word of bits, and pay only if they are not much longer.
    constexpr bool may_go_forward() const { return columns <= 64 && forward <= 4 * reverse; }
    constexpr long longest() const { return may_go_forward() && forward > reverse ? forward : reverse; }
};

template <class Wanted, class Graph>
constexpr sweep_lengths measure_sweeps(const Graph& source, int rows) {
    sweep_lengths lengths;
    auto reaching = growing<std::uint64_t>::zeros(source.size);
    for (index at = 0; at < source.size; ++at) {
        const graph_node& n = source.nodes[at];
        if (n.is_input() && Wanted::contains(n.bits)) reaching.data[at] = std::uint64_t(1) << (lengths.columns++ & 63);
        for (int k = 0; k < n.operation->arity; ++k) {
            const std::uint64_t from = reaching.data[n.operands[k]];
            reaching.data[at] |= from;
            lengths.forward += std::popcount(from);
            lengths.reverse += from != 0;
        }
    }
    lengths.reverse *= rows;
    return lengths;
}

/// How many nodes an operation's partial derivatives have at most, those that they share counted twice.
constexpr int nodes_of_partials(const operation_info& operation) {
    graph_builder counter = graph_builder::counting();
    const term any(handle{&counter, 0});
    const term operands[] = {any, any, any};
    for (int k = 0; k < operation.arity; ++k)
        if (operation.has_partial[k]) operation.partial[k](operands, any).handle().in(counter);
    return counter.counted() + operation.arity;
}

/// The sum over the nodes of a graph, each operation counted once.
template <class Graph>
constexpr long nodes_of_all_partials(const Graph& source) {
    struct counted {
        std::uint32_t identity;
        int nodes;
    };
    growing<counted> known(16);
    long sum = 0;
    for (index at = 0; at < source.size; ++at) {
        const operation_info& operation = *source.nodes[at].operation;
        if (operation.arity == 0) continue;
        int k = 0;
        while (k < known.size && known.data[k].identity != operation.identity) ++k;
        if (k == known.size) known.push_back({operation.identity, nodes_of_partials(operation)});
        sum += known.data[k].nodes;
    }
    return sum;
}

/// length: the edges of all sweeps.
template <class Graph>
constexpr int room_for_derivative(const Graph& source, long length) {
    // An edge brings a product with its sign, a sum, and the guards of a choice.
    return static_cast<int>(64 + source.size + nodes_of_all_partials(source) + (chooses(source) ? 14 : 8) * length);
}

}  // namespace tapeless::detail
