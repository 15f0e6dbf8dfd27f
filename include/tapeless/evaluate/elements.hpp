// SPDX-License-Identifier: BSL-1.0
// Runs a program on every element of arrays that were broadcast to one shape: full registers straight from and to contiguous memory, blocks through
// a buffer where memory has strides or another number type, and the rest of a row as a padded register, so that an element's result
// depends neither on its position nor on its neighbours.
#pragma once

#include <tapeless/evaluate/registers.hpp>
#include <tapeless/evaluate/scalar.hpp>
#include <tapeless/plan/uniform_parts.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace tapeless::detail {

/// Memory to write to, or to add to, also if several elements go to one place: a stride is 0 then. Without memory a result is dropped.
template <class T, int Rank>
struct element_sum {
    T* data = nullptr;
    extents<Rank> strides{};
    bool adds = false;
    T* lost = nullptr;  ///< of a sum of all elements: what its rounding has lost
};

/// Which inputs are numbers for all elements: bit k of Uniform. Target: element_target or element_sum.
template <class Target, class Program, class T, int Rank, bool... Uniform>
class element_loop_to {
    static constexpr int input_count = sizeof...(Uniform);
    static constexpr int output_count = Program::output_count;
    static constexpr bool uniform[input_count] = {Uniform...};
    static constexpr int block_size = std::is_arithmetic_v<T> ? 256 : 8;
    using reg = register_of<T>;
    using sources = std::array<element_source<T, Rank>, input_count>;
    using targets = std::array<Target, output_count>;
    static constexpr bool may_add = std::is_same_v<Target, element_sum<T, Rank>>;

public:
    template <class Policy>
    static void run(extents<Rank> shape, sources in, targets out) {
        if (size_of(shape) == 0) return;
        const int first = merge_axes(shape, in, out);
        std::ptrdiff_t inner = 1;
        for (int axis = first + 1; axis < Rank; ++axis) inner *= shape[axis];
        const std::ptrdiff_t count = shape[first], pieces = Policy::is_parallel ? std::clamp<std::ptrdiff_t>(count * inner / elements_in_a_piece, 1, std::min<std::ptrdiff_t>(count, 256)) : 1;
        Policy::run(static_cast<int>(pieces), [&](int piece) { run_part(shape, first, count * piece / pieces, count * (piece + 1) / pieces, in, out); });
    }

private:
    static constexpr std::ptrdiff_t elements_in_a_piece = 1 << 13;

    // The steps from begin to end of the first axis that is left.
    static void run_part(const extents<Rank>& shape, int first, std::ptrdiff_t begin, std::ptrdiff_t end, const sources& in, const targets& out) {
        extents<Rank> at{};
        if (first == Rank - 1) return run_row(begin, end, at, in, out);
        for (at[first] = begin; at[first] < end;) {
            run_row(0, shape[Rank - 1], at, in, out);
            int axis = Rank - 2;
            for (; axis >= first && ++at[axis] == shape[axis] && axis > first; --axis) at[axis] = 0;
        }
    }

    // An axis along which every array goes on where the next faster one ends is part of that. Returns the first of the axes that are left.
    static int merge_axes(extents<Rank>& shape, sources& in, targets& out) {
        int first = Rank - 1;
        for (int axis = Rank - 2; axis >= 0; --axis) {
            const auto continues = [&](const auto& each) {
                return std::all_of(each.begin(), each.end(), [&](const auto& x) { return x.strides[axis] == x.strides[first] * shape[first]; });
            };
            if (shape[axis] == 1) continue;
            if (shape[first] == 1 || (continues(in) && continues(out))) {
                // A single element takes over the strides of the axis; otherwise those of the faster one hold for both.
                if (shape[first] == 1) {
                    for (auto& x : in) x.strides[first] = x.strides[axis];
                    for (auto& x : out) x.strides[first] = x.strides[axis];
                }
                shape[first] *= shape[axis];
            } else {
                --first;
                shape[first] = shape[axis];
                for (auto& x : in) x.strides[first] = x.strides[axis];
                for (auto& x : out) x.strides[first] = x.strides[axis];
            }
        }
        return first;
    }
    static std::ptrdiff_t offset(const extents<Rank>& strides, const extents<Rank>& at) {
        std::ptrdiff_t sum = 0;
        for (int axis = 0; axis + 1 < Rank; ++axis) sum += strides[axis] * at[axis];
        return sum;
    }

    static void run_row(std::ptrdiff_t begin, std::ptrdiff_t end, const extents<Rank>& at, const sources& in, const targets& out) {
        bool direct = true;
        for (int k = 0; k < input_count; ++k) direct &= uniform[k] || (in[k].holds_t && in[k].strides[Rank - 1] == 1);
        for (const auto& x : out) direct &= is_direct(x);
        const std::ptrdiff_t step = direct ? end - begin : block_size;
        for (std::ptrdiff_t start = begin; start < end; start += step) run_block(start, std::min(step, end - start), at, in, out);
    }

