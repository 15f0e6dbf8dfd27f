// SPDX-License-Identifier: BSL-1.0
// Memory of a device: whose it is, its shape, and what counts as such. Thrust's vectors are known by what they have, so that no header of
// Thrust is needed, whichever version it is.
#pragma once

#include <tapeless/device/capture.hpp>
#include <tapeless/device/host_system.hpp>
#include <tapeless/function/call.hpp>
#include <tapeless/record/array_view.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace tapeless {

/// Elements in a device's memory that someone else owns, by rows: `device_view(pointer, size)`, or with `extents<Rank>`; with strides, in elements, anywhere.
/// Of rank 0: a number in a device's memory, `device_view<const float, 0>(pointer)`.
template <class T, int Rank = 1>
class device_view {
    static_assert(Rank >= 0 && Rank <= 4, "tapeless: a device_view has 0 to 4 axes.");

public:
    using value_type = std::remove_const_t<T>;
    using device_memory = void;
    static constexpr int rank = Rank;

    constexpr explicit device_view(T* data)
        requires(Rank == 0)
        : data_(data) {}
    constexpr device_view(T* data, std::ptrdiff_t size)
        requires(Rank == 1)
        : device_view(data, extents<1>{size}) {}
    constexpr device_view(T* data, const extents<Rank>& shape) : device_view(data, shape, detail::strides_by_rows(shape)) {}
    constexpr device_view(T* data, const extents<Rank>& shape, const extents<Rank>& strides) : data_(data), shape_(shape), strides_(strides) {}

    constexpr T* data() const { return data_; }
    constexpr const extents<Rank>& shape() const { return shape_; }
    constexpr const extents<Rank>& strides() const { return strides_; }
    constexpr std::ptrdiff_t size() const { return size_of(shape_); }
    /// Whether there are no gaps, and the last index is the fastest.
    constexpr bool is_by_rows() const { return detail::is_by_rows(shape_, strides_); }

private:
    T* data_;
    extents<Rank> shape_{}, strides_{};
};
template <class T>
device_view(T*, std::ptrdiff_t) -> device_view<T, 1>;
template <class T, std::size_t Rank>
device_view(T*, const std::array<std::ptrdiff_t, Rank>&) -> device_view<T, static_cast<int>(Rank)>;
template <class T, std::size_t Rank>
device_view(T*, const std::array<std::ptrdiff_t, Rank>&, const std::array<std::ptrdiff_t, Rank>&) -> device_view<T, static_cast<int>(Rank)>;

/// Elements in a device's memory of its own: what calls on a device return. They are there when what was queued on the stream before has run; the
/// memory is given back on the stream too, which has to exist until then.
template <class T, int Rank, class System>
class device_array {
public:
    using value_type = T;
    using device_memory = void;
    static constexpr int rank = Rank;

    device_array() = default;
    /// Elements without a value yet.
    device_array(const extents<Rank>& shape, detail::stream_handle stream, const detail::statement& who)
        : data_(static_cast<T*>(detail::work_on<System>::allocate(sizeof(T) * static_cast<std::size_t>(size_of(shape)), stream, who))), shape_(shape), stream_(detail::work_on<System>::lasting(stream)) {}
    device_array(device_array&& other) noexcept : data_(std::exchange(other.data_, nullptr)), shape_(std::exchange(other.shape_, {})), stream_(other.stream_) {}
    device_array& operator=(device_array&& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(shape_, other.shape_);
        std::swap(stream_, other.stream_);
        return *this;
    }
    ~device_array() {
        if (data_ != nullptr) detail::work_on<System>::deallocate(data_, stream_);
    }

    /// A pointer for the device.
    T* data() { return data_; }
    const T* data() const { return data_; }
    const extents<Rank>& shape() const { return shape_; }
    std::ptrdiff_t size() const { return size_of(shape_); }
    /// The elements in the host's memory. Waits for the stream.
    array<T, Rank> to_host() const {
        array<T, Rank> copy(shape_);
        detail::work_on<System>::copy_to_host(copy.data(), data_, sizeof(T) * static_cast<std::size_t>(size()), stream_, {"tapeless::device_array::to_host"});
        return copy;
    }

private:
    T* data_ = nullptr;
    extents<Rank> shape_{};
    detail::stream_handle stream_ = nullptr;
};

namespace detail {

template <class X>
concept own_device_memory = requires { typename X::device_memory; };
/// thrust::device_vector and its like: a pointer that is not for the host, from which to get one that is for the device.
template <class X>
concept vector_of_a_device = requires(const X& x) {
    *x.data().get();
    x.size();
    typename X::value_type;
};
/// An array in the memory of a device.
template <class X>
concept device_memory = own_device_memory<X> || vector_of_a_device<X>;

/// The view of a device's memory; constant if that is.
template <class X>
    requires device_memory<std::remove_const_t<X>>
constexpr auto device_view_of(X& x) {
    if constexpr (requires { x.strides(); }) return x;
    else if constexpr (own_device_memory<X>) return device_view<std::remove_pointer_t<decltype(x.data())>, X::rank>(x.data(), x.shape());
    else return device_view(x.data().get(), static_cast<std::ptrdiff_t>(x.size()));
}

template <device_memory T>
inline constexpr bool is_in_device_memory<T> = true;
/// Whether arrays of it are indices or labels in functions of arrays on a device.
template <class T>
inline constexpr bool is_device_integer = std::is_integral_v<T> && std::is_signed_v<T> && (sizeof(T) == 4 || sizeof(T) == 8);
template <device_memory Argument>
struct element_of<Argument> {
    using type = typename Argument::value_type;
    static constexpr int rank = decltype(device_view_of(std::declval<const Argument&>()))::rank;
};

}  // namespace detail
}  // namespace tapeless
