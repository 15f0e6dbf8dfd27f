// SPDX-License-Identifier: BSL-1.0
// Arrays whose extents are known at run time: a view of whoever's memory, an array that owns its memory, and numpy's broadcasting.
// Views are made of std::vector, std::span, plain arrays, Eigen's matrices, and what looks like std::mdspan.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

namespace tapeless {

/// Extents that do not fit each other. Thrown before anything is written.
class shape_error : public std::invalid_argument {
public:
    using std::invalid_argument::invalid_argument;
};

/// A number of elements in each direction.
template <std::size_t Rank>
using extents = std::array<std::ptrdiff_t, Rank>;

/// The number of elements.
template <std::size_t Rank>
constexpr std::ptrdiff_t size_of(const extents<Rank>& shape) {
    std::ptrdiff_t size = 1;
    for (const std::ptrdiff_t extent : shape) size *= extent;
    return size;
}

/// `(3, 4)`, in numpy's form.
template <std::size_t Rank>
std::string to_string(const extents<Rank>& shape) {
    std::string text = "(";
    for (const std::ptrdiff_t extent : shape) text += (text.size() > 1 ? ", " : "") + std::to_string(extent);
    return text + (Rank == 1 ? ",)" : ")");
}

namespace detail {

/// The strides of elements that lie in the order of their rows.
template <std::size_t Rank>
constexpr extents<Rank> strides_by_rows(const extents<Rank>& shape) {
    extents<Rank> strides{};
    std::ptrdiff_t step = 1;
    for (std::size_t k = Rank; k-- > 0;) {
        strides[k] = step;
        step *= shape[k];
    }
    return strides;
}
template <std::size_t Rank>
constexpr bool is_by_rows(const extents<Rank>& shape, const extents<Rank>& strides) {
    std::ptrdiff_t step = 1;
    for (std::size_t k = Rank; k-- > 0;) {
        if (shape[k] != 1 && strides[k] != step) return false;
        step *= shape[k];
    }
    return true;
}

}  // namespace detail

/// Elements in memory that someone else owns; the last index is the fastest unless the strides say otherwise.
/// Rank: 1 to 4. Strides count elements and may be negative.
template <class T, int Rank>
class array_view {
    static_assert(Rank >= 1 && Rank <= 4, "tapeless: an array_view has 1 to 4 axes.");

public:
    using value_type = std::remove_const_t<T>;
    static constexpr int rank = Rank;

    constexpr array_view(T* data, const extents<Rank>& shape) : array_view(data, shape, detail::strides_by_rows(shape)) {}
    constexpr array_view(T* data, const extents<Rank>& shape, const extents<Rank>& strides) : data_(data), shape_(shape), strides_(strides) {}

    constexpr T* data() const { return data_; }
    constexpr const extents<Rank>& shape() const { return shape_; }
    constexpr const extents<Rank>& strides() const { return strides_; }
    constexpr std::ptrdiff_t size() const { return size_of(shape_); }
    /// The element at as many indices as the rank; they are not checked.
    template <std::convertible_to<std::ptrdiff_t>... Index>
        requires(sizeof...(Index) == Rank)
    constexpr T& operator()(Index... index) const {
        const extents<Rank> at{static_cast<std::ptrdiff_t>(index)...};
        std::ptrdiff_t offset = 0;
        for (int k = 0; k < Rank; ++k) offset += at[k] * strides_[k];
        return data_[offset];
    }

private:
    T* data_;
    extents<Rank> shape_;
    extents<Rank> strides_;
};

/// Elements in memory of its own, the last index the fastest: what functions of arrays return.
template <class T, int Rank>
class array {
public:
    using value_type = T;
    static constexpr int rank = Rank;

    array() = default;
    /// Elements without a value yet.
    explicit array(const extents<Rank>& shape) : memory_(std::make_unique_for_overwrite<T[]>(static_cast<std::size_t>(size_of(shape)))), shape_(shape) {}
    array(array&& other) noexcept : memory_(std::move(other.memory_)), shape_(std::exchange(other.shape_, {})) {}
    array& operator=(array&& other) noexcept {
        memory_ = std::move(other.memory_);
        shape_ = std::exchange(other.shape_, {});
        return *this;
    }
    array(const array& other) : array(other.shape_) { std::copy(other.begin(), other.end(), begin()); }
    array& operator=(const array& other) { return *this = array(other); }

