// SPDX-License-Identifier: BSL-1.0
// Records a function of arrays: calls it once, during compilation, with array_terms, and keeps the graph with the axes that its nodes vary along.
#pragma once

#include <tapeless/graph/array_graph.hpp>
#include <tapeless/graph/stretching.hpp>
#include <tapeless/record/array_functions.hpp>
#include <tapeless/record/array_view.hpp>
#include <tapeless/record/recurrences.hpp>
#include <tapeless/record/reshape.hpp>
#include <tapeless/record/structure.hpp>

#include <tuple>
#include <type_traits>
#include <utility>

namespace tapeless::detail {

/// In place of an argument that is an array of this rank, where only shapes matter. ByColumns: its first dimension is contiguous, not the last one.
template <int Rank, bool ByColumns = false>
struct array_slot {
    static constexpr int rank = Rank;
    static constexpr bool is_by_columns = ByColumns;
};
template <class T>
inline constexpr bool is_array_slot = false;
template <int Rank, bool ByColumns>
inline constexpr bool is_array_slot<array_slot<Rank, ByColumns>> = true;

template <class Argument>
struct array_shape {
    using type = shape_of<Argument>;
};
template <array_like Argument>
struct array_shape<Argument> {
    using type = array_slot<view_type<Argument>::rank, is_stored_by_columns<Argument>>;
};
/// The shape of an argument of an array program: array_slot, or that of numbers.
template <class Argument>
using array_shape_of = typename array_shape<Argument>::type;

template <class Shape>
struct array_terms {
    static constexpr int numbers = structure<Shape>::count;
    static constexpr int arrays = 0;
    using type = typename structure<Shape>::template rebind<array_term<0>>;
};
template <int Rank, bool ByColumns>
struct array_terms<array_slot<Rank, ByColumns>> {
    static constexpr int numbers = 0;
    static constexpr int arrays = 1;
    using type = array_term<Rank>;
};
template <class Shape>
using array_terms_in = typename array_terms<Shape>::type;

template <class Function, class... Shape>
concept takes_arrays = requires(const Function& f) { f(std::declval<array_terms_in<Shape>&>()...); };
template <class Function, class... Shape>
using array_result = std::remove_cvref_t<std::invoke_result_t<const Function&, array_terms_in<Shape>&...>>;

/// Makes the arguments: numbers and arrays are counted separately, in the order of the arguments.
template <class... Shape>
struct array_inputs {
    static constexpr int numbers_before(int argument) {
        const int counts[] = {array_terms<Shape>::numbers..., 0};
        int before = 0;
        for (int k = 0; k < argument; ++k) before += counts[k];
        return before;
    }
    static constexpr int arrays_before(int argument) {
        const int counts[] = {array_terms<Shape>::arrays..., 0};
        int before = 0;
        for (int k = 0; k < argument; ++k) before += counts[k];
        return before;
    }

    template <class One, int Argument>
    static constexpr array_terms_in<One> make(array_builder& g) {
        if constexpr (is_array_slot<One>) {
            array_access access{arrays_before(Argument), One::rank, One::is_by_columns};
            int axes[most_dimensions] = {};
            for (int k = 0; k < One::rank; ++k) access.dimensions[k].axis = axes[k] = g.new_axis();
            return array_term<One::rank>(handle{&g, g.element(access)}, axes);
        } else {
            return structure<One>::template build<array_terms_in<One>, numbers_before(Argument)>(number{g});
        }
    }
    template <int... Argument>
    static constexpr std::tuple<array_terms_in<Shape>...> make(array_builder& g, std::integer_sequence<int, Argument...>) {
        return {make<Shape, Argument>(g)...};
    }

private:
    struct number {
        array_builder& g;
        template <int Position>
        constexpr array_term<0> operator()(at<Position>) const {
            return array_term<0>(handle{&g, g.input(Position)}, nullptr);
        }
    };
};

/// What the axes of a graph are called in the one that is made of it.
struct axis_names {
    const array_builder& raw;
    int of_root[most_axes] = {};

