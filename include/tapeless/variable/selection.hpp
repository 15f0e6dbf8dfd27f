// SPDX-License-Identifier: BSL-1.0
// Elements that are chosen by the values of others: index_select, gather, embedding, sort, topk, max_pool2d.
#pragma once

#include <tapeless/variable/copied_elements.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

namespace tapeless {
namespace detail {

/// Runs of `run` elements of a whole by rows, each from one of some places on.
struct chosen_places {
    static constexpr bool fills_all = true;
    std::vector<std::ptrdiff_t> firsts;
    std::ptrdiff_t run = 1;

    template <class Visitor>
    void for_each(const Visitor& visitor) const {
        std::ptrdiff_t at = 0;
        for (const std::ptrdiff_t first : firsts)
            for (std::ptrdiff_t k = 0; k < run; ++k) visitor(at++, first + k);
    }
};

template <int Rank, class T, int WholeRank>
Variable<T, Rank> selected(const Variable<T, WholeRank>& whole, const extents<static_cast<std::size_t>(Rank)>& shape, chosen_places&& places, const char* name) {
    return copied<Rank, false>(whole, shape, std::make_shared<const chosen_places>(std::move(places)), name);
}

/// An array by rows as `outer` times `count` times `inner` elements, the dimension `along` in the middle.
struct lines {
    std::ptrdiff_t outer = 1, count, inner = 1;
    template <std::size_t Rank>
    lines(const extents<Rank>& shape, int along) : count(shape[static_cast<std::size_t>(along)]) {
        for (int d = 0; d < static_cast<int>(Rank); ++d) (d < along ? outer : inner) *= d == along ? 1 : shape[static_cast<std::size_t>(d)];
    }
};
inline std::ptrdiff_t checked_index(std::int64_t index, int dimension, std::ptrdiff_t size) {
    if (index < 0 || index >= size) throw variable_error(error_text::index_out_of_range(index, dimension, size));
    return static_cast<std::ptrdiff_t>(index);
}
inline std::ptrdiff_t checked_row(std::int64_t index, std::ptrdiff_t size) {
    if (index < 0 || index >= size) throw variable_error("index out of range in self");
    return static_cast<std::ptrdiff_t>(index);
}
template <class T, int Rank>
int dimension_of(const Variable<T, Rank>& x, int dimension) {
    x.size(dimension);
    return dimension < 0 ? dimension + Rank : dimension;
}
template <class T, int Rank>
std::vector<T> elements_by_rows(const Variable<T, Rank>& x) {
    const auto here = moved_to(nullptr, x.state());
    const auto rows = here->is_by_rows() ? here : clone_of(*here);
    return std::vector<T>(rows->data, rows->data + rows->size());
}

}  // namespace detail

/// The steps of a dimension that `indices` names, in that order.
template <class T, int Rank>
Variable<T, Rank> index_select(const Variable<T, Rank>& x, int dimension, const Variable<std::int64_t, 1>& indices) {
    const int along = detail::dimension_of(x, dimension);
    const detail::lines lines(x.shape(), along);
    detail::chosen_places places{{}, lines.inner};
    for (std::ptrdiff_t i = 0; i < lines.outer; ++i)
        for (const std::int64_t index : detail::elements_by_rows(indices)) places.firsts.push_back((i * lines.count + detail::checked_row(index, lines.count)) * lines.inner);
    auto shape = x.shape();
    shape[along] = indices.numel();
    return detail::selected<Rank>(x, shape, std::move(places), "IndexSelectBackward0");
}
/// The rows of `weights`, one for each index, in the shape of the indices.
template <class T, int Rank>
Variable<T, Rank + 1> embedding(const Variable<std::int64_t, Rank>& indices, const Variable<T, 2>& weights) {
    detail::chosen_places places{{}, weights.shape()[1]};
    for (const std::int64_t index : detail::elements_by_rows(indices)) places.firsts.push_back(detail::checked_row(index, weights.shape()[0]) * weights.shape()[1]);
    extents<Rank + 1> shape{};
    std::copy_n(indices.shape().begin(), Rank, shape.begin());
    shape[Rank] = weights.shape()[1];
    return detail::selected<Rank + 1>(weights, shape, std::move(places), "EmbeddingBackward0");
}
/// For each element of `indices` the element of x at its place, but along `dimension` at the index.
template <class T, int Rank>
Variable<T, Rank> gather(const Variable<T, Rank>& x, int dimension, const Variable<std::int64_t, Rank>& indices) {
    const int along = detail::dimension_of(x, dimension);
    for (int d = 0; d < Rank; ++d)
        if (d != along && indices.shape()[d] > x.shape()[d])
            throw variable_error("Size does not match at dimension " + std::to_string(d) + " expected index " + detail::shape_text(indices.shape()).text + " to be smaller than self " +
                                 detail::shape_text(x.shape()).text + " apart from dimension " + std::to_string(along));
    const extents<Rank> strides = detail::strides_by_rows(x.shape());
    const auto chosen = detail::elements_by_rows(indices);
    detail::chosen_places places;
    extents<Rank> others = strides;
    others[along] = 0;
    auto index = chosen.begin();
    detail::for_each_offset<Rank>(indices.shape(), {0, others}, [&](std::ptrdiff_t at) { places.firsts.push_back(at + detail::checked_index(*index++, along, x.shape()[along]) * strides[along]); });
    return detail::selected<Rank>(x, indices.shape(), std::move(places), "GatherBackward0");
}

/// Values in order, and the places that they had.
template <class T, int Rank>
struct ordered {
    Variable<T, Rank> values;
    Variable<std::int64_t, Rank> indices;
};

namespace detail {

template <class T, int Rank>
ordered<T, Rank> first_in_order(const Variable<T, Rank>& x, std::ptrdiff_t count, int dimension, bool largest, const char* name) {
    const int along = dimension_of(x, dimension);
    const lines lines(x.shape(), along);
    if (count < 0 || count > lines.count) throw variable_error("selected index k out of range");
    const auto elements = elements_by_rows(x);
    auto shape = x.shape();
    shape[along] = count;
    chosen_places places;
    places.firsts.resize(static_cast<std::size_t>(lines.outer * count * lines.inner));
    Variable<std::int64_t, Rank> indices(new_node<body<std::int64_t, Rank>>(shape));
    std::vector<std::ptrdiff_t> order(static_cast<std::size_t>(lines.count));
    for (std::ptrdiff_t i = 0; i < lines.outer; ++i)
        for (std::ptrdiff_t k = 0; k < lines.inner; ++k) {
            const auto place = [&](std::ptrdiff_t step) { return (i * lines.count + step) * lines.inner + k; };
            std::iota(order.begin(), order.end(), 0);
            // NaN counts as greater than all numbers, as in numpy and PyTorch.
            std::stable_sort(order.begin(), order.end(), [&](std::ptrdiff_t a, std::ptrdiff_t b) {
                const T first = elements[place(largest ? b : a)], second = elements[place(largest ? a : b)];
                return first < second || (first == first && second != second);
            });
            for (std::ptrdiff_t j = 0; j < count; ++j) {
                const std::ptrdiff_t to = (i * count + j) * lines.inner + k;
                places.firsts[to] = place(order[j]);
                indices.data_pointer()[to] = order[j];
            }
        }
    return {selected<Rank>(x, shape, std::move(places), name), Variable<std::int64_t, Rank>(moved_to(x.state()->device(), indices.state()))};
}

}  // namespace detail

/// The `count` greatest elements along a dimension, or the least ones, in order.
template <class T, int Rank>
ordered<T, Rank> topk(const Variable<T, Rank>& x, std::ptrdiff_t count, int dimension = -1, bool largest = true) {
    return detail::first_in_order(x, count, dimension, largest, "TopkBackward0");
}
/// The elements in order along a dimension; equal ones stay in the order that they had.
template <class T, int Rank>
ordered<T, Rank> sort(const Variable<T, Rank>& x, int dimension = -1, bool descending = false) {
    return detail::first_in_order(x, x.size(dimension), dimension, descending, "SortBackward0");
}

/// The greatest element of each window of `size` by `size` pixels of images, in the last two dimensions; `stride` pixels apart, or as far as a window is long.
template <class T>
Variable<T, 4> max_pool2d(const Variable<T, 4>& images, std::ptrdiff_t size, std::ptrdiff_t stride = 0, std::ptrdiff_t padding = 0) {
    if (stride == 0) stride = size;
    if (size < 1 || stride < 1 || padding < 0 || 2 * padding > size) throw variable_error("max_pool2d: a window has at least one pixel, and a padding of at most half of it");
    const auto [count, channels, height, width] = images.shape();
    const auto windows = [&](std::ptrdiff_t pixels) { return (pixels + 2 * padding - size) / stride + 1; };
    const extents<4> shape{count, channels, windows(height), windows(width)};
    if (height + 2 * padding < size || width + 2 * padding < size) throw variable_error("max_pool2d: a window is larger than the image");
    const auto pixels = detail::elements_by_rows(images);
    detail::chosen_places places;
    for (std::ptrdiff_t image = 0; image < count * channels; ++image)
        for (std::ptrdiff_t i = 0; i < shape[2]; ++i)
            for (std::ptrdiff_t j = 0; j < shape[3]; ++j) {
                std::ptrdiff_t best = nowhere;
                for (std::ptrdiff_t y = std::max<std::ptrdiff_t>(0, i * stride - padding); y < std::min(height, i * stride - padding + size); ++y)
                    for (std::ptrdiff_t x = std::max<std::ptrdiff_t>(0, j * stride - padding); x < std::min(width, j * stride - padding + size); ++x) {
                        const std::ptrdiff_t at = (image * height + y) * width + x;
                        if (best == nowhere || pixels[at] > pixels[best] || pixels[at] != pixels[at]) best = at;
                    }
                places.firsts.push_back(best);
            }
    return detail::selected<4>(images, shape, std::move(places), "MaxPool2DWithIndicesBackward0");
}

}  // namespace tapeless
