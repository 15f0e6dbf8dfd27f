// SPDX-License-Identifier: BSL-1.0
// Runs a recurrence that is linear in what it carries on the lanes of registers, as many steps at once: the slopes and terms of one, two, four, … steps
// together are made of those of half as many (P. Kogge and H. Stone, IEEE Transactions on Computers C-22, 1973). What it carries is then known for
// every lane, and the rest of the pass's code runs on registers as any other.
#pragma once

#include <tapeless/evaluate/array_frame.hpp>
#include <tapeless/evaluate/scalar.hpp>
#include <tapeless/plan/linear_recurrence.hpp>

#include <cstddef>
#include <limits>
#include <type_traits>

namespace tapeless::detail {

template <class Planned, class T, int Pass>
class linear_recurrence_runner {
    using recurrence = linear_recurrence<Planned, Pass>;
    static constexpr array_pass pass = Planned::plan.passes[Pass];
    static constexpr bool backward = Planned::flat.scans[pass.scan].backward;
    static constexpr int load_count = pass.load_count, sink_count = pass.sink_count;
    static constexpr int carried_load = recurrence::carried_load, carry_sink = recurrence::carry_sink;
    using frame = array_frame<Planned, T>;
    using reg = register_of<T>;
    using number = typename reg::type;
    using program = typename recurrence::program;

    static constexpr index node_of_load(int load) { return Planned::plan.loads[pass.first_load + load]; }
    static constexpr bool varies(int load) { return Planned::masks.of[node_of_load(load)] >> pass.loops[0] & 1; }
    static constexpr bool is_position(int load) { return is_a<op::position>(Planned::graph.nodes[node_of_load(load)]); }
    /// A carried value that no pass reads has no memory.
    static constexpr bool has_memory(int sink) { return Planned::plan.buffers[Planned::sink(pass, sink).target].axes != 0; }

public:
    static constexpr bool exists = recurrence::exists && reg::count > 1;

    static void run(const frame& f) {
        const std::ptrdiff_t count = f.extent[pass.loops[0]];
        if (count == 0) return;
        linear_recurrence_runner runner;
        runner.start(f);
        runner.steps(count);
    }
    /// All of a row_run's row.
    template <class Row>
    static void run_row(Row& row) {
        linear_recurrence_runner runner;
        for_each<load_count>([&](auto k) {
            if constexpr (k != carried_load && !is_position(k)) runner.data_[k] = row.template source<node_of_load(k)>(), runner.is_direct_[k] = true;
        });
        for_each<sink_count>([&](auto k) {
            constexpr pass_sink sink = Planned::sink(pass, k);
            runner.to_[k] = row.template target<sink.kind, sink.target>();
            runner.target_strides_[k] = 1;
        });
        runner.steps(row.count);
    }

private:
    void start(const frame& f) {
        for_each<load_count>([&](auto k) {
            if constexpr (k != carried_load && !is_position(k)) {
                const auto source = f.template source<node_of_load(k)>();
                data_[k] = source.data;
                copy_[k] = source.copy;
                strides_[k] = source.strides[pass.loops[0]];
                is_direct_[k] = source.holds_t && (!varies(k) || strides_[k] == 1);
            }
        });
        for_each<sink_count>([&](auto k) {
            constexpr pass_sink sink = Planned::sink(pass, k);
            const auto target = f.template target<sink.kind, sink.target>();
            to_[k] = target.data;
            target_strides_[k] = target.strides[pass.loops[0]];
        });
    }

    /// The value of a load for `count` steps from `first` on; the other lanes are 0.
    template <int Load>
    [[gnu::always_inline]] number read(std::ptrdiff_t first, int count) const {
        if constexpr (is_position(Load)) {
            return numbers_from_0() + number(static_cast<T>(first));
        } else if constexpr (varies(Load)) {
            const T* const from = static_cast<const T*>(data_[Load]) + first;
            if (is_direct_[Load]) [[likely]] return count == reg::count ? reg::load(from) : reg::load_first(from, count);
            return read_scattered<Load>(first, count);
        } else {
            if (is_direct_[Load]) [[likely]] return number(*static_cast<const T*>(data_[Load]));
            T value;
            copy_[Load](data_[Load], 0, 0, 1, &value);
            return number(value);
        }
    }
    template <int Load>
    [[gnu::noinline]] number read_scattered(std::ptrdiff_t first, int count) const {
        T lanes[reg::count] = {};
        copy_[Load](data_[Load], first * strides_[Load], strides_[Load], count, lanes);
        return reg::load(lanes);
    }
    static number numbers_from_0() {
        T lanes[reg::count];
        for (int k = 0; k < reg::count; ++k) lanes[k] = static_cast<T>(k);
        return reg::load(lanes);
    }
    template <int Sink>
    [[gnu::always_inline]] void write(const number& value, std::ptrdiff_t first, int count) const {
        T* const to = to_[Sink] + first * target_strides_[Sink];
        if (target_strides_[Sink] == 1) return count == reg::count ? reg::store(value, to) : reg::store_first(value, to, count);
        T lanes[reg::count];
        reg::store(value, lanes);
        for (int k = 0; k < count; ++k) to[k * target_strides_[Sink]] = lanes[k];
    }

