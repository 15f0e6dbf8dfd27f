// SPDX-License-Identifier: BSL-1.0
// Recurrences in functions of arrays: values that are carried along a dimension, step by step.
#pragma once

#include <tapeless/record/array_reductions.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace tapeless {

namespace detail {

/// What a std::array or a std::tuple of arrays and numbers, nested at will, is made of.
template <class T>
struct parts_of {
    static constexpr int count = 1, rank = rank_of<T>;
    template <class Visitor>
    static constexpr auto map(const T& one, const Visitor& visitor) {
        return visitor(one);
    }
};
template <class T, std::size_t Size>
struct parts_of<std::array<T, Size>> {
    static constexpr int count = static_cast<int>(Size) * parts_of<T>::count, rank = parts_of<T>::rank;
    template <class Visitor>
    static constexpr auto map(const std::array<T, Size>& all, const Visitor& visitor) {
        std::array<decltype(parts_of<T>::map(all[0], visitor)), Size> mapped;
        for (std::size_t k = 0; k < Size; ++k) mapped[k] = parts_of<T>::map(all[k], visitor);
        return mapped;
    }
};
template <class... T>
struct parts_of<std::tuple<T...>> {
    static constexpr int count = (0 + ... + parts_of<T>::count), rank = std::max({0, parts_of<T>::rank...});
    template <class Visitor>
    static constexpr auto map(const std::tuple<T...>& all, const Visitor& visitor) {
        return std::apply([&](const T&... each) { return std::tuple<decltype(parts_of<T>::map(each, visitor))...>{parts_of<T>::map(each, visitor)...}; }, all);
    }
};

/// The operands of a recurrence on their way to common axes.
template <int Count>
struct scan_operands {
    handle handles[Count] = {};
    int own[Count][most_dimensions] = {};
    aligned_operand aligned[Count] = {};
    int count = 0;
    array_builder* builder = nullptr;

    /// own_rank: of which the last so many dimensions of x are among them, after dimensions of one step.
    template <int Rank>
    constexpr void add(const array_term<Rank>& x, int rank, int last) {
        if (x.handle().graph) builder = &x.builder();
        handles[count] = x.handle();
        for (int k = 0; k < rank; ++k) own[count][k] = k >= rank - last ? x.axes()[k - rank + Rank] : nowhere;
        aligned[count] = {&handles[count], own[count], rank};
        ++count;
    }
};

}  // namespace detail