    T* data() { return memory_.get(); }
    const T* data() const { return memory_.get(); }
    const extents<Rank>& shape() const { return shape_; }
    std::ptrdiff_t size() const { return size_of(shape_); }
    T* begin() { return data(); }
    T* end() { return data() + size(); }
    const T* begin() const { return data(); }
    const T* end() const { return data() + size(); }
    /// The element at a position in memory; it is not checked.
    T& operator[](std::ptrdiff_t position) { return memory_[position]; }
    const T& operator[](std::ptrdiff_t position) const { return memory_[position]; }
    /// The element at as many indices as the rank; they are not checked.
    template <class... Index>
    const T& operator()(Index... index) const {
        return array_view<const T, Rank>(data(), shape_)(index...);
    }

private:
    std::unique_ptr<T[]> memory_;
    extents<Rank> shape_{};
};

namespace detail {

// What names itself device_memory, or points to it by something that is no pointer, is not for the host to read.
template <class X>
concept with_memory = requires(const X& x) { *x.data(); requires std::is_pointer_v<decltype(x.data())>; } && !requires { typename X::device_memory; };
template <class X>
concept viewable = with_memory<X> && requires(const X& x) { x.shape(); x.strides(); };
template <class X>
concept owning_array = with_memory<X> && requires(const X& x) { x.shape(); X::rank; } && !viewable<X>;
template <class X>
concept eigen_like = requires(const X& x) { x.data(); x.rows(); x.cols(); x.innerStride(); x.outerStride(); X::IsVectorAtCompileTime; X::IsRowMajor; };
template <class X>
concept mdspan_like = requires(const X& x) { x.data_handle(); x.extent(0); x.stride(0); X::rank(); };
// A std::array is as many numbers as its type says, not an array of unknown length.
template <class X>
inline constexpr bool has_fixed_size = false;
template <class T, std::size_t Size>
inline constexpr bool has_fixed_size<std::array<T, Size>> = true;
template <class X>
concept contiguous_range = with_memory<X> && requires(const X& x) { x.size(); x[0]; x.begin(); } && !owning_array<X> && !eigen_like<X> && !has_fixed_size<X>;
template <class X>
inline constexpr bool is_plain_array = std::is_array_v<X>;

template <class X>
concept array_like = viewable<X> || owning_array<X> || eigen_like<X> || mdspan_like<X> || contiguous_range<X> || is_plain_array<X>;

/// The view of an array's elements; constant if the array is.
template <class X>
    requires array_like<std::remove_const_t<X>>
constexpr auto view_of(X& x) {
    using bare = std::remove_const_t<X>;
    if constexpr (viewable<bare>) {
        return x;
    } else if constexpr (owning_array<bare>) {
        return array_view<std::remove_pointer_t<decltype(x.data())>, bare::rank>(x.data(), x.shape());
    } else if constexpr (eigen_like<bare>) {
        using element = std::remove_pointer_t<decltype(x.data())>;
        const std::ptrdiff_t by_row = bare::IsRowMajor ? x.outerStride() : x.innerStride(), by_column = bare::IsRowMajor ? x.innerStride() : x.outerStride();
        if constexpr (bare::IsVectorAtCompileTime) return array_view<element, 1>(x.data(), {x.size()}, {x.innerStride()});
        else return array_view<element, 2>(x.data(), {x.rows(), x.cols()}, {by_row, by_column});
    } else if constexpr (mdspan_like<bare>) {
        using element = std::remove_reference_t<decltype(*x.data_handle())>;
        extents<static_cast<int>(bare::rank())> shape{}, strides{};
        for (std::size_t k = 0; k < bare::rank(); ++k) {
            shape[k] = static_cast<std::ptrdiff_t>(x.extent(k));
            strides[k] = static_cast<std::ptrdiff_t>(x.stride(k));
        }
        return array_view<element, static_cast<int>(bare::rank())>(x.data_handle(), shape, strides);
    } else if constexpr (is_plain_array<bare>) {
        using element = std::remove_all_extents_t<X>;
        extents<static_cast<int>(std::rank_v<bare>)> shape{};
        [&]<std::size_t... K>(std::index_sequence<K...>) {
            ((shape[K] = static_cast<std::ptrdiff_t>(std::extent_v<bare, K>)), ...);
        }(std::make_index_sequence<std::rank_v<bare>>{});
        return array_view<element, static_cast<int>(std::rank_v<bare>)>(reinterpret_cast<element*>(&x), shape);
    } else {
        return array_view<std::remove_pointer_t<decltype(x.data())>, 1>(x.data(), {static_cast<std::ptrdiff_t>(x.size())});
    }
}

/// Whether it is known from an array's type that its first dimension is contiguous, not its last one.
template <class X>
inline constexpr bool is_stored_by_columns = false;
template <eigen_like X>
inline constexpr bool is_stored_by_columns<X> = !X::IsVectorAtCompileTime && !X::IsRowMajor;

template <class X>
using view_type = decltype(view_of(std::declval<const X&>()));

/// Calls visitor(element) for each element, the last index the fastest.
template <class T, int Rank, class Visitor>
void for_each_element(const array_view<T, Rank>& view, const Visitor& visitor) {
    if (view.size() == 0) return;
    extents<Rank> at{};
    for (T* row = view.data();;) {
        for (std::ptrdiff_t k = 0; k < view.shape()[Rank - 1]; ++k) visitor(row[k * view.strides()[Rank - 1]]);
        int d = Rank - 2;
        for (; d >= 0; --d) {
            row += view.strides()[d];
            if (++at[d] < view.shape()[d]) break;
            row -= view.strides()[d] * view.shape()[d];
            at[d] = 0;
        }
        if (d < 0) return;
    }
}

/// The addresses between which a view's elements are, as integers: memory of different objects has no order.
template <class T, int Rank>
std::pair<std::uintptr_t, std::uintptr_t> bytes_of(const array_view<T, Rank>& view) {
    const auto at = reinterpret_cast<std::uintptr_t>(view.data());
    if (view.size() == 0) return {at, at};
    std::ptrdiff_t first = 0, last = 0;
    for (int d = 0; d < Rank; ++d) (view.strides()[d] < 0 ? first : last) += view.strides()[d] * (view.shape()[d] - 1);
    const auto size = static_cast<std::ptrdiff_t>(sizeof(T));
    return {at + static_cast<std::uintptr_t>(first * size), at + static_cast<std::uintptr_t>((last + 1) * size)};
}

// std::array's == calls memcmp, for a few numbers.
template <std::size_t A, std::size_t B>
constexpr bool same_shape(const extents<A>& a, const extents<B>& b) {
    bool same = A == B;
    for (std::size_t k = 0; k != A && same; ++k) same = a[k] == b[k];
    return same;
}

/// The shape that a shape and the shape so far stretch to, by numpy's rules: aligned at the last axis, an extent of 1 stretches.
/// Writes to `all`; false if they do not fit.
template <std::size_t All, std::size_t Rank>
constexpr bool broadcast(extents<All>& all, const extents<Rank>& shape) {
    for (std::size_t k = 0; k != Rank; ++k) {
        std::ptrdiff_t& extent = all[All - Rank + k];
        if (extent == 1) extent = shape[k];
        else if (shape[k] != 1 && shape[k] != extent) return false;
    }
    return true;
}

/// A view's strides along the axes of the shape that it stretches to: 0 where it does.
template <int All, class T, int Rank>
constexpr extents<All> stretched_strides(const array_view<T, Rank>& view) {
    extents<All> strides{};
    for (int k = 0; k < Rank; ++k) strides[All - Rank + k] = view.shape()[k] == 1 ? 0 : view.strides()[k];
    return strides;
}

}  // namespace detail
}  // namespace tapeless
