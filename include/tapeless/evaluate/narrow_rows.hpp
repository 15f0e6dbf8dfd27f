// SPDX-License-Identifier: BSL-1.0
// Rows of a few registers: what does not vary from row to row, and sums over all rows, stay in registers.
#pragma once

#include <tapeless/evaluate/pass_memory.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace tapeless::detail {

template <class Planned, class T, int Pass>
class narrow_rows : protected pass_memory<Planned, T, Pass> {
    using base = pass_memory<Planned, T, Pass>;

protected:
    using typename base::reg, typename base::number, typename base::all_loads, typename base::program, typename base::all_lanes, typename base::first_lanes;
    using base::load_count, base::sink_count, base::row_loop, base::most_registers_in_a_short_row,
        base::advance, base::data_, base::copy_, base::offset_, base::strides_, base::direct_, base::to_, base::target_strides_;
    template <int Sink>
    using reduction_of = typename base::template reduction_of<Sink>;

    /// Rows of so many registers or more, each of `count` numbers. Returns how many rows were summed, four at a time.
    template <int Registers>
    std::ptrdiff_t short_rows(std::ptrdiff_t rows, std::ptrdiff_t count) {
        if constexpr (Registers < most_registers_in_a_short_row)
            if (count > Registers * reg::count) return short_rows<Registers + 1>(rows, count);
        const std::ptrdiff_t fours = rows / 4 * 4;
        sum_short_rows<Registers>(fours, first_lanes{static_cast<int>(count - (Registers - 1) * reg::count)}, all_loads{});
        advance(row_loop, fours);
        return fours;
    }
    template <class Loads, class Sinks>
    void columns(std::ptrdiff_t rows, std::ptrdiff_t count, Loads loads, Sinks sinks) {
        std::ptrdiff_t at = 0;
        for (; at + 2 * reg::count <= count; at += 2 * reg::count) columns_at<2>(at, rows, all_lanes{}, loads, sinks);
        if (at + reg::count < count) columns_at<2>(at, rows, first_lanes{static_cast<int>(count - at) - reg::count}, loads, sinks);
        else if (at < count) columns_at<1>(at, rows, first_lanes{static_cast<int>(count - at)}, loads, sinks);
    }

private:
    // last: the lanes of the last of the registers; the others are full.
    template <int Registers, int Which, class Lanes>
    static auto lanes_of(const Lanes& last) {
        if constexpr (Which + 1 < Registers) return all_lanes{};
        else return last;
    }
    template <int Registers, int Which, int Load, class Lanes>
    [[gnu::always_inline]] static number read(const T* row, const Lanes& last) {
        if constexpr (base::varies(Load)) return lanes_of<Registers, Which>(last).load(row + Which * reg::count);
        else return number(*row);
    }
    /// Where the loads of the first row are, from so many numbers on, and the values that all rows share.
    template <int Registers, class Lanes>
    void begin_rows(std::ptrdiff_t at, const Lanes& last, const T** from, number (*fixed)[load_count + 1]) const {
        for_each<load_count>([&](auto k) {
            T uniform;
            from[k] = direct_[k] ? static_cast<const T*>(data_[k]) + offset_[k] + (base::varies(k) ? at : 0) : &uniform;
            if (!direct_[k]) copy_[k](data_[k], offset_[k], 0, 1, &uniform);
            if constexpr (!base::varies_by_row(k)) for_each<Registers>([&](auto which) { fixed[which][k] = read<Registers, which, k>(from[k], last); });
        });
    }

    template <int Registers, int... Load>
    [[gnu::noinline]] void sum_short_rows(std::ptrdiff_t rows, first_lanes last, std::integer_sequence<int, Load...>) {
        const T* from[load_count + 1];
        number fixed[Registers][load_count + 1];
        begin_rows<Registers>(0, last, from, fixed);
        const std::ptrdiff_t to_stride = target_strides_[0][row_loop];
        T* to = to_[0];
        for (std::ptrdiff_t done = 0; done < rows; done += 4, to += 4 * to_stride) {
            number sums[4];
            for_each<4>([&](auto way) __attribute__((always_inline)) {
                for_each<Registers>([&](auto which) __attribute__((always_inline)) {
                    number inputs[load_count + 1], output[2];
                    [[maybe_unused]] const int each[] = {0, (inputs[Load] = base::varies_by_row(Load) ? read<Registers, which, Load>(from[Load] + way * strides_[Load][row_loop], last) : fixed[which][Load], 0)...};
                    evaluate<program>(inputs, output);
                    const number before = which == 0 ? number(T(0)) : sums[way];
                    sums[way] = lanes_of<Registers, which>(last).kept(which == 0 ? output[0] : before + output[0], before);
                });
            });
            leave_sums_of_lanes<!base::writes_sums(0)>(sums[0].values.data, sums[1].values.data, sums[2].values.data, sums[3].values.data, to, to_stride);
            [[maybe_unused]] const int next[] = {0, (base::varies_by_row(Load) ? (from[Load] += 4 * strides_[Load][row_loop], 0) : 0)...};
        }
    }
    template <int Registers, class Lanes, int... Load, int... Sink>
    void columns_at(std::ptrdiff_t at, std::ptrdiff_t rows, const Lanes& last, std::integer_sequence<int, Load...>, std::integer_sequence<int, Sink...>) {
        constexpr int rows_at_once = sink_count == 1 ? 4 : sink_count == 2 ? 2 : 1;
        constexpr std::ptrdiff_t part = 16 * rows_at_once;
        const T* from[load_count + 1];
        number fixed[Registers][load_count + 1], totals[Registers][sink_count + 1], sums[rows_at_once][Registers][sink_count + 1];
        begin_rows<Registers>(at, last, from, fixed);
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
                [[maybe_unused]] const int each[] = {0, (inputs[which][Load] = !base::varies_by_row(Load)           ? fixed[which][Load]
                                                                               : which > 0 && !base::varies(Load) ? inputs[0][Load]
                                                                                                                  : read<Registers, which, Load>(from[Load], last), 0)...};
                evaluate<program>(inputs[which], outputs[which]);
            });
            add(sums[way], outputs);
            [[maybe_unused]] const int next[] = {0, (base::varies_by_row(Load) ? (from[Load] += strides_[Load][row_loop], 0) : 0)...};
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
            [[maybe_unused]] const int each[] = {0, (base::template leave<Sink>(totals[which][Sink], to_[Sink] + at + which * reg::count, totals[which][Sink], lanes_of<Registers, which>(last)), 0)...};
        });
    }
};

}  // namespace tapeless::detail
