// SPDX-License-Identifier: BSL-1.0
// The program as a value under construction. Adding a node applies the algebraic laws, orders the operands
// of commutative operations, and shares equal nodes (hash-consing), so that equal mathematics gives equal graphs.
// All ways in (functions, symbols) and all passes (reverse, forward) build through it.
#pragma once

#include <tapeless/graph/growing.hpp>
#include <tapeless/graph/node.hpp>

#include <utility>

namespace tapeless {

/// What a graph is built for. Equal mathematics is more often equal if powers of two move out of products; code is faster
/// if they stay where one multiplication serves several products.
enum class aim : unsigned char { code, canonical_form };

class graph_builder {
public:
    /// expected: how many nodes to make room for; more are possible.
    constexpr explicit graph_builder(index expected, aim aim = aim::code)
        : nodes_(expected), keys_(expected), table_(detail::growing<index>::zeros(table_size(expected))), aim_(aim) {}

    /// A builder that keeps nothing and only bounds from above how many nodes it would be given.
    static constexpr graph_builder counting() { return graph_builder(); }
    constexpr index counted() const { return counted_; }

    constexpr bool is_canonical() const { return aim_ == aim::canonical_form; }
    constexpr index size() const { return nodes_.size; }
    /// The nodes as an array, until the next one is added.
    constexpr const graph_node* nodes() const { return nodes_.data; }
    constexpr const graph_node& operator[](index position) const { return nodes_.data[position]; }

    constexpr index input(std::uint64_t position) { return share({&input_info, {nowhere, nowhere, nowhere}, position}, input_rank | position); }
    constexpr index constant(double value) {
        if (counted_ >= 0) return ++counted_;
        const std::uint64_t bits = __builtin_bit_cast(std::uint64_t, value);
        return share({&constant_info, {nowhere, nowhere, nowhere}, bits}, key_of_constant(bits));
    }

    /// A leaf of another kind than an input or a literal; `bits` say what it stands for.
    constexpr index leaf(const operation_info& operation, std::uint64_t bits) {
        return share({&operation, {nowhere, nowhere, nowhere}, bits}, input_rank | ((operation.identity + bits * scatter) * scatter >> 14));
    }
    /// An operation on the whole of a node's values along some axes; `bits` are these axes.
    constexpr index reduce(const operation_info& operation, index a, std::uint64_t bits) {
        return operation_on_axes(operation, a, nowhere, bits);
    }

    constexpr index operation_on_axes(const operation_info& operation, index a, index b, std::uint64_t bits) {
        return share({&operation, {a, b, nowhere}, bits}, key_of(operation, a, b, nowhere) ^ (bits * scatter >> 14));
    }

    /// The node of `operation` on the operands, or the simpler one that equals it.
    constexpr index add(const operation_info& operation, index a, index b = nowhere, index c = nowhere) {
        if (counted_ >= 0) return counted_ += operation.properties.expansion;
        if (operation.has_fold && is_constant(a))
            if (const index folded = fold(operation, a, b, c); folded != nowhere) return folded;
        if (operation.has_rewrite)
            if (const index simpler = operation.rewrite(*this, a, b, c); simpler != nowhere) return simpler;
        return add_as_is(operation, a, b, c);
    }

    /// The same without any law.
    constexpr index add_as_is(const operation_info& operation, index a, index b = nowhere, index c = nowhere) {
        if (operation.properties.commutative && keys_.data[b] < keys_.data[a]) return share({&operation, {b, a, c}, 0}, key_of(operation, b, a, c));
        return share({&operation, {a, b, c}, 0}, key_of(operation, a, b, c));
    }

    /// The position of an existing node, or `nowhere`.
    constexpr index find(const operation_info& operation, index a, index b) const {
        if (operation.properties.commutative && keys_.data[b] < keys_.data[a]) return find_commuted(operation, b, a);
        return find_commuted(operation, a, b);
    }

    constexpr bool is(index position, std::uint32_t identity) const { return nodes_.data[position].operation->identity == identity; }
    constexpr bool is_constant(index position) const { return nodes_.data[position].operation->identity == constant_info.identity; }
    constexpr bool is_constant(index position, double value) const {
        return nodes_.data[position].operation->identity == constant_info.identity && __builtin_bit_cast(double, nodes_.data[position].bits) == value;
    }
    static constexpr double value_of_bits(std::uint64_t bits) { return __builtin_bit_cast(double, bits); }
    constexpr double constant_value(index position) const { return value_of_bits(nodes_.data[position].bits); }
    constexpr index operand(index position, int k) const { return nodes_.data[position].operands[k]; }

private:
    constexpr graph_builder() : graph_builder(1) { counted_ = 0; }

    // A key orders operands and finds equal nodes: two bits of rank (constants, inputs, the rest), twelve of
    // the size as a tree (0 for a leaf), fifty of hash; so that x comes before y, and y before cos(x).
    // Written as few statements without calls: this runs for every node, and each statement is a step of clang's million.
    static constexpr std::uint64_t input_rank = std::uint64_t(1) << 62;
    static constexpr std::uint64_t composite_rank = std::uint64_t(2) << 62;
    static constexpr std::uint64_t scatter = 0x9fb21c651e98df25u;

