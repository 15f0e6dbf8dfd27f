// SPDX-License-Identifier: BSL-1.0
// Elements of an array that are copied to other places. In reverse, each gradient is added where its element came from, which is a node of the same kind.
#pragma once

#include <tapeless/variable/views.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace tapeless::detail {

/// A map in a device's memory; empty: it is needed on the host alone.
class map_on_device {
public:
    map_on_device() = default;
    /// Of so many copies.
    template <class Map>
    map_on_device(const value_device* device, const Map& map, std::ptrdiff_t copies) : device_(device) {
        if (device == nullptr) return;
        if constexpr (requires { map.firsts; }) {
            take({map.firsts.begin(), map.firsts.end()}, map.run);
        } else {
            std::vector<std::int64_t> places(static_cast<std::size_t>(copies), chosen_on_device::no_element);
            map.for_each([&](std::ptrdiff_t copy, std::ptrdiff_t place) { places[static_cast<std::size_t>(copy)] = place; });
            take(places, 1);
        }
    }
    explicit operator bool() const { return device_ != nullptr; }
    template <class T>
    void copy(T* to, const T* from) const {
        device_->copy_chosen(chosen(), element_type_of<T>, to, from);
    }
    template <class T>
    void add(T* to, std::ptrdiff_t to_count, const T* from) const {
        device_->add_chosen(chosen(), element_type_of<T>, to, to_count, from);
    }

private:
    void take(const std::vector<std::int64_t>& places, std::ptrdiff_t run) {
        count_ = static_cast<std::ptrdiff_t>(places.size());
        run_ = run;
        memory_ = device_->allocate(std::max<std::size_t>(1, sizeof(std::int64_t) * places.size()));
        device_->copy_from_host(memory_.get(), places.data(), sizeof(std::int64_t) * places.size());
    }
    chosen_on_device chosen() const { return {static_cast<const std::int64_t*>(memory_.get()), count_, run_}; }

    const value_device* device_ = nullptr;
    std::shared_ptr<void> memory_;
    std::ptrdiff_t count_ = 0, run_ = 1;
};

/// Copies along a map, `map.for_each(visitor(place among the copies, place in the whole))`, both by rows. Copies that the map does not name are 0.
/// Transposed: each element of the whole is the sum of its copies.
template <class T, int Rank, int FromRank, class Map, bool IsTransposed>
class copied_node final : public body<T, Rank> {
public:
    using body<T, Rank>::body;

    void record(const Variable<T, FromRank>& from, std::shared_ptr<const Map> map, const map_on_device& there, const char* name) {
        map_ = std::move(map);
        there_ = there;
        from_shape_ = from.shape();
        name_ = name;
        edge_ = edge_to(from.state()->gradient_target());
        this->follow(edge_.get());
        this->set_made(true);
    }
    const char* name() const override { return name_; }
    void run(backward_task& task) override {
        receive(task, *this);
        auto seed = task.arrived(*this).take();
        if (!seed->is_by_rows()) seed = clone_of(*seed);
        auto& sum = task.template reach<T, FromRank>(edge_.get()).array;
        if (!sum) sum = zeros_of<T, FromRank>(this->device(), from_shape_);
        else if (sum->is_held_elsewhere() || !sum->is_by_rows()) sum = clone_of(*sum);
        add_copies<!IsTransposed>(*map_, there_, *seed, *sum);
    }
    void run_recorded(backward_task& task, const handle_to<variable_node>& seed) override;

    template <bool ToWhole, int OtherRank, int ToRank>
    static void add_copies(const Map& map, const map_on_device& there, const body<T, OtherRank>& from, const body<T, ToRank>& to) {
        if (there) {
            if constexpr (ToWhole) return there.add(to.data, to.size(), static_cast<const T*>(from.data));
            // Each copy is of one element.
            const auto copies = new_node_on<body<T, ToRank>>(to.device(), to.shape);
            there.copy(copies->data, static_cast<const T*>(from.data));
            return add_to(to, *copies);
        }
        map.for_each([&](std::ptrdiff_t copy, std::ptrdiff_t place) {
            if constexpr (ToWhole) to.data[place] += from.data[copy];
            else to.data[copy] += from.data[place];
        });
    }

private:
    std::shared_ptr<const Map> map_;
    map_on_device there_;
    extents<FromRank> from_shape_{};
    edge_to edge_;
    const char* name_ = "";
};

template <int Rank, bool IsTransposed, class T, int FromRank, class Map>
Variable<T, Rank> copied(const Variable<T, FromRank>& x, const extents<static_cast<std::size_t>(Rank)>& shape, std::shared_ptr<const Map> map, const char* name) {
    using node_type = copied_node<T, Rank, FromRank, Map, IsTransposed>;
    const value_device* const device = x.state()->device();
    const auto from = x.state()->is_by_rows() ? x.state() : clone_of(*x.state());
    const map_on_device there(device, *map, IsTransposed ? x.numel() : size_of(shape));
    const auto fill = [&](const body<T, Rank>& to) {
        if constexpr (!IsTransposed) {
            if (there) return there.copy(to.data, static_cast<const T*>(from->data));
            if constexpr (Map::fills_all) return map->for_each([&](std::ptrdiff_t copy, std::ptrdiff_t place) { to.data[copy] = from->data[place]; });
        }
        fill_elements(to, T{});
        node_type::template add_copies<IsTransposed>(*map, there, *from, to);
    };
    if (is_grad_enabled() && x.requires_grad()) {
        auto result = new_node_on<node_type>(device, shape);
        fill(*result);
        result->record(x, std::move(map), there, name);
        return Variable<T, Rank>(handle_to<body<T, Rank>>(std::move(result)));
    }
    Variable<T, Rank> result(new_node_on<body<T, Rank>>(device, shape));
    fill(*result.state());
    return result;
}

template <class T, int Rank, int FromRank, class Map, bool IsTransposed>
void copied_node<T, Rank, FromRank, Map, IsTransposed>::run_recorded(backward_task& task, const handle_to<variable_node>& seed) {
    const Variable<T, Rank> gradient(handle_to<body<T, Rank>>(static_cast<body<T, Rank>*>(seed.get())));
    task.template reach_recorded<T, FromRank>(edge_.get(), copied<FromRank, !IsTransposed>(gradient, from_shape_, map_, name_).state());
}

}  // namespace tapeless::detail
