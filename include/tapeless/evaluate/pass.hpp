// SPDX-License-Identifier: BSL-1.0
// Runs one pass of an array program over a box of steps: a loop nest whose innermost loop works on registers. Sums along the innermost axis stay in
// registers, others are added up in memory.
#pragma once

#include <tapeless/evaluate/array_frame.hpp>
#include <tapeless/evaluate/scalar.hpp>

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace tapeless::detail {

/// How a sink leaves its values.
enum class sink_mode : unsigned char {
    write,         ///< each element once
    add_memory,    ///< combined with what is in memory, element by element
    add_row,       ///< combined in registers along the innermost axis, then with what is in memory for the row
    add_all        ///< combined in registers along all loops
};

template <class Planned, class T, int Pass>
class pass_runner {
    static constexpr array_pass pass = Planned::plan.passes[Pass];
    static constexpr int rank = pass.rank, outer = rank - 1, lane = rank > 0 ? pass.loops[rank > 0 ? rank - 1 : 0] : 0;
    static constexpr int load_count = pass.load_count, sink_count = pass.sink_count;
    static constexpr int block_size = std::is_arithmetic_v<T> ? 256 : 8;
    using frame = array_frame<Planned, T>;
    using reg = register_of<T>;
    using number = typename reg::type;
    using all_loads = std::make_integer_sequence<int, load_count>;
    using all_sinks = std::make_integer_sequence<int, sink_count>;
    using program = pass_program<Planned, Pass>;

    static constexpr bool varies(int load) {
        const index node = Planned::plan.loads[pass.first_load + load];
        return Planned::masks.of[node] >> lane & 1;
    }
    static constexpr sink_mode mode(int k) {
        const pass_sink& sink = Planned::sink(pass, k);
        if (sink.kind == pass_sink::store) return sink_mode::write;
        if (sink.kind == pass_sink::output) return Planned::adds(sink.target) ? sink_mode::add_memory : sink_mode::write;
        const axis_set axes = Planned::plan.buffers[sink.target].axes;
        return axes >> lane & 1 ? sink_mode::add_memory : axes != 0 ? sink_mode::add_row : sink_mode::add_all;
    }
    static constexpr std::uint32_t reduction(int k) {
        const pass_sink& sink = Planned::sink(pass, k);
        return sink.kind == pass_sink::reduce ? Planned::plan.buffers[sink.target].reduction->identity : identity_of<op::sum>;
    }
    template <int Sink>
    using reduction_of = reduction_named<reduction(Sink)>;
    static constexpr bool in_registers(int sink) { return mode(sink) == sink_mode::add_row || mode(sink) == sink_mode::add_all; }
    static constexpr bool has_sums() {
        for (int k = 0; k < sink_count; ++k)
            if (in_registers(k)) return true;
        return false;
    }
    static constexpr bool is_short() {
        for (index at = 0; at < program::flat.size; ++at)
            if (is_expensive(program::flat.nodes[at])) return false;
        return program::flat.size <= 32;
    }
    // Short code runs on several registers at once, of several rows if there are rows: what does not vary from row to row is read and written once
    // for all of them, and no sum waits for each addition.
    static constexpr bool by_rows = rank > 1;
    static constexpr int row_loop = by_rows ? outer - 1 : 0;
    static constexpr int ways = is_short() && (by_rows || has_sums()) ? (by_rows && sink_count == 1 && reg::count >= 8 && has_sums() ? 8 : 4) : 1;
    static constexpr bool varies_by_row(int load) {
        return by_rows && (Planned::masks.of[Planned::plan.loads[pass.first_load + load]] >> pass.loops[row_loop] & 1);
    }
    static constexpr bool sink_varies_by_row(int k) {
        const pass_sink& sink = Planned::sink(pass, k);
        return by_rows && (sink.kind != pass_sink::reduce || (Planned::plan.buffers[sink.target].axes >> pass.loops[row_loop] & 1));
    }
    // Where everything is summed over the rows, sums of a few columns at a time stay in registers; unless there are so many columns that going along rows,
    // as memory does, is better.
    static constexpr std::ptrdiff_t most_columns = 8 * reg::count;
    static constexpr bool is_by_columns() {
        for (int k = 0; k < sink_count; ++k)
            if (Planned::sink(pass, k).kind != pass_sink::reduce || mode(k) != sink_mode::add_memory || sink_varies_by_row(k)) return false;
        return by_rows && is_short() && sink_count <= 4;
    }

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
        [[maybe_unused]] const int loads[] = {0, (inputs[Load] = *static_cast<const T*>(f.source(Planned::plan.loads[pass.first_load + Load]).data), 0)...};
        evaluate<program>(inputs, outputs);
        [[maybe_unused]] const int stores[] = {0, (leave_once<Sink>(*f.target(Planned::sink(pass, Sink)).data, outputs[Sink]), 0)...};
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
            [[maybe_unused]] const int begin[] = {0, (start_sum<Sink>(sums), 0)...};
            registers<1>(from, to, row.count, sums, all_loads{}, all_sinks{});
            [[maybe_unused]] const int done[] = {0, (finish_row<Sink>(sums, to[0][Sink]), 0)...};
        }
    }
    /// What finish and its caller come to where nothing was summed before.
    template <int Sink>
    static void finish_row(number (*sums)[sink_count + 1], T* to) {
        if constexpr (in_registers(Sink)) *to = reduction_of<Sink>::combine(T(reduction_of<Sink>::identity), sum_of_ways<Sink, ways>(sums, 0)) + T(0);
    }

    template <int Sink>
    static void leave_once(T& to, const T& value) {
        if constexpr (mode(Sink) == sink_mode::add_memory) to += value;
        else to = value;
    }

    template <int... Load, int... Sink>
    void start(const frame& f, int tiled, std::ptrdiff_t first, std::integer_sequence<int, Load...>, std::integer_sequence<int, Sink...>) {
        [[maybe_unused]] const int loads[] = {0, (start_load(Load, f, Planned::plan.loads[pass.first_load + Load], tiled, first), 0)...};
        [[maybe_unused]] const int sinks[] = {0, (start_sink(Sink, f, Planned::sink(pass, Sink), tiled, first), 0)...};
        [[maybe_unused]] const int sums[] = {0, (start_sum<Sink>(sums_), 0)...};
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
    template <int Sink>
    static void start_sum(number (*sums)[sink_count + 1]) {
        if constexpr (in_registers(Sink))
            for (int way = 0; way < ways; ++way) sums[way][Sink] = number(T(reduction_of<Sink>::identity));
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
    void advance(int loop, std::ptrdiff_t steps) {
        for_each<load_count>([&](auto k) { offset_[k] += strides_[k][loop] * steps; });
        for_each<sink_count>([&](auto k) { to_[k] += target_strides_[k][loop] * steps; });
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
    template <class Loads, class Sinks>
    void columns(std::ptrdiff_t rows, std::ptrdiff_t count, Loads loads, Sinks sinks) {
        std::ptrdiff_t at = 0;
        for (; at + 2 * reg::count <= count; at += 2 * reg::count) columns_at<2>(at, rows, all_lanes{}, loads, sinks);
        if (at + reg::count < count) columns_at<2>(at, rows, first_lanes{static_cast<int>(count - at)}, loads, sinks);
        else if (at < count) columns_at<1>(at, rows, first_lanes{static_cast<int>(count - at)}, loads, sinks);
    }
    template <int Registers, class Lanes, int... Load, int... Sink>
    void columns_at(std::ptrdiff_t at, std::ptrdiff_t rows, const Lanes& lanes, std::integer_sequence<int, Load...>, std::integer_sequence<int, Sink...>) {
        constexpr int rows_at_once = sink_count == 1 ? 4 : sink_count == 2 ? 2 : 1;
        constexpr std::ptrdiff_t part = 16 * rows_at_once;
        const T* from[load_count + 1];
        number fixed[Registers][load_count + 1], totals[Registers][sink_count + 1], sums[rows_at_once][Registers][sink_count + 1];
        const auto read = [&](auto load, auto which, const T* row) __attribute__((always_inline)) {
            if constexpr (varies(load)) return lanes.of(which).load(row + which * reg::count);
            else return number(*row);
        };
        for_each<load_count>([&](auto k) {
            T uniform;
            from[k] = direct_[k] ? static_cast<const T*>(data_[k]) + offset_[k] + (varies(k) ? at : 0) : &uniform;
            if (!direct_[k]) copy_[k](data_[k], offset_[k], 0, 1, &uniform);
            if constexpr (!varies_by_row(k)) for_each<Registers>([&](auto which) { fixed[which][k] = read(k, which, from[k]); });
        });
        const auto begin = [](auto& all) __attribute__((always_inline)) {
            for_each<Registers>([&](auto which) __attribute__((always_inline)) {
                [[maybe_unused]] const int each[] = {0, (all[which][Sink] = number(T(reduction_of<Sink>::identity)), 0)...};
            });
        };
        const auto add = [](auto& all, const auto& more) __attribute__((always_inline)) {
            for_each<Registers>([&](auto which) __attribute__((always_inline)) {
                [[maybe_unused]] const int each[] = {0, (all[which][Sink] = reduction_of<Sink>::combine(all[which][Sink], more[which][Sink]), 0)...};
            });
        };
        const auto row = [&](auto way) __attribute__((always_inline)) {
            number inputs[Registers][load_count + 1], outputs[Registers][sink_count + 1];
            for_each<Registers>([&](auto which) __attribute__((always_inline)) {
                [[maybe_unused]] const int each[] = {0, (inputs[which][Load] = !varies_by_row(Load)           ? fixed[which][Load]
                                                                               : which > 0 && !varies(Load) ? inputs[0][Load]
                                                                                                            : read(std::integral_constant<int, Load>{}, which, from[Load]), 0)...};
                evaluate<program>(inputs[which], outputs[which]);
            });
            add(sums[way], outputs);
            [[maybe_unused]] const int next[] = {0, (varies_by_row(Load) ? (from[Load] += strides_[Load][row_loop], 0) : 0)...};
        };
        begin(totals);
        for (std::ptrdiff_t first = 0; first < rows; first += part) {
            const std::ptrdiff_t end = std::min(first + part, rows);
            for_each<rows_at_once>([&](auto way) __attribute__((always_inline)) { begin(sums[way]); });
            std::ptrdiff_t done = first;
            for (; done + rows_at_once <= end; done += rows_at_once) for_each<rows_at_once>(row);
            for (; done < end; ++done) row(std::integral_constant<int, 0>{});
            for (int stride = 1; stride < rows_at_once; stride *= 2)
                for (int way = 0; way + stride < rows_at_once; way += 2 * stride) add(sums[way], sums[way + stride]);
            add(totals, sums[0]);
        }
        for_each<Registers>([&](auto which) {
            [[maybe_unused]] const int each[] = {0, (leave<Sink>(totals[which][Sink], to_[Sink] + at + which * reg::count, totals[which][Sink], lanes.of(which)), 0)...};
        });
    }
    template <int... Sink>
    void finish_all(std::integer_sequence<int, Sink...>) {
        [[maybe_unused]] const int done[] = {0, (mode(Sink) == sink_mode::add_all ? finish<Sink, ways>(sums_) : void(), 0)...};
    }
    template <int Sink, int Ways>
    static T sum_of_ways(number (*sums)[sink_count + 1], int first) {
        using reduction = reduction_of<Sink>;
        for (int stride = 1; stride < Ways; stride *= 2)
            for (int way = 0; way + stride < Ways; way += 2 * stride) sums[way][Sink] = reduction::combine(sums[way][Sink], sums[way + stride][Sink]);
        return combine_lanes<reduction, T>(sums[first][Sink]);
    }
    /// Adds what the registers of so many ways hold to one number in memory, `to`.
    template <int Sink, int Ways>
    void finish(number (*sums)[sink_count + 1], int first = 0, std::ptrdiff_t offset = 0) {
        if constexpr (in_registers(Sink)) {
            using reduction = reduction_of<Sink>;
            const T sum = sum_of_ways<Sink, Ways>(sums, first);
            T& total = to_[Sink][offset];
            if constexpr (mode(Sink) == sink_mode::add_all && std::is_same_v<reduction, op::sum>) {
                // Many tiles may follow: the rounding error of each addition is kept.
                const T before = total, after = before + sum, error = rounding_error(before, sum, after);
                total = after;
                // Of an infinity it is none.
                if (error == error) *compensation_[Sink] += error;
            } else {
                total = reduction::combine(total, sum);
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
                    add_sums_of_lanes(sums[first][Sink].values.data, sums[first + 1][Sink].values.data, sums[first + 2][Sink].values.data, sums[first + 3][Sink].values.data,
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
            for (int way = 0; way < Rows; ++way) {
                const std::ptrdiff_t at = offset_[k] + (varies_by_row(k) ? way * strides_[k][row_loop] : 0);
                from[way][k] = direct_[k] ? static_cast<const T*>(data_[k]) + at : &uniform[way][k];
                if (!varies(k) && !direct_[k]) copy_[k](data_[k], at, 0, 1, &uniform[way][k]);
            }
        });
        for_each<sink_count>([&](auto k) {
            for (int way = 0; way < Rows; ++way) to[way][k] = to_[k] + (sink_varies_by_row(k) ? way * target_strides_[k][row_loop] : 0);
        });
        // The sums of a row begin with it, those of all rows go on.
        number sums[ways][sink_count + 1];
        for_each<ways>([&](auto way) { [[maybe_unused]] const int each[] = {0, (mode(Sink) == sink_mode::add_all ? (sums[way][Sink] = sums_[way][Sink], 0) : 0)...}; });
        [[maybe_unused]] const int begin[] = {0, (mode(Sink) == sink_mode::add_row ? start_sum<Sink>(sums) : void(), 0)...};
        if (Rows == 1 && !all_direct_) blocks(from, to, count, sums);
        else if constexpr (by_rows) registers<Rows>(from, to, count, sums, all_loads{}, all_sinks{});
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

    // How a value is read, written and summed: all lanes, or the first ones.
    struct all_lanes {
        static number load(const T* from) { return reg::load(from); }
        static void store(const number& value, T* to) { reg::store(value, to); }
        static number kept(const number& sum, const number&) { return sum; }
        static all_lanes of(int) { return {}; }
    };
    struct first_lanes {
        int rest;
        number load(const T* from) const { return reg::load_first(from, rest); }
        void store(const number& value, T* to) const { reg::store_first(value, to, rest); }
        number kept(const number& sum, const number& before) const { return reg::first_of(sum, before, rest); }
        /// Of one of several registers that hold so many elements together.
        first_lanes of(int which) const { return {std::min(rest - which * reg::count, reg::count)}; }
    };
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
