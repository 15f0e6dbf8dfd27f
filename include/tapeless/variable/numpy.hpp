// SPDX-License-Identifier: BSL-1.0
// Elements without a graph: what `numpy()` gives and `from_numpy` takes, the same memory on both sides.
#pragma once

#include <tapeless/variable/variable.hpp>

#include <memory>
#include <utility>
#include <vector>

namespace tapeless {

/// Elements of a Variable, or of the caller's, in memory that lives as long as this does. Changes are seen on both sides. An array for functions of arrays.
template <class T, int Rank>
class numpy_array {
public:
    using value_type = T;
    static constexpr int rank = Rank;

    /// Of a Variable.
    explicit numpy_array(detail::handle_to<detail::body<T, Rank>> owner) : owner_(std::move(owner)) {}

    T* data() const { return owner_->data; }
    const extents<Rank>& shape() const { return owner_->shape; }
    /// In elements.
    const extents<Rank>& strides() const { return owner_->strides; }
    std::ptrdiff_t size() const { return owner_->size(); }
    /// The element at as many indices as the rank; they are not checked.
    template <class... Index>
        requires(sizeof...(Index) == Rank)
    T& operator()(Index... index) const {
        [[maybe_unused]] const std::ptrdiff_t at[] = {0, static_cast<std::ptrdiff_t>(index)...};
        std::ptrdiff_t offset = 0;
        for (std::size_t k = 0; k < Rank; ++k) offset += at[k + 1] * strides()[k];
        return data()[offset];
    }
    const detail::handle_to<detail::body<T, Rank>>& owner() const { return owner_; }

private:
    detail::handle_to<detail::body<T, Rank>> owner_;
};

template <class T, int Rank>
numpy_array<T, Rank> Variable<T, Rank>::numpy() const {
    if (is_cuda()) throw variable_error(error_text::numpy_of_device(device()));
    if (requires_grad()) throw variable_error(error_text::numpy_of_graph());
    return numpy_array<T, Rank>(state_);
}

/// A Variable on the same memory, which it keeps alive.
template <class T, int Rank>
Variable<T, Rank> from_numpy(const numpy_array<T, Rank>& array) {
    return Variable<T, Rank>(array.owner()).data();
}
/// A Variable on memory of the caller's, which must live as long as the Variable, or as `keeper`, if one is given, which then lives as long as the Variable does.
template <class T, int Rank>
Variable<T, Rank> from_numpy(const array_view<T, Rank>& elements, std::shared_ptr<void> keeper = nullptr) {
    Variable<T, Rank> result(detail::handle_to<detail::body<T, Rank>>::adopt(new detail::body<T, Rank>(elements.shape(), typename detail::body<T, Rank>::no_memory{})));
    result.state()->data = elements.data();
    result.state()->strides = elements.strides();
    if (keeper) result.state()->rare().keeper = std::move(keeper);
    return result;
}
/// A Variable that takes over a vector.
template <class T>
Variable<T, 1> from_numpy(std::vector<T>&& elements) {
    const auto owner = std::make_shared<std::vector<T>>(std::move(elements));
    return from_numpy(array_view<T, 1>(owner->data(), {static_cast<std::ptrdiff_t>(owner->size())}), owner);
}

}  // namespace tapeless
