// SPDX-License-Identifier: BSL-1.0
// Adds numbers to memory at places that indices name, of which some may be the same: they are put in the order of their places, those of one place in the order
// that they are in, and runs of equal places are added up, run by run, by trees of a fixed form. So each run of a program gives the same bits. Or, where that is
// asked for, by atomic additions in any order.
#pragma once

#include <tapeless/device/memory.hpp>
#include <tapeless/device/places.hpp>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstdint>
#include <string>
#include <utility>

#ifdef __CUDACC__
#include <tapeless/device/cuda_system.hpp>

#include <cub/device/device_radix_sort.cuh>
#endif

namespace tapeless::detail {

/// Numbers at each step of the places' loops; rows of them if there are loops that lead to rows of places, too.
template <class T>
struct scattered_numbers {
    device_places places;
    device_numbers numbers;
    std::int64_t strides[most_loops] = {};
    device_loops rows;
    std::int64_t row_strides[most_loops] = {}, row_places[most_loops] = {};
    T* to = nullptr;
    std::int64_t place_count = 0;  ///< places are below this
    bool may_meet = true;          ///< whether several steps may have one place
};

/// Whether a system's threads may add to one place at once, in no order.
template <class System>
concept adds_in_no_order = requires { typename System::adds_by_atomics; };

/// Adds a number to memory to which others add at the same time.
template <class T>
TAPELESS_HOST_DEVICE void add_atomically(T& to, T number) {
#ifdef __CUDA_ARCH__
    atomicAdd(&to, number);
#else
    std::atomic_ref<T>(to).fetch_add(number, std::memory_order_relaxed);
#endif
}
/// Adds each number to its place, by a thread of its own. AreApart: no two have the same place, and there are no rows.
template <class T, bool AreApart>
struct sums_at_places {
    static constexpr int block_size = threads_in_block;
    using number = T;
    struct arguments {
        device_places places;
        device_numbers numbers;
        std::int64_t strides[most_loops];
        device_loops rows;
        std::int64_t row_count, row_strides[most_loops], row_places[most_loops];
        T* to;
        std::int64_t count;  ///< of all rows
    };
    static arguments of(const scattered_numbers<T>& all) {
        arguments result{all.places, all.numbers, {}, all.rows, all.rows.size(), {}, {}, all.to, all.places.loops.size() * all.rows.size()};
        std::copy_n(all.strides, most_loops, result.strides);
        std::copy_n(all.row_strides, most_loops, result.row_strides);
        std::copy_n(all.row_places, most_loops, result.row_places);
        return result;
    }

    template <class Block>
    TAPELESS_HOST_DEVICE static void run(const Block& block, const arguments& of) {
        for_each_of_block(block, of.count, [&](std::int64_t at) {
            const std::int64_t step = AreApart ? at : at / of.row_count;
            std::int64_t from = 0;
            const std::int64_t place = of.places.place(step, of.strides, from);
            if (place <= wrong_place) return;
            if constexpr (AreApart) {
                of.to[place] += of.numbers.template at<T>(from);
            } else {
                const std::int64_t row = at - step * of.row_count;
                add_atomically(of.to[place + of.rows.offset(row, of.row_places)], of.numbers.template at<T>(from + of.rows.offset(row, of.row_strides)));
            }
        });
    }
};

/// What is put in order: of each step its place, in the upper bits, and in the lower ones itself. A step without a place has the one after the last.
struct places_with_steps {
    static constexpr int block_size = threads_in_block;
    using number = std::uint64_t;
    struct arguments {
        device_places places;
        std::uint64_t* to;
        int step_bits;
        std::int64_t place_count, count;
    };