    constexpr std::uint64_t key_of(const operation_info& operation, index a, index b, index c) const {
        const std::uint64_t key_a = keys_.data[a], key_b = b < 0 ? 1 : keys_.data[b], key_c = c < 0 ? 1 : keys_.data[c],
                            size = 1 + (key_a >> 50 & 0xfff) + (key_b >> 50 & 0xfff) + (key_c >> 50 & 0xfff),
                            first = (operation.identity ^ key_a) * scatter, second = ((first ^ first >> 29) ^ (key_b * 0xd6e8feb86659fd93u)) * scatter,
                            third = ((second ^ second >> 32) ^ (key_c * 0xa0761d6478bd642fu)) * scatter;
        return composite_rank | (size < 0xfff ? size : 0xfff) << 50 | (third ^ third >> 31) >> 14;
    }
    static constexpr std::uint64_t key_of_constant(std::uint64_t bits) { return (bits ^ bits >> 32) * scatter >> 14; }

    static constexpr int table_size(index expected) {
        int size = 64;
        while (size < 2 * expected) size *= 2;
        return size;
    }

    constexpr index share(const graph_node& candidate, std::uint64_t key) {
        const int mask = table_.size - 1;
        int slot = static_cast<int>(key * scatter >> 33) & mask;
        for (; table_.data[slot] != 0; slot = (slot + 1) & mask)
            if (keys_.data[table_.data[slot] - 1] == key && same(nodes_.data[table_.data[slot] - 1], candidate)) return table_.data[slot] - 1;
        if (nodes_.size == nodes_.capacity) enlarge_nodes();
        nodes_.data[nodes_.size] = candidate;
        keys_.data[nodes_.size] = key;
        table_.data[slot] = ++nodes_.size;
        if (2 * nodes_.size > table_.size) enlarge_table();
        return nodes_.size - 1;
    }

    constexpr index find_commuted(const operation_info& operation, index a, index b) const {
        const std::uint64_t key = key_of(operation, a, b, nowhere);
        const int mask = table_.size - 1;
        for (int slot = static_cast<int>(key * scatter >> 33) & mask; table_.data[slot] != 0; slot = (slot + 1) & mask)
            if (keys_.data[table_.data[slot] - 1] == key && same(nodes_.data[table_.data[slot] - 1], {&operation, {a, b, nowhere}, 0}))
                return table_.data[slot] - 1;
        return nowhere;
    }

    static constexpr bool same(const graph_node& a, const graph_node& b) {
        return a.operation->identity == b.operation->identity && a.bits == b.bits && a.operands[0] == b.operands[0] && a.operands[1] == b.operands[1] &&
               a.operands[2] == b.operands[2];
    }

    constexpr void enlarge_nodes() {
        keys_.size = nodes_.size;
        keys_.grow();
        nodes_.grow();
    }
    constexpr void enlarge_table() {
        auto larger = detail::growing<index>::zeros(2 * table_.size);
        const int mask = larger.size - 1;
        for (index position = 0; position < nodes_.size; ++position) {
            int slot = static_cast<int>(keys_.data[position] * scatter >> 33) & mask;
            while (larger.data[slot] != 0) slot = (slot + 1) & mask;
            larger.data[slot] = position + 1;
        }
        std::swap(table_.data, larger.data);
        table_.size = table_.capacity = larger.size;
    }

    constexpr bool constant_or_absent(index position) const { return position == nowhere || is_constant(position); }
    constexpr index fold(const operation_info& operation, index a, index b, index c) {
        if (!constant_or_absent(b) || !constant_or_absent(c)) return nowhere;
        const double first = constant_value(a), second = b == nowhere ? 0 : constant_value(b);
        const double result = operation.fold(first, second, c == nowhere ? 0 : constant_value(c));
        // A NaN says that this literal operation is better left to run time, as is 1 / 0; and so is what a wider type would not round, as 1 / 3.
        return result == result && is_exact(operation.identity, first, second, result) ? constant(result) : nowhere;
    }

    static constexpr bool is_exact(std::uint32_t operation, double a, double b, double result) {
        if (operation == detail::identity_of<op::add>) return is_exact_sum(a, b, result);
        if (operation == detail::identity_of<op::subtract>) return is_exact_sum(a, -b, result);
        if (operation == detail::identity_of<op::multiply>) return is_exact_product(a, b, result);
        if (operation == detail::identity_of<op::divide>) return is_exact_product(result, b, a);
        return true;
    }
    // Error-free transformations: Knuth, The Art of Computer Programming 2 (1969), 4.2.2; Dekker, Numerische Mathematik 18 (1971) 224.
    static constexpr bool is_exact_sum(double a, double b, double sum) {
        const double of_b = sum - a;
        return (a - (sum - of_b)) + (b - of_b) == 0;
    }
    static constexpr bool is_exact_product(double a, double b, double product) {
        if (a == 0 || b == 0) return product == 0;
        const auto is_moderate = [](double x) { return (x > 1e-250 && x < 1e250) || (x < -1e-250 && x > -1e250); };
        if (!is_moderate(a) || !is_moderate(b) || !is_moderate(product)) return false;  // the parts might overflow or vanish
        const double scaled_a = a * 134217729, scaled_b = b * 134217729;
        const double high_a = scaled_a - (scaled_a - a), high_b = scaled_b - (scaled_b - b), low_a = a - high_a, low_b = b - high_b;
        return ((high_a * high_b - product) + high_a * low_b + low_a * high_b) + low_a * low_b == 0;
    }

    // keys_ has the size and capacity of nodes_. The table holds positions plus one, 0 where it is empty.
    detail::growing<graph_node> nodes_;
    detail::growing<std::uint64_t> keys_;
    detail::growing<index> table_;
    index counted_ = nowhere;
    aim aim_ = aim::code;
};

}  // namespace tapeless