    /// Each lane's value so many steps before; of the first steps, those of `before`.
    template <int Steps>
    [[gnu::always_inline]] static number steps_before(const number& value, const number& before) {
        if constexpr (backward) return reg::template lanes_from<Steps>(value, before);
        else return reg::template lanes_from<reg::count - Steps>(before, value);
    }
    [[gnu::always_inline]] static number last_step(const number& value) {
        return reg::template lane_everywhere<backward ? 0 : reg::count - 1>(value);
    }

    static constexpr int doublings = [] {
        int all = 0;
        while (1 << all < reg::count) ++all;
        return all;
    }();
    /// The slope of one step, of up to two, of up to four, …, and of all steps that end with each lane.
    struct slopes {
        number of[doublings + 1];
        bool are_finite;

        [[gnu::always_inline]] explicit slopes(const number& of_one) {
            of[0] = of_one;
            for_each<doublings>([&](auto k) __attribute__((always_inline)) { of[k + 1] = of[k] * steps_before<(1 << k)>(of[k], number(T(1))); });
            are_finite = xsimd::all((absolute(of[doublings]) < number(std::numeric_limits<T>::infinity())).bits);
        }
    };
    /// What each step carries on.
    [[gnu::always_inline]] static number carried_on(const slopes& slope, const number& terms, const number& carried) {
        // A product of slopes beyond all numbers may meet a 0, which one slope after the other would not.
        if (!slope.are_finite) [[unlikely]] return one_by_one(slope.of[0], terms, carried);
        number sums = terms;
        for_each<doublings>([&](auto k) __attribute__((always_inline)) { sums = slope.of[k] * steps_before<(1 << k)>(sums, number(T(0))) + sums; });
        return slope.of[doublings] * carried + sums;
    }
    [[gnu::noinline, gnu::cold]] static number one_by_one(const number& slope, const number& terms, const number& carried) {
        T slopes[reg::count], results[reg::count], all[reg::count];
        reg::store(slope, slopes);
        reg::store(terms, results);
        reg::store(carried, all);
        T value = all[0];
        for (int k = 0; k < reg::count; ++k) {
            const int lane = backward ? reg::count - 1 - k : k;
            results[lane] = value = slopes[lane] * value + results[lane];
        }
        return reg::load(results);
    }

    void steps(std::ptrdiff_t count) const {
        number inputs[load_count + 1];
        for_each<load_count>([&](auto k) {
            if constexpr (k != carried_load && !varies(k)) inputs[k] = read<k>(0, 1);
        });
        number carried = first_carried(inputs);
        const slopes same_slopes(slope_of_all_steps(inputs));
        // In the order of the recurrence, from the step `done` on.
        const auto registers = [&](std::ptrdiff_t done, int valid, auto is_whole) __attribute__((always_inline)) {
            const std::ptrdiff_t first = backward ? count - done - valid : done;
            for_each<load_count>([&](auto k) __attribute__((always_inline)) {
                if constexpr (k != carried_load && varies(k)) inputs[k] = read<k>(first, valid);
            });
            number step[2];
            inputs[carried_load] = number(T(0));
            evaluate<typename recurrence::step>(inputs, step);
            // What has no step passes on what is carried to it.
            if constexpr (!is_whole) step[0] = reg::first_of(step[0], number(T(1)), valid), step[1] = reg::first_of(step[1], number(T(0)), valid);
            number all;
            if constexpr (recurrence::has_one_slope() && is_whole) all = carried_on(same_slopes, step[1], carried);
            else all = carried_on(slopes(step[0]), step[1], carried);
            inputs[carried_load] = steps_before<1>(all, carried);
            number outputs[sink_count + 1];
            evaluate<program>(inputs, outputs);
            outputs[carry_sink] = all;
            for_each<sink_count>([&](auto k) __attribute__((always_inline)) {
                if constexpr (has_memory(k)) write<k>(outputs[k], first, valid);
            });
            carried = last_step(all);
        };
        std::ptrdiff_t done = 0;
        for (; done + reg::count <= count; done += reg::count) registers(done, reg::count, std::true_type{});
        if (done < count) registers(done, static_cast<int>(count - done), std::false_type{});
    }
    static number first_carried(const number* inputs) {
        constexpr index first = Planned::graph.nodes[Planned::plan.buffers[Planned::sink(pass, carry_sink).target].node].operands[0];
        if constexpr (Planned::graph.nodes[first].is_constant()) {
            return number(static_cast<T>(__builtin_bit_cast(double, Planned::graph.nodes[first].bits)));
        } else {
            constexpr int load = [] {
                int k = 0;
                while (node_of_load(k) != first) ++k;
                return k;
            }();
            return inputs[load];
        }
    }
    static number slope_of_all_steps(const number* inputs) {
        number step[2] = {T(1), T(0)};
        if constexpr (recurrence::has_one_slope()) evaluate<typename recurrence::step>(inputs, step);
        return step[0];
    }

    const void* data_[load_count + 1];
    decltype(element_source<T, frame::axes>::copy) copy_[load_count + 1];
    std::ptrdiff_t strides_[load_count + 1];
    bool is_direct_[load_count + 1];
    T* to_[sink_count + 1];
    std::ptrdiff_t target_strides_[sink_count + 1];
};

}  // namespace tapeless::detail
