// SPDX-License-Identifier: BSL-1.0
// Reductions in functions of arrays, over all dimensions or over those that axis<…> names. None has loops of its own: it says how the one graph runs
// along its axes. Products and other arrangements, which rely on these, are in array_functions.hpp.
#pragma once

#include <tapeless/record/array_term.hpp>
#include <tapeless/record/composite.hpp>

#include <limits>
#include <type_traits>
#include <utility>

namespace tapeless {

/// Dimensions by number: from 0, or from -1 for the last. The type of `axis<…>`.
template <int... Dimension>
struct axis_choice {};
/// Names the dimensions that a reduction is over, as in `sum(x, axis<0>)`; negative numbers count from the last.
template <int... Dimension>
inline constexpr axis_choice<Dimension...> axis{};

/// The type of `keepdims`.
struct keepdims_choice {};
/// As the last argument of a reduction: what it is over stays as dimensions of one step, which broadcast.
inline constexpr keepdims_choice keepdims{};

namespace detail {

template <int Rank, int... K>
axis_choice<K...> all_of(std::integer_sequence<int, K...>);
template <int Rank>
using all_axes = decltype(all_of<Rank>(std::make_integer_sequence<int, Rank>{}));

/// Which of so many dimensions are chosen.
template <int Rank, int... Dimension>
constexpr auto chosen_dimensions(axis_choice<Dimension...>) {
    static_assert(((Dimension >= -Rank && Dimension < Rank) && ...), "tapeless: axis<…> names a dimension that the array does not have.");
    struct choice {
        bool contains[Rank > 0 ? Rank : 1] = {};
        int count = 0;
    } chosen;
    for (const int dimension : {Dimension..., Rank}) {
        if (dimension >= Rank) continue;
        bool& contains = chosen.contains[dimension < 0 ? dimension + Rank : dimension];
        if (!contains) ++chosen.count;
        contains = true;
    }
    return chosen;
}

template <class Keep>
inline constexpr bool keeps = std::is_same_v<Keep, keepdims_choice>;
struct drops {};

/// The value of `at` without the chosen dimensions, or with one step in each.
template <class Axes, class Keep, kind Kind, int Rank>
constexpr auto without(const array_value<Kind, Rank>& x, const handle& at) {
    constexpr auto chosen = chosen_dimensions<Rank>(Axes{});
    int axes[most_dimensions] = {}, count = 0;
    for (int k = 0; k < Rank; ++k) {
        if (chosen.contains[k] && !keeps<Keep>) continue;
        axes[count++] = chosen.contains[k] ? nowhere : x.axes()[k];
    }
    return array_term<keeps<Keep> ? Rank : Rank - chosen.count>(at, axes);
}

template <class Axes, int Rank>
constexpr axis_set chosen_axes(const array_term<Rank>& x) {
    constexpr auto chosen = chosen_dimensions<Rank>(Axes{});
    axis_set all = 0;
    for (int k = 0; k < Rank && x.handle().graph; ++k)
        if (chosen.contains[k] && x.axes()[k] != nowhere) all |= array_builder::bit(x.builder().root(x.axes()[k]));
    return all;
}

/// The number of elements that a reduction of a value over these axes takes together.
constexpr index extent_of(array_builder& g, index of, axis_set axes) {
    index product = g.constant(1);
    for (; axes != 0; axes &= axes - 1) {
        g.questions.push_back({std::countr_zero(axes), of, false});
        product = g.add(info_of<op::multiply>, product, g.leaf(extent_info, std::countr_zero(axes)));
    }
    return product;
}

/// Reduces over the chosen dimensions. Along an axis that the node does not vary along, a sum is a product with the extent, and so on.
template <class Reduction, class Axes, class Keep = drops, int Rank>
constexpr auto reduce(const array_term<Rank>& x) {
    if constexpr (Rank == 0) {
        chosen_dimensions<0>(Axes{});
        return x;
    } else {
        if (x.handle().graph == nullptr) return without<Axes, Keep>(x, x.handle());
        array_builder& g = x.builder();
        const axis_set wanted = chosen_axes<Axes>(x), along = wanted & g.mask(x.handle().position), constant = wanted & ~along;
        index at = along == 0 ? x.handle().position : g.reduce(reduction_info<Reduction>, x.handle().position, along);
        if (constant != 0 && std::is_same_v<Reduction, op::sum>) at = g.add(info_of<op::multiply>, at, extent_of(g, at, constant));
        if (constant != 0 && std::is_same_v<Reduction, op::product>) at = g.add(info_of<op::pow>, at, extent_of(g, at, constant));
        return without<Axes, Keep>(x, {&g, at});
    }
}
template <class Reduction, class Axes, class Keep, int Rank>
constexpr auto reduce_filled(const array_term<Rank>& x) {
    if (Rank > 0 && x.handle().graph)
        for (axis_set rest = chosen_axes<Axes>(x); rest != 0; rest &= rest - 1) x.builder().filled.push_back(std::countr_zero(rest));
    return reduce<Reduction, Axes, Keep>(x);
}
/// The number of elements that a reduction over the chosen dimensions takes together.
template <class Axes, int Rank>
constexpr array_term<0> count_along(const array_term<Rank>& x) {
    if (Rank == 0 || x.handle().graph == nullptr) return 1.0;
    return array_term<0>(handle{&x.builder(), extent_of(x.builder(), x.handle().position, chosen_axes<Axes>(x))}, nullptr);
}

template <class T>
inline constexpr bool is_axis_choice = false;
template <int... Dimension>
inline constexpr bool is_axis_choice<axis_choice<Dimension...>> = true;
template <class T>
concept choice_of_axes = is_axis_choice<T>;
template <class T>
concept choice_to_keep = keeps<T> || std::is_same_v<T, drops>;

/// 1 in the graph that x belongs to.
template <int Rank>
constexpr array_term<0> one_in(const array_condition<Rank>& x) {
    if (x.handle().graph == nullptr) return 1.0;
    return array_term<0>(handle{x.handle().graph, x.handle().graph->constant(1)}, nullptr);
}

/// The greatest element along the chosen dimensions where it is finite, else 0: what exponents are taken relative to.
template <class Axes, int Rank>
constexpr auto finite_shift(const array_term<Rank>& x) {
    const auto greatest = reduce<op::greatest, Axes, keepdims_choice>(x);
    return record<op::detached>(select(equal_to(abs(greatest), std::numeric_limits<double>::infinity()), 0.0, greatest));
}

}  // namespace detail

// Each reduction is over all dimensions, or over those that axis<…> names; these are dropped unless keepdims comes last.

/// The sum of the elements; 0 of none.
template <int Rank, detail::choice_of_axes Axes = detail::all_axes<Rank>, detail::choice_to_keep Keep = detail::drops>
constexpr auto sum(const array_term<Rank>& x, Axes = {}, Keep = {}) {
    return detail::reduce<op::sum, Axes, Keep>(x);
}

/// The product of the elements; 1 of none.
template <int Rank, detail::choice_of_axes Axes = detail::all_axes<Rank>, detail::choice_to_keep Keep = detail::drops>
constexpr auto prod(const array_term<Rank>& x, Axes = {}, Keep = {}) {
    return detail::reduce<op::product, Axes, Keep>(x);
}

/// The greatest element, NaN if one is. Its derivative is shared evenly by equal elements. Throws a shape_error if there is no element.
template <int Rank, detail::choice_of_axes Axes = detail::all_axes<Rank>, detail::choice_to_keep Keep = detail::drops>
constexpr auto max(const array_term<Rank>& x, Axes = {}, Keep = {}) {
    return detail::reduce_filled<op::greatest, Axes, Keep>(x);
}

/// The least element, NaN if one is. Its derivative is shared evenly by equal elements. Throws a shape_error if there is no element.
template <int Rank, detail::choice_of_axes Axes = detail::all_axes<Rank>, detail::choice_to_keep Keep = detail::drops>
constexpr auto min(const array_term<Rank>& x, Axes = {}, Keep = {}) {
    return detail::reduce_filled<op::least, Axes, Keep>(x);
}

/// The arithmetic mean; NaN of no elements.
template <int Rank, detail::choice_of_axes Axes = detail::all_axes<Rank>, detail::choice_to_keep Keep = detail::drops>
constexpr auto mean(const array_term<Rank>& x, Axes axes = {}, Keep keep = {}) {
    return sum(x, axes, keep) / detail::count_along<Axes>(x);
}

/// The mean of the squared distances from the mean, numpy's var.
template <int Rank, detail::choice_of_axes Axes = detail::all_axes<Rank>, detail::choice_to_keep Keep = detail::drops>
constexpr auto var(const array_term<Rank>& x, Axes axes = {}, Keep keep = {}) {
    const auto centered = x - mean(x, axes, keepdims);
    return mean(centered * centered, axes, keep);
}

/// The Euclidean norm; its derivative at 0 is 0, as in PyTorch.
template <int Rank, detail::choice_of_axes Axes = detail::all_axes<Rank>, detail::choice_to_keep Keep = detail::drops>
constexpr auto norm(const array_term<Rank>& x, Axes axes = {}, Keep keep = {}) {
    const auto square = sum(x * x, axes, keep);
    return select(equal_to(square, 0.0), square, sqrt(square));
}

/// Whether any element holds; false of none.
template <int Rank, detail::choice_of_axes Axes = detail::all_axes<Rank>, detail::choice_to_keep Keep = detail::drops>
constexpr auto any(const array_condition<Rank>& x, Axes axes = {}, Keep keep = {}) {
    return sum(select(x, detail::one_in(x), 0.0), axes, keep) > 0.0;
}

/// Whether all elements hold; true of none.
template <int Rank, detail::choice_of_axes Axes = detail::all_axes<Rank>, detail::choice_to_keep Keep = detail::drops>
constexpr auto all(const array_condition<Rank>& x, Axes axes = {}, Keep keep = {}) {
    return !any(!x, axes, keep);
}

/// log(sum(exp(x))) without overflow; -infinity of no elements.
template <int Rank, detail::choice_of_axes Axes = detail::all_axes<Rank>, detail::choice_to_keep Keep = detail::drops>
constexpr auto logsumexp(const array_term<Rank>& x, Axes axes = {}, Keep keep = {}) {
    const auto shift = detail::finite_shift<Axes>(x);
    return log(sum(exp(x - shift), axes, keep)) + detail::without<Axes, Keep>(shift, shift.handle());
}

/// exp(x) / sum(exp(x)) without overflow, in the shape of x.
template <int Rank, detail::choice_of_axes Axes = detail::all_axes<Rank>>
constexpr array_term<Rank> softmax(const array_term<Rank>& x, Axes axes = {}) {
    const auto exponential = exp(x - detail::finite_shift<Axes>(x));
    return exponential / sum(exponential, axes, keepdims);
}

/// log(softmax(x)), in the shape of x.
template <int Rank, detail::choice_of_axes Axes = detail::all_axes<Rank>>
constexpr array_term<Rank> log_softmax(const array_term<Rank>& x, Axes axes = {}) {
    const auto shifted = x - detail::finite_shift<Axes>(x);
    return shifted - log(sum(exp(shifted), axes, keepdims));
}

// numpy's sum(x, 0).
#define TAPELESS_AXES_ARE_TYPES(NAME)                                                                                                 \
    template <int Rank, class Axis, class... Keep>                                                                                    \
        requires std::is_integral_v<Axis>                                                                                             \
    constexpr array_term<Rank> NAME(const array_term<Rank>& x, const Axis&, const Keep&...) {                                         \
        static_assert(!std::is_integral_v<Axis>, "tapeless::" #NAME ": dimensions are named as types, " #NAME "(x, axis<0>)."); \
        return x;                                                                                                                     \
    }
TAPELESS_AXES_ARE_TYPES(sum)
TAPELESS_AXES_ARE_TYPES(prod)
TAPELESS_AXES_ARE_TYPES(mean)
TAPELESS_AXES_ARE_TYPES(var)
TAPELESS_AXES_ARE_TYPES(norm)
TAPELESS_AXES_ARE_TYPES(logsumexp)
TAPELESS_AXES_ARE_TYPES(softmax)
TAPELESS_AXES_ARE_TYPES(log_softmax)
#undef TAPELESS_AXES_ARE_TYPES

/// How many steps a dimension of x has, as a number of the function.
template <int Rank, int Dimension>
constexpr array_term<0> extent(const array_term<Rank>& x, axis_choice<Dimension>) {
    return detail::count_along<axis_choice<Dimension>>(x);
}

}  // namespace tapeless
