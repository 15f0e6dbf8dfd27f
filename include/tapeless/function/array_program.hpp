// SPDX-License-Identifier: BSL-1.0
// What calls of a function of arrays, such as [](auto w, auto X, auto y) { return mean(log1p(exp(-y * dot(X, w)))); }, or of its gradient have in common: how they
// are told from calls of a function of numbers on every element, what may be wrong with them, and the way from arguments to the frame of an array program.
#pragma once

#include <tapeless/derive/array_derived.hpp>
#include <tapeless/derive/matrix_products.hpp>
#include <tapeless/evaluate/array_run.hpp>
#include <tapeless/evaluate/row_run.hpp>
#include <tapeless/function/gradient.hpp>
#include <tapeless/record/array_trace.hpp>

#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace tapeless::detail {

template <class Function, class... Shape>
constexpr int array_nodes() {
    return array_recorder<Function, Shape...>::record([](array_builder& g, index, const int*, axis_set) { return g.size(); });
}
template <class Function, class... Shape>
concept array_recordable = requires { typename constant_expression<array_nodes<Function, Shape...>()>; };

/// Whether a recorded function, whose result has so many dimensions, does to each element what a function of numbers would: nothing but elementwise operations,
/// on arrays as they are.
template <class Flat>
constexpr bool is_elementwise(const Flat& flat, int array_count, int rank) {
    for (index at = 0; at < flat.graph.size; ++at) {
        const graph_node& n = flat.graph.nodes[at];
        if (is_over_axes(n) || is_a<op::scan>(n) || is_a<op::extent>(n) || is_a<op::position>(n)) return false;
    }
    if (Flat::sizes.accesses != array_count) return false;
    for (int k = 0; k < array_count; ++k) {
        const array_access& access = flat.accesses[k];
        if (!is_whole(access, flat.accesses)) return false;
        // One of more dimensions than the result is not used.
        for (int d = 0; d < access.rank && access.rank <= rank; ++d)
            if (access.dimensions[d].axis != flat.result_axes[rank - access.rank + d]) return false;
    }
    return true;
}

template <class Result>
inline constexpr bool returns_one_value = is_array_value<Result> || std::is_arithmetic_v<Result>;

/// Whether a call on arrays is that of a function of arrays, and not of a function of numbers on every element.
template <class Function, class... Argument>
constexpr bool calls_array_program() {
    if constexpr (!captureless<Function>) return false;
    else if constexpr (!takes_arrays<Function, array_shape_of<Argument>...>) return false;
    else if constexpr (!returns_one_value<array_result<Function, array_shape_of<Argument>...>>) return false;
    else if constexpr (!array_recordable<Function, array_shape_of<Argument>...>) return false;
    else {
        using recording = array_recording<Function, array_shape_of<Argument>...>;
        return !is_elementwise(recording::recorded, recording::array_count, recording::rank);
    }
}

/// The number type of an argument: of an array, of its elements.
template <class Argument>
struct number_in {
    using type = number_of<Argument>;
};
template <array_like Argument>
struct number_in<Argument> {
    using type = typename view_type<Argument>::value_type;
};

template <class Wrt, class... Shape>
struct wanted_in_program {
    using chosen = chosen_arguments<Wrt, sizeof...(Shape)>;
    static constexpr bool contains_number(int number) {
        const int counts[] = {array_terms<Shape>::numbers...};
        int argument = 0;
        for (; number >= counts[argument]; ++argument) number -= counts[argument];
        return chosen::contains(argument);
    }
    static constexpr bool contains_array(int array) {
        if (array == nowhere) return false;
        const int counts[] = {array_terms<Shape>::arrays...};
        int argument = 0;
        for (; array >= counts[argument]; ++argument) array -= counts[argument];
        return chosen::contains(argument);
    }
};

/// The first thing wrong with a call of a function of arrays.
template <class Function, class Wrt, class... Argument>
constexpr misuse diagnose_array_program() {
    constexpr int count = sizeof...(Argument);
    using recording = array_recording<Function, array_shape_of<Argument>...>;
    constexpr bool integral[] = {std::numeric_limits<typename number_in<Argument>::type>::is_integer..., false};
    bool by_integer = false;
    for (int k = 0; k < count; ++k) by_integer = by_integer || (integral[k] && chosen_arguments<Wrt, count>::contains(k));
    if (!chosen_arguments<Wrt, count>::in_range) return misuse::choice;
    if (by_integer) return misuse::integer;
    if (recording::rank != 0 && !std::is_same_v<Wrt, wrt_none>) return misuse::array_result;
    return misuse::no;
}

/// Whether memory is an argument's too.
template <class Memory, class One>
bool overlap(const Memory& memory, [[maybe_unused]] const One& argument) {
    if constexpr (array_like<One>) {
        const auto [first, last] = bytes_of(memory);
        const auto [begin, end] = bytes_of(view_of(argument));
        return first < end && begin < last;
    } else {
        return false;
    }
}

/// A call of a function of arrays, or of its gradient.
template <class Function, class Wrt, bool WithValue, class Policy, class... Argument>
class array_program_arguments {
protected:
    using all_positions = std::make_integer_sequence<int, sizeof...(Argument)>;
    using inputs = array_inputs<array_shape_of<Argument>...>;
    using recording = array_recording<Function, array_shape_of<Argument>...>;
    using wanted = wanted_in_program<Wrt, array_shape_of<Argument>...>;

private:
    template <class One>
    static constexpr bool is_in_row() {
        if constexpr (array_like<One>) return view_type<One>::rank == 1 && std::is_same_v<typename view_type<One>::value_type, typename common_number<typename number_in<Argument>::type...>::type>;
        else return true;
    }

public:
    struct program : array_gradient_graph<recording, wanted, WithValue> {
        static constexpr int number_count = recording::number_count, array_count = recording::array_count;
    };
    using number = typename common_number<typename number_in<Argument>::type...>::type;
    using planned = detail::planned<std::conditional_t<multiplies<Policy, number>, with_products<program>, program>>;
    using frame = array_frame<planned, number>;
    using row = row_run<planned, number>;
    static constexpr bool may_be_row = row::exists && (is_in_row<Argument>() && ...);

protected:
    /// Whether the arguments are what a row takes.
    template <int... Position>
    static bool bind_row(row& r, std::integer_sequence<int, Position...>, const Argument&... argument) {
        return (bind_to_row<Position>(r, argument) && ...) && r.has_one_tile();
    }
    /// IsOnHost: the host may read the arguments.
    template <bool IsOnHost = true, int... Position>
    static void bind(frame& f, const char* name, std::integer_sequence<int, Position...>, const Argument&... argument) {
        (bind_one<Position>(f, argument), ...);
        f.measure(name);
        if constexpr (IsOnHost) f.check_indices(name);
        for (int k = 0; k < program::output_count; ++k) {
            f.outputs[k] = {f.results + k, {}};
            f.results[k] = 0;
        }
    }

private:
    template <int Position, class One>
    static bool bind_to_row(row& r, const One& argument) {
        if constexpr (array_like<One>) return r.bind(inputs::arrays_before(Position), view_of(argument));
        else return structure<One>::template visit<inputs::numbers_before(Position)>(argument, write_to_row<number>{r.numbers}), true;
    }
    template <int Position, class One>
    static void bind_one(frame& f, const One& argument) {
        if constexpr (array_like<One>) f.template bind<inputs::arrays_before(Position)>(Position, view_of(argument));
        else structure<One>::template visit<inputs::numbers_before(Position)>(argument, write_to_row<number>{f.numbers});
    }
};

}  // namespace tapeless::detail
