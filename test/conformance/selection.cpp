// SPDX-License-Identifier: BSL-1.0
// Elements that are chosen by the values of others.
#include "reference.hpp"

#include <limits>

using namespace conformance;

namespace {

template <class Whole, class... Chosen>
void compare(program& torch, const Whole& x, const Chosen&... chosen) {
    const auto one = [&](const auto& y) {
        y.backward(ramp_like(y, 1));
        torch.numbers(y, x.grad());
    };
    (one(chosen), ...);
}
using indices = Variable<std::int64_t, 1>;
using matrix_of_indices = Variable<std::int64_t, 2>;

}  // namespace

PROGRAM(steps_are_selected) {
    const auto x = ramp(1, 0, 2, 3);
    compare(torch, x, index_select(x, 1, indices({2, 0, 2})), index_select(x, 0, indices({1})), index_select(x.t(), -1, indices({1, 1})));
    torch.text(index_select(x, 0, indices({0})));
}

PROGRAM(elements_are_gathered) {
    const auto x = ramp(1, 0, 2, 3);
    compare(torch, x, gather(x, 1, matrix_of_indices({{0, 0}, {2, 1}})), gather(x, 0, matrix_of_indices({{1, 0, 1}})));
    torch.text(gather(x, 0, matrix_of_indices({{1, 0, 1}})));
}

PROGRAM(rows_are_embedded) {
    const auto w = ramp(1, 0, 3, 2);
    compare(torch, w, embedding(indices({2, 0, 2}), w), embedding(matrix_of_indices({{1, 1}, {0, 2}}), w));
    torch.text(embedding(indices({0}), w));
}

PROGRAM(indices_out_of_range) {
    const auto x = ramp(1, 0, 2, 3);
    torch.error([&] { gather(x, 1, matrix_of_indices({{3}})); });
    torch.error([&] { gather(x, 0, matrix_of_indices({{0, 1, 0, 1}})); });
}

PROGRAM(elements_are_sorted) {
    constexpr float inf = std::numeric_limits<float>::infinity(), nan_number = std::numeric_limits<float>::quiet_NaN();
    for (const Variable<float, 2>& elements : {Variable({{3.f, 1.f, 2.f}, {5.f, 6.f, 4.f}}), Variable({{1.f, nan_number, -1.f}, {inf, 0.f, -inf}})})
        for (const auto& [dimension, descending] : {std::pair(1, false), std::pair(0, false), std::pair(-1, true)}) {
            const Variable x(elements.detach(), requires_grad);
            const auto [values, places] = sort(x, dimension, descending);
            values.backward(ramp_like(values, 1));
            torch.numbers(values, places, x.grad());
        }
    torch.text(sort(Variable({2.f, 1.f}, requires_grad)).values);
}

PROGRAM(greatest_elements_come_first) {
    struct arguments {
        int count, dimension;
        bool largest;
    };
    const Variable elements({{3.f, 1.f, 2.f}, {5.f, 6.f, 4.f}});
    for (const auto& [count, dimension, largest] : {arguments{2, 1, true}, {1, 0, true}, {2, -1, false}}) {
        const Variable x(elements.detach(), requires_grad);
        const auto [values, places] = topk(x, count, dimension, largest);
        values.backward(ramp_like(values, 1));
        torch.numbers(values, places, x.grad());
    }
    torch.error([&] { topk(elements, 4); });
}

PROGRAM(windows_have_a_greatest_pixel) {
    auto x = zeros(1, 2, 4, 4);
    for (int k = 0; k < 32; ++k) x.data_pointer()[k] = static_cast<float>((7 * (k % 16) + 3 * (k / 16)) % 16);
    x.requires_grad_();
    compare(torch, x, max_pool2d(x, 2), max_pool2d(x, 3, 1), max_pool2d(x, 2, 2, 1), max_pool2d(x, 3, 2, 1));
    torch.text(max_pool2d(x, 4));
}