    static void run_block(std::ptrdiff_t start, std::ptrdiff_t count, const extents<Rank>& at, const sources& in, const targets& out) {
        T input_buffers[input_count > 0 ? input_count : 1][block_size], output_buffers[output_count][block_size];
        const T* from[input_count > 0 ? input_count : 1];
        T* to[output_count];
        for (int k = 0; k < input_count; ++k) {
            const std::ptrdiff_t stride = in[k].strides[Rank - 1], first = offset(in[k].strides, at) + start * stride;
            if (uniform[k] || (in[k].holds_t && stride == 1)) {
                from[k] = static_cast<const T*>(in[k].data) + first;
            } else {
                in[k].copy(in[k].data, first, stride, count, input_buffers[k]);
                from[k] = input_buffers[k];
            }
        }
        for (int k = 0; k < output_count; ++k) to[k] = is_direct(out[k]) ? out[k].data + offset(out[k].strides, at) + start : output_buffers[k];
        run_registers(from, to, count);
        for (int k = 0; k < output_count; ++k) {
            if (is_direct(out[k])) continue;
            const std::ptrdiff_t stride = out[k].strides[Rank - 1], first = offset(out[k].strides, at) + start * stride;
            if constexpr (may_add) {
                if (out[k].data == nullptr) continue;
                if (out[k].adds) {
                    add(output_buffers[k], out[k].data + first, stride, count, out[k].lost);
                    continue;
                }
            }
            for (std::ptrdiff_t e = 0; e < count; ++e) out[k].data[first + e * stride] = output_buffers[k][e];
        }
    }
    // Whether registers are written where they belong.
    static bool is_direct(const Target& x) {
        if constexpr (may_add) return x.data != nullptr && !x.adds && x.strides[Rank - 1] == 1;
        else return x.strides[Rank - 1] == 1;
    }
    // The numbers of a block that go to one place are summed in pairs first, in a fixed order.
    static void add(T* block, T* to, std::ptrdiff_t stride, std::ptrdiff_t count, T* lost) {
        if (stride != 0) {
            for (std::ptrdiff_t e = 0; e < count; ++e) to[e * stride] += block[e];
            return;
        }
        for (; count > 1; count = (count + 1) / 2)
            for (std::ptrdiff_t e = 0, half = (count + 1) / 2; e + half < count; ++e) block[e] += block[half + e];
        const T sum = *to + block[0];
        if (lost != nullptr) *lost += rounding_error(*to, block[0], sum);
        *to = sum;
    }

    static void run_registers(const T* const* from, T* const* to, std::ptrdiff_t count) {
        const std::ptrdiff_t full = count / reg::count;
        run_registers(from, to, full, std::make_integer_sequence<int, input_count>{}, std::make_integer_sequence<int, output_count>{});
        const std::ptrdiff_t done = full * reg::count, rest = count - done;
        if (rest == 0) return;
        T padded_inputs[input_count > 0 ? input_count : 1][reg::count], padded_outputs[output_count][reg::count];
        const T* rest_from[input_count > 0 ? input_count : 1];
        T* rest_to[output_count];
        for (int k = 0; k < input_count; ++k) {
            rest_from[k] = uniform[k] ? from[k] : padded_inputs[k];
            if (uniform[k]) continue;
            for (int e = 0; e < reg::count; ++e) padded_inputs[k][e] = from[k][done + std::min<std::ptrdiff_t>(e, rest - 1)];
        }
        for (int k = 0; k < output_count; ++k) rest_to[k] = padded_outputs[k];
        run_registers(rest_from, rest_to, 1, std::make_integer_sequence<int, input_count>{}, std::make_integer_sequence<int, output_count>{});
        for (int k = 0; k < output_count; ++k) std::copy_n(padded_outputs[k], rest, to[k] + done);
    }

    template <int... Input, int... Output>
    static void run_registers(const T* const* from, T* const* to, std::ptrdiff_t count, std::integer_sequence<int, Input...>, std::integer_sequence<int, Output...>) {
        typename reg::type inputs[input_count > 0 ? input_count : 1], outputs[output_count];
        [[maybe_unused]] const int everywhere[] = {0, (uniform[Input] ? (inputs[Input] = typename reg::type(*from[Input]), 0) : 0)...};
        for (std::ptrdiff_t k = 0; k < count; ++k) {
            [[maybe_unused]] const int loads[] = {0, (uniform[Input] ? 0 : (inputs[Input] = reg::load(from[Input] + k * reg::count), 0))...};
            evaluate<Program>(inputs, outputs);
            [[maybe_unused]] const int stores[] = {0, (reg::store(outputs[Output], to[Output] + k * reg::count), 0)...};
        }
    }
};

/// The same, where what is the same for all elements is computed once.
template <class Target, class Program, class T, int Rank, bool... Uniform>
class element_runner {
    static constexpr int input_count = sizeof...(Uniform);
    using parts = uniform_parts<Program, Uniform...>;

    template <int... Value>
    static auto loop(std::integer_sequence<int, Value...>) -> element_loop_to<Target, typename parts::loop, T, Rank, Uniform..., (Value >= 0)...>;

public:
    template <class Policy>
    static void run(const extents<Rank>& shape, const std::array<element_source<T, Rank>, input_count>& in, const std::array<Target, Program::output_count>& out) {
        using element_loop = decltype(loop(std::make_integer_sequence<int, parts::count>{}));
        if constexpr (parts::count == 0) {
            element_loop::template run<Policy>(shape, in, out);
        } else {
            constexpr bool uniform[] = {Uniform..., false};
            T inputs[input_count + 1]{}, values[parts::count];
            std::array<element_source<T, Rank>, input_count + parts::count> all;
            for (int k = 0; k < input_count; ++k) {
                all[k] = in[k];
                if (uniform[k]) inputs[k] = *static_cast<const T*>(in[k].data);
            }
            evaluate<typename parts::before>(inputs, values);
            for (int k = 0; k < parts::count; ++k) all[input_count + k] = element_source<T, Rank>::of(values + k, {});
            element_loop::template run<Policy>(shape, all, out);
        }
    }
};

}  // namespace tapeless::detail