    constexpr int operator()(int axis) const { return axis == nowhere ? nowhere : of_root[raw.root(axis)]; }
    constexpr axis_set operator()(axis_set axes) const {
        axis_set result = 0;
        for (; axes != 0; axes &= axes - 1) result |= array_builder::bit((*this)(std::countr_zero(axes)));
        return result;
    }
};

/// Answers what was asked of axes while the function was recorded, in terms of the accesses of the settled graph.
constexpr void answer(const array_builder& raw, const axis_names& name, const growing<index>& element, array_builder& settled) {
    for (int k = 0; k < raw.lengths.size; ++k) settled.add_length({name(raw.lengths.data[k].axis), name(raw.lengths.data[k].of), raw.lengths.data[k].slice});
    for (int k = 0; k < raw.steps.size; ++k) settled.add_step({name(raw.steps.data[k].axis), raw.steps.data[k].place});
    for (int k = 0; k < raw.indices.size; ++k)
        settled.add_indices({name(raw.indices.data[k].axis), static_cast<int>(settled[element.data[raw.indices.data[k].access]].bits)});
    for (int k = 0; k < raw.questions.size; ++k) {
        const array_builder::question& asked = raw.questions.data[k];
        const int axis = raw.root(asked.axis), known_axis = name(axis);
        auto along = growing<access_set>::zeros(raw.size());
        accesses_along(raw, axis, along);
        const access_set accesses = along.data[asked.at];
        if (asked.is_single && (accesses == 0 || accesses >> most_known_accesses != 0)) settled.add_length({known_axis});
        if (accesses == every_access) continue;
        access_set known = accesses & bit_of_access(most_known_accesses);
        for (access_set rest = accesses & ~bit_of_access(most_known_accesses); rest != 0; rest &= rest - 1) {
            const auto access = static_cast<int>(settled[element.data[std::countr_zero(rest)]].bits);
            known |= bit_of_access(access);
            for (int d = 0; asked.is_single && d < settled.accesses.data[access].rank; ++d)
                if (settled.accesses.data[access].dimensions[d].axis == known_axis) settled.single_steps.push_back({access, d});
        }
        if (!asked.is_single) add_need(settled, known_axis, known);
    }
}

/// Writes the nodes that `outputs` need again, with axes numbered from 0 and each access of an array known once.
constexpr axis_names settle(array_builder& raw, const index* outputs, int output_count, array_builder& settled, index* settled_outputs) {
    axis_names name{raw};
    for (int axis = 0; axis < raw.axis_count(); ++axis)
        if (raw.root(axis) == axis) name.of_root[axis] = settled.new_axis();
    for (int axis = 0; axis < raw.axis_count(); ++axis)
        if (raw.root(axis) == axis) settled.set_origin(name(axis), axis_origin{name(raw.origin(axis).axis), raw.origin(axis).slice, raw.origin(axis).steps});
    for (int k = 0; k < raw.slices.size; ++k) settled.slice(raw.slices.data[k]);
    for (int k = 0; k < raw.concatenations.size; ++k) {
        axis_concatenation whole = raw.concatenations.data[k];
        whole.axis = name(whole.axis);
        for (int part = 0; part < whole.count; ++part) whole.parts[part] = name(whole.parts[part]);
        settled.concatenations.push_back(whole);
    }
    for (int k = 0; k < raw.reshapings.size; ++k) {
        axis_reshaping reshaping = raw.reshapings.data[k];
        for (int& axis : reshaping.old_axes) axis = name(axis);
        for (int& axis : reshaping.as_long_as) axis = name(axis);
        settled.reshapings.push_back(reshaping);
    }
    for (int k = 0; k < raw.scans.size; ++k)
        settled.scans.push_back({name(raw.scans.data[k].axis), raw.scans.data[k].backward, name(raw.scans.data[k].state_axes), raw.scans.data[k].group});
    // All accesses, those of dead nodes too: they say how long axes are.
    auto element = growing<index>::zeros(raw.accesses.size);
    for (int k = 0; k < raw.accesses.size; ++k) {
        array_access access = raw.accesses.data[k];
        for (int d = 0; d < access.rank; ++d) {
            dimension_access& dimension = access.dimensions[d];
            dimension.axis = name(dimension.axis);
            // An array of indices has been read before what is read at them.
            if (dimension.indices != nowhere) dimension.indices = static_cast<int>(settled[element.data[dimension.indices]].bits);
        }
        element.data[k] = settled.element(access);
    }
    answer(raw, name, element, settled);
    growing<index> order(raw.size());
    live_order_with_scans(raw, outputs, output_count, order);
    auto moved = growing<index>::zeros(raw.size());
    for (int k = 0; k < order.size; ++k) {
        const graph_node n = raw[order.data[k]];
        const auto operand = [&](int o) { return n.operands[o] == nowhere ? nowhere : moved.data[n.operands[o]]; };
        const auto axis = [&] { return static_cast<std::uint64_t>(name(static_cast<int>(n.bits))); };
        index& at = moved.data[order.data[k]];
        if (is_a<op::element>(n)) at = element.data[n.bits];
        else if (is_a<op::extent>(n)) at = settled.leaf(extent_info, axis());
        else if (is_a<op::position>(n)) at = settled.leaf(position_info, axis());
        else at = settled.add_again(n, operand(0), operand(1), operand(2), is_over_axes(n) ? bits_with_names(n, name) : 0, false);
    }
    for (int k = 0; k < output_count; ++k) settled_outputs[k] = moved.data[outputs[k]];
    add_needs_of_loops(settled);
    return name;
}

/// Records a function of arguments of these shapes. The result is a number or an array.
template <class Function, class... Shape>
struct array_recorder {
    static constexpr int number_count = (0 + ... + array_terms<Shape>::numbers);
    static constexpr int array_count = (0 + ... + array_terms<Shape>::arrays);
    using result = array_result<Function, Shape...>;
    static constexpr int rank = rank_of<result>;

