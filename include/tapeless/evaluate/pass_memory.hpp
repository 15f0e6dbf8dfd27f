// SPDX-License-Identifier: BSL-1.0
// Where a pass reads and writes: pointers and strides, moved from step to step of its loops.
#pragma once

#include <tapeless/evaluate/pass_row.hpp>

#include <cstddef>
#include <utility>

namespace tapeless::detail {

template <class Planned, class T, int Pass>
class pass_memory : protected pass_row<Planned, T, Pass> {
    using base = pass_row<Planned, T, Pass>;

protected:
    using typename base::frame, typename base::number;
    using base::pass, base::rank, base::outer, base::load_count, base::sink_count, base::varies, base::in_registers, base::ways, base::varies_by_row;

    template <int... Load, int... Sink>
    void start(const frame& f, int tiled, std::ptrdiff_t first, std::integer_sequence<int, Load...>, std::integer_sequence<int, Sink...>) {
        [[maybe_unused]] const int loads[] = {0, (start_load<Load>(f, tiled, first), 0)...};
        [[maybe_unused]] const int sinks[] = {0, (start_sink<Sink>(f, tiled, first), 0)...};
        [[maybe_unused]] const int sums[] = {0, (base::template start_sum<Sink>(sums_), 0)...};
    }
    template <int Load>
    void start_load(const frame& f, int tiled, std::ptrdiff_t first) {
        constexpr index node = Planned::plan.loads[pass.first_load + Load];
        const auto& source = f.template source<node>();
        data_[Load] = source.data;
        copy_[Load] = source.copy;
        for (int loop = 0; loop < rank; ++loop) strides_[Load][loop] = source.strides[pass.loops[loop]];
        offset_[Load] = tiled == nowhere || f.starts_at_tile(node) ? 0 : first * source.strides[tiled];
        direct_[Load] = source.holds_t && (!varies(Load) || strides_[Load][outer] == 1);
        all_direct_ = all_direct_ && (direct_[Load] || !varies(Load));
        rows_direct_ = rows_direct_ && (direct_[Load] || !varies_by_row(Load));
    }
    template <int Sink>
    static constexpr bool leaves_at_tile() {
        constexpr pass_sink sink = Planned::sink(pass, Sink);
        if constexpr (sink.kind != pass_sink::output) return Planned::plan.buffers[sink.target].is_local;
        else return false;
    }
    template <int Sink>
    void start_sink(const frame& f, int tiled, std::ptrdiff_t first) {
        constexpr pass_sink sink = Planned::sink(pass, Sink);
        const auto& target = f.template target<sink.kind, sink.target>();
        constexpr bool at_tile = leaves_at_tile<Sink>();
        for (int loop = 0; loop < rank; ++loop) target_strides_[Sink][loop] = target.strides[pass.loops[loop]];
        to_[Sink] = target.data + (tiled == nowhere || at_tile ? 0 : first * target.strides[tiled]);
        if (!in_registers(Sink)) all_direct_ = all_direct_ && target_strides_[Sink][outer] == 1;
        target_direct_[Sink] = in_registers(Sink) || target_strides_[Sink][outer] == 1;
        if constexpr (sink.kind == pass_sink::reduce) compensation_[Sink] = f.compensation + f.lost[sink.target];
        else compensation_[Sink] = nullptr;
    }
    void advance(int loop, std::ptrdiff_t steps) {
        for_each<load_count>([&](auto k) { offset_[k] += strides_[k][loop] * steps; });
        for_each<sink_count>([&](auto k) { to_[k] += target_strides_[k][loop] * steps; });
    }

    const void* data_[load_count + 1];
    decltype(element_source<T, frame::axes>::copy) copy_[load_count + 1];
    std::ptrdiff_t offset_[load_count + 1], strides_[load_count + 1][rank + 1];
    bool direct_[load_count + 1];
    T* to_[sink_count + 1];
    std::ptrdiff_t target_strides_[sink_count + 1][rank + 1];
    bool target_direct_[sink_count + 1];
    T* compensation_[sink_count + 1];
    bool all_direct_ = true, rows_direct_ = true;
    number sums_[ways][sink_count + 1];
};

}  // namespace tapeless::detail
