// SPDX-License-Identifier: BSL-1.0
// What a function of arrays may do beside elementwise operations, reductions and recurrences: products, other arrangements of the same elements, parts.
// None of these has loops of its own: they say how the one graph runs along its axes.
#pragma once

#include <tapeless/record/array_reductions.hpp>

#include <type_traits>
#include <utility>

namespace tapeless {

namespace detail {

constexpr bool is_element_of_argument(const array_builder& g, index at) {
    return is_a<op::element>(g[at]) && !g.accesses.data[g[at].bits].is_of_places();
}

/// The same argument, read along axes of its own.
template <int Rank>
constexpr array_term<Rank> along_own_axes(const array_term<Rank>& x) {
    array_builder& g = x.builder();
    int axes[Rank > 0 ? Rank : 1] = {};
    for (int k = 0; k < Rank; ++k) axes[k] = x.axes()[k] == nowhere ? nowhere : g.new_axis(axis_origin{x.axes()[k]});
    return array_term<Rank>(handle{&g, g.along(x.handle().position, x.axes(), axes, Rank)}, axes);
}

template <int Dimension, int Rank>
constexpr array_term<Rank> slice(const array_term<Rank>& x, const axis_slice& chosen) {
    static_assert(Rank > 0, "tapeless::slice: a number has no parts.");
    chosen_dimensions<Rank>(axis_choice<Dimension>{});
    if (chosen.step < 1) throw "tapeless::slice: the step is at least 1.";
    constexpr int dimension = (Dimension + Rank) % Rank;
    int axes[Rank] = {};
    for (int k = 0; k < Rank; ++k) axes[k] = x.axes()[k];
    if (axes[dimension] == nowhere) throw "tapeless::slice: the dimension has one step only.";
    axes[dimension] = x.builder().new_axis(axis_origin{x.axes()[dimension], x.builder().slice(chosen)});
    const axis_replacement part{.axis = axes[dimension], .slice = chosen, .slices = true};
    return array_term<Rank>(handle{&x.builder(), take(x.builder(), x.handle().position, x.axes()[dimension], part)}, axes);
}

template <int Dimension, int Rank, class... Other>
constexpr array_term<Rank> concatenation(const array_term<Rank>& first, const Other&... other) {
    static_assert(Rank > 0, "tapeless::concat: takes arrays, not numbers.");
    static_assert(sizeof...(Other) < axis_concatenation::most_parts, "tapeless::concat: takes at most 8 arrays.");
    constexpr int dimension = (Dimension + Rank) % Rank, count = 1 + static_cast<int>(sizeof...(Other));
    array_builder& g = first.builder();
    const array_term<Rank> parts[] = {first, other...};
    axis_concatenation whole{.axis = g.new_axis(), .count = count};
    for (int k = 0; k < count; ++k) {
        if (parts[k].handle().graph == nullptr) throw "tapeless::concat: a literal has no elements to arrange.";
        whole.parts[k] = parts[k].axes()[dimension] == nowhere ? g.new_axis({.steps = 1}) : parts[k].axes()[dimension];
        if (parts[k].axes()[dimension] != nowhere) g.questions.push_back({whole.parts[k], parts[k].handle().position, false});
    }
    const int base = g.concatenations.size * axis_concatenation::most_parts;
    g.concatenations.push_back(whole);
    const auto placed = [&](int k) {
        int axes[Rank] = {};
        for (int d = 0; d < Rank; ++d) axes[d] = d == dimension ? whole.axis : parts[k].axes()[d];
        return array_term<Rank>(handle{&g, take(g, parts[k].handle().position, whole.parts[k], {.axis = whole.axis, .part = base + k})}, axes);
    };
    array_term<Rank> result = placed(count - 1);
    const int along[] = {whole.axis};
    const array_term<1> place(handle{&g, g.leaf(position_info, static_cast<std::uint64_t>(whole.axis))}, along);
    for (int k = count - 2; k >= 0; --k) {
        const array_term<0> end(handle{&g, start_of_part(g, base + k + 1)}, nullptr);
        const auto is_before_end = [&]<int... D>(std::integer_sequence<int, D...>) { return expand_dims(place, axis<(1 + D)...>) < end; }(std::make_integer_sequence<int, Rank - 1 - dimension>{});
        result = select(is_before_end, placed(k), result);
    }
    return result;
}

}  // namespace detail

/// numpy's where: a where the condition holds, else b; the branch not taken contributes nothing to a derivative.
template <int Rank, class A, class B>
constexpr auto where(const array_condition<Rank>& condition, const A& a, const B& b) {
    return select(condition, a, b);
}

/// Dimensions in another order: dimension k of the result is dimension Dimension[k] of x.
template <int Rank, int... Dimension>
constexpr array_term<Rank> transpose(const array_term<Rank>& x, axis_choice<Dimension...> order) {
    static_assert(sizeof...(Dimension) == Rank && detail::chosen_dimensions<Rank>(axis_choice<Dimension...>{}).count == Rank,
                  "tapeless::transpose: the order names each dimension once, as in axis<1, 0>.");
    static_cast<void>(order);
    const int axes[] = {x.axes()[(Dimension + Rank) % Rank]...};
    return array_term<Rank>(x.handle(), axes);
}
/// Dimensions in the opposite order.
template <int Rank>
constexpr array_term<Rank> transpose(const array_term<Rank>& x) {
    if constexpr (Rank < 2) return x;
    else return [&]<int... K>(std::integer_sequence<int, K...>) { return transpose(x, axis<(Rank - 1 - K)...>); }(std::make_integer_sequence<int, Rank>{});
}

/// The same elements with dimensions of one step, which stand at the chosen places of the result.
template <int Rank, int... Dimension>
constexpr auto expand_dims(const array_term<Rank>& x, axis_choice<Dimension...> places) {
    constexpr int rank = Rank + static_cast<int>(sizeof...(Dimension));
    constexpr auto chosen = detail::chosen_dimensions<rank>(axis_choice<Dimension...>{});
    static_assert(chosen.count == sizeof...(Dimension), "tapeless::expand_dims: a place is named twice.");
    static_cast<void>(places);
    int axes[rank] = {}, next = 0;
    for (int k = 0; k < rank; ++k) axes[k] = chosen.contains[k] ? nowhere : x.axes()[next++];
    return array_term<rank>(x.handle(), axes);
}

/// The same elements without the chosen dimensions, which have one step each; numpy's squeeze. Of another number of steps: a shape_error.
template <int Rank, int... Dimension>
constexpr auto squeeze(const array_term<Rank>& x, axis_choice<Dimension...> places) {
    constexpr auto chosen = detail::chosen_dimensions<Rank>(axis_choice<Dimension...>{});
    static_assert(chosen.count == sizeof...(Dimension), "tapeless::squeeze: a place is named twice.");
    static_cast<void>(places);
    detail::handle rest = x.handle();
    int axes[Rank] = {}, next = 0;
    for (int k = 0; k < Rank; ++k) {
        if (!chosen.contains[k]) axes[next++] = x.axes()[k];
        else if (x.axes()[k] != nowhere) {
            x.builder().questions.push_back({x.axes()[k], x.handle().position, true});
            rest.position = detail::take(x.builder(), rest.position, x.axes()[k], {.slices = true});
        }
    }
    return array_term<Rank - chosen.count>(rest, axes);
}

/// All products of an element of a with one of b: a table of the shapes of both, one after the other.
template <int A, int B>
constexpr auto outer(const array_term<A>& a, const array_term<B>& b) {
    return [&]<int... K>(std::integer_sequence<int, K...>) { return expand_dims(a, axis<(A + K)...>) * b; }(std::make_integer_sequence<int, B>{});
}

/// numpy's matmul: the sum of products over the last dimension of a and the last but one of b, or its only one; of two vectors a number.
template <int A, int B>
constexpr auto matmul(const array_term<A>& a, const array_term<B>& b) {
    static_assert(A > 0 && B > 0, "tapeless::matmul: an operand is a number; multiply with *.");
    if constexpr (B == 1) return sum(a * b, axis<-1>);
    else if constexpr (A == 1) return sum(expand_dims(a, axis<-1>) * b, axis<-2>);
    else return sum(expand_dims(a, axis<-1>) * expand_dims(b, axis<-3>), axis<-2>);
}
/// numpy's dot: of numbers their product, of arrays their matrix product.
template <int A, int B>
constexpr auto dot(const array_term<A>& a, const array_term<B>& b) {
    static_assert(A <= 2 && B <= 2, "tapeless::dot: takes arrays of at most 2 dimensions; use tapeless::matmul.");
    if constexpr (A == 0 || B == 0) return a * b;
    else return matmul(a, b);
}

/// The diagonal of a matrix, or a vector as the diagonal of a matrix.
template <int Rank>
constexpr auto diag(const array_term<Rank>& x) {
    static_assert(Rank == 1 || Rank == 2, "tapeless::diag: takes a vector or a matrix.");
    if constexpr (Rank == 1) {
        const auto row = iota(x, axis<0>);
        return select(expand_dims(row, axis<1>) == row, x, 0.0);
    } else {
        if (x.axes()[0] == nowhere || x.axes()[1] == nowhere) throw "tapeless::diag: a dimension of the matrix has one step only.";
        const index at = x.builder().along(x.handle().position, x.axes() + 1, x.axes(), 1);
        return array_term<1>(detail::handle{&x.builder(), at}, x.axes());
    }
}

/// The steps of a dimension of x, the first if none is named, that an array of indices names, in the shape of that in the dimension's place; numpy's take.
/// The indices are an argument, of integers; negative ones count from the end. Derivative by x: the sum over equal indices. One that x does not have: a shape_error.
template <int Rank, int IndexRank, int Dimension = 0>
constexpr auto gather(const array_term<Rank>& x, const array_term<IndexRank>& indices, axis_choice<Dimension> = {}) {
    static_assert(Rank > 0, "tapeless::gather: a number has no elements to choose from.");
    static_assert(Rank - 1 + IndexRank <= most_dimensions, "tapeless::gather: the result has more than 4 dimensions.");
    detail::chosen_dimensions<Rank>(axis_choice<Dimension>{});
    constexpr int dimension = (Dimension + Rank) % Rank, rank = Rank - 1 + IndexRank;
    detail::array_builder& g = x.builder();
    if (indices.handle().graph == nullptr || !detail::is_element_of_argument(g, indices.handle().position)) throw "tapeless::gather: the indices are not an argument of the function.";
    if (x.axes()[dimension] == nowhere) throw "tapeless::gather: the dimension has one step only.";
    // Indices along an axis that x has too are not meant to run along it.
    const auto own = detail::along_own_axes(indices);
    int axes[rank > 0 ? rank : 1] = {};
    for (int k = 0; k < rank; ++k)
        axes[k] = k < dimension ? x.axes()[k] : k < dimension + IndexRank ? own.axes()[k - dimension] : x.axes()[k - IndexRank + 1];
    const auto places = static_cast<int>(g[own.handle().position].bits);
    return array_term<rank>(detail::handle{&g, detail::take(g, x.handle().position, x.axes()[dimension], {.indices = places})}, axes);
}
/// For each row of x the element that an index names: x(i, indices(i)), of a matrix and a vector.
constexpr array_term<1> pick(const array_term<2>& x, const array_term<1>& indices) {
    return diag(gather(x, indices, axis<1>));
}

/// The arrays one after the other along one dimension, the first if none is named. At most 8.
template <int Dimension = 0, int Rank, class... Other>
constexpr array_term<Rank> concat(const array_term<Rank>& first, const Other&... other) {
    static_assert((std::is_same_v<array_term<Rank>, Other> && ...), "tapeless::concat: the arrays have different numbers of dimensions.");
    if constexpr ((std::is_same_v<array_term<Rank>, Other> && ...)) return detail::concatenation<Dimension>(first, other...);
    else return first;
}
/// 0, 1, 2, … along a dimension of x: a vector as long as that.
template <int Rank, int Dimension>
constexpr array_term<1> iota(const array_term<Rank>& x, axis_choice<Dimension>) {
    detail::chosen_dimensions<Rank>(axis_choice<Dimension>{});
    const int* const along = x.axes() + (Dimension + Rank) % Rank;
    if (*along == nowhere) return array_term<1>(number_like(x, 0).handle(), along);
    x.builder().questions.push_back({*along, x.handle().position, false});
    return array_term<1>(detail::handle{&x.builder(), x.builder().leaf(position_info, static_cast<std::uint64_t>(x.builder().root(*along)))}, along);
}

/// Part of x along one dimension, the first if none is named, in the terms of Python's slices: first, first + step, … before last; negative places
/// count from the end. What lies beyond the ends is left out.
template <int Rank, int Dimension = 0>
constexpr array_term<Rank> slice(const array_term<Rank>& x, int first, int last, int step = 1, axis_choice<Dimension> = {}) {
    return detail::slice<Dimension>(x, {.start = first, .stop = last, .step = step});
}
template <int Rank, int Dimension>
constexpr array_term<Rank> slice(const array_term<Rank>& x, int first, int last, axis_choice<Dimension> along) {
    return slice(x, first, last, 1, along);
}
template <int Rank, class First, class Last, class... Rest>
    requires(!std::is_convertible_v<First, int> || !std::is_convertible_v<Last, int>)
constexpr array_term<Rank> slice(const array_term<Rank>& x, const First&, const Last&, const Rest&...) {
    static_assert(std::is_convertible_v<First, int> && std::is_convertible_v<Last, int>,
                  "tapeless::slice: bounds are constants; steps that an argument names are taken with gather, or chosen with where and iota.");
    return x;
}
/// The part of x from a place to the end.
template <int Rank, int Dimension = 0>
constexpr array_term<Rank> slice_from(const array_term<Rank>& x, int first, axis_choice<Dimension> = {}) {
    return detail::slice<Dimension>(x, {.start = first, .to_the_end = true});
}

}  // namespace tapeless
