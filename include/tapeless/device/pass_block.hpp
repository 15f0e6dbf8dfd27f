// SPDX-License-Identifier: BSL-1.0
// A block's part of a pass: the steps of all of its loops on one tile, the threads side by side along rows. Everything that these templates are given is a type
// or an integer, which is what nvcc takes.
#pragma once

#include <tapeless/device/block.hpp>
#include <tapeless/device/pass_arguments.hpp>
#include <tapeless/evaluate/scalar.hpp>
#include <tapeless/graph/graph_type.hpp>

#include <cstdint>
#include <utility>

namespace tapeless::detail {

/// How a sink leaves its values: each written or added to memory of its own, or combined along the innermost loop, along outer ones, or along all.
struct device_sink {
    enum kind : std::uint32_t { write, add, row, column, all };
    /// is_simple: each row has a sum of its own; the sums of columns lie along the innermost loop alone.
    static constexpr std::uint32_t of(kind what, bool is_simple) { return what | (is_simple ? 8u : 0u); }
    static constexpr kind what(std::uint32_t code) { return static_cast<kind>(code & 7); }
    static constexpr bool is_simple(std::uint32_t code) { return code & 8; }
};
/// Graph: the straight-line code of a step, as a type. Tiled: which of the loops is the group's axis; nowhere: none. Identity: of the reduction of each sink.
template <class Graph, int Rank, int Tiled, class Loads, class Sinks, class Identities>
struct device_pass;

template <class Graph, int Rank, int Tiled, std::uint32_t... Load, std::uint32_t... Sink, std::uint32_t... Identity>
struct device_pass<Graph, Rank, Tiled, device_codes<Load...>, device_codes<Sink...>, device_codes<Identity...>> {
    static constexpr int rank = Rank, load_count = sizeof...(Load), sink_count = sizeof...(Sink);

    template <class T>
    using arguments = device_pass_arguments<T, load_count, sink_count, Rank>;

    /// The steps first, …, first + count - 1 of the group's axis.
    template <class T, class Block>
    TAPELESS_HOST_DEVICE static void run(const Block& block, const arguments<T>& of, std::int64_t first, std::int64_t count) {
        if constexpr (Rank == 0) run_once<T>(block, of);
        else run_loops<T>(block, of, first, count);
    }

private:
    template <int Which>
    static constexpr auto load_kind = device_load::what(device_code<Which, Load...>);
    template <int Which>
    static constexpr bool load_varies = device_load::varies(device_code<Which, Load...>);
    template <int Which>
    static constexpr auto sink_kind = device_sink::what(device_code<Which, Sink...>);
    template <int Which>
    using reduction = reduction_named<device_code<Which, Identity...>>;
    static constexpr bool has(device_sink::kind what) { return ((device_sink::what(Sink) == what) || ...); }
    static constexpr bool are_simple(device_sink::kind what) { return ((device_sink::what(Sink) != what || device_sink::is_simple(Sink)) && ...); }
    static constexpr bool has_rows = has(device_sink::row), has_columns = has(device_sink::column);
    static constexpr bool has_simple_rows = are_simple(device_sink::row), has_simple_columns = are_simple(device_sink::column);
    /// A thread's loads of so many steps are under way before the first one is needed: a few that wait for memory at once keep it busy.
    static constexpr int batch = [] {
        int loads = 0;
        for (const std::uint32_t each : {Load..., 0u}) loads += device_load::what(each) == device_load::memory && device_load::varies(each);
        if (loads == 0 || Graph::flat.size > 100) return 1;
        return loads == 1 ? 8 : loads == 2 ? 4 : loads <= 4 ? 2 : 1;
    }();
    using all_loads = std::make_integer_sequence<int, load_count>;
    using all_sinks = std::make_integer_sequence<int, sink_count>;

    // Without loops: one thread, plain numbers.
    template <class T, class Block>
    TAPELESS_HOST_DEVICE static void run_once(const Block& block, const arguments<T>& of) {
        block.threads([&](int thread) {
            if (thread != 0) return;
            T inputs[load_count + 1], outputs[sink_count + 1];
            load_once<T>(of, inputs, all_loads{});
            evaluate<Graph>(inputs, outputs);
            leave_once<T>(of, outputs, all_sinks{});
        });
    }
    template <class T, int... Which>
    TAPELESS_HOST_DEVICE static void leave_once(const arguments<T>& of, const T* outputs, std::integer_sequence<int, Which...>) {
        [[maybe_unused]] const int done[] = {0, (of.to[Which] == nullptr ? 0 : (sink_kind<Which> == device_sink::add ? *of.to[Which] += outputs[Which] : *of.to[Which] = outputs[Which], 0))...};
    }

