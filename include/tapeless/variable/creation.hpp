// SPDX-License-Identifier: BSL-1.0
// Variables of given sizes: `zeros(2, 3)`, `randn<double>(5, requires_grad)`. The sizes, one for each dimension, may be followed by `requires_grad`.
#pragma once

#include <tapeless/variable/random.hpp>
#include <tapeless/variable/variable.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <type_traits>

namespace tapeless {
namespace detail {

template <class Argument>
inline constexpr bool is_size = std::is_integral_v<Argument>;
template <class... Argument>
inline constexpr int rank_of_sizes = (0 + ... + (is_size<Argument> ? 1 : 0));

/// Puts a new Variable where new ones are to be.
template <class T, int Rank>
Variable<T, Rank> placed(Variable<T, Rank>&& made) {
    const bool required = made.requires_grad();
    place_new(made.state());
    made.requires_grad_(required);
    return std::move(made);
}

template <class T, class... Argument>
auto new_of_sizes(const Argument&... argument) {
    constexpr int rank = rank_of_sizes<Argument...>;
    static_assert(((is_size<Argument> || std::is_same_v<Argument, requires_grad_tag>) && ...), "tapeless: sizes are integers; after them, requires_grad.");
    extents<rank> shape{};
    [[maybe_unused]] std::size_t next = 0;
    const auto add = [&](const auto& each) {
        if constexpr (is_size<std::remove_cvref_t<decltype(each)>>) {
            if (each < 0) throw variable_error("Trying to create tensor with negative dimension " + std::to_string(each));
            shape[next++] = static_cast<std::ptrdiff_t>(each);
        }
    };
    (add(argument), ...);
    Variable<T, rank> result(new_node<body<T, rank>>(shape));
    if constexpr ((std::is_same_v<Argument, requires_grad_tag> || ...)) result.requires_grad_();
    return result;
}

template <class T, class... Argument>
auto filled_of_sizes(T number, const Argument&... argument) {
    auto result = new_of_sizes<T>(argument...);
    std::fill_n(result.data_pointer(), result.numel(), number);
    return placed(std::move(result));
}

}  // namespace detail

template <class T = float, class... Argument>
auto zeros(const Argument&... argument) {
    return detail::filled_of_sizes(T(0), argument...);
}
template <class T = float, class... Argument>
auto ones(const Argument&... argument) {
    return detail::filled_of_sizes(T(1), argument...);
}
/// Uniform in [0, 1), from the default stream.
template <class T = float, class... Argument>
auto rand(const Argument&... argument) {
    auto result = detail::new_of_sizes<T>(argument...);
    default_generator().uniform(result.data_pointer(), result.numel());
    return detail::placed(std::move(result));
}
/// Standard normal, from the default stream.
template <class T = float, class... Argument>
auto randn(const Argument&... argument) {
    auto result = detail::new_of_sizes<T>(argument...);
    default_generator().normal(result.data_pointer(), result.numel());
    return detail::placed(std::move(result));
}
/// All elements of a given shape one number: `full({2, 3}, 1.5f)`.
template <class T, std::size_t Rank>
Variable<T, static_cast<int>(Rank)> full(const std::ptrdiff_t (&sizes)[Rank], T number) {
    extents<Rank> shape{};
    std::copy_n(sizes, Rank, shape.begin());
    Variable<T, static_cast<int>(Rank)> result(detail::new_node<detail::body<T, static_cast<int>(Rank)>>(shape));
    std::fill_n(result.data_pointer(), result.numel(), number);
    return detail::placed(std::move(result));
}
/// first, first + step, … before last.
template <class T = float>
Variable<T, 1> arange(T first, T last, T step = 1) {
    if (step == 0) throw variable_error("step must be nonzero");
    if ((last - first) / static_cast<double>(step) < 0) throw variable_error("upper bound and larger bound inconsistent with step sign");
    const auto count = static_cast<std::ptrdiff_t>(std::ceil((static_cast<double>(last) - static_cast<double>(first)) / static_cast<double>(step)));
    Variable<T, 1> result(detail::new_body<T, 1>({count}));
    for (std::ptrdiff_t k = 0; k < count; ++k) result.data_pointer()[k] = static_cast<T>(first + static_cast<T>(k) * step);
    return detail::placed(std::move(result));
}
template <class T>
Variable<T, 1> arange(T last) {
    return arange(T(0), last);
}
/// The identity matrix.
template <class T = float>
Variable<T, 2> eye(std::ptrdiff_t size) {
    auto result = detail::new_of_sizes<T>(size, size);
    for (std::ptrdiff_t k = 0; k < size * size; ++k) result.data_pointer()[k] = k % (size + 1) == 0;
    return detail::placed(std::move(result));
}
template <class T, int Rank>
Variable<T, Rank> zeros_like(const Variable<T, Rank>& x) {
    return x.filled(T(0));
}
template <class T, int Rank>
Variable<T, Rank> ones_like(const Variable<T, Rank>& x) {
    return x.filled(T(1));
}

}  // namespace tapeless
