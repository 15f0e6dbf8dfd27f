// SPDX-License-Identifier: BSL-1.0
// Runs a product of matrices of an array program by a library, one call for each step of the axes that are not those of the matrices.
#pragma once

#include <tapeless/evaluate/array_frame.hpp>
#include <tapeless/evaluate/matrix_layout.hpp>
#include <tapeless/evaluate/steps.hpp>
#include <tapeless/evaluate/workspace.hpp>

#include <bit>
#include <cstddef>
#include <string>
#include <utility>

namespace tapeless::detail {

/// The policy's library, on the host.
template <class T, class Policy>
struct product_library {
    static T* memory(std::ptrdiff_t count) { return workspace<T, memory_of::products>(static_cast<std::size_t>(count)); }
    static void multiply(const execution::matrix_product<T>& product) { Policy::multiply(product); }
    template <class Source>
    static void copy(const matrix_layout& layout, const Source& source, std::ptrdiff_t offset, T* to) {
        layout.copy(source, offset, to);
    }
    static void copy_back(const matrix_layout& layout, const T* copy, T* to) { layout.copy_back(copy, to); }
    static void fill_zeros(const matrix_layout& layout, T* to) { layout.fill_zeros(to); }
};

template <class Planned, class T, int Pass>
class product_runner {
    using frame = array_frame<Planned, T>;
    using strides_type = typename frame::strides_type;
    static constexpr graph_node product = Planned::graph.nodes[Planned::plan.passes[Pass].by_itself];
    static constexpr axis_set of_a = Planned::masks.of[product.operands[0]], of_b = Planned::masks.of[product.operands[1]], summed = static_cast<axis_set>(product.bits);

public:
    /// Throws a shape_error if an axis is too long for the library.
    static void check(const frame& f) {
        for (axis_set rest = of_a | of_b; rest != 0; rest &= rest - 1)
            if (const std::ptrdiff_t extent = f.extent[std::countr_zero(rest)]; extent > longest_of_library)
                throw shape_error("tapeless: a product of matrices runs over " + std::to_string(extent) + " steps, more than an int can count.");
    }

    /// library: has the members of product_library. Target: the pass whose result it writes.
    template <int Target = Pass, class Library>
    static void run(const frame& f, Library&& library) {
        constexpr pass_sink sink = Planned::sink(Planned::plan.passes[Target], 0);
        const auto a = f.template source<product.operands[0]>(), b = f.template source<product.operands[1]>();
        const auto c = f.template target<sink.kind, sink.target>();
        // The longest axes of their kind are those of the matrices, so that there are the fewest calls.
        const int row = longest_axis(of_a & ~of_b, f.extent), column = longest_axis(of_b & ~of_a, f.extent), inner = longest_axis(summed, f.extent);
        if (f.extent[row] == 0 || f.extent[column] == 0) return;
        const auto layout = [&](const strides_type& strides, int rows, int columns, bool is_direct) {
            return matrix_layout(f.extent[rows], f.extent[columns], strides[rows], strides[columns], is_direct);
        };
        const matrix_layout of_first = layout(a.strides, row, inner, a.holds_t), of_second = layout(b.strides, inner, column, b.holds_t), of_result = layout(c.strides, row, column, true);
        T* const first = library.memory(of_first.room() + of_second.room() + of_result.room());
        T* const second = first + of_first.room();
        T* const result = second + of_second.room();
        const auto factor = [&](const matrix_layout& how, const auto& source, std::ptrdiff_t offset, T* copy) -> execution::matrix_factor<T> {
            if (how.is_copied) library.copy(how, source, offset, copy);
            return {how.is_copied ? copy : static_cast<const T*>(source.data) + offset, how.stride, how.is_transposed};
        };
        const axis_set around = (of_a | of_b) & ~(bit(row) | bit(column) | bit(inner));
        for_each_step<strides_type>(around & ~summed, f.extent, [&](const strides_type& at) {
            T* const to = c.data + offset_of(at, c.strides);
            T* const written = of_result.is_copied ? result : to;
            bool adds = false;
            // Of no elements there are no steps.
            for_each_step<strides_type>(f.extent[inner] == 0 ? summed : around & summed, f.extent, [&](const strides_type& step) {
                const auto left = factor(of_first, a, offset_of(at, a.strides) + offset_of(step, a.strides), first);
                const auto right = factor(of_second, b, offset_of(at, b.strides) + offset_of(step, b.strides), second);
                library.multiply(by_rows({of_result.rows, of_result.columns, of_first.columns, left, right, written, of_result.stride, adds}, of_result.is_transposed));
                adds = true;
            });
            if (!adds) library.fill_zeros(of_result, written);
            if (of_result.is_copied) library.copy_back(of_result, written, to);
        });
    }

private:
    // A result that lies by columns is that of the transposed factors in reverse order.
    static execution::matrix_product<T> by_rows(execution::matrix_product<T> p, bool is_transposed) {
        if (is_transposed) {
            std::swap(p.rows, p.columns);
            std::swap(p.a, p.b);
            p.a.is_transposed = !p.a.is_transposed;
            p.b.is_transposed = !p.b.is_transposed;
        }
        return p;
    }

    static constexpr axis_set bit(int axis) { return axis_set(1) << axis; }
};

}  // namespace tapeless::detail
