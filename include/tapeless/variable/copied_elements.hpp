// SPDX-License-Identifier: BSL-1.0
// Elements of an array that are copied to other places. In reverse, each gradient is added where its element came from, which is a node of the same kind.
#pragma once

#include <tapeless/variable/views.hpp>

#include <algorithm>
#include <memory>
#include <utility>

namespace tapeless::detail {

/// Copies along a map, `map.for_each(visitor(place among the copies, place in the whole))`, both by rows. Copies that the map does not name are 0.
/// Transposed: each element of the whole is the sum of its copies.
template <class T, int Rank, int FromRank, class Map, bool IsTransposed>
class copied_node final : public body<T, Rank> {
public:
    using body<T, Rank>::body;

    void record(const Variable<T, FromRank>& from, std::shared_ptr<const Map> map, const char* name) {
        map_ = std::move(map);
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
        if (!sum) sum = zeros_of<T, FromRank>(nullptr, from_shape_);
        else if (sum->is_held_elsewhere() || !sum->is_by_rows()) sum = clone_of(*sum);
        add_copies<!IsTransposed>(*map_, seed->data, sum->data);
    }
    void run_recorded(backward_task& task, const handle_to<variable_node>& seed) override;

    template <bool ToWhole>
    static void add_copies(const Map& map, const T* from, T* to) {
        map.for_each([&](std::ptrdiff_t copy, std::ptrdiff_t place) {
            if constexpr (ToWhole) to[place] += from[copy];
            else to[copy] += from[place];
        });
    }

private:
    std::shared_ptr<const Map> map_;
    extents<FromRank> from_shape_{};
    edge_to edge_;
    const char* name_ = "";
};

template <int Rank, bool IsTransposed, class T, int FromRank, class Map>
Variable<T, Rank> copied(const Variable<T, FromRank>& x, const extents<static_cast<std::size_t>(Rank)>& shape, std::shared_ptr<const Map> map, const char* name) {
    using node_type = copied_node<T, Rank, FromRank, Map, IsTransposed>;
    check_on_host(*x.state(), "what chooses elements or moves windows");
    const auto from = x.state()->is_by_rows() ? x.state() : clone_of(*x.state());
    const auto fill = [&](T* to) {
        if constexpr (!IsTransposed && Map::fills_all) {
            map->for_each([&](std::ptrdiff_t copy, std::ptrdiff_t place) { to[copy] = from->data[place]; });
        } else {
            std::fill_n(to, size_of(shape), T{});
            node_type::template add_copies<IsTransposed>(*map, from->data, to);
        }
    };
    if (is_grad_enabled() && x.requires_grad()) {
        auto result = new_node<node_type>(shape);
        fill(result->data);
        result->record(x, std::move(map), name);
        return Variable<T, Rank>(handle_to<body<T, Rank>>(std::move(result)));
    }
    Variable<T, Rank> result(new_node<body<T, Rank>>(shape));
    fill(result.data_pointer());
    return result;
}

template <class T, int Rank, int FromRank, class Map, bool IsTransposed>
void copied_node<T, Rank, FromRank, Map, IsTransposed>::run_recorded(backward_task& task, const handle_to<variable_node>& seed) {
    const Variable<T, Rank> gradient(handle_to<body<T, Rank>>(static_cast<body<T, Rank>*>(seed.get())));
    task.template reach_recorded<T, FromRank>(edge_.get(), copied<FromRank, !IsTransposed>(gradient, from_shape_, map_, name_).state());
}

}  // namespace tapeless::detail