    /// Calls visitor(graph, output, axes of the output, axes that must have a step).
    template <class Visitor>
    static constexpr auto record(const Visitor& visitor) {
        array_builder raw(64), settled(64);
        auto arguments = array_inputs<Shape...>::make(raw, std::make_integer_sequence<int, sizeof...(Shape)>{});
        const result value = std::apply(Function{}, arguments);
        index output = nowhere;
        if constexpr (is_array_value<result>) output = value.handle().in(raw);
        else output = raw.constant(exact_literal(value));
        if constexpr (rank > 0)
            for (int k = 0; k < rank; ++k)
                if (value.axes()[k] != nowhere) raw.questions.push_back({value.axes()[k], output, false});
        const axis_names name = settle(raw, &output, 1, settled, &output);
        int axes[most_dimensions] = {};
        if constexpr (rank > 0)
            for (int k = 0; k < rank; ++k) axes[k] = name(value.axes()[k]);
        axis_set filled = 0;
        for (int k = 0; k < raw.filled.size; ++k) filled |= array_builder::bit(name(raw.filled.data[k]));
        return visitor(settled, output, axes, filled);
    }
};

/// Its graph. Apart from the recorder, which says whether there is one: what is thrown while the function is recorded is no constant, and the compiler goes on from there.
template <class Function, class... Shape>
struct array_recording : array_recorder<Function, Shape...> {
    using array_recorder<Function, Shape...>::rank;

    static constexpr array_graph_sizes sizes = array_recorder<Function, Shape...>::record([](array_builder& g, index output, const int*, axis_set) { return sizes_of(g, &output, 1); });
    static constexpr auto recorded = array_recorder<Function, Shape...>::record([](array_builder& g, index output, const int* axes, axis_set filled) {
        auto all = finished<sizes>(g, &output);
        all.filled = filled;
        for (int k = 0; k < rank; ++k) all.result_axes[k] = axes[k];
        return all;
    });
};

}  // namespace tapeless::detail