    /// The threads that go along a row side by side: a power of two, at most a warp or all of them where rows have sums.
    TAPELESS_HOST_DEVICE static int width_of(std::int64_t rows, std::int64_t length) {
        if (Rank == 1) return threads_in_block;
        int width = 1;
        while (width < length && width < threads_in_block) width *= 2;
        if (has_columns && (!has_simple_columns || length > threads_in_block)) return threads_in_block;
        if (!has_rows) return width;
        if (!has_simple_rows) return threads_in_block;
        if (width <= threads_in_warp) return width;
        return !has_columns && rows >= threads_in_block / threads_in_warp && length < 4 * threads_in_block ? threads_in_warp : threads_in_block;
    }

    template <class T, class Block>
    TAPELESS_HOST_DEVICE static void run_loops(const Block& block, const arguments<T>& of, std::int64_t first, std::int64_t count) {
        std::int64_t steps[Rank], rows = 1;
        for (int k = 0; k < Rank; ++k) steps[k] = k == Tiled ? count : of.extents[k];
        for (int k = 0; k + 1 < Rank; ++k) rows *= steps[k];
        const std::int64_t length = steps[Rank - 1];
        const int width = width_of(rows, length), height = threads_in_block / width;
        // The sums of columns stay with their threads if each thread has one.
        const bool in_registers = has_simple_columns && length <= width;
        std::int64_t from[load_count + 1], to[sink_count + 1];
        for (int k = 0; k < load_count; ++k) from[k] = of.loads[k].block * block.index + of.loads[k].tile * first;
        for (int k = 0; k < sink_count; ++k) to[k] = of.sinks[k].block * block.index + of.sinks[k].tile * first;
        typename Block::template own<T> sums[sink_count + 1], lost[sink_count + 1];
        block.threads([&](int thread) { start<T, false>(sums, lost, thread, all_sinks{}); });
        for (std::int64_t at = 0; at < rows; at += height) {
            block.threads([&](int thread) {
                start<T, true>(sums, lost, thread, all_sinks{});
                const std::int64_t row = at + thread / width;
                if (row >= rows) return;
                std::int64_t row_from[load_count + 1], row_to[sink_count + 1];
                begin_row(of, steps, row, from, to, row_from, row_to);
                T inputs[batch][load_count + 1], outputs[sink_count + 1];
                for (int k = 0; k < batch; ++k) load_row<T>(of, inputs[k], row_from, all_loads{});
                // From one step of the thread to its next one.
                std::int64_t from_next[load_count + 1], to_next[sink_count + 1];
                for (int k = 0; k < load_count; ++k) from_next[k] = of.loads[k].strides[Rank - 1] * width;
                for (int k = 0; k < sink_count; ++k) to_next[k] = of.sinks[k].strides[Rank - 1] * width;
                const int first_step = thread % width;
                for (int k = 0; k < load_count; ++k) row_from[k] += of.loads[k].strides[Rank - 1] * first_step;
                for (int k = 0; k < sink_count; ++k) row_to[k] += of.sinks[k].strides[Rank - 1] * first_step;
                std::int64_t left = first_step < length ? (length - first_step + width - 1) / width : 0;
                // Sums are made of parts of so many steps each: added one to the next, terms of one size lose digits to each other.
                constexpr int part = 64;
                while (left > 0) {
                    T parts[sink_count + 1];
                    start_parts<T>(parts, all_sinks{});
                    int steps_of_part = left < part ? static_cast<int>(left) : part;
                    left -= steps_of_part;
                    if constexpr (batch > 1)
                        for (; steps_of_part >= batch; steps_of_part -= batch) {
                            for (int each = 0; each < batch; ++each) load_step<T>(of, inputs[each], row_from, from_next, all_loads{});
                            for (int each = 0; each < batch; ++each) {
                                evaluate<Graph>(inputs[each], outputs);
                                leave<T>(of, outputs, row_to, to_next, in_registers, parts, all_sinks{});
                            }
                        }
                    for (; steps_of_part > 0; --steps_of_part) {
                        load_step<T>(of, inputs[0], row_from, from_next, all_loads{});
                        evaluate<Graph>(inputs[0], outputs);
                        leave<T>(of, outputs, row_to, to_next, in_registers, parts, all_sinks{});
                    }
                    leave_parts<T>(parts, in_registers, sums, lost, thread, all_sinks{});
                }
                add_lost<T, true>(sums, lost, thread, all_sinks{});
            });
            if constexpr (has_rows) leave_rows<T>(block, of, steps, rows, at, width, to, sums, all_sinks{});
        }
        block.threads([&](int thread) { add_lost<T, false>(sums, lost, thread, all_sinks{}); });
        leave_sums<T>(block, of, length, width, in_registers, to, sums, all_sinks{});
    }
    /// Where a row of the innermost loop begins.
    template <class Arguments>
    TAPELESS_HOST_DEVICE static void begin_row(const Arguments& of, const std::int64_t* steps, std::int64_t row, const std::int64_t* from, const std::int64_t* to, std::int64_t* row_from, std::int64_t* row_to) {
        for (int k = 0; k < load_count; ++k) row_from[k] = from[k];
        for (int k = 0; k < sink_count; ++k) row_to[k] = to[k];
        for (int loop = Rank - 2; loop >= 0; --loop) {
            const std::int64_t step = loop == 0 ? row : row % steps[loop];
            for (int k = 0; k < load_count; ++k) row_from[k] += of.loads[k].strides[loop] * step;
            for (int k = 0; k < sink_count; ++k) row_to[k] += of.sinks[k].strides[loop] * step;
            if (loop > 0) row /= steps[loop];
        }
    }

