// SPDX-License-Identifier: BSL-1.0
// Runs one pass of an array program over a box of steps: a loop nest whose innermost loop works on registers. Sums along the innermost axis stay in
// registers, others are added up in memory.
#pragma once

#include <tapeless/evaluate/narrow_rows.hpp>

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace tapeless::detail {

template <class Planned, class T, int Pass>
class pass_runner : narrow_rows<Planned, T, Pass> {
    using base = narrow_rows<Planned, T, Pass>;
    using typename base::frame, typename base::reg, typename base::number, typename base::all_loads, typename base::all_sinks, typename base::program;
    using base::pass, base::rank, base::outer, base::load_count, base::sink_count, base::block_size, base::varies, base::mode, base::reduction,
        base::in_registers, base::by_rows, base::row_loop, base::ways, base::varies_by_row, base::sink_varies_by_row, base::most_columns, base::is_by_columns,
        base::most_registers_in_a_short_row, base::sums_short_rows, base::registers_apart, base::start,
        base::advance, base::data_, base::copy_, base::offset_, base::strides_, base::direct_, base::to_, base::target_strides_, base::target_direct_,
        base::compensation_, base::all_direct_, base::rows_direct_, base::sums_, base::columns;
    template <int Sink>
    using reduction_of = typename base::template reduction_of<Sink>;

public:
    /// first, count: the part of the tiled axis, if the pass has one.
    static void run(const frame& f, int tiled, std::ptrdiff_t first, std::ptrdiff_t count) {
        if constexpr (rank == 0) {
            run_once(f, all_loads{}, all_sinks{});
        } else {
            pass_runner runner(f);
            std::ptrdiff_t steps[rank];
            for (int k = 0; k < rank; ++k) steps[k] = pass.loops[k] == tiled ? count : f.extent[pass.loops[k]];
            runner.start(f, tiled, first, all_loads{}, all_sinks{});
            runner.nest(steps);
        }
    }
    /// All of a row_run's row, or, without loops, once.
    template <class Row>
    [[gnu::always_inline]] static void run_row(Row& row) {
        run_row(row, all_loads{}, all_sinks{});
    }

private:
    explicit pass_runner(const frame&) {}

    // Without loops: plain numbers.
    template <int... Load, int... Sink>
    static void run_once(const frame& f, std::integer_sequence<int, Load...>, std::integer_sequence<int, Sink...>) {
        T inputs[load_count + 1], outputs[sink_count + 1];
        [[maybe_unused]] const int loads[] = {0, (inputs[Load] = *static_cast<const T*>(f.template source<Planned::plan.loads[pass.first_load + Load]>().data), 0)...};
        evaluate<program>(inputs, outputs);
        [[maybe_unused]] const int stores[] = {0, (leave_once<Sink>(*f.template target<Planned::sink(pass, Sink).kind, Planned::sink(pass, Sink).target>().data, outputs[Sink]), 0)...};
    }

    template <class Row, int... Load, int... Sink>
    [[gnu::always_inline]] static void run_row(Row& row, std::integer_sequence<int, Load...>, std::integer_sequence<int, Sink...>) {
        const T* from[1][load_count + 1];
        T* to[1][sink_count + 1];
        [[maybe_unused]] const int sources[] = {0, (from[0][Load] = row.template source<Planned::plan.loads[pass.first_load + Load]>(), 0)...};
        [[maybe_unused]] const int targets[] = {0, (to[0][Sink] = row.template target<Planned::sink(pass, Sink).kind, Planned::sink(pass, Sink).target>(), 0)...};
        if constexpr (rank == 0) {
            T inputs[load_count + 1], outputs[sink_count + 1];
            [[maybe_unused]] const int loads[] = {0, (inputs[Load] = *from[0][Load], 0)...};
            evaluate<program>(inputs, outputs);
            [[maybe_unused]] const int stores[] = {0, (*to[0][Sink] = outputs[Sink], 0)...};
        } else {
            number sums[ways][sink_count + 1];
            [[maybe_unused]] const int begin[] = {0, (base::template start_sum<Sink>(sums), 0)...};
            base::template registers<1>(from, to, row.count, sums, all_loads{}, all_sinks{});
            [[maybe_unused]] const int done[] = {0, (finish_row<Sink>(sums, to[0][Sink]), 0)...};
        }
    }
    /// What finish and its caller come to where nothing was summed before.
    template <int Sink>
    static void finish_row(number (*sums)[sink_count + 1], T* to) {
        if constexpr (in_registers(Sink)) *to = reduction_of<Sink>::combine(T(reduction_of<Sink>::identity), base::template sum_of_ways<Sink, ways>(sums, 0)) + T(0);
    }

    template <int Sink>
    static void leave_once(T& to, const T& value) {
        if constexpr (mode(Sink) == sink_mode::add_memory) to += value;
        else to = value;
    }

    void nest(const std::ptrdiff_t* steps) {
        for (int k = 0; k < rank; ++k)
            if (steps[k] == 0) return;
        std::ptrdiff_t at[rank] = {};
        for (;;) {
            rows(steps);
            int loop = row_loop - 1;
            for (; loop >= 0 && ++at[loop] == steps[loop]; --loop) {
                at[loop] = 0;
                advance(loop, 1 - steps[loop]);
            }
            if (loop < 0) break;
            advance(loop, 1);
        }
        finish_all(all_sinks{});
    }
    void rows(const std::ptrdiff_t* steps) {
        if constexpr (!by_rows) {
            row<1>(steps[outer], all_sinks{});
        } else if (is_by_columns() && all_direct_ && rows_direct_ && steps[outer] <= most_columns) {
            if constexpr (is_by_columns()) {
                // Sums of long columns are made of parts, so that terms differ less in size.
                constexpr std::ptrdiff_t longest = 1 << 13;
                std::ptrdiff_t at = 0;
                for (; steps[row_loop] - at > longest; at += longest) {
                    columns(longest, steps[outer], all_loads{}, all_sinks{});
                    advance(row_loop, longest);
                }
                columns(steps[row_loop] - at, steps[outer], all_loads{}, all_sinks{});
                advance(row_loop, -at);
            }
        } else {
            std::ptrdiff_t at = 0;
            if constexpr (sums_short_rows())
                if (all_direct_ && rows_direct_ && steps[outer] <= most_registers_in_a_short_row * reg::count) at = base::template short_rows<1>(steps[row_loop], steps[outer]);
            if (ways > 1 && all_direct_)
                for (; at + ways <= steps[row_loop]; at += ways) {
                    row<ways>(steps[outer], all_sinks{});
                    advance(row_loop, ways);
                }
            for (; at < steps[row_loop]; ++at) {
                row<1>(steps[outer], all_sinks{});
                advance(row_loop, 1);
            }
            advance(row_loop, -steps[row_loop]);
        }
    }
    template <int... Sink>
    void finish_all(std::integer_sequence<int, Sink...>) {
        [[maybe_unused]] const int done[] = {0, (mode(Sink) == sink_mode::add_all ? finish<Sink, ways>(sums_) : void(), 0)...};
    }
    /// Adds what the registers of so many ways hold to one number in memory, `to`.
    template <int Sink, int Ways>
    void finish(number (*sums)[sink_count + 1], int first = 0, std::ptrdiff_t offset = 0) {
        if constexpr (in_registers(Sink)) {
            using reduction = reduction_of<Sink>;
            const T sum = base::template sum_of_ways<Sink, Ways>(sums, first);
            T& total = to_[Sink][offset];
            if constexpr (mode(Sink) == sink_mode::add_all && std::is_same_v<reduction, op::sum>) {
                // Many tiles may follow: the rounding error of each addition is kept.
                const T before = total, after = before + sum, error = rounding_error(before, sum, after);
                total = after;
                // Of an infinity it is none.
                if (error == error) *compensation_[Sink] += error;
            } else {
                total = base::writes_sums(Sink) ? reduction::combine(T(reduction::identity), sum) : reduction::combine(total, sum);
            }
        }
    }
    template <int Sink, int Ways>
    void finish_rows(number (*sums)[sink_count + 1]) {
        if constexpr (mode(Sink) == sink_mode::add_row) {
            if constexpr (!sink_varies_by_row(Sink)) {
                finish<Sink, Ways>(sums);
            } else if constexpr (Ways % 4 == 0 && reg::count > 1 && std::is_same_v<reduction_of<Sink>, op::sum>) {
                for_each<Ways / 4>([&](auto four) __attribute__((always_inline)) {
                    constexpr int first = 4 * four;
                    const std::ptrdiff_t stride = target_strides_[Sink][row_loop];
                    leave_sums_of_lanes<!base::writes_sums(Sink)>(sums[first][Sink].values.data, sums[first + 1][Sink].values.data, sums[first + 2][Sink].values.data, sums[first + 3][Sink].values.data,
                                      to_[Sink] + first * stride, stride);
                });
            } else {
                for (int way = 0; way < Ways; ++way) finish<Sink, 1>(sums, way, way * target_strides_[Sink][row_loop]);
            }
        } else if constexpr (mode(Sink) == sink_mode::add_all) {
            for (int way = 0; way < ways; ++way) sums_[way][Sink] = sums[way][Sink];
        }
    }

    /// So many rows at once.
    template <int Rows, int... Sink>
    void row(std::ptrdiff_t count, std::integer_sequence<int, Sink...>) {
        const T* from[Rows][load_count + 1];
        T* to[Rows][sink_count + 1];
        T uniform[Rows][load_count + 1];
        for_each<load_count>([&](auto k) {
            for_each<Rows>([&](auto way) {
                const std::ptrdiff_t at = offset_[k] + (varies_by_row(k) ? way * strides_[k][row_loop] : 0);
                from[way][k] = direct_[k] ? static_cast<const T*>(data_[k]) + at : &uniform[way][k];
                if (!varies(k) && !direct_[k]) copy_[k](data_[k], at, 0, 1, &uniform[way][k]);
            });
        });
        for_each<sink_count>([&](auto k) {
            for_each<Rows>([&](auto way) { to[way][k] = to_[k] + (sink_varies_by_row(k) ? way * target_strides_[k][row_loop] : 0); });
        });
        // The sums of a row begin with it, those of all rows go on.
        number sums[ways][sink_count + 1];
        for_each<ways>([&](auto way) { [[maybe_unused]] const int each[] = {0, (mode(Sink) == sink_mode::add_all ? (sums[way][Sink] = sums_[way][Sink], 0) : 0)...}; });
        [[maybe_unused]] const int begin[] = {0, (mode(Sink) == sink_mode::add_row ? base::template start_sum<Sink>(sums) : void(), 0)...};
        if (Rows == 1 && !all_direct_) blocks(from, to, count, sums);
        else if constexpr (by_rows) base::template registers<Rows>(from, to, count, sums, all_loads{}, all_sinks{});
        else registers_apart(from, to, count, sums);
        [[maybe_unused]] const int done[] = {0, (finish_rows<Sink, by_rows ? Rows : ways>(sums), 0)...};
    }

    // Through buffers on the stack where memory has strides or another number type.
    [[gnu::noinline]] void blocks(const T* (*from)[load_count + 1], T* (*to)[sink_count + 1], std::ptrdiff_t count, number (*sums)[sink_count + 1]) {
        T input_buffers[load_count + 1][block_size], output_buffers[sink_count + 1][block_size] = {};
        const T* block_from[1][load_count + 1];
        T* block_to[1][sink_count + 1];
        for (std::ptrdiff_t start = 0; start < count; start += block_size) {
            const std::ptrdiff_t size = std::min<std::ptrdiff_t>(block_size, count - start);
            for (int k = 0; k < load_count; ++k) {
                block_from[0][k] = from[0][k];
                if (!varies(k)) continue;
                const std::ptrdiff_t stride = strides_[k][outer];
                block_from[0][k] = direct_[k] ? from[0][k] + start : input_buffers[k];
                if (!direct_[k]) copy_[k](data_[k], offset_[k] + start * stride, stride, size, input_buffers[k]);
            }
            for (int k = 0; k < sink_count; ++k) {
                block_to[0][k] = target_direct_[k] ? to[0][k] + (in_registers(k) ? 0 : start) : output_buffers[k];
                // What is added to outputs is collected: another sink may add to the same memory meanwhile.
                if (!target_direct_[k] && mode(k) == sink_mode::add_memory) std::fill_n(output_buffers[k], size, static_cast<T>(0));
            }
            registers_apart(block_from, block_to, size, sums);
            for (int k = 0; k < sink_count; ++k)
                if (!target_direct_[k])
                    for (std::ptrdiff_t e = 0; e < size; ++e) {
                        T& element = to[0][k][(start + e) * target_strides_[k][outer]];
                        element = mode(k) == sink_mode::add_memory ? element + output_buffers[k][e] : output_buffers[k][e];
                    }
        }
    }

};

}  // namespace tapeless::detail
