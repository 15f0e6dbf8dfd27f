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
        [[maybe_unused]] const int loads[] = {0, (start_load(Load, f, Planned::plan.loads[pass.first_load + Load], tiled, first), 0)...};
        [[maybe_unused]] const int sinks[] = {0, (start_sink(Sink, f, Planned::sink(pass, Sink), tiled, first), 0)...};
        [[maybe_unused]] const int sums[] = {0, (base::template start_sum<Sink>(sums_), 0)...};
    }
    void start_load(int k, const frame& f, index node, int tiled, std::ptrdiff_t first) {
        const auto& source = f.source(node);
        data_[k] = source.data;
        copy_[k] = source.copy;
        for (int loop = 0; loop < rank; ++loop) strides_[k][loop] = source.strides[pass.loops[loop]];
        offset_[k] = tiled == nowhere || f.starts_at_tile(node) ? 0 : first * source.strides[tiled];
        holds_t_[k] = source.holds_t;
        direct_[k] = source.holds_t && (!varies(k) || strides_[k][outer] == 1);
        all_direct_ = all_direct_ && (direct_[k] || !varies(k));
        rows_direct_ = rows_direct_ && (direct_[k] || !varies_by_row(k));
    }
    void start_sink(int k, const frame& f, const pass_sink& sink, int tiled, std::ptrdiff_t first) {
        const auto& target = f.target(sink);
        const bool at_tile = sink.kind != pass_sink::output && Planned::plan.buffers[sink.target].is_local;
        for (int loop = 0; loop < rank; ++loop) target_strides_[k][loop] = target.strides[pass.loops[loop]];
        to_[k] = target.data + (tiled == nowhere || at_tile ? 0 : first * target.strides[tiled]);
        if (!in_registers(k)) all_direct_ = all_direct_ && target_strides_[k][outer] == 1;
        target_direct_[k] = in_registers(k) || target_strides_[k][outer] == 1;
        compensation_[k] = sink.kind == pass_sink::reduce ? f.compensation + f.lost[sink.target] : nullptr;
    }
    void advance(int loop, std::ptrdiff_t steps) {
        for_each<load_count>([&](auto k) { offset_[k] += strides_[k][loop] * steps; });
        for_each<sink_count>([&](auto k) { to_[k] += target_strides_[k][loop] * steps; });
    }

    const void* data_[load_count + 1];
    decltype(element_source<T, frame::axes>::copy) copy_[load_count + 1];
    std::ptrdiff_t offset_[load_count + 1], strides_[load_count + 1][rank + 1];
    bool direct_[load_count + 1], holds_t_[load_count + 1];
    T* to_[sink_count + 1];
    std::ptrdiff_t target_strides_[sink_count + 1][rank + 1];
    bool target_direct_[sink_count + 1];
    T* compensation_[sink_count + 1];
    bool all_direct_ = true, rows_direct_ = true;
    number sums_[ways][sink_count + 1];
};

}  // namespace tapeless::detail
