// SPDX-License-Identifier: BSL-1.0
// A block's part of a pass that is a recurrence: each thread goes through sequences of its own, step after step, with what is carried on in registers.
#pragma once

#include <tapeless/device/block.hpp>
#include <tapeless/device/pass_arguments.hpp>
#include <tapeless/evaluate/scalar.hpp>
#include <tapeless/graph/graph_type.hpp>

#include <cstdint>
#include <utility>

namespace tapeless::detail {

/// A load of a recurrence: that of a pass; or what is carried on from the step before, and the load that it begins with if it is no constant.
struct device_scan_load {
    static constexpr std::uint32_t carried(int sink, int first) { return 3u | static_cast<std::uint32_t>(sink) << 8 | static_cast<std::uint32_t>(first + 1) << 20; }
    static constexpr bool is_carried(std::uint32_t code) { return (code & 3) == 3; }
    static constexpr int sink(std::uint32_t code) { return static_cast<int>(code >> 8 & 0xfff); }
    /// nowhere: a constant, which stands among the numbers.
    static constexpr int first(std::uint32_t code) { return static_cast<int>(code >> 20) - 1; }
};
/// A sink of a recurrence: written or added to memory of its own, step by step; not kept; combined along the steps, for each sequence or for all; or
/// combined in memory, where sequences meet.
struct device_scan_sink {
    enum kind : std::uint32_t { write, add, none, sequence, all, memory };
};

/// Steps: which of the loops the recurrence runs along. Otherwise as device_pass.
template <class Graph, int Rank, int Tiled, int Steps, bool Backward, class Loads, class Sinks, class Identities>
struct device_scan;

template <class Graph, int Rank, int Tiled, int Steps, bool Backward, std::uint32_t... Load, std::uint32_t... Sink, std::uint32_t... Identity>
struct device_scan<Graph, Rank, Tiled, Steps, Backward, device_codes<Load...>, device_codes<Sink...>, device_codes<Identity...>> {
    static constexpr int rank = Rank, load_count = sizeof...(Load), sink_count = sizeof...(Sink);

    template <class T>
    using arguments = device_pass_arguments<T, load_count, sink_count, Rank>;

    /// The steps first, …, first + count - 1 of the group's axis.
    template <class T, class Block>
    TAPELESS_HOST_DEVICE static void run(const Block& block, const arguments<T>& of, std::int64_t first, std::int64_t count) {
        std::int64_t extents[Rank], sequences = 1;
        for (int k = 0; k < Rank; ++k) {
            extents[k] = k == Tiled ? count : of.extents[k];
            if (k != Steps) sequences *= extents[k];
        }
        // Where sequences meet in memory, one thread goes through all of them.
        const int together = ((Sink == device_scan_sink::memory) || ...) ? 1 : threads_in_block;
        typename Block::template own<T> sums[sink_count + 1], lost[sink_count + 1];
        block.threads([&](int thread) {
            start<T>(sums, lost, thread, all_sinks{});
            if (thread >= together) return;
            for (std::int64_t at = thread; at < sequences; at += together) {
                std::int64_t from[load_count + 1], to[sink_count + 1];
                for (int k = 0; k < load_count; ++k) from[k] = of.loads[k].block * block.index + of.loads[k].tile * first;
                for (int k = 0; k < sink_count; ++k) to[k] = of.sinks[k].block * block.index + of.sinks[k].tile * first;
                std::int64_t rest = at;
                for (int loop = Rank - 1; loop >= 0; --loop) {
                    if (loop == Steps) continue;
                    const std::int64_t step = rest % extents[loop];
                    rest /= extents[loop];
                    for (int k = 0; k < load_count; ++k) from[k] += of.loads[k].strides[loop] * step;
                    for (int k = 0; k < sink_count; ++k) to[k] += of.sinks[k].strides[loop] * step;
                }
                run_sequence<T>(of, extents[Steps], from, to, sums, lost, thread, all_loads{}, all_sinks{});
            }
            add_lost<T>(sums, lost, thread, all_sinks{});
        });
        leave_sums<T>(block, of, sums, all_sinks{});
    }

private:
    using all_loads = std::make_integer_sequence<int, load_count>;
    using all_sinks = std::make_integer_sequence<int, sink_count>;
    template <int Which>
    static constexpr auto load_kind = device_load::what(device_code<Which, Load...>);
    template <int Which>
    static constexpr bool load_varies = device_load::varies(device_code<Which, Load...>);
    template <int Which>
    static constexpr bool is_carried = device_scan_load::is_carried(device_code<Which, Load...>);
    template <int Which>
    static constexpr int carried_sink = device_scan_load::sink(device_code<Which, Load...>);
    template <int Which>
    static constexpr int first_load = device_scan_load::first(device_code<Which, Load...>);
    template <int Which>
    static constexpr auto sink_kind = static_cast<device_scan_sink::kind>(device_code<Which, Sink...>);
    template <int Which>
    using reduction = reduction_named<device_code<Which, Identity...>>;

