// SPDX-License-Identifier: BSL-1.0
// The interpreter of programs that backward records: compiled only where a graph of a gradient is asked for.
#pragma once

#include <tapeless/derive/reverse.hpp>
#include <tapeless/graph/live_nodes.hpp>
#include <tapeless/variable/array_interpreter.hpp>
#include <tapeless/variable/block_operations.hpp>
#include <tapeless/variable/recorded.hpp>

#include <algorithm>
#include <memory>
#include <vector>

namespace tapeless::detail {

template <class T>
class program_of_elements final : public recorded_program<T> {
public:
    program_of_elements(const interpreted_program& program, const extents<4>& space) : program_(live_part(program)), space_(space) {}

    void evaluate(const std::vector<recorded_input<T>>& inputs, T* to, const extents<4>&, const extents<4>& strides) const override {
        if (size_of(space_) == 0) return;
        std::vector<T> values(program_.nodes.size() * block_size);
        for (std::ptrdiff_t i = 0; i < space_[0]; ++i)
            for (std::ptrdiff_t j = 0; j < space_[1]; ++j)
                for (std::ptrdiff_t k = 0; k < space_[2]; ++k)
                    for (std::ptrdiff_t start = 0; start < space_[3]; start += block_size) {
                        const extents<4> at{i, j, k, start};
                        const std::ptrdiff_t count = std::min<std::ptrdiff_t>(block_size, space_[3] - start);
                        run_block(inputs, at, count, values);
                        T* const first = to + offset(at, strides);
                        const T* const result = values.data() + program_.output * block_size;
                        for (std::ptrdiff_t e = 0; e < count; ++e) first[e * strides[3]] += result[e];
                    }
    }

    bool reads(int input) const override {
        return std::ranges::any_of(program_.nodes, [&](const graph_node& n) { return n.is_input() && n.bits == static_cast<std::uint64_t>(input); });
    }
    std::shared_ptr<const recorded_program<T>> derivative(int input, int input_count) const override {
        struct {
            std::int64_t input;
            bool contains(std::int64_t position) const { return position == input; }
        } const wanted{input};
        graph_builder g(4 * static_cast<index>(program_.nodes.size()));
        // Equal nodes become one.
        std::vector<index> moved_to;
        for (const graph_node& n : program_.nodes) {
            const auto operand = [&](int k) { return k < n.operation->arity ? moved_to[static_cast<std::size_t>(n.operands[k])] : nowhere; };
            if (n.is_input()) moved_to.push_back(g.input(n.bits));
            else if (n.is_constant()) moved_to.push_back(g.constant(graph_builder::value_of_bits(n.bits)));
            else moved_to.push_back(g.add_as_is(*n.operation, operand(0), operand(1), operand(2)));
        }
        const index size = g.size(), end = moved_to[static_cast<std::size_t>(program_.output)];
        growing<char> active(size);
        mark_active(g, size, wanted, active);
        const local_partials partials(g, active, &end, 1);
        auto gradient = growing<index>::zeros(input_count);
        reverse(g, end, partials, gradient.data, input_count);
        const index output = g.add(info_of<op::multiply>, gradient.data[input], g.input(static_cast<std::uint64_t>(input_count)));

        return std::make_shared<program_of_elements>(interpreted_program{{g.nodes(), g.nodes() + g.size()}, output}, space_);
    }

private:
    static constexpr std::ptrdiff_t block_size = block_operations<T>::block_size;

    // Without what the output does not need: the inputs of that may have no values.
    static interpreted_program live_part(const interpreted_program& program) {
        std::vector<char> is_live(program.nodes.size());
        is_live[static_cast<std::size_t>(program.output)] = 1;
        for (std::size_t at = program.nodes.size(); at-- > 0;)
            for (int k = 0; is_live[at] && k < program.nodes[at].operation->arity; ++k) is_live[static_cast<std::size_t>(program.nodes[at].operands[k])] = 1;
        interpreted_program part;
        std::vector<index> moved_to(program.nodes.size());
        for (std::size_t at = 0; at < program.nodes.size(); ++at) {
            if (!is_live[at]) continue;
            moved_to[at] = static_cast<index>(part.nodes.size());
            graph_node& n = part.nodes.emplace_back(program.nodes[at]);
            for (int k = 0; k < n.operation->arity; ++k) n.operands[k] = moved_to[static_cast<std::size_t>(n.operands[k])];
        }
        part.output = moved_to[static_cast<std::size_t>(program.output)];
        return part;
    }
    static std::ptrdiff_t offset(const extents<4>& at, const extents<4>& strides) { return at[0] * strides[0] + at[1] * strides[1] + at[2] * strides[2] + at[3] * strides[3]; }

    void run_block(const std::vector<recorded_input<T>>& inputs, const extents<4>& at, std::ptrdiff_t count, std::vector<T>& values) const {
        for (std::size_t n = 0; n < program_.nodes.size(); ++n) {
            const graph_node& each = program_.nodes[n];
            T* const to = values.data() + n * block_size;
            if (each.is_constant()) {
                std::fill_n(to, count, static_cast<T>(graph_builder::value_of_bits(each.bits)));
            } else if (each.is_input()) {
                const recorded_input<T>& input = inputs[each.bits];
                const extents<4> strides{input.stride_in(0), input.stride_in(1), input.stride_in(2), input.stride_in(3)};
                const T* const from = input.data + offset(at, strides);
                for (std::ptrdiff_t e = 0; e < count; ++e) to[e] = from[e * strides[3]];
            } else {
                const auto operand = [&](int k) { return values.data() + each.operands[k < each.operation->arity ? k : 0] * block_size; };
                block_operations<T>::of(*each.operation)(operand(0), operand(1), operand(2), to, count);
            }
        }
    }

    interpreted_program program_;
    extents<4> space_;
};

template <class T>
class block_interpreter final : public interpreter<T> {
public:
    std::shared_ptr<const recorded_program<T>> of_elements(const interpreted_program& program, const extents<4>& space) const override {
        return std::make_shared<program_of_elements<T>>(program, space);
    }
    std::shared_ptr<const recorded_program<T>> of_arrays(interpreted_arrays program) const override { return std::make_shared<program_of_arrays<T>>(std::move(program)); }
    static const block_interpreter& instance() {
        static const block_interpreter all;
        return all;
    }
};

/// The interpreters of both number types. A template, so that they are compiled where it is called, and only there.
template <class Anything = void>
const interpreters& all_interpreters() {
    static const interpreters all{&block_interpreter<float>::instance(), &block_interpreter<double>::instance()};
    return all;
}

}  // namespace tapeless::detail
