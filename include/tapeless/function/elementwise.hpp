// SPDX-License-Identifier: BSL-1.0
// gradient, derivative and their like of functions of numbers, called with arrays: every element is a call of its own.
// `gradient(price)(S, K, r)` with arrays or numbers in each place gives an array for each.
#pragma once

#include <tapeless/evaluate/elements.hpp>
#include <tapeless/function/derived_function.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace tapeless::detail {

template <array_like Array>
inline constexpr bool is_array<Array> = true;

template <array_like Argument>
struct element_of<Argument> {
    using type = typename view_type<Argument>::value_type;
    static constexpr int rank = view_type<Argument>::rank;
};

/// A call on arguments of which some are arrays.
template <class... Argument>
struct element_call {
    static constexpr int rank = std::max({element_of<Argument>::rank...});
    static constexpr int input_count = structure<std::tuple<element<Argument>...>>::count;
    using number = common_number_of<element<Argument>...>;

    /// The shape that all arguments stretch to. Throws a shape_error that names the argument that does not.
    static extents<rank> shape(const char* call, const Argument&... argument) {
        extents<rank> all;
        all.fill(1);
        int position = 0;
        (stretch(call, all, position++, argument), ...);
        return all;
    }

    /// numbers: where the values of arguments that are no arrays go.
    static auto sources(number* numbers, const Argument&... argument) {
        std::array<element_source<number, rank>, input_count> sources{};
        int next = 0;
        (append(sources, next, numbers, argument), ...);
        return sources;
    }

    template <class Program, class Policy>
    static void run(const extents<rank>& shape, const std::array<element_target<number, rank>, Program::output_count>& targets, const Argument&... argument) {
        number numbers[input_count > 0 ? input_count : 1];
        loop<Program, Policy>(std::make_integer_sequence<int, input_count>{})(shape, sources(numbers, argument...), targets);
    }

private:
    template <class One>
    static void stretch(const char* call, extents<rank>& all, int position, const One& argument) {
        if constexpr (array_like<One>) {
            if (!broadcast(all, view_of(argument).shape()))
                throw shape_error(std::string(call) + ": argument " + std::to_string(position) + " has the shape " + to_string(view_of(argument).shape()) +
                                  ", which does not broadcast with " + to_string(all) + ", the shape of the arguments before it.");
        }
    }
    template <class One>
    static void append(std::array<element_source<number, rank>, input_count>& sources, int& next, number* numbers, const One& argument) {
        if constexpr (array_like<One>) {
            const auto view = view_of(argument);
            sources[next++] = element_source<number, rank>::of(view.data(), stretched_strides<rank>(view));
        } else {
            structure<One>::template visit<0>(argument, [&](const auto& value, auto) {
                numbers[next] = static_cast<number>(value);
                sources[next] = element_source<number, rank>::of(numbers + next, {});
                ++next;
            });
        }
    }

    // Which inputs belong to arguments that are no arrays.
    static constexpr bool is_uniform(int input) {
        const int counts[] = {structure<element<Argument>>::count...};
        const bool uniform[] = {!array_like<Argument>...};
        int argument = 0;
        for (; input >= counts[argument]; ++argument) input -= counts[argument];
        return uniform[argument];
    }
    template <class Program, class Policy, int... Input>
    static auto loop(std::integer_sequence<int, Input...>) {
        return &element_runner<element_target<number, rank>, Program, number, rank, is_uniform(Input)...>::template run<Policy>;
    }
};

/// The results of a function object on arrays: Layout says how the rows of its outputs make up one.
template <class Program, class Layout, class Policy, class... Argument>
struct array_results {
    using call = element_call<Argument...>;
    using number = typename call::number;
    using array_type = array<number, call::rank>;

    static auto get(const char* name, const Argument&... argument) {
        const auto shape = call::shape(name, argument...);
        array_type rows[Program::output_count];
        std::array<element_target<number, call::rank>, Program::output_count> targets;
        for (int k = 0; k < Program::output_count; ++k) {
            rows[k] = array_type(shape);
            targets[k] = {rows[k].data(), array_view<number, call::rank>(nullptr, shape).strides()};
        }
        call::template run<Program, Policy>(shape, targets, argument...);
        return Layout::build(array_row<array_type>{rows});
    }
};

}  // namespace tapeless::detail
