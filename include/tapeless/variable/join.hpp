// SPDX-License-Identifier: BSL-1.0
// Variables one after the other along a dimension: cat, and stack along a new one.
#pragma once

#include <tapeless/variable/views.hpp>

#include <utility>
#include <vector>

namespace tapeless {
namespace detail {

/// The elements of dimension `along` from `start` on in an array by rows.
template <class T, int Rank>
placement<Rank> part_along(const body<T, Rank>& whole, int along, std::ptrdiff_t start) {
    const extents<Rank> strides = strides_by_rows(whole.shape);
    return {start * strides[along], strides};
}

template <class T, int Rank>
class cat_node final : public body<T, Rank> {
public:
    using body<T, Rank>::body;

    void record(const std::vector<Variable<T, Rank>>& parts, int along) {
        along_ = along;
        for (const auto& part : parts) {
            edges_.emplace_back(edge_to(part.state()->gradient_target()), part.shape());
            this->follow(edges_.back().first.get());
        }
        this->set_made(true);
    }
    const char* name() const override { return "CatBackward0"; }
    void run(backward_task& task) override {
        receive(task, *this);
        auto seed = task.arrived(*this).take();
        if (!seed->is_by_rows()) seed = clone_of(*seed);
        std::ptrdiff_t start = 0;
        for (const auto& [edge, shape] : edges_) {
            const auto places = part_along(*seed, along_, std::exchange(start, start + shape[along_]));
            if (!edge) continue;
            task.template reach<T, Rank>(edge.get()).add(copied_part<Rank>(*seed, shape, places));
        }
    }

    void run_recorded(backward_task& task, const handle_to<variable_node>& seed) override {
        const handle_to<body<T, Rank>> whole(static_cast<body<T, Rank>*>(seed.get()));
        std::ptrdiff_t start = 0;
        for (const auto& [edge, shape] : edges_) {
            const auto places = part_along(*whole, along_, std::exchange(start, start + shape[along_]));
            if (edge) task.template reach_recorded<T, Rank>(edge.get(), recorded_part<T, Rank>(whole, shape, places));
        }
    }

private:
    int along_ = 0;
    std::vector<std::pair<edge_to, extents<Rank>>> edges_;
};

}  // namespace detail

/// The parts one after the other along a dimension. All other extents are the same.
template <class T, int Rank>
Variable<T, Rank> cat(const std::vector<Variable<T, Rank>>& parts, int dimension = 0) {
    static_assert(Rank > 0, "tapeless::cat: numbers have no dimension to follow each other along; stack makes one.");
    if (parts.empty()) throw variable_error("torch.cat(): expected a non-empty list of Tensors");
    const int along = dimension < 0 ? dimension + Rank : dimension;
    parts[0].size(dimension);  // throws if there is no such dimension
    extents<Rank> shape = parts[0].shape();
    bool needs_gradient = false;
    shape[along] = 0;
    const detail::value_device* const device = parts[0].state()->device();
    for (std::size_t k = 0; k < parts.size(); ++k) {
        detail::common_device({device, parts[k].state()->device()});
        needs_gradient = needs_gradient || parts[k].requires_grad();
        for (int d = 0; d < Rank; ++d)
            if (d != along && parts[k].shape()[d] != shape[d])
                throw variable_error("Sizes of tensors must match except in dimension " + std::to_string(along) + ". Expected size " + std::to_string(shape[d]) + " but got size " +
                                     std::to_string(parts[k].shape()[d]) + " for tensor number " + std::to_string(k) + " in the list.");
        shape[along] += parts[k].shape()[along];
    }
    const auto fill = [&](detail::body<T, Rank>& whole) {
        std::ptrdiff_t start = 0;
        for (const auto& part : parts) {
            const auto places = detail::part_along(whole, along, std::exchange(start, start + part.shape()[along]));
            detail::write_part<Rank>(whole, part.state(), places);
        }
    };
    if (needs_gradient && is_grad_enabled()) {
        auto result = detail::new_node_on<detail::cat_node<T, Rank>>(device, shape);
        fill(*result);
        result->record(parts, along);
        return Variable<T, Rank>(detail::handle_to<detail::body<T, Rank>>(std::move(result)));
    }
    Variable<T, Rank> result(detail::new_node_on<detail::body<T, Rank>>(device, shape));
    fill(*result.state());
    return result;
}
template <class T, int Rank>
Variable<T, Rank> cat(std::initializer_list<Variable<T, Rank>> parts, int dimension = 0) {
    return cat(std::vector<Variable<T, Rank>>(parts), dimension);
}
/// Parts of the same shape along a new dimension.
template <class T, int Rank>
Variable<T, Rank + 1> stack(const std::vector<Variable<T, Rank>>& parts, int dimension = 0) {
    std::vector<Variable<T, Rank + 1>> unsqueezed;
    for (const auto& part : parts) {
        if (!detail::same_shape(part.shape(), parts[0].shape()))
            throw variable_error("stack expects each tensor to be equal size, but got " + detail::shape_text(parts[0].shape()).text + " at entry 0 and " + detail::shape_text(part.shape()).text +
                                 " at entry " + std::to_string(&part - parts.data()));
        unsqueezed.push_back(part.unsqueeze(dimension));
    }
    return cat(unsqueezed, dimension);
}
template <class T, int Rank>
Variable<T, Rank + 1> stack(std::initializer_list<Variable<T, Rank>> parts, int dimension = 0) {
    return stack(std::vector<Variable<T, Rank>>(parts), dimension);
}

}  // namespace tapeless
