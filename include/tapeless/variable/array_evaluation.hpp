// SPDX-License-Identifier: BSL-1.0
// One run of an array program that backward records: one node after the other, each for all steps of its axes; recurrences step by step.
#pragma once

#include <tapeless/variable/block_operations.hpp>
#include <tapeless/variable/interpreted_places.hpp>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace tapeless::detail {

/// One run of an array program.
template <class T>
class array_evaluation {
    static constexpr std::ptrdiff_t block_size = block_operations<T>::block_size;

public:
    array_evaluation(const interpreted_arrays& program, const std::vector<recorded_input<T>>& inputs) : program_(program), inputs_(inputs), values_(program.nodes.size()) {
        const std::size_t count = program.nodes.size();
        masks_.resize(count);
        std::vector<int> readers(count);
        for (std::size_t at = 0; at < count; ++at) {
            masks_[at] = axes_of(program.nodes[at], program.accesses, program.scans, masks_);
            for (int k = 0; k < program.nodes[at].operation->arity; ++k) ++readers[operand(at, k)];
        }
        for (const auto& output : program.outputs) ++readers[static_cast<std::size_t>(output.values)];
        // The product in a product of matrices has more elements than there is memory for.
        for (std::size_t at = 0; at < count; ++at) {
            if (!is_reduction(program.nodes[at])) continue;
            const std::size_t x = operand(at, 0);
            const graph_node& n = program.nodes[x];
            values_[x].is_streamed = readers[x] == 1 && is_a<op::multiply>(n) && masks_[x] != masks_[operand(x, 0)] && masks_[x] != masks_[operand(x, 1)];
        }
        for (std::size_t at = 0; at < count; ++at) evaluate(at);
    }

    /// Adds what an output is to memory of the result's.
    void add(const interpreted_arrays::output& output, T* to, const extents<4>& shape, const extents<4>& strides) {
        const auto shape_of = [&](const array_access& access) -> const extents<4>& { return access.array == output.places.array ? shape : shape_of_input(access); };
        const interpreted_places places(program_, inputs_, shape_of);
        const auto from = static_cast<std::size_t>(output.values);
        const axis_set axes = tapeless::detail::axes_of(output.places, program_.accesses) | masks_[from];
        if (output.places.is_irregular()) {
            for_each_row(axes, {}, [&](strides_of_axes& step, int inner, std::ptrdiff_t count) {
                for (std::ptrdiff_t k = 0; k < count; ++k) {
                    if (inner != nowhere) step[static_cast<std::size_t>(inner)] = k;
                    if (const std::ptrdiff_t at = places.at(output.places, strides, step); at != places.absent) to[at] += *place(from, step);
                }
                if (inner != nowhere) step[static_cast<std::size_t>(inner)] = 0;
            });
            return;
        }
        strides_of_axes steps{};
        const std::ptrdiff_t begin = places.begin(output.places, strides, steps);
        for_each_row(axes, {}, [&](const strides_of_axes& step, int inner, std::ptrdiff_t count) {
            T* const row = to + begin + offset(step, steps);
            const T* const value = place(from, step);
            const std::ptrdiff_t along = stride(steps, inner), stride_from = stride(values_[from].strides, inner);
            if (inner != nowhere && along == 0) *row += sum_of_row(value, stride_from, count);
            else
                for (std::ptrdiff_t k = 0; k < count; ++k) row[k * along] += value[k * stride_from];
        });
    }

private:
    /// Values along axes, of the evaluation's own or where an argument has them.
    struct node_values {
        std::vector<T> own;
        const T* data = nullptr;
        strides_of_axes strides{};
        bool is_streamed = false;  ///< computed where it is read, row by row
        bool is_known = false;
    };
    /// One step of one axis; all steps if there is none.
    struct restriction {
        int axis = nowhere;
        std::ptrdiff_t step = 0;
    };

