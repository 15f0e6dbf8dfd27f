// SPDX-License-Identifier: BSL-1.0
// What is known of a pass when it is compiled: which loads and sinks vary along which loop, how sinks leave their values, and how many rows or registers its
// code runs on at once.
#pragma once

#include <tapeless/evaluate/array_frame.hpp>
#include <tapeless/evaluate/scalar.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
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
class pass_code {
protected:
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
    /// Whether a sink of sums writes them, each once, rather than add to what is there.
    static constexpr bool writes_sums(int k) {
        const pass_sink& sink = Planned::sink(pass, k);
        return sink.kind == pass_sink::reduce && Planned::written_by_rows(sink.target).are;
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

    // Sums of short rows: what does not vary from row to row stays in registers.
    static constexpr int most_registers_in_a_short_row = 4;
    static constexpr bool sums_short_rows() {
        if constexpr (by_rows && sink_count == 1 && program::flat.size <= 8 && reg::count > 1)
            return is_short() && mode(0) == sink_mode::add_row && sink_varies_by_row(0) && reduction(0) == identity_of<op::sum>;
        else return false;
    }

    // How a value is read, written and summed: all lanes, or the first ones.
    struct all_lanes {
        static number load(const T* from) { return reg::load(from); }
        static void store(const number& value, T* to) { reg::store(value, to); }
        static number kept(const number& sum, const number&) { return sum; }
    };
    struct first_lanes {
        int rest;
        number load(const T* from) const { return reg::load_first(from, rest); }
        void store(const number& value, T* to) const { reg::store_first(value, to, rest); }
        number kept(const number& sum, const number& before) const { return reg::first_of(sum, before, rest); }
    };
};

}  // namespace tapeless::detail
