// SPDX-License-Identifier: BSL-1.0
// The innermost loop of a pass, over a row or over several at once, on registers. Sums along it stay in registers.
#pragma once

#include <tapeless/evaluate/pass_code.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace tapeless::detail {

template <class Planned, class T, int Pass>
class pass_row : protected pass_code<Planned, T, Pass> {
    using base = pass_code<Planned, T, Pass>;

protected:
    using typename base::reg, typename base::number, typename base::all_loads, typename base::all_sinks, typename base::program, typename base::all_lanes,
        typename base::first_lanes;
    using base::load_count, base::sink_count, base::varies, base::mode, base::reduction, base::in_registers, base::has_sums, base::by_rows, base::ways,
        base::varies_by_row, base::sink_varies_by_row;
    template <int Sink>
    using reduction_of = typename base::template reduction_of<Sink>;

    template <int Sink>
    static void start_sum(number (*sums)[sink_count + 1]) {
        if constexpr (in_registers(Sink))
            for (int way = 0; way < ways; ++way) sums[way][Sink] = number(T(reduction_of<Sink>::identity));
    }

    template <int Sink, int Ways>
    static T sum_of_ways(number (*sums)[sink_count + 1], int first) {
        using reduction = reduction_of<Sink>;
        for (int stride = 1; stride < Ways; stride *= 2)
            for (int way = 0; way + stride < Ways; way += 2 * stride) sums[way][Sink] = reduction::combine(sums[way][Sink], sums[way + stride][Sink]);
        return combine_lanes<reduction, T>(sums[first][Sink]);
    }
    /// The innermost loop over a row, or over so many rows at once. Sums are made of parts of so many steps each, those of long rows of two halves: added one
    /// to the next, terms of one size lose digits to each other.
    template <int Rows, class Loads, class Sinks>
    [[gnu::always_inline]] static void registers(const T* const (*from)[load_count + 1], T* const (*to)[sink_count + 1], std::ptrdiff_t count, number (*sums)[sink_count + 1], Loads loads, Sinks sinks) {
        if constexpr (!has_sums()) part_of_row<Rows>(from, to, 0, count, sums, loads, sinks);
        else if (count <= 64 * part) parts_of_row<Rows>(from, to, 0, count, sums, loads, sinks);
        else halves_of_row<Rows>(from, to, 0, count, sums, loads, sinks);
    }
    // The same code for several callers: it is most of what a pass takes to compile.
    [[gnu::noinline]] static void registers_apart(const T* const (*from)[load_count + 1], T* const (*to)[sink_count + 1], std::ptrdiff_t count, number (*sums)[sink_count + 1]) {
        registers<1>(from, to, count, sums, all_loads{}, all_sinks{});
    }
    static constexpr std::ptrdiff_t part = 16 * reg::count * (by_rows ? 1 : ways);
    template <int Rows, class Loads, class Sinks>
    [[gnu::always_inline]] static void parts_of_row(const T* const (*from)[load_count + 1], T* const (*to)[sink_count + 1], std::ptrdiff_t first, std::ptrdiff_t end,
                                                    number (*sums)[sink_count + 1], Loads loads, Sinks sinks) {
        for (; first < end; first += part) part_of_row<Rows>(from, to, first, std::min(first + part, end), sums, loads, sinks);
    }
    template <int Rows, class Loads, int... Sink>
    [[gnu::noinline]] static void halves_of_row(const T* const (*from)[load_count + 1], T* const (*to)[sink_count + 1], std::ptrdiff_t first, std::ptrdiff_t end,
                                                number (*sums)[sink_count + 1], Loads loads, std::integer_sequence<int, Sink...> sinks) {
        if (end - first <= 64 * part) return parts_of_row<Rows>(from, to, first, end, sums, loads, sinks);
        const std::ptrdiff_t middle = first + (end - first) / (2 * part) * part;
        halves_of_row<Rows>(from, to, first, middle, sums, loads, sinks);
        number second[ways][sink_count + 1];
        [[maybe_unused]] const int begin[] = {0, (start_sum<Sink>(second), 0)...};
        halves_of_row<Rows>(from, to, middle, end, second, loads, sinks);
        for (int way = 0; way < ways; ++way) {
            [[maybe_unused]] const int add[] = {0, (in_registers(Sink) ? (sums[way][Sink] = reduction_of<Sink>::combine(sums[way][Sink], second[way][Sink]), 0) : 0)...};
        }
    }
    // The first part of a row's own sum needs no sum of its own.
    template <int Sink>
    static constexpr bool goes_on(std::ptrdiff_t at) {
        return mode(Sink) == sink_mode::add_row && at == 0;
    }
    template <int Rows, int... Load, int... Sink>
    [[gnu::always_inline]] static void part_of_row(const T* const (*from)[load_count + 1], T* const (*to)[sink_count + 1], std::ptrdiff_t at, std::ptrdiff_t end,
                                                   number (*all_sums)[sink_count + 1], std::integer_sequence<int, Load...>, std::integer_sequence<int, Sink...>) {
        constexpr int at_once = by_rows ? Rows : ways;
        const std::ptrdiff_t start = at;
        number inputs[at_once][load_count + 1], outputs[at_once][sink_count + 1], sums[at_once][sink_count + 1];
        for_each<at_once>([&](auto way) __attribute__((always_inline)) {
            [[maybe_unused]] const int everywhere[] = {0, (varies(Load) ? 0 : (inputs[way][Load] = number(*from[by_rows ? way : 0][Load]), 0))...};
            [[maybe_unused]] const int begin[] = {0, (in_registers(Sink) ? (sums[way][Sink] = goes_on<Sink>(at) ? all_sums[way][Sink] : number(T(reduction_of<Sink>::identity)), 0) : 0)...};
        });
        if constexpr (by_rows) {
            const auto step = [&](const auto& lanes) __attribute__((always_inline)) {
                for_each<Rows>([&](auto way) __attribute__((always_inline)) {
                    [[maybe_unused]] const int loads[] = {0, (!varies(Load) ? 0
                                                              : way > 0 && !varies_by_row(Load) ? (inputs[way][Load] = inputs[0][Load], 0)
                                                                                                : (inputs[way][Load] = lanes.load(from[way][Load] + at), 0))...};
                    evaluate<program>(inputs[way], outputs[way]);
                });
                [[maybe_unused]] const int stores[] = {0, (leave_rows<Sink, Rows>(outputs, to, at, sums, lanes), 0)...};
            };
            for (; at + reg::count <= end; at += reg::count) step(all_lanes{});
            if (const int rest = static_cast<int>(end - at); rest > 0) step(first_lanes{rest});
        } else {
            const auto step = [&](auto way, std::ptrdiff_t here, const auto& lanes) __attribute__((always_inline)) {
                [[maybe_unused]] const int loads[] = {0, (varies(Load) ? (inputs[way][Load] = lanes.load(from[0][Load] + here), 0) : 0)...};
                evaluate<program>(inputs[way], outputs[way]);
                [[maybe_unused]] const int stores[] = {0, (leave<Sink>(outputs[way][Sink], to[0][Sink] + here, sums[way][Sink], lanes), 0)...};
            };
            for (; at + ways * reg::count <= end; at += ways * reg::count)
                for_each<ways>([&](auto way) __attribute__((always_inline)) { step(way, at + way * reg::count, all_lanes{}); });
            if constexpr (ways > 1)
                for (; at + reg::count <= end; at += reg::count) step(std::integral_constant<int, 0>{}, at, all_lanes{});
            if (const int rest = static_cast<int>(end - at); rest > 0) step(std::integral_constant<int, 0>{}, at, first_lanes{rest});
        }
        for_each<at_once>([&](auto way) __attribute__((always_inline)) {
            [[maybe_unused]] const int add[] = {0, (in_registers(Sink) ? (all_sums[way][Sink] = goes_on<Sink>(start) ? sums[way][Sink] : reduction_of<Sink>::combine(all_sums[way][Sink], sums[way][Sink]), 0) : 0)...};
        });
    }