    std::size_t operand(std::size_t at, int k) const { return static_cast<std::size_t>(program_.nodes[at].operands[k]); }
    const extents<4>& shape_of_input(const array_access& access) const { return inputs_[static_cast<std::size_t>(program_.input_of_array[static_cast<std::size_t>(access.array)])].shape; }
    static std::ptrdiff_t offset(const strides_of_axes& step, const strides_of_axes& strides) {
        std::ptrdiff_t sum = 0;
        for (std::size_t axis = 0; axis < most_axes; ++axis) sum += step[axis] * strides[axis];
        return sum;
    }
    static std::ptrdiff_t stride(const strides_of_axes& strides, int axis) { return axis == nowhere ? 0 : strides[static_cast<std::size_t>(axis)]; }
    const T* place(std::size_t at, const strides_of_axes& step) const { return values_[at].data + offset(step, values_[at].strides); }
    static T sum_of_row(const T* from, std::ptrdiff_t stride, std::ptrdiff_t count) {
        if (count <= 32) {
            T sum{};
            for (std::ptrdiff_t k = 0; k < count; ++k) sum += from[k * stride];
            return sum;
        }
        const std::ptrdiff_t half = count / 2;
        return sum_of_row(from, stride, half) + sum_of_row(from + half * stride, stride, count - half);
    }

    /// Calls visitor(step, inner axis, count) for each row of a space: the steps of its last axis, of which `step` has the first.
    template <class Visitor>
    void for_each_row(axis_set axes, const restriction& only, const Visitor& visitor) const {
        int list[most_axes], count = 0;
        strides_of_axes step{};
        for (int axis = 0; axis < most_axes; ++axis) {
            if (!(axes >> axis & 1)) continue;
            if (axis == only.axis) step[static_cast<std::size_t>(axis)] = only.step;
            else if (program_.extent[static_cast<std::size_t>(axis)] == 0) return;
            else list[count++] = axis;
        }
        const int inner = count == 0 ? nowhere : list[--count];
        const std::ptrdiff_t length = inner == nowhere ? 1 : program_.extent[static_cast<std::size_t>(inner)];
        for (;;) {
            visitor(step, inner, length);
            int k = count - 1;
            for (; k >= 0; --k) {
                std::ptrdiff_t& next = step[static_cast<std::size_t>(list[k])];
                if (++next < program_.extent[static_cast<std::size_t>(list[k])]) break;
                next = 0;
            }
            if (k < 0) return;
        }
    }
    T* make_room(std::size_t at) {
        node_values& value = values_[at];
        std::ptrdiff_t size = 1;
        for (int axis = most_axes - 1; axis >= 0; --axis) {
            if (!(masks_[at] >> axis & 1)) continue;
            value.strides[static_cast<std::size_t>(axis)] = size;
            size *= program_.extent[static_cast<std::size_t>(axis)];
        }
        value.own.resize(static_cast<std::size_t>(size));
        value.data = value.own.data();
        value.is_known = true;
        return value.own.data();
    }

    void evaluate(std::size_t at) {
        const graph_node& n = program_.nodes[at];
        if (values_[at].is_known) return;
        if (is_a<op::carried>(n) || is_a<op::scan>(n)) return evaluate_recurrences(program_.scans[n.bits].group);
        for (int k = 0; k < n.operation->arity; ++k) evaluate(operand(at, k));
        if (values_[at].is_streamed) return;
        if (is_a<op::element>(n)) return read(at, program_.accesses[n.bits]);
        T* const to = make_room(at);
        if (n.is_constant()) *to = static_cast<T>(graph_builder::value_of_bits(n.bits));
        else if (n.is_input()) *to = *inputs_[static_cast<std::size_t>(program_.input_of_number[n.bits])].data;
        else if (is_a<op::extent>(n)) *to = static_cast<T>(program_.extent[n.bits]);
        else if (is_a<op::position>(n))
            for (std::ptrdiff_t k = 0; k < program_.extent[n.bits]; ++k) to[k] = static_cast<T>(k);
        else if (is_reduction(n)) reduce(at, {});
        else if (is_a<op::selection>(n)) select_steps(at);
        else compute(at, {});
    }
    void select_steps(std::size_t at) {
        const graph_node& n = program_.nodes[at];
        const auto selected = static_cast<std::size_t>(selected_axis(n));
        const std::size_t value = operand(at, 0), chosen = operand(at, 1);
        T* const to = values_[at].own.data();
        for_each_row((masks_[value] | masks_[chosen]) & ~(axis_set(1) << selected), {}, [&](strides_of_axes step, int inner, std::ptrdiff_t count) {
            for (std::ptrdiff_t k = 0; k < count; ++k) {
                if (inner != nowhere) step[static_cast<std::size_t>(inner)] = k;
                step[selected] = 0;
                const std::ptrdiff_t which = as_index(*place(chosen, step));
                if (which < 0 || which >= program_.extent[selected]) continue;
                step[selected] = which;
                to[offset(step, values_[at].strides)] += *place(value, step);
            }
        });
    }