    template <class T, class Sums, int... Which>
    TAPELESS_HOST_DEVICE static void start(Sums* sums, Sums* lost, int thread, std::integer_sequence<int, Which...>) {
        [[maybe_unused]] const int done[] = {0, (sums[Which][thread] = static_cast<T>(reduction<Which>::identity), lost[Which][thread] = T(0), 0)...};
    }
    template <class T, class Sums, int... Which>
    TAPELESS_HOST_DEVICE static void add_lost(Sums* sums, Sums* lost, int thread, std::integer_sequence<int, Which...>) {
        [[maybe_unused]] const int done[] = {0, (sums[Which][thread] = sum_with_lost<T>(sums[Which][thread], lost[Which][thread]), 0)...};
    }
    template <class T, class Sums, int... WhichLoad, int... WhichSink>
    TAPELESS_HOST_DEVICE static void run_sequence(const arguments<T>& of, std::int64_t count, const std::int64_t* from, const std::int64_t* to, Sums* sums, Sums* lost, int thread,
                                                  std::integer_sequence<int, WhichLoad...>, std::integer_sequence<int, WhichSink...>) {
        T inputs[load_count + 1], outputs[sink_count + 1], along[sink_count + 1] = {static_cast<T>(reduction<WhichSink>::identity)..., T(0)}, along_lost[sink_count + 1] = {};
        [[maybe_unused]] const int first[] = {0, (inputs[WhichLoad] = first_of<T, WhichLoad>(of, from), 0)...};
        for (std::int64_t done = 0; done < count; ++done) {
            const std::int64_t step = Backward ? count - 1 - done : done;
            [[maybe_unused]] const int loads[] = {0, (load<T, WhichLoad>(of, inputs, from, step), 0)...};
            evaluate<Graph>(inputs, outputs);
            [[maybe_unused]] const int leaves[] = {0, (leave<T, WhichSink>(of, outputs[WhichSink], to[WhichSink], step, along[WhichSink], along_lost[WhichSink], sums[WhichSink][thread], lost[WhichSink][thread]), 0)...};
            [[maybe_unused]] const int carries[] = {0, (carry<T, WhichLoad>(inputs, outputs), 0)...};
        }
        [[maybe_unused]] const int ends[] = {0, (leave_sequence<T, WhichSink>(of, to[WhichSink], sum_with_lost<T>(along[WhichSink], along_lost[WhichSink])), 0)...};
    }
    template <class T, int Which>
    TAPELESS_HOST_DEVICE static T loaded(const arguments<T>& of, std::int64_t at) {
        return of.template loaded<Which, load_kind<Which>>(at);
    }
    template <class T, int Which>
    TAPELESS_HOST_DEVICE static T first_of(const arguments<T>& of, const std::int64_t* from) {
        if constexpr (!is_carried<Which>) {
            return load_varies<Which> ? T(0) : loaded<T, Which>(of, from[Which]);
        } else {
            if constexpr (first_load<Which> == nowhere) return of.numbers[Which];
            else return loaded<T, first_load<Which>>(of, from[first_load<Which>]);
        }
    }
    template <class T, int Which>
    TAPELESS_HOST_DEVICE static void load(const arguments<T>& of, T* inputs, const std::int64_t* from, std::int64_t step) {
        if constexpr (!is_carried<Which> && load_varies<Which>) inputs[Which] = loaded<T, Which>(of, from[Which] + of.loads[Which].strides[Steps] * step);
    }
    template <class T, int Which>
    TAPELESS_HOST_DEVICE static void carry(T* inputs, const T* outputs) {
        if constexpr (is_carried<Which>) inputs[Which] = outputs[carried_sink<Which>];
    }
    template <class T, int Which>
    TAPELESS_HOST_DEVICE static void leave(const arguments<T>& of, T value, std::int64_t to, std::int64_t step, T& along, T& along_lost, T& sum, T& lost) {
        if ((sink_kind<Which> == device_scan_sink::write || sink_kind<Which> == device_scan_sink::add) && of.to[Which] == nullptr) return;
        T* const element = of.to[Which] + to + of.sinks[Which].strides[Steps] * step;
        if constexpr (sink_kind<Which> == device_scan_sink::write) *element = value;
        else if constexpr (sink_kind<Which> == device_scan_sink::add) *element += value;
        else if constexpr (sink_kind<Which> == device_scan_sink::sequence) accumulate<reduction<Which>>(along, along_lost, value);
        else if constexpr (sink_kind<Which> == device_scan_sink::all) accumulate<reduction<Which>>(sum, lost, value);
        else if constexpr (sink_kind<Which> == device_scan_sink::memory) *element = reduction<Which>::combine(*element, value);
    }
    template <class T, int Which>
    TAPELESS_HOST_DEVICE static void leave_sequence(const arguments<T>& of, std::int64_t to, T along) {
        if constexpr (sink_kind<Which> == device_scan_sink::sequence) of.to[Which][to] = reduction<Which>::combine(of.to[Which][to], along);
    }
    template <class T, class Block, class Sums, int... Which>
    TAPELESS_HOST_DEVICE static void leave_sums(const Block& block, const arguments<T>& of, Sums* sums, std::integer_sequence<int, Which...>) {
        [[maybe_unused]] const int done[] = {0, (leave_sum<T, Which>(block, of, sums[Which]), 0)...};
    }
    template <class T, int Which, class Block, class Sum>
    TAPELESS_HOST_DEVICE static void leave_sum(const Block& block, const arguments<T>& of, Sum& sum) {
        if constexpr (sink_kind<Which> == device_scan_sink::all) {
            block.template combine_rows<reduction<Which>>(sum, threads_in_block);
            block.threads([&](int thread) {
                T& to = of.to[Which][of.sinks[Which].block * block.index];
                if (thread == 0) to = reduction<Which>::combine(to, sum[thread]);
            });
        }
    }
};

}  // namespace tapeless::detail