/// A recurrence along the first dimension of x: h(0) = body(first, x(0)), h(t) = body(h(t - 1), x(t)). Returns all h, along that dimension.
/// first: a number or an array, or several of these that are carried on together, each from the values of all of them a step before: a std::array or a
/// std::tuple, in which the body gets and returns them, and in which all their steps are returned. They broadcast to one shape, with each other and with the steps of x.
/// x: an array, or a std::array or std::tuple of arrays of as many steps.
/// body: a lambda of the values before and of x at a step, which may capture what else the function has; it must not reduce over what it is given.
template <class Body, class First, class X>
constexpr auto scan(const Body& body, const First& first, const X& x) {
    using firsts = detail::parts_of<First>;
    using steps = detail::parts_of<X>;
    static_assert(steps::rank > 0, "tapeless::scan: a number has no steps to go along.");
    constexpr int rank = std::max(firsts::rank, steps::rank - 1);
    static_assert(rank < most_dimensions, "tapeless::scan: the result has more than 4 dimensions.");
    // Along common axes: a sum with 0 times x would say the same, but for infinities.
    detail::scan_operands<firsts::count + steps::count> operands;
    steps::map(x, [&]<int Rank>(const array_term<Rank>& one) {
        static_assert(Rank > 0, "tapeless::scan: a number has no steps to go along.");
        if (one.axes()[0] == nowhere) throw "tapeless::scan: the dimension has one step only.";
        operands.add(one, rank + 1, Rank - 1);
        operands.own[operands.count - 1][0] = one.axes()[0];
        return 0;
    });
    detail::array_builder& g = *operands.builder;
    firsts::map(first, [&]<class One>(const One& one) {
        operands.add(array_term<detail::rank_of<One>>(one), rank + 1, detail::rank_of<One>);
        operands.handles[operands.count - 1].position = operands.handles[operands.count - 1].in(g);
        return 0;
    });
    int axes[most_dimensions + 1] = {};
    g.align(operands.aligned, operands.count, axes, rank + 1);
    axis_scan scanned{.axis = axes[0]};
    for (int k = 1; k <= rank; ++k) scanned.state_axes |= detail::array_builder::bit(axes[k]);
    const int group = g.add_scans(firsts::count, scanned);
    const index begin = g.size();

    int next_step = 0, next_state = 0, next_result = 0;
    const auto step = steps::map(x, [&]<int Rank>(const array_term<Rank>&) {
        int own[most_dimensions] = {};
        for (int k = 1; k < Rank; ++k) own[k - 1] = operands.own[next_step][k + rank + 1 - Rank] == nowhere ? nowhere : axes[k + rank + 1 - Rank];
        const index at = operands.handles[next_step++].position;
        return array_term<Rank - 1>(detail::handle{&g, at}, own);
    });
    const auto before = firsts::map(first, [&](const auto&) {
        return array_term<rank>(detail::handle{&g, g.leaf(carried_info, static_cast<std::uint64_t>(group + next_state++))}, axes + 1);
    });
    const auto next = body(before, step);
    using value = std::remove_cvref_t<decltype(next)>;
    static_assert(detail::parts_of<value>::count == firsts::count && detail::parts_of<value>::rank <= rank,
                  "tapeless::scan: the body returns something else than the next values, as many and of the dimensions of those before.");
    index next_values[firsts::count] = {};
    detail::parts_of<value>::map(next, [&]<class One>(const One& one) { return next_values[next_result++] = array_term<detail::rank_of<One>>(one).handle().in(g); });
    for (index at = begin; at < g.size(); ++at) {
        const axis_set mask = g.mask(at);
        if (detail::is_reduction(g[at]) && g.depends_on_carried(g[at].operands[0], group)) throw "tapeless::scan: the body reduces over the value before.";
        if ((g.roots(scanned.axes()) & mask) == 0) continue;
        int together[most_axes] = {}, count = 0;
        for (axis_set rest = mask; rest != 0; rest &= rest - 1) together[count++] = std::countr_zero(rest);
        g.keep_apart(together, count);
    }
    next_result = 0;
    return firsts::map(first, [&](const auto&) {
        if (g.mask(next_values[next_result]) & ~g.roots(scanned.axes())) throw "tapeless::scan: the next value has more than one step along a dimension along which the value before has one.";
        const auto which = static_cast<std::uint64_t>(group + next_result);
        const index first_value = operands.handles[steps::count + next_result].position;
        return array_term<rank + 1>(detail::handle{&g, g.scan(first_value, next_values[next_result++], which)}, axes);
    });
}
/// The sums of the elements up to each, along one dimension, the first if none is named.
template <int Rank, int Dimension = 0>
constexpr array_term<Rank> cumsum(const array_term<Rank>& x, axis_choice<Dimension> = {}) {
    static_assert(Rank > 0, "tapeless::cumsum: a number has no steps to go along.");
    detail::chosen_dimensions<Rank>(axis_choice<Dimension>{});
    constexpr int dimension = (Dimension + Rank) % Rank;
    int to_front[Rank] = {x.axes()[dimension]}, back[Rank] = {};
    for (int k = 1; k < Rank; ++k) to_front[k] = x.axes()[k <= dimension ? k - 1 : k];
    const auto sums = scan([](auto before, auto step) { return before + step; }, 0.0, array_term<Rank>(x.handle(), to_front));
    for (int k = 0; k < Rank; ++k) back[k] = sums.axes()[k == dimension ? 0 : k < dimension ? k + 1 : k];
    return array_term<Rank>(sums.handle(), back);
}

}  // namespace tapeless