    template <class Block>
    TAPELESS_HOST_DEVICE static void run(const Block& block, const arguments& of) {
        for_each_of_block(block, of.count, [&](std::int64_t at) {
            std::int64_t unused = 0;
            const std::int64_t place = of.places.place(at, of.places.strides, unused);
            of.to[at] = static_cast<std::uint64_t>(place > wrong_place ? place : of.place_count) << of.step_bits | static_cast<std::uint64_t>(at);
        });
    }
};

/// Adds up numbers of equal places that follow each other: each thread those of some steps, in one row. What begins or ends with the thread's steps may go on in
/// those of its neighbours, and is left to them as two numbers of a next, shorter sequence. IsFirst: of the sequence that was put in order.
template <class T, bool IsFirst>
struct sums_of_runs {
    static constexpr int block_size = threads_in_block;
    static constexpr std::int64_t length = 32;  ///< steps of a thread
    using number = T;
    struct arguments {
        const std::uint64_t* places;
        int step_bits;            ///< of the first sequence
        device_numbers numbers;
        device_loops steps;
        std::int64_t strides[most_loops];
        const T* sums;            ///< of the others
        std::int64_t count;
        device_loops rows;
        std::int64_t row_count, row_strides[most_loops], row_places[most_loops];
        T* to;
        std::uint64_t place_count;
        std::uint64_t* next_places;  ///< null: there is no next sequence
        T* next_sums;
    };
    static std::int64_t thread_count(std::int64_t count) { return (count + length - 1) / length; }

    template <class Block>
    TAPELESS_HOST_DEVICE static void run(const Block& block, const arguments& of) {
        block.threads([&](int thread) {
            const std::int64_t at = block.index * threads_in_block + thread, part = at / of.row_count, row = at % of.row_count, begin = part * length;
            if (begin >= of.count) return;
            const std::int64_t end = begin + length < of.count ? begin + length : of.count;
            const std::int64_t row_start = of.rows.offset(row, of.row_strides), row_place = of.rows.offset(row, of.row_places);
            std::uint64_t place = place_at(of, begin);
            T sum = 0, lost = 0;
            bool is_first = true;
            for (std::int64_t k = begin; k < end; ++k) {
                if (const std::uint64_t here = place_at(of, k); here != place) {
                    if (is_first && of.next_places) pass_on(of, 2 * part, row, place, sum_with_lost(sum, lost));
                    else add(of, place, row_place, sum_with_lost(sum, lost));
                    is_first = false;
                    place = here;
                    sum = lost = 0;
                }
                accumulate<op::sum>(sum, lost, number_at(of, k, row, row_start));
            }
            const T rest = sum_with_lost(sum, lost);
            if (!of.next_places) return add(of, place, row_place, rest);
            if (is_first) pass_on(of, 2 * part, row, place, rest);
            pass_on(of, 2 * part + 1, row, place, is_first ? T(0) : rest);
        });
    }

private:
    TAPELESS_HOST_DEVICE static std::uint64_t place_at(const arguments& of, std::int64_t k) { return IsFirst ? of.places[k] >> of.step_bits : of.places[k]; }
    TAPELESS_HOST_DEVICE static T number_at(const arguments& of, std::int64_t k, std::int64_t row, std::int64_t row_start) {
        if constexpr (IsFirst) {
            const std::uint64_t step = of.places[k] & ((std::uint64_t(1) << of.step_bits) - 1);
            return of.numbers.template at<T>(of.steps.offset(static_cast<std::int64_t>(step), of.strides) + row_start);
        } else {
            return of.sums[k * of.row_count + row];
        }
    }
    TAPELESS_HOST_DEVICE static void add(const arguments& of, std::uint64_t place, std::int64_t row_place, T sum) {
        if (place != of.place_count) of.to[static_cast<std::int64_t>(place) + row_place] += sum;
    }
    TAPELESS_HOST_DEVICE static void pass_on(const arguments& of, std::int64_t to, std::int64_t row, std::uint64_t place, T sum) {
        if (row == 0) of.next_places[to] = place;
        of.next_sums[to * of.row_count + row] = sum;
    }
};

/// Puts numbers in the order of their upper bits, the lower ones being in order already. Returns which of both memories has them then. A template, so that it is
/// compiled where it is called.
template <class Number>
Number* sort_upper_bits(host_system, Number* numbers, Number*, std::int64_t count, int, int, stream_handle, const statement&) {
    host_system::queue([=] { std::sort(numbers, numbers + count); });
    return numbers;
}
#ifdef __CUDACC__
template <class Number>
Number* sort_upper_bits(cuda_system, Number* numbers, Number* others, std::int64_t count, int first_bit, int last_bit, stream_handle stream, const statement& who) {
    cub::DoubleBuffer<Number> both(numbers, others);
    std::size_t bytes = 0;
    cuda_system::check(cub::DeviceRadixSort::SortKeys(nullptr, bytes, both, count, first_bit, last_bit, stream), who, "a sort");
    device_array<unsigned char, 1, cuda_system> memory({static_cast<std::ptrdiff_t>(bytes)}, stream, who);
    cuda_system::check(cub::DeviceRadixSort::SortKeys(memory.data(), bytes, both, count, first_bit, last_bit, stream), who, "a sort");
    return both.Current();
}
#endif

template <class System, class T>
class scattered_sums {
public:
    static void queue(const scattered_numbers<T>& all, stream_handle stream, const statement& who) { scattered_sums(all, stream, who).queue(); }

private:
    scattered_sums(const scattered_numbers<T>& all, stream_handle stream, const statement& who) : all_(all), stream_(stream), who_(who) {}

