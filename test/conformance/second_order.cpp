// SPDX-License-Identifier: BSL-1.0
// Gradients of gradients through what is not elementwise; test/variable/higher_order.cpp has reductions and more orders.
#include "reference.hpp"

#include <tuple>

using namespace tapeless;

namespace {

/// The gradients of sum(f(…) (1, 2, …)), and the gradients of the sum of their squares.
template <class Function, class... T, int... Rank>
void check_orders(conformance::program& torch, const Function& f, const Variable<T, Rank>&... inputs) {
    const auto show = [&](const auto&... each) { torch.sums_within(64, each...); };
    const auto squares = [](const auto&... each) { return (Variable<double, 0>(Variable(sum(each * each)).template to<double>()) + ...); };
    const Variable y = f(inputs...);
    const auto weights = conformance::ramp_like(y, 1);
    const auto first = grad(Variable<double, 0>(sum(y * weights)), std::tie(inputs...), create_graph);
    const auto second = grad(Variable<double, 0>(std::apply(squares, first)), std::tie(inputs...), nullptr, {}, true);
    std::apply(show, first);
    std::apply(show, second);
}

/// Elements in no order, none equal to another.
template <class... Size>
auto square(Size... sizes) {
    auto x = zeros<double>(sizes...);
    for (std::ptrdiff_t k = 0; k < x.numel(); ++k) x.data_pointer()[k] = static_cast<double>(k * 7 % x.numel()) * 0.25 - 1;
    return x.requires_grad_();
}

using integers = Variable<std::int64_t, 1>;
using tables = Variable<std::int64_t, 2>;
using matrix = Variable<double, 2>;

}  // namespace

PROGRAM(of_chosen_elements) {
    const auto x = square(3, 4);
    check_orders(torch, [](const matrix& x) { return index_select(matrix(x * x), 1, integers({3, 0, 3})); }, x);
    check_orders(torch, [](const matrix& x) { return gather(matrix(x * x), 0, tables({{2, 0, 0, 1}, {2, 1, 0, 0}})); }, x);
    check_orders(torch, [](const matrix& x) { return embedding(tables({{2, 0}, {2, 1}}), matrix(x * x)); }, x);
}

PROGRAM(of_elements_in_order) {
    const auto x = square(3, 4);
    check_orders(torch, [](const matrix& x) { return sort(matrix(x * x * x), 1).values; }, x);
    check_orders(torch, [](const matrix& x) { return topk(matrix(x * x * x), 2, 0).values; }, x);
    check_orders(torch, [](const matrix& x) { return max(x * x * x, axis<1>); }, x);
}

PROGRAM(of_images) {
    const auto x = square(2, 2, 5, 4), k = square(3, 2, 2, 2);
    const auto b = square(3);
    check_orders(torch, [](const auto& x, const auto& k, const auto& b) { return conv2d(x, k, b, 2, 1); }, x, k, b);
    check_orders(torch, [](const auto& x) { return max_pool2d(Variable(x * x), 2); }, square(1, 2, 4, 4));
}

PROGRAM(of_a_norm) {
    const auto x = square(3, 4);
    check_orders(torch, [](const matrix& x) { return norm(x * x + x); }, x);
}

PROGRAM(of_networks) {
    const auto x = square(3, 4);
    const auto w = square(4), b = square(4);
    check_orders(torch, [](const matrix& x) { return log_softmax(x, axis<0>); }, x);
    check_orders(torch, [](const matrix& x) { return cross_entropy(x, integers({3, 0, 1})); }, x);
    check_orders(torch, [](const auto& x, const auto& w, const auto& b) { return layer_norm(x, w, b); }, x, w, b);
}

PROGRAM(of_products) {
    const auto a = square(2, 3), b = square(3, 2);
    check_orders(torch, [](const matrix& a, const matrix& b) { return exp(matmul(a, b)); }, a, b);
    check_orders(torch, [](const matrix& a, const matrix& b) { return tanh(matmul(cat({a, b.t()}), b)); }, a, b);
}

PROGRAM(of_several_number_types) {
    const auto x = square(2, 3).detach().to<float>().requires_grad_();
    const auto d = square(3);
    using floats = Variable<float, 2>;
    using vector = Variable<double, 1>;
    check_orders(torch, [](const floats& x, const vector& d) { return Variable(x * x).to<double>() * d * d; }, x, d);
    check_orders(torch, [](const floats& x, const vector& d) { return exp(x * d * x); }, x, d);
    check_orders(torch, [](const floats& x, const vector& d) { return logsumexp(x * d, axis<1>); }, x, d);
    torch.text(x.to<double>().grad_fn(), static_cast<bool>(d.to<float>().grad_fn()));
    static_assert(std::is_same_v<decltype(x.to<std::int64_t>()), Variable<std::int64_t, 2>>);
}