    template <class T, int Which>
    TAPELESS_HOST_DEVICE static T loaded(const arguments<T>& of, std::int64_t at) {
        return of.template loaded<Which, load_kind<Which>>(at);
    }
    // What all steps of a row have in common.
    template <class T, int... Which>
    TAPELESS_HOST_DEVICE static void load_row(const arguments<T>& of, [[maybe_unused]] T* inputs, const std::int64_t* from, std::integer_sequence<int, Which...>) {
        [[maybe_unused]] const int done[] = {0, (load_varies<Which> ? 0 : (inputs[Which] = loaded<T, Which>(of, from[Which]), 0))...};
    }
    /// One step, and on to the next.
    template <class T, int... Which>
    TAPELESS_HOST_DEVICE static void load_step(const arguments<T>& of, T* inputs, std::int64_t* from, const std::int64_t* next, std::integer_sequence<int, Which...>) {
        [[maybe_unused]] const int done[] = {0, (load_varies<Which> ? (inputs[Which] = loaded<T, Which>(of, from[Which]), from[Which] += next[Which], 0) : 0)...};
    }
    template <class T, int... Which>
    TAPELESS_HOST_DEVICE static void load_once(const arguments<T>& of, T* inputs, std::integer_sequence<int, Which...>) {
        [[maybe_unused]] const int done[] = {0, (inputs[Which] = loaded<T, Which>(of, 0), 0)...};
    }

