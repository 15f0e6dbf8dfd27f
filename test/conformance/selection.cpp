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
    std::vector<float> pixels(32);
    for (int k = 0; k < 32; ++k) pixels[static_cast<std::size_t>(k)] = static_cast<float>((7 * (k % 16) + 3 * (k / 16)) % 16);
    const Variable x(array_view<const float, 4>(pixels.data(), {1, 2, 4, 4}), requires_grad);
    compare(torch, x, max_pool2d(x, 2), max_pool2d(x, 3, 1), max_pool2d(x, 2, 2, 1), max_pool2d(x, 3, 2, 1));
    torch.text(max_pool2d(x, 4));
}

PROGRAM(choices_along_each_of_three_dimensions) {
    const auto x = ramp(1, 0, 2, 3, 2);
    compare(torch, x, index_select(x, -2, indices({2, 2, 0})), index_select(x, 2, indices({1})), gather(x, -1, Variable<std::int64_t, 3>({{{1, 1}, {0, 1}}})),
            gather(x, 1, Variable<std::int64_t, 3>({{{2, 0}}, {{1, 1}}})));
    const Variable v({{{3.f, 1.f}, {2.f, 5.f}, {4.f, 0.f}}}, requires_grad);
    for (const auto& [values, places] : {sort(v, 1), sort(v, -1, true), topk(v, 2, -2), topk(v, 1, 2, false)}) {
        values.backward(ramp_like(values, 1));
        torch.numbers(values, places, v.grad());
    }
}

PROGRAM(choices_from_parts) {
    const auto x = ramp(-1, 0, 3, 4);
    compare(torch, x, index_select(x.t(), 0, indices({3, 1})), gather(x.slice(1, 0, 4, 2), 1, matrix_of_indices({{1}, {0}, {1}})), embedding(indices({2, 0}), x.t()),
            sort(x.slice(0, 1, 3).slice(1, 1, 3), 0).values, topk(x.t()[1], 2).values, topk(x[0].expand(2, 4), 1, 1).values, index_select(x, 1, indices({0, 9, 2, 9}).slice(0, 0, 4, 2)));
}

PROGRAM(nothing_is_chosen) {
    const auto x = ramp(1, 0, 2, 3);
    const indices none;
    compare(torch, x, index_select(x, 1, none), gather(x, 0, none.reshape(0, 3)), embedding(none, x), topk(x, 0, 1).values);
    torch.numbers(sort(zeros(0, 2), 0).values, sort(zeros(2, 0), 1).indices);
}

PROGRAM(choices_that_there_are_not) {
    const auto x = ramp(1, 0, 2, 3);
    torch.error([&] { embedding(indices({2}), x); });
    torch.error([&] { embedding(indices({-1}), x); });
    torch.error([&] { sort(x, 2); });
    torch.error([&] { topk(x, 1, -3); });
    torch.error([&] { topk(x, 3, 0); });
    torch.error([&] { topk(x, -1); });
    torch.error([&] { index_select(x, 2, indices({0})); });
    torch.error([&] { gather(x, 1, matrix_of_indices({{-1}})); });
}

PROGRAM(what_was_chosen_changes_in_place) {
    const auto x = ramp(1, 0, 3, 2);
    auto y = index_select(x, 0, indices({2, 0}));
    y *= 3;
    y[0] += y[1];
    compare(torch, x, y);
    auto z = sort(Variable(x * 1), 0, true).values;
    z[0] -= 1;
    compare(torch, x, z);
}
