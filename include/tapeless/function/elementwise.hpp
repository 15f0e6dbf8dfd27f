// SPDX-License-Identifier: BSL-1.0
// gradient, derivative and their like of functions of numbers, called with arrays: every element is a call of its own.
// `gradient(price)(S, K, r)` with arrays or numbers in each place gives an array for each; `.into(…)` writes to memory of the caller's.
#pragma once

#include <tapeless/evaluate/elements.hpp>
#include <tapeless/function/derivative.hpp>
#include <tapeless/function/gradient.hpp>
#include <tapeless/function/jacobian.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace tapeless {
namespace detail {

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

    template <class Program>
    static void run(const extents<rank>& shape, const std::array<element_target<number, rank>, Program::output_count>& targets, const Argument&... argument) {
        number numbers[input_count > 0 ? input_count : 1];
        loop<Program>(std::make_integer_sequence<int, input_count>{})(shape, sources(numbers, argument...), targets);
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
    template <class Program, int... Input>
    static auto loop(std::integer_sequence<int, Input...>) {
        return &element_loop<Program, number, rank, is_uniform(Input)...>::run;
    }
};

/// The results of a function object on arrays: Layout says how the rows of its outputs make up one.
template <class Program, class Layout, class... Argument>
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
        call::template run<Program>(shape, targets, argument...);
        return Layout::build(array_row<array_type>{rows});
    }
};

}  // namespace detail

/// Views of memory that results are written to, bound to a function object: what `.into(…)` returns.
template <class Function, class... View>
class into_memory {
public:
    explicit into_memory(const View&... memory) : memory_(memory...) {}

    /// Writes the results for all elements. Each memory has the shape that the arguments stretch to, which is checked before anything
    /// is written; it may be that of an argument of the same strides, and must not overlap one otherwise.
    template <class... Argument>
    void operator()(const Argument&... argument) const {
        if constexpr (constexpr bool proper = Function::template is_proper<detail::element<Argument>...>(); proper) write(argument...);
    }

private:
    template <class... Argument>
    void write(const Argument&... argument) const {
        using call = detail::element_call<Argument...>;
        using program = typename Function::template program<detail::element<Argument>...>;
        constexpr bool fits = sizeof...(View) == program::output_count;
        static_assert(fits, "tapeless: into(…) takes one memory for each result: the values first, then one for each number that is differentiated by.");
        constexpr bool same = ((View::rank == call::rank && std::is_same_v<typename View::value_type, typename call::number>) && ...);
        static_assert(same, "tapeless: into(…) takes memory of the rank and of the number type that the arguments have together.");
        if constexpr (fits && same) {
            const auto shape = call::shape(Function::name, argument...);
            std::array<detail::element_target<typename call::number, call::rank>, program::output_count> targets;
            [&]<std::size_t... K>(std::index_sequence<K...>) {
                (check(shape, std::get<K>(memory_), static_cast<int>(K)), ...);
                ((targets[K] = {std::get<K>(memory_).data(), std::get<K>(memory_).strides()}), ...);
            }(std::index_sequence_for<View...>{});
            call::template run<program>(shape, targets, argument...);
        }
    }

    template <std::size_t Rank, class Memory>
    static void check(const extents<Rank>& shape, const Memory& memory, int position) {
        if (memory.shape() != shape)
            throw shape_error(std::string(Function::name) + ": memory " + std::to_string(position) + " of into(…) has the shape " + to_string(memory.shape()) +
                              "; the results have " + to_string(shape) + ".");
    }
    std::tuple<View...> memory_;
};

template <class Function, class... Memory>
struct detail::memory_binding {
    static auto make(Memory&... memory) {
        constexpr bool are_arrays = (array_like<std::remove_cvref_t<Memory>> && ...);
        static_assert(are_arrays, "tapeless: into(…) takes arrays or views of memory.");
        if constexpr (are_arrays) return into_memory<Function, decltype(view_of(memory))...>(view_of(memory)...);
        else return [](const auto&...) {};
    }
};

}  // namespace tapeless
