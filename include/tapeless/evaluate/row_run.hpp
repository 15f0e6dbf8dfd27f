// SPDX-License-Identifier: BSL-1.0
// Runs the plan of an array program whose arrays all lie along one axis, in memory in order, and fit into one tile: without a frame, which takes longer to
// fill than a few dozen elements take to compute. The same passes on the same registers, so the same results, as from array_run.
#pragma once

#include <tapeless/evaluate/linear_recurrence.hpp>
#include <tapeless/evaluate/pass.hpp>
#include <tapeless/evaluate/tile_size.hpp>
#include <tapeless/evaluate/workspace.hpp>

#include <cstddef>
#include <type_traits>

namespace tapeless::detail {

template <class Planned, class T>
class row_run {
    static constexpr auto& plan = Planned::plan;
    static constexpr int buffer_count = Planned::sizes.buffers;

    static constexpr bool holds_for_all(int count, const auto& holds) {
        for (int k = 0; k < count; ++k)
            if (!holds(k)) return false;
        return true;
    }
    static constexpr bool is_along_one_axis() {
        constexpr array_graph_sizes sizes = Planned::flat.sizes;
        return Planned::flat.axis_count == 1 && sizes.slices + sizes.concatenations + sizes.reshapings + sizes.steps + sizes.indices + sizes.single_steps == 0 &&
               holds_for_all(sizes.lengths, [](int k) { return Planned::flat.lengths[k].of == 0 && Planned::flat.lengths[k].slice == nowhere; }) &&
               holds_for_all(sizes.accesses, [](int k) { return Planned::flat.accesses[k].rank == 1 && is_whole(Planned::flat.accesses[k], Planned::flat.accesses); }) &&
               holds_for_all(Planned::output_count, [](int k) { return !Planned::adds(k); }) &&
               holds_for_all(Planned::sizes.passes, [](int k) { return plan.passes[k].by_itself == nowhere; });
    }
    static constexpr bool runs_all_recurrences() {
        bool all = true;
        for_each<Planned::sizes.passes>([&](auto p) {
            if constexpr (plan.passes[p].scan != nowhere) all = all && linear_recurrence_runner<Planned, T, p>::exists;
        });
        return all;
    }

public:
    static constexpr bool exists = [] {
        if constexpr (std::is_arithmetic_v<T> && is_along_one_axis()) return runs_all_recurrences();
        else return false;
    }();

    T numbers[Planned::number_count + 1];
    const T* arrays[Planned::array_count + 1];
    T* outputs[Planned::output_count + 1];
    T results[Planned::output_count + 1];  ///< of outputs that are numbers
    std::ptrdiff_t count = nowhere;

    row_run() {
        for_each<Planned::output_count>([&](auto k) {
            outputs[k] = results + k;
            results[k] = 0;
        });
    }
    /// An argument that is an array. Whether it goes with the others here.
    template <class View>
    bool bind(int array, const View& view) {
        arrays[array] = view.data();
        if (count == nowhere) count = view.shape()[0];
        return count == view.shape()[0] && view.strides()[0] == 1;
    }
    /// Whether there is memory of the right shape.
    template <class View>
    bool bind_output(int output, const View& view) {
        outputs[output] = view.data();
        return count == view.shape()[0] && view.strides()[0] == 1;
    }
    bool has_one_tile() const { return count > 0 && count <= tile_size<T>::fitting(1); }

    [[gnu::always_inline]] void run() {
        count_as_number_ = static_cast<T>(count);
        if constexpr (kept_rows() + has_positions() > 0) {
            constexpr std::ptrdiff_t line = cache_line / sizeof(T);
            const std::ptrdiff_t room = (count + line - 1) / line * line;
            T* next = workspace<T, memory_of::passes>(static_cast<std::size_t>((kept_rows() + has_positions()) * room));
            if constexpr (has_positions()) {
                for (std::ptrdiff_t k = 0; k < count; ++k) next[k] = static_cast<T>(k);
                positions_ = next;
                next += room;
            }
            for_each<buffer_count>([&](auto k) {
                if constexpr (is_kept_row(k)) rows_[k] = next, next += room;
            });
        }
        for_each<Planned::sizes.passes>([&](auto pass) {
            if constexpr (plan.passes[pass].scan != nowhere) linear_recurrence_runner<Planned, T, pass>::run_row(*this);
            else pass_runner<Planned, T, pass>::run_row(*this);
        });
    }

    /// Where a pass reads a node.
    template <index Node>
    const T* source() const {
        constexpr graph_node n = Planned::graph.nodes[Node];
        if constexpr (is_a<op::element>(n)) return arrays[Planned::flat.accesses[n.bits].array];
        else if constexpr (n.is_input()) return numbers + n.bits;
        else if constexpr (is_a<op::extent>(n)) return &count_as_number_;
        else if constexpr (is_a<op::position>(n)) return positions_;
        else return const_cast<row_run*>(this)->template memory_of_buffer<Planned::buffer_of(Node)>();
    }
    /// Where a pass leaves what a sink is for.
    template <pass_sink::kind_of_sink Kind, int Target>
    T* target() {
        if constexpr (Kind == pass_sink::output) return outputs[Target];
        else return memory_of_buffer<Target>();
    }

private:
    static constexpr bool is_kept_row(int buffer) { return plan.buffers[buffer].rank > 0 && plan.buffers[buffer].output == nowhere; }
    static constexpr bool has_positions() {
        for (int k = 0; k < Planned::sizes.loads; ++k)
            if (is_a<op::position>(Planned::graph.nodes[plan.loads[k]])) return true;
        return false;
    }
    static constexpr int kept_rows() {
        int rows = 0;
        for (int k = 0; k < buffer_count; ++k) rows += is_kept_row(k);
        return rows;
    }
    template <int Buffer>
    T* memory_of_buffer() {
        constexpr array_buffer buffer = plan.buffers[Buffer];
        if constexpr (buffer.output != nowhere) return outputs[buffer.output];
        else if constexpr (buffer.rank == 0) return values_ + Buffer;
        else return rows_[Buffer];
    }

    T count_as_number_;
    const T* positions_;
    T values_[buffer_count + 1];
    T* rows_[buffer_count + 1];
};

}  // namespace tapeless::detail
