// SPDX-License-Identifier: BSL-1.0
// One thread's part of a call on every element: a few elements are loaded, 16 bytes at a time where memory allows it, computed in
// registers by straight-line code, and stored. The same code runs on a device and on the host.
#pragma once

#include <tapeless/evaluate/scalar.hpp>
#include <tapeless/graph/graph_type.hpp>

#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace tapeless::detail {

/// In place of an element type: the input is one number for all elements.
struct uniform {};

/// What one instruction loads or stores.
template <class T, int Count>
struct alignas(Count * sizeof(T) < 16 ? Count * sizeof(T) : 16) packed {
    T values[Count];
};

/// Graph: a graph as a type. Element: for each input its element type, or `uniform`. All of these are types and integers, which is what nvcc takes.
/// Each result has an element for each element of the inputs; memory of results may be that of an input, element for element.
template <class Graph, class Number, class... Element>
struct element_thread {
    static constexpr int input_count = sizeof...(Element);
    static constexpr int output_count = Graph::flat.output_count;
    static constexpr int block_size = 256;
    /// Elements a thread: 16 bytes of each array. One where arithmetic, not memory, takes the time: as many copies of a long program would not fit the registers.
    static constexpr int width = Graph::flat.size > 300 ? 1 : 16 / static_cast<int>(sizeof(Number));
    static constexpr int block_elements = block_size * width;

    struct arguments {
        const void* arrays[input_count];
        Number numbers[input_count];
        Number* results[output_count];
        std::int64_t count;
        bool is_aligned;  ///< every array lies at a multiple of what one instruction moves
    };

    static bool is_aligned(const arguments& of) {
        bool all = true;
        int input = 0;
        ((all &= is_aligned<Element>(of.arrays[input++])), ...);
        for (const Number* result : of.results) all &= is_aligned<Number>(result);
        return all;
    }
    static std::int64_t block_count(const arguments& of) { return (of.count + block_elements - 1) / block_elements; }

    TAPELESS_HOST_DEVICE static void run(const arguments& of, std::int64_t block, int thread) { run(of, block, thread, all_elements{}, all_inputs{}, all_outputs{}); }

private:
    using elements = boost::mp11::mp_list<Element...>;
    using all_elements = std::make_integer_sequence<int, width>;
    using all_inputs = std::make_integer_sequence<int, input_count>;
    using all_outputs = std::make_integer_sequence<int, output_count>;
    using inputs_of_one = Number[input_count];
    using outputs_of_one = Number[output_count];

    template <class One>
    static bool is_aligned(const void* array) {
        if constexpr (std::is_same_v<One, uniform>) return true;
        else return reinterpret_cast<std::uintptr_t>(array) % alignof(packed<One, width>) == 0;
    }

    // Two ways, each straight-line code: where they meet before the arithmetic, that waits for both.
    template <class All, class Inputs, class Outputs>
    TAPELESS_HOST_DEVICE static void run(const arguments& of, std::int64_t block, int thread, All all, Inputs inputs, Outputs outputs) {
        const std::int64_t first = block * block_elements;
        if (of.is_aligned && first + block_elements <= of.count) run_on<true>(of, first, thread, all, inputs, outputs);
        else run_on<false>(of, first, thread, all, inputs, outputs);
    }
    // All loads stand before the first store, so that they are under way together, although results may lie where inputs do.
    template <bool IsByGroups, int... E, int... Input, int... Output>
    TAPELESS_INLINE static void run_on(const arguments& of, std::int64_t first, int thread, std::integer_sequence<int, E...>, std::integer_sequence<int, Input...>,
                                       std::integer_sequence<int, Output...>) {
        // Neighbouring threads have neighbouring elements where these are moved one by one, and neighbouring groups of elements otherwise.
        const std::int64_t at[] = {first + (IsByGroups ? thread * width + E : E * block_size + thread)...};
        Number inputs[width][input_count], outputs[width][output_count];
        if constexpr (IsByGroups) {
            [[maybe_unused]] const int loads[] = {(load_group<Input>(of, at[0], inputs, all_elements{}), 0)...};
        } else {
            [[maybe_unused]] const int loads[] = {(load<Input>(of, at, inputs, all_elements{}), 0)...};
        }
        [[maybe_unused]] const int runs[] = {(evaluate<Graph>(inputs[E], outputs[E]), 0)...};
        if constexpr (IsByGroups) {
            [[maybe_unused]] const int stores[] = {(store_group<Output>(of, at[0], outputs, all_elements{}), 0)...};
        } else {
            [[maybe_unused]] const int stores[] = {(store<Output>(of, at, outputs, all_elements{}), 0)...};
        }
    }

    template <int Input, int... E>
    TAPELESS_INLINE static void load_group(const arguments& of, std::int64_t at, inputs_of_one* inputs, std::integer_sequence<int, E...>) {
        using element = boost::mp11::mp_at_c<elements, Input>;
        if constexpr (std::is_same_v<element, uniform>) {
            ((inputs[E][Input] = of.numbers[Input]), ...);
        } else {
            const auto group = *reinterpret_cast<const packed<element, width>*>(static_cast<const element*>(of.arrays[Input]) + at);
            ((inputs[E][Input] = static_cast<Number>(group.values[E])), ...);
        }
    }
    // What lies past the end is computed with zeros and not stored.
    template <int Input, int... E>
    TAPELESS_INLINE static void load(const arguments& of, const std::int64_t* at, inputs_of_one* inputs, std::integer_sequence<int, E...>) {
        using element = boost::mp11::mp_at_c<elements, Input>;
        if constexpr (std::is_same_v<element, uniform>) ((inputs[E][Input] = of.numbers[Input]), ...);
        else ((inputs[E][Input] = at[E] < of.count ? static_cast<Number>(static_cast<const element*>(of.arrays[Input])[at[E]]) : Number(0)), ...);
    }
    template <int Output, int... E>
    TAPELESS_INLINE static void store_group(const arguments& of, std::int64_t at, const outputs_of_one* outputs, std::integer_sequence<int, E...>) {
        *reinterpret_cast<packed<Number, width>*>(of.results[Output] + at) = packed<Number, width>{{outputs[E][Output]...}};
    }
    template <int Output, int... E>
    TAPELESS_INLINE static void store(const arguments& of, const std::int64_t* at, const outputs_of_one* outputs, std::integer_sequence<int, E...>) {
        (void(at[E] < of.count ? of.results[Output][at[E]] = outputs[E][Output] : Number(0)), ...);
    }
};

}  // namespace tapeless::detail