    template <int Which>
    static constexpr bool is_summed = sink_kind<Which> != device_sink::write && sink_kind<Which> != device_sink::add;
    /// Rows: the sums that begin with each row; else all others.
    template <class T, bool Rows, class Sums, int... Which>
    TAPELESS_HOST_DEVICE static void start(Sums* sums, Sums* lost, int thread, std::integer_sequence<int, Which...>) {
        [[maybe_unused]] const int done[] = {
            0, ((sink_kind<Which> == device_sink::row) == Rows ? (sums[Which][thread] = static_cast<T>(reduction<Which>::identity), lost[Which][thread] = T(0), 0) : 0)...};
    }
    template <class T, int... Which>
    TAPELESS_HOST_DEVICE static void start_parts(T* parts, std::integer_sequence<int, Which...>) {
        [[maybe_unused]] const int done[] = {0, (parts[Which] = static_cast<T>(reduction<Which>::identity), 0)...};
    }
    template <class T, class Sums, int... Which>
    TAPELESS_HOST_DEVICE static void leave_parts(const T* parts, bool in_registers, Sums* sums, Sums* lost, int thread, std::integer_sequence<int, Which...>) {
        [[maybe_unused]] const int done[] = {
            0, (is_summed<Which> && (in_registers || sink_kind<Which> != device_sink::column) ? (accumulate<reduction<Which>>(sums[Which][thread], lost[Which][thread], parts[Which]), 0) : 0)...};
    }
    template <class T, bool Rows, class Sums, int... Which>
    TAPELESS_HOST_DEVICE static void add_lost(Sums* sums, Sums* lost, int thread, std::integer_sequence<int, Which...>) {
        [[maybe_unused]] const int done[] = {
            0, (is_summed<Which> && (sink_kind<Which> == device_sink::row) == Rows ? (sums[Which][thread] = sum_with_lost<T>(sums[Which][thread], lost[Which][thread]), 0) : 0)...};
    }
    /// One step, and on to the next.
    template <class T, int... Which>
    TAPELESS_HOST_DEVICE static void leave(const arguments<T>& of, const T* outputs, std::int64_t* to, const std::int64_t* next, bool in_registers, T* parts, std::integer_sequence<int, Which...>) {
        [[maybe_unused]] const int done[] = {0, (leave_one<T, Which>(of, outputs[Which], to[Which], in_registers, parts[Which]), to[Which] += next[Which], 0)...};
    }
    template <class T, int Which>
    TAPELESS_HOST_DEVICE static void leave_one(const arguments<T>& of, T value, std::int64_t to, [[maybe_unused]] bool in_registers, [[maybe_unused]] T& part) {
        constexpr auto what = sink_kind<Which>;
        if ((what == device_sink::write || what == device_sink::add) && of.to[Which] == nullptr) return;
        T* const element = of.to[Which] + to;
        if constexpr (what == device_sink::write) *element = of.adds[Which] ? *element + value : value;
        else if constexpr (what == device_sink::add) *element += value;
        else if constexpr (what == device_sink::column) {
            // One thread has all of a column's steps.
            if (in_registers) part = reduction<Which>::combine(part, value);
            else *element = reduction<Which>::combine(*element, value);
        } else part = reduction<Which>::combine(part, value);
    }
    template <class T, class Block, class Sums, int... Which>
    TAPELESS_HOST_DEVICE static void leave_rows(const Block& block, const arguments<T>& of, const std::int64_t* steps, std::int64_t rows, std::int64_t at, int width, const std::int64_t* to, Sums* sums,
                                                std::integer_sequence<int, Which...>) {
        [[maybe_unused]] const int done[] = {0, (leave_row_sum<T, Which>(block, of, steps, rows, at, width, to[Which], sums[Which]), 0)...};
    }
    template <class T, int Which, class Block, class Sum>
    TAPELESS_HOST_DEVICE static void leave_row_sum(const Block& block, const arguments<T>& of, const std::int64_t* steps, std::int64_t rows, std::int64_t at, int width, std::int64_t to, Sum& sum) {
        if constexpr (sink_kind<Which> == device_sink::row) {
            block.template combine_rows<reduction<Which>>(sum, width);
            block.threads([&](int thread) {
                std::int64_t row = at + thread / width;
                if (thread % width != 0 || row >= rows) return;
                T* element = of.to[Which] + to;
                for (int loop = Rank - 2; loop >= 0; --loop) {
                    element += of.sinks[Which].strides[loop] * (loop == 0 ? row : row % steps[loop]);
                    if (loop > 0) row /= steps[loop];
                }
                *element = reduction<Which>::combine(*element, sum[thread]);
            });
        }
    }
    template <class T, class Block, class Sums, int... Which>
    TAPELESS_HOST_DEVICE static void leave_sums(const Block& block, const arguments<T>& of, std::int64_t length, int width, bool in_registers, const std::int64_t* to, Sums* sums,
                                                std::integer_sequence<int, Which...>) {
        [[maybe_unused]] const int done[] = {0, (leave_sum<T, Which>(block, of, length, width, in_registers, to[Which], sums[Which]), 0)...};
    }
    template <class T, int Which, class Block, class Sum>
    TAPELESS_HOST_DEVICE static void leave_sum(const Block& block, const arguments<T>& of, std::int64_t length, int width, bool in_registers, std::int64_t to, Sum& sum) {
        constexpr auto what = sink_kind<Which>;
        if constexpr (what == device_sink::all) {
            block.template combine_rows<reduction<Which>>(sum, threads_in_block);
            block.threads([&](int thread) {
                if (thread == 0) of.to[Which][to] = reduction<Which>::combine(of.to[Which][to], sum[thread]);
            });
        } else if constexpr (what == device_sink::column) {
            if (!in_registers) return;
            block.template combine_columns<reduction<Which>>(sum, width);
            block.threads([&](int thread) {
                if (thread >= width || thread >= length) return;
                T& element = of.to[Which][to + of.sinks[Which].strides[Rank - 1] * thread];
                element = reduction<Which>::combine(element, sum[thread]);
            });
        }
    }
};

}  // namespace tapeless::detail
