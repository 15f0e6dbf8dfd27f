// SPDX-License-Identifier: BSL-1.0
// Values as elements: made, copied, converted, added, filled in, on the host or on a device.
#pragma once

#include <tapeless/variable/body.hpp>
#include <tapeless/variable/error.hpp>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <utility>

namespace tapeless::detail {

template <class Node, std::size_t Rank>
handle_to<Node> new_node([[maybe_unused]] const extents<Rank>& shape) {
    if constexpr (Rank == 0) return handle_to<Node>::adopt(new Node);
    else return handle_to<Node>::adopt(new Node(shape));
}
/// The same on a device; none: the host.
template <class Node, std::size_t Rank>
handle_to<Node> new_node_on(const value_device* device, const extents<Rank>& shape) {
    if (device == nullptr) return new_node<Node>(shape);
    auto result = handle_to<Node>::adopt(new Node(shape, typename Node::no_memory{}));
    result->allocate_on(*device);
    return result;
}
template <class T, int Rank>
handle_to<body<T, Rank>> new_body(const extents<Rank>& shape) {
    return new_node<body<T, Rank>>(shape);
}
template <class T>
handle_to<body<T, 0>> new_number(T value) {
    auto result = handle_to<body<T, 0>>::adopt(new body<T, 0>);
    result->number = value;
    return result;
}

/// What is only there for values on the host.
template <class T, int Rank>
void check_on_host(const body<T, Rank>& x, const char* what) {
    if (x.device()) throw variable_error(error_text::not_on_a_device(what, x.device()->name()));
}

/// The device that all arrays are on; none: the host. Throws a variable_error if they are on several.
inline const value_device* common_device(std::initializer_list<const value_device*> all) {
    const value_device* const first = *all.begin();
    const auto name = [](const value_device* device) { return device ? device->name() : "cpu"; };
    for (const value_device* each : all)
        if (each != first) throw variable_error(error_text::several_devices(name(first), name(each)));
    return first;
}

/// Calls visitor with the elements of two arrays of the same shape, pair by pair. On the host.
template <class To, class From, int Rank, class Visitor>
void for_each_pair(const body<To, Rank>& to, const body<From, Rank>& from, const Visitor& visitor) {
    const std::ptrdiff_t size = to.size();
    if (to.is_by_rows() && from.is_by_rows()) {
        for (std::ptrdiff_t k = 0; k < size; ++k) visitor(to.data[k], from.data[k]);
    } else if constexpr (Rank > 0) {
        extents<Rank> at{};
        for (std::ptrdiff_t done = 0; done < size; ++done) {
            std::ptrdiff_t in = 0, out = 0;
            for (int d = 0; d < Rank; ++d) {
                in += at[d] * from.strides[d];
                out += at[d] * to.strides[d];
            }
            visitor(to.data[out], from.data[in]);
            for (int d = Rank - 1; d >= 0 && ++at[d] == to.shape[d]; --d) at[d] = 0;
        }
    }
}

/// On a device: elements one to one, wherever they lie in two memories. first_to, first_from: the places of the first ones.
template <int Rank>
element_sums copied_elements(const extents<static_cast<std::size_t>(Rank)>& shape, const extents<static_cast<std::size_t>(Rank)>& to_strides, const extents<static_cast<std::size_t>(Rank)>& from_strides, bool adds) {
    element_sums all;
    for (int d = Rank; d-- > 0;) all.put_before(shape[d], to_strides[d], from_strides[d]);
    all.adds = adds;
    return all;
}
template <class To, class From, int Rank>
void queue_copy(const body<To, Rank>& to, const body<From, Rank>& from, bool adds) {
    to.device()->sum_elements(copied_elements<Rank>(to.shape, to.strides, from.strides, adds), element_type_of<To>, to.data, element_type_of<From>, from.data);
}
template <class To, class From, int Rank>
void copy_elements(const body<To, Rank>& to, const body<From, Rank>& from) {
    if (to.device()) queue_copy(to, from, false);
    else for_each_pair(to, from, [](To& element, const From& other) { element = static_cast<To>(other); });
}
template <class T, int Rank>
void add_to(const body<T, Rank>& sum, const body<T, Rank>& addend) {
    if (sum.device()) queue_copy(sum, addend, true);
    else for_each_pair(sum, addend, [](T& to, const T& from) { to += from; });
}
/// Of memory by rows.
template <class T, int Rank>
void fill_elements(const body<T, Rank>& x, T number) {
    if (x.device()) x.device()->fill(element_type_of<T>, x.data, x.size(), &number);
    else std::fill_n(x.data, x.size(), number);
}

/// On the same device.
template <class To, class From, int Rank>
handle_to<body<To, Rank>> converted(const body<From, Rank>& source) {
    auto result = new_node_on<body<To, Rank>>(source.device(), source.shape);
    copy_elements(*result, source);
    return result;
}
/// The same values in memory of their own, by rows; no part of a graph.
template <class T, int Rank>
handle_to<body<T, Rank>> clone_of(const body<T, Rank>& source) {
    return converted<T>(source);
}
template <class T, int Rank>
handle_to<body<T, Rank>> zeros_of(const value_device* device, const extents<static_cast<std::size_t>(Rank)>& shape) {
    auto result = new_node_on<body<T, Rank>>(device, shape);
    fill_elements(*result, T{});
    return result;
}
/// The same values on another device, or on the host; itself if it is there.
template <class T, int Rank>
handle_to<body<T, Rank>> moved_to(const value_device* device, const handle_to<body<T, Rank>>& source) {
    const value_device* const from = source->device();
    if (from == device) return source;
    const std::size_t bytes = static_cast<std::size_t>(source->size()) * sizeof(T);
    const auto rows = source->is_by_rows() ? source : clone_of(*source);
    // From one device to another by way of the host.
    const auto on_host = from == nullptr ? rows : new_node<body<T, Rank>>(source->shape);
    if (from != nullptr) from->copy_to_host(on_host->data, rows->data, bytes);
    if (device == nullptr) return on_host;
    auto result = new_node_on<body<T, Rank>>(device, source->shape);
    device->copy_from_host(result->data, on_host->data, bytes);
    return result;
}
/// The same values in memory that is there, on any device. Both may have some of it.
template <class T, int Rank>
void overwrite(const body<T, Rank>& to, const handle_to<body<T, Rank>>& from) {
    if (to.device() && !from->device() && to.is_by_rows()) {
        const auto rows = from->is_by_rows() ? from : clone_of(*from);
        to.device()->copy_from_host(to.data, rows->data, static_cast<std::size_t>(to.size()) * sizeof(T));
    } else {
        copy_elements(to, *(to.device() == from->device() ? clone_of(*from) : moved_to(to.device(), from)));
    }
}
template <class T>
[[gnu::noinline, gnu::cold]] T number_on(const value_device& device, const T* place) {
    T number;
    device.copy_to_host(&number, place, sizeof(T));
    return number;
}
/// Puts new values where this thread makes them.
template <class T, int Rank>
void place_new(handle_to<body<T, Rank>>& made) {
    if (device_of_new_variables) [[unlikely]] made = moved_to(device_of_new_variables, made);
}
/// The one element, on the host.
template <class T, int Rank>
T item_of(const body<T, Rank>& x) {
    if (x.device()) [[unlikely]] return number_on(*x.device(), x.data);
    return *x.data;
}

template <class T, int Rank>
void adjoint_of<T, Rank>::add(const handle_to<body<T, Rank>>& addend) {
    if (!array) {
        array = addend;
        return;
    }
    // A sum that somebody else holds stays as it is.
    if (array->is_held_elsewhere() || !array->is_by_rows()) array = clone_of(*array);
    add_to(*array, *addend);
}
template <class T>
handle_to<body<T, 0>> adjoint_of<T, 0>::take() {
    if (kind_ != kind::on_device) return new_number(take_number());
    kind_ = kind::none;
    return handle_to<body<T, 0>>::adopt(std::exchange(array_, nullptr));
}
template <class T>
void adjoint_of<T, 0>::add(const handle_to<body<T, 0>>& addend) {
    if (!addend->device()) return add(*addend->data);
    if (kind_ == kind::none) return set(addend);
    handle_to<body<T, 0>> sum = take();
    if (sum->is_held_elsewhere()) sum = clone_of(*sum);
    add_to(*sum, *addend);
    set(sum);
}
template <class T>
void adjoint_of<T, 0>::set(const handle_to<body<T, 0>>& value) {
    if (!value->device()) {
        number_ = *value->data;
        kind_ = kind::number;
    } else {
        array_ = handle_to<body<T, 0>>(value).release();
        kind_ = kind::on_device;
    }
}
template <class T>
void adjoint_of<T, 0>::clear() {
    if (kind_ == kind::on_device) take();
    *this = {};
}

}  // namespace tapeless::detail
