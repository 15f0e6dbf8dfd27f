// SPDX-License-Identifier: BSL-1.0
// The array programs that backward records: what they read, how they run, and their derivatives, which are such programs.
#pragma once

#include <tapeless/derive/array_reverse.hpp>
#include <tapeless/variable/array_evaluation.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace tapeless::detail {

template <class T>
class program_of_arrays final : public recorded_program<T> {
public:
    explicit program_of_arrays(interpreted_arrays&& program) : program_(std::move(program)) {}

    void evaluate(const std::vector<recorded_input<T>>& inputs, T* to, const extents<4>& shape, const extents<4>& strides) const override {
        array_evaluation<T> evaluation(program_, inputs);
        for (const auto& output : program_.outputs) evaluation.add(output, to, shape, strides);
    }

    bool reads(int input) const override {
        const auto is_of_input = [&](const array_access& access) { return access.array != nowhere && program_.input_of_array[static_cast<std::size_t>(access.array)] == input; };
        const auto is_chosen_by_input = [&](const array_access& access) {
            return std::any_of(access.dimensions, access.dimensions + access.rank, [&](const dimension_access& d) { return d.indices != nowhere && is_of_input(program_.accesses[static_cast<std::size_t>(d.indices)]); });
        };
        return std::ranges::any_of(program_.nodes,
                                   [&](const graph_node& n) {
                                       if (n.is_input()) return program_.input_of_number[n.bits] == input;
                                       if (!is_a<op::element>(n)) return false;
                                       const array_access& access = program_.accesses[n.bits];
                                       return is_of_input(access) || is_chosen_by_input(access);
                                   }) ||
               std::ranges::any_of(program_.outputs, [&](const interpreted_arrays::output& output) { return is_chosen_by_input(output.places); });
    }
    std::shared_ptr<const recorded_program<T>> derivative(int input, int input_count) const override {
        const auto size = static_cast<index>(program_.nodes.size());
        array_builder g(4 * size);
        load(g);
        interpreted_arrays result{{}, program_.accesses, program_.slices, program_.concatenations, program_.reshapings, {}, program_.extent, program_.input_of_number, program_.input_of_array, {}};
        const index total = times_seed(g, result, input_count);
        const auto is_chosen = [&](const array_access& access) { return access.array != nowhere && result.input_of_array[static_cast<std::size_t>(access.array)] == input; };
        const auto is_wanted = [&](const graph_node& n) {
            return is_a<op::element>(n) ? is_chosen(result.accesses[n.bits]) : n.is_input() && result.input_of_number[n.bits] == input;
        };
        const array_reverse adjoints(g, total, is_wanted);
        const auto keep = [&](index leaf, const array_access& places) {
            const index values = adjoints.of(leaf);
            if (!g.is_constant(values, 0)) result.outputs.push_back({values, places});
        };
        for (std::size_t k = 0; k < result.accesses.size(); ++k)
            if (is_chosen(result.accesses[k])) keep(g.leaf(element_info, k), result.accesses[k]);
        for (std::size_t k = 0; k < result.input_of_number.size(); ++k)
            if (result.input_of_number[k] == input) keep(g.input(k), array_access{});
        take_over(g, result);
        return std::make_shared<program_of_arrays>(std::move(result));
    }

private:
    void load(array_builder& g) const {
        for (std::size_t axis = 0; axis < program_.extent.size(); ++axis) g.new_axis();
        for (const auto& each : program_.slices) g.slices.push_back(each);
        for (const auto& each : program_.concatenations) g.concatenations.push_back(each);
        for (const auto& each : program_.reshapings) g.reshapings.push_back(each);
        for (const auto& each : program_.scans) g.scans.push_back(each);
        for (const auto& each : program_.accesses) g.accesses.push_back(each);
        for (const graph_node& n : program_.nodes) g.add_again(n, n.operands[0], n.operands[1], n.operands[2], n.bits, false);
    }
    // The sum of all elements of the result times a seed's.
    index times_seed(array_builder& g, interpreted_arrays& with_seed, int input) const {
        const bool is_number = program_.outputs.empty() || program_.outputs[0].places.rank == 0;
        (is_number ? with_seed.input_of_number : with_seed.input_of_array).push_back(input);
        index total = g.constant(0);
        for (const auto& output : program_.outputs) {
            index seed = nowhere;
            if (is_number) {
                seed = g.input(with_seed.input_of_number.size() - 1);
            } else {
                array_access places = output.places;
                places.array = static_cast<int>(with_seed.input_of_array.size()) - 1;
                seed = g.element(places);
            }
            const axis_set axes = g.mask(output.values) | g.mask(seed);
            total = g.add(info_of<op::add>, total, sum_over(g, g.add(info_of<op::multiply>, output.values, seed), axes));
        }
        with_seed.accesses.assign(g.accesses.data, g.accesses.data + g.accesses.size);
        return total;
    }
    // What the outputs need of a builder's graph.
    static void take_over(const array_builder& g, interpreted_arrays& result) {
        result.scans.assign(g.scans.data, g.scans.data + g.scans.size);
        std::vector<index> outputs;
        for (const auto& output : result.outputs) outputs.push_back(output.values);
        growing<index> order(g.size());
        live_order_with_scans(g, outputs.data(), static_cast<int>(outputs.size()), order);
        std::vector<index> moved_to(static_cast<std::size_t>(g.size()));
        for (int k = 0; k < order.size; ++k) {
            graph_node n = g[order.data[k]];
            for (int operand = 0; operand < n.operation->arity; ++operand) n.operands[operand] = moved_to[static_cast<std::size_t>(n.operands[operand])];
            moved_to[static_cast<std::size_t>(order.data[k])] = static_cast<index>(result.nodes.size());
            result.nodes.push_back(n);
        }
        for (auto& output : result.outputs) output.values = moved_to[static_cast<std::size_t>(output.values)];
    }

    interpreted_arrays program_;
};

}  // namespace tapeless::detail