    void read(std::size_t at, const array_access& access) {
        const auto shape_of = [&](const array_access& each) -> const extents<4>& { return shape_of_input(each); };
        const interpreted_places places(program_, inputs_, shape_of);
        if (!access.is_irregular()) {
            const recorded_input<T>& input = inputs_[static_cast<std::size_t>(program_.input_of_array[static_cast<std::size_t>(access.array)])];
            // Read as far as there are elements: places of an array without any may lie anywhere.
            values_[at].data = input.data;
            if (!has_steps(masks_[at])) return void(values_[at].is_known = true);
            values_[at].data += places.begin(access, input.strides, values_[at].strides);
            values_[at].is_known = true;
            return;
        }
        T* const to = make_room(at);
        const strides_of_axes strides = values_[at].strides;
        const recorded_input<T>* const input = access.is_of_places() ? nullptr : &inputs_[static_cast<std::size_t>(program_.input_of_array[static_cast<std::size_t>(access.array)])];
        for_each_row(masks_[at], {}, [&](strides_of_axes step, int inner, std::ptrdiff_t count) {
            for (std::ptrdiff_t k = 0; k < count; ++k) {
                if (inner != nowhere) step[static_cast<std::size_t>(inner)] = k;
                const std::ptrdiff_t from = input ? places.at(access, input->strides, step) : places.in_old_shape(access, step);
                to[offset(step, strides)] = from == places.absent ? T{} : input ? input->data[from] : static_cast<T>(from);
            }
        });
    }
    bool has_steps(axis_set axes) const {
        for (int axis = 0; axis < most_axes; ++axis)
            if ((axes >> axis & 1) && program_.extent[static_cast<std::size_t>(axis)] == 0) return false;
        return true;
    }

    /// A block of a node's values along the inner axis, from a step of it on.
    const T* block(std::size_t at, const strides_of_axes& step, int inner, std::ptrdiff_t start, std::ptrdiff_t count, T* memory) const {
        if (values_[at].is_streamed) {
            T first[block_size], second[block_size];
            const T *const a = block(operand(at, 0), step, inner, start, count, first), *const b = block(operand(at, 1), step, inner, start, count, second);
            block_operations<T>::of(*program_.nodes[at].operation)(a, b, a, memory, count);
            return memory;
        }
        const std::ptrdiff_t along = stride(values_[at].strides, inner);
        const T* const from = place(at, step) + start * along;
        if (along == 1) return from;
        for (std::ptrdiff_t k = 0; k < count; ++k) memory[k] = from[k * along];
        return memory;
    }
    template <class Visitor>
    static void for_each_block(std::ptrdiff_t count, const Visitor& visitor) {
        for (std::ptrdiff_t start = 0; start < count; start += block_size) visitor(start, std::min(block_size, count - start));
    }
    void compute(std::size_t at, const restriction& only) {
        const graph_node& n = program_.nodes[at];
        T* const to = values_[at].own.data();
        const bool is_held = is_a<op::detached>(n);
        const auto run = is_held ? nullptr : block_operations<T>::of(*n.operation);
        T memory[4][block_size];
        for_each_row(masks_[at], only, [&](const strides_of_axes& step, int inner, std::ptrdiff_t length) {
            const std::ptrdiff_t along = stride(values_[at].strides, inner);
            for_each_block(length, [&](std::ptrdiff_t start, std::ptrdiff_t count) {
                const T* operands[3] = {};
                for (int k = 0; k < 3; ++k) operands[k] = k < n.operation->arity ? block(operand(at, k), step, inner, start, count, memory[k]) : operands[0];
                T* const row = to + offset(step, values_[at].strides) + start * along;
                T* const result = along == 1 ? row : memory[3];
                if (is_held) std::copy_n(operands[0], count, result);
                else run(operands[0], operands[1], operands[2], result, count);
                if (result != row)
                    for (std::ptrdiff_t k = 0; k < count; ++k) row[k * along] = result[k];
            });
        });
    }
    void reduce(std::size_t at, const restriction& only) {
        const graph_node& n = program_.nodes[at];
        const std::size_t x = operand(at, 0);
        T* const to = values_[at].own.data();
        const auto identity = static_cast<T>(identity_of_reduction(*n.operation));
        for_each_row(masks_[at], only, [&](const strides_of_axes& step, int inner, std::ptrdiff_t count) {
            T* const row = to + offset(step, values_[at].strides);
            for (std::ptrdiff_t k = 0; k < count; ++k) row[k * stride(values_[at].strides, inner)] = identity;
        });
        const bool is_sum = is_a<op::sum>(n), is_product = is_a<op::product>(n), is_greatest = is_a<op::greatest>(n);
        const auto combine = [&](T& with, T value) { with = is_sum ? with + value : is_product ? with * value : is_greatest ? op::greatest::combine(with, value) : op::least::combine(with, value); };
        T memory[block_size];
        for_each_row(masks_[x], only, [&](const strides_of_axes& step, int inner, std::ptrdiff_t length) {
            T* const row = to + offset(step, values_[at].strides);
            const std::ptrdiff_t along = stride(values_[at].strides, inner);
            for_each_block(length, [&](std::ptrdiff_t start, std::ptrdiff_t count) {
                const T* const from = block(x, step, inner, start, count, memory);
                if (along == 0 && is_sum) *row += sum_of_row(from, 1, count);
                else
                    for (std::ptrdiff_t k = 0; k < count; ++k) combine(row[(start + k) * along], from[k]);
            });
        });
    }

