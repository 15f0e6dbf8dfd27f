// SPDX-License-Identifier: BSL-1.0
// The nodes of parts and other shapes of a Variable: a gradient by a part is added into that part of the whole's gradient. What an in-place operation does to
// a part has happened to the whole, and to all its other parts.
#pragma once

#include <tapeless/variable/arrival.hpp>

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace tapeless::detail {

/// The elements of a part among those of a whole that lies by rows: the first one, and how far apart the next ones are.
template <int Rank>
struct placement {
    std::ptrdiff_t first = 0;
    extents<Rank> strides{};
};

/// Calls visitor(offset) for each element of a part, by rows.
template <int Rank, class Visitor>
void for_each_offset(const extents<static_cast<std::size_t>(Rank)>& shape, const placement<Rank>& places, const Visitor& visitor) {
    const std::ptrdiff_t size = size_of(shape);
    if (size == 0) return;
    extents<Rank> at{};
    for (std::ptrdiff_t done = 0, offset = places.first; done < size; ++done) {
        visitor(offset);
        for (int d = Rank - 1; d >= 0; --d) {
            offset += places.strides[d];
            if (++at[d] < shape[d]) break;
            offset -= places.strides[d] * shape[d];
            at[d] = 0;
        }
    }
}

/// The part of a whole that lies by rows, in memory of its own.
template <int Rank, class T, int WholeRank>
handle_to<body<T, Rank>> copied_part(const body<T, WholeRank>& whole, const extents<static_cast<std::size_t>(Rank)>& shape, const placement<Rank>& places) {
    auto part = new_node_on<body<T, Rank>>(whole.device(), shape);
    if (whole.device()) {
        whole.device()->sum_elements(copied_elements<Rank>(shape, strides_by_rows(shape), places.strides, false), element_type_of<T>, part->data, element_type_of<T>, whole.data + places.first);
    } else {
        T* next = part->data;
        for_each_offset<Rank>(shape, places, [&](std::ptrdiff_t at) { *next++ = whole.data[at]; });
    }
    return part;
}
/// Writes a part to where it is in a whole that lies by rows.
template <int Rank, class T, int WholeRank>
void write_part(const body<T, WholeRank>& whole, const handle_to<body<T, Rank>>& part, const placement<Rank>& places) {
    if (whole.device())
        return whole.device()->sum_elements(copied_elements<Rank>(part->shape, places.strides, part->strides, false), element_type_of<T>, whole.data + places.first, element_type_of<T>, part->data);
    const auto rows = part->is_by_rows() ? part : clone_of(*part);
    const T* next = rows->data;
    for_each_offset<Rank>(part->shape, places, [&](std::ptrdiff_t at) { whole.data[at] = *next++; });
}
/// Adds a part to where it is in a whole that lies by rows. Places that several of its elements share get their sum.
template <int Rank, class T, int WholeRank>
void add_part(const body<T, WholeRank>& whole, const handle_to<body<T, Rank>>& part, const placement<Rank>& places) {
    if (whole.device()) {
        element_sums all;
        for (int d = Rank; d-- > 0;) {
            if (places.strides[d] == 0) all.put_term_before(part->shape[d], part->strides[d]);
            else all.put_before(part->shape[d], places.strides[d], part->strides[d]);
        }
        all.adds = true;
        return whole.device()->sum_elements(all, element_type_of<T>, whole.data + places.first, element_type_of<T>, part->data);
    }
    const auto rows = part->is_by_rows() ? part : clone_of(*part);
    const T* next = rows->data;
    for_each_offset<Rank>(part->shape, places, [&](std::ptrdiff_t at) { whole.data[at] += *next++; });
}
/// Makes a part of a whole that lies by rows 0.
template <int Rank, class T, int WholeRank>
void clear_part(const body<T, WholeRank>& whole, const extents<static_cast<std::size_t>(Rank)>& shape, const placement<Rank>& places) {
    if (whole.device()) {
        element_sums none = copied_elements<Rank>(shape, places.strides, {}, false);
        none.put_term_before(0, 0);
        whole.device()->sum_elements(none, element_type_of<T>, whole.data + places.first, element_type_of<T>, whole.data);
    } else {
        for_each_offset<Rank>(shape, places, [&](std::ptrdiff_t at) { whole.data[at] = T{}; });
    }
}

template <class T, int Rank, int WholeRank>
class embedding_node;
template <class T, int Rank, int WholeRank>
handle_to<body<T, Rank>> recorded_part(const handle_to<body<T, WholeRank>>& whole, const extents<static_cast<std::size_t>(Rank)>& shape, const placement<Rank>& places);

/// Zeros but for a part: the gradient of a whole by the gradient of a part.
template <class T, int Rank, int WholeRank>
class embedding_node final : public body<T, WholeRank> {
public:
    using body<T, WholeRank>::body;

    void embed(const handle_to<body<T, Rank>>& part, const placement<Rank>& places) {
        places_ = places;
        part_ = part->shape;
        edge_ = edge_to(part->gradient_target());
        this->follow(edge_.get());
        fill_elements(*this, T{});
        add_part<Rank>(*this, part, places_);
        if (edge_ && is_grad_enabled()) this->set_made(true);
        if (!this->requires_grad()) edge_ = edge_to();
    }
    const char* name() const override { return "DerivativeBackward0"; }
    void run(backward_task& task) override {
        receive(task, *this);
        auto seed = task.arrived(*this).take();
        if constexpr (WholeRank > 0)
            if (!seed->is_by_rows()) seed = clone_of(*seed);
        task.template reach<T, Rank>(edge_.get()).add(copied_part<Rank>(*seed, part_, places_));
    }
    void run_recorded(backward_task& task, const handle_to<variable_node>& seed) override {
        task.template reach_recorded<T, Rank>(edge_.get(), recorded_part<T, Rank>(handle_to<body<T, WholeRank>>(static_cast<body<T, WholeRank>*>(seed.get())), part_, places_));
    }

private:
    placement<Rank> places_{};
    extents<Rank> part_{};
    edge_to edge_;
};
template <class T, int Rank, int WholeRank>
handle_to<body<T, WholeRank>> recorded_embedding(const handle_to<body<T, Rank>>& part, const extents<static_cast<std::size_t>(WholeRank)>& whole, const placement<Rank>& places) {
    auto made = new_node_on<embedding_node<T, Rank, WholeRank>>(part->device(), whole);
    made->embed(part, places);
    return handle_to<body<T, WholeRank>>(std::move(made));
}

/// A whole after a part of it has been written: the gradient by the part goes to what has been written, the rest to what the whole was before.
template <class T, int Rank, int WholeRank>
class part_written_node final : public body<T, WholeRank> {
public:
    part_written_node(body<T, WholeRank>& whole, const extents<Rank>& part, const placement<Rank>& places, edge_to written)
        : body<T, WholeRank>(whole.shape, typename body<T, WholeRank>::no_memory{}), part_(part), places_(places), before_(whole.gradient_target()), written_(std::move(written)) {
        this->set_device(whole.device());
        this->follow(before_.get());
        this->follow(written_.get());
        this->set_made(true);
    }
    const char* name() const override { return "CopySlices"; }
    void run(backward_task& task) override {
        receive(task, *this);
        auto seed = task.arrived(*this).take();
        if (seed->is_held_elsewhere() || !seed->is_by_rows()) seed = clone_of(*seed);
        const auto of_part = copied_part<Rank>(*seed, part_, places_);
        clear_part<Rank>(*seed, part_, places_);
        if (written_) task.template reach<T, Rank>(written_.get()).add(of_part);
        if (before_) task.template reach<T, WholeRank>(before_.get()).add(seed);
    }
    void run_recorded(backward_task& task, const handle_to<variable_node>& seed) override {
        const handle_to<body<T, WholeRank>> whole(static_cast<body<T, WholeRank>*>(seed.get()));
        const auto of_part = recorded_part<T, Rank>(whole, part_, places_);
        if (written_) task.template reach_recorded<T, Rank>(written_.get(), of_part);
        if (!before_) return;
        if constexpr (std::is_floating_point_v<T>) {
            const auto embedded = recorded_embedding<T, Rank, WholeRank>(of_part, whole->shape, places_);
            task.template reach_recorded<T, WholeRank>(before_.get(), recorded_sum<T, WholeRank>(task.template how<T>(), whole, recorded_multiple<T, WholeRank>(task.template how<T>(), embedded, T(-1))));
        }
    }

private:
    extents<Rank> part_;
    placement<Rank> places_;
    edge_to before_, written_;
};

/// A part of a whole, or the same elements in another shape.
template <class T, int Rank, int WholeRank>
class view_node final : public body<T, Rank> {
    using whole_body = body<T, WholeRank>;

public:
    /// Shares the whole's memory; in_memory: where its elements are there, from the whole's first one.
    view_node(const handle_to<whole_body>& whole, const extents<Rank>& shape, const placement<Rank>& in_memory, const placement<Rank>& places, const char* name)
        : view_node(*whole, shape, places, name, is_grad_enabled()) {
        this->look_at(whole, whole->data + in_memory.first);
        this->set_tracks_base();
        if constexpr (Rank > 0) this->strides = in_memory.strides;
        whole_ = whole.get();
        seen_ = edge_;
    }
    /// Has no values: a gradient's way to the whole. is_recorded: if not, it is a leaf, as what is a part of no graph.
    view_node(whole_body& whole, const extents<Rank>& shape, const placement<Rank>& places, const char* name, bool is_recorded = true)
        : body<T, Rank>(shape, typename body<T, Rank>::no_memory{}), places_(places), whole_shape_(whole.shape), edge_(whole.gradient_target()), name_(name) {
        this->set_device(whole.device());
        this->follow(edge_.get());
        if (is_recorded && edge_) this->set_made(true);
    }

    const char* name() const override { return name_; }
    void run(backward_task& task) override {
        receive(task, *this);
        const auto seed = task.arrived(*this).take();
        auto& sum = task.template reach<T, WholeRank>(edge_.get());
        if constexpr (WholeRank == 0) {
            if (this->device()) {
                const auto all = zeros_of<T, 0>(this->device(), {});
                add_part<Rank>(*all, seed, places_);
                sum.add(all);
            } else {
                for_each_pair(*seed, *seed, [&](T&, const T& addend) { sum.add(addend); });
            }
        } else {
            if (sum.is_empty()) sum.set(zeros_of<T, WholeRank>(this->device(), whole_shape_));
            else if (sum.array->is_held_elsewhere() || !sum.array->is_by_rows()) sum.array = clone_of(*sum.array);
            add_part<Rank>(*sum.array, seed, places_);
        }
    }

    void run_recorded(backward_task& task, const handle_to<variable_node>& seed) override {
        const handle_to<body<T, Rank>> part(static_cast<body<T, Rank>*>(seed.get()));
        task.template reach_recorded<T, WholeRank>(edge_.get(), recorded_embedding<T, Rank, WholeRank>(part, whole_shape_, places_));
    }

    bool is_view_of_leaf() const override {
        if (whole_ == nullptr) return false;
        if (whole_->requires_grad()) return !whole_->has_history() || whole_->is_view_of_leaf();
        return this->requires_grad() && !this->has_history();
    }
    /// Since it was made, or last refreshed, the whole may have got another history. Whoever reads this part from now on goes by that.
    void refresh() override {
        if (whole_ == nullptr || whole_->gradient_target() == seen_.get()) return;
        go_by_whole();
    }
    /// What has been written to this part has happened to the whole.
    void rewrite(edge_to written) override {
        using rewritten = part_written_node<T, Rank, WholeRank>;
        const auto after =
            handle_to<rewritten>::adopt(new rewritten(*whole_, this->shape, places_, std::move(written)));
        whole_->rewrite(edge_to(after.get()));
        go_by_whole();
    }

private:
    void release_values() noexcept override {
        whole_ = nullptr;
        seen_ = edge_to();
        body<T, Rank>::release_values();
    }
    void go_by_whole() {
        const auto way = handle_to<view_node>::adopt(new view_node(*whole_, this->shape, places_, name_));
        seen_ = edge_to(whole_->gradient_target());
        name_ = way->name_ = "AsStridedBackward0";
        this->rare().history = edge_to(way.get());
        this->require_grad(static_cast<bool>(seen_));
    }

    placement<Rank> places_;
    extents<WholeRank> whole_shape_;
    edge_to edge_;
    edge_to seen_;                 ///< the whole's node when this part was last refreshed
    whole_body* whole_ = nullptr;  ///< alive as long as this part's values: they are its own
    const char* name_;
};

template <class T, int Rank, int WholeRank>
Variable<T, Rank> view_of_variable(const Variable<T, WholeRank>& whole, const extents<static_cast<std::size_t>(Rank)>& shape, const placement<Rank>& in_memory, const placement<Rank>& places,
                                   const char* name) {
    using node_type = view_node<T, Rank, WholeRank>;
    return Variable<T, Rank>(handle_to<body<T, Rank>>(handle_to<node_type>::adopt(new node_type(whole.state(), shape, in_memory, places, name))));
}

/// The part of a gradient at some places.
template <class T, int Rank, int WholeRank>
handle_to<body<T, Rank>> recorded_part(const handle_to<body<T, WholeRank>>& whole, const extents<static_cast<std::size_t>(Rank)>& shape, const placement<Rank>& places) {
    const Variable<T, WholeRank> rows = Variable<T, WholeRank>(whole).contiguous();
    return view_of_variable<T, Rank>(rows, shape, places, places, "DerivativeBackward0").state();
}

template <class Tree, class T, int Wide, unsigned Reduced, bool IsMean, int Rank, class... Leaf>
recorded_input<T> reduced_node<Tree, T, Wide, Reduced, IsMean, Rank, Leaf...>::stretched_seed(const handle_to<body<T, Rank>>& seed) {
    if constexpr (Rank == 0 || Rank == Wide) {
        return recorded_input<T>::template of<Rank>(seed);
    } else {
        extents<Wide> shape;
        for (int d = 0, next = 0; d < Wide; ++d) shape[d] = (Reduced >> d & 1) != 0 ? 1 : seed->shape[next++];
        const placement<Wide> in_memory{0, widened(*seed)};
        auto rows = new_body<T, Rank>(seed->shape);
        const placement<Wide> places{0, widened(*rows)};
        return recorded_input<T>::template of<Wide>(view_of_variable<T, Wide>(Variable<T, Rank>(seed), shape, in_memory, places, "DerivativeBackward0").state());
    }
}

}  // namespace tapeless::detail