    template <int Sink, class Lanes>
    [[gnu::always_inline]] static void leave(const number& value, T* to, number& sum, const Lanes& lanes) {
        if constexpr (in_registers(Sink)) sum = lanes.kept(reduction_of<Sink>::combine(sum, value), sum);
        else if constexpr (mode(Sink) == sink_mode::add_memory) lanes.store(reduction_of<Sink>::combine(lanes.load(to), value), to);
        else lanes.store(value, to);
    }
    template <int Sink, int First, int Rows>
    [[gnu::always_inline]] static number together(const number (*outputs)[sink_count + 1]) {
        if constexpr (Rows == 1) return outputs[First][Sink];
        else return reduction_of<Sink>::combine(together<Sink, First, Rows / 2>(outputs), together<Sink, First + Rows / 2, Rows / 2>(outputs));
    }
    template <int Sink, int Rows, class Lanes>
    [[gnu::always_inline]] static void leave_rows(const number (*outputs)[sink_count + 1], T* const (*to)[sink_count + 1], std::ptrdiff_t at,
                                                  number (*sums)[sink_count + 1], const Lanes& lanes) {
        if constexpr (mode(Sink) == sink_mode::add_memory && !sink_varies_by_row(Sink)) {
            leave<Sink>(together<Sink, 0, Rows>(outputs), to[0][Sink] + at, sums[0][Sink], lanes);
        } else {
            for_each<Rows>([&](auto way) __attribute__((always_inline)) { leave<Sink>(outputs[way][Sink], to[way][Sink] + at, sums[way][Sink], lanes); });
        }
    }
};

}  // namespace tapeless::detail