    /// All that are carried together: at each step what depends on what is carried, in order.
    void evaluate_recurrences(int group) {
        const std::size_t count = program_.nodes.size();
        const auto is_of_group = [&](const graph_node& n) { return (is_a<op::carried>(n) || is_a<op::scan>(n)) && program_.scans[n.bits].group == group; };
        std::vector<char> depends(count), is_needed(count);
        for (std::size_t at = 0; at < count; ++at) {
            depends[at] = is_of_group(program_.nodes[at]);
            for (int k = 0; k < program_.nodes[at].operation->arity; ++k) depends[at] |= depends[operand(at, k)];
        }
        for (std::size_t at = count; at-- > 0;) {
            if (is_of_group(program_.nodes[at])) is_needed[at] = 1;
            if (is_needed[at] && depends[at])
                for (int k = 0; k < program_.nodes[at].operation->arity; ++k) is_needed[operand(at, k)] = 1;
        }
        for (std::size_t at = 0; at < count; ++at) {
            if (!is_needed[at]) continue;
            if (depends[at]) make_room(at);
            else evaluate(at);
        }
        const axis_scan& scan = program_.scans[static_cast<std::size_t>(group)];
        const std::ptrdiff_t steps = program_.extent[static_cast<std::size_t>(scan.axis)];
        for (std::ptrdiff_t k = 0; k < steps; ++k) {
            const std::ptrdiff_t step = scan.backward ? steps - 1 - k : k;
            for (std::size_t at = 0; at < count; ++at) {
                if (!is_needed[at] || !depends[at]) continue;
                const graph_node& n = program_.nodes[at];
                if (is_a<op::carried>(n)) carry(at, {scan.axis, step}, k == 0, scan.backward ? step + 1 : step - 1);
                else if (is_a<op::scan>(n)) copy(operand(at, 1), at, {scan.axis, step}, step);
                else if (is_reduction(n)) reduce(at, {scan.axis, step});
                else compute(at, {scan.axis, step});
            }
        }
    }
    // What is carried into a step: the first value, or what the recurrence was at the step before.
    void carry(std::size_t at, const restriction& only, bool is_first, std::ptrdiff_t before) {
        for (std::size_t k = 0; k < program_.nodes.size(); ++k) {
            const graph_node& n = program_.nodes[k];
            if (!is_a<op::scan>(n) || n.bits != program_.nodes[at].bits) continue;
            if (is_first) copy(operand(k, 0), at, only, only.step);
            else copy(k, at, only, before);
        }
    }
    void copy(std::size_t from, std::size_t at, const restriction& only, std::ptrdiff_t step_from) {
        T* const to = values_[at].own.data();
        for_each_row(masks_[at], only, [&](strides_of_axes step, int inner, std::ptrdiff_t count) {
            T* const row = to + offset(step, values_[at].strides);
            step[static_cast<std::size_t>(only.axis)] = step_from;
            const T* const source = place(from, step);
            for (std::ptrdiff_t k = 0; k < count; ++k) row[k * stride(values_[at].strides, inner)] = source[k * stride(values_[from].strides, inner)];
        });
    }

    const interpreted_arrays& program_;
    const std::vector<recorded_input<T>>& inputs_;
    std::vector<axis_set> masks_;
    std::vector<node_values> values_;
};

}  // namespace tapeless::detail