    template <class Code>
    void launch(const typename Code::arguments& of, std::int64_t threads) const {
        System::template launch_blocks<Code>(of, blocks_of(threads), stream_, who_);
    }
    void queue() const {
        const std::int64_t count = all_.places.loops.size(), rows = all_.rows.size();
        if (count == 0 || rows == 0 || all_.place_count <= 0) return;
        if (!all_.may_meet) {
            const auto of = sums_at_places<T, true>::of(all_);
            launch<sums_at_places<T, true>>(of, of.count);
        } else if constexpr (adds_in_no_order<System>) {
            const auto of = sums_at_places<T, false>::of(all_);
            launch<sums_at_places<T, false>>(of, of.count);
        } else {
            add_up_in_order(count, rows);
        }
    }
    void add_up_in_order(std::int64_t count, std::int64_t rows) const {
        const int step_bits = std::bit_width(static_cast<std::uint64_t>(count - 1)), bits = step_bits + std::bit_width(static_cast<std::uint64_t>(all_.place_count));
        if (bits > 64) throw device_error(text_of(who_) + ": a derivative is added up at too many places.");
        device_array<std::uint64_t, 1, System> places({count}, stream_, who_), others({count}, stream_, who_);
        launch<places_with_steps>({all_.places, places.data(), step_bits, all_.place_count, count}, count);
        typename sums_of_runs<T, true>::arguments first{};
        first.places = sort_upper_bits(System{}, places.data(), others.data(), count, step_bits, bits, stream_, who_);
        first.step_bits = step_bits;
        first.numbers = all_.numbers;
        first.steps = all_.places.loops;
        std::copy_n(all_.strides, most_loops, first.strides);
        add_up<true>(first, count, rows);
    }
    /// Queues the sums of a sequence, and of what that leaves.
    template <bool IsFirst>
    void add_up(typename sums_of_runs<T, IsFirst>::arguments& of, std::int64_t count, std::int64_t rows) const {
        using code = sums_of_runs<T, IsFirst>;
        const std::int64_t parts = code::thread_count(count), left = parts > 1 ? 2 * parts : 0;
        device_array<std::uint64_t, 1, System> next_places({left}, stream_, who_);
        device_array<T, 1, System> next_sums({left * rows}, stream_, who_);
        of.count = count;
        of.rows = all_.rows;
        of.row_count = rows;
        std::copy_n(all_.row_strides, most_loops, of.row_strides);
        std::copy_n(all_.row_places, most_loops, of.row_places);
        of.to = all_.to;
        of.place_count = static_cast<std::uint64_t>(all_.place_count);
        of.next_places = left > 0 ? next_places.data() : nullptr;
        of.next_sums = next_sums.data();
        launch<code>(of, parts * rows);
        if (left == 0) return;
        typename sums_of_runs<T, false>::arguments next{};
        next.places = next_places.data();
        next.sums = next_sums.data();
        add_up<false>(next, left, rows);
    }

    const scattered_numbers<T>& all_;
    const stream_handle stream_;
    const statement& who_;
};

}  // namespace tapeless::detail
