// SPDX-License-Identifier: BSL-1.0
// Gradients of gradients; test/variable/higher_order.cpp has more orders.
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
    std::vector<double> elements(static_cast<std::size_t>((sizes * ...)));
    for (std::size_t k = 0; k < elements.size(); ++k) elements[k] = static_cast<double>(k * 7 % elements.size()) * 0.25 - 1;
    auto x = Variable(elements).reshape(sizes...);
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

PROGRAM(of_activations) {
    const auto x = square(2, 4);
    check_orders(torch, [](const matrix& x) { return tanh(x); }, x);
    check_orders(torch, [](const matrix& x) { return gelu(x); }, x);
    check_orders(torch, [](const matrix& x) { return softplus(x); }, x);
    check_orders(torch, [](const matrix& x) { return sigmoid(x); }, x);
    check_orders(torch, [](const matrix& x) { return silu(x); }, x);
    check_orders(torch, [](const matrix& x) { return 1 / (1 + exp(-x)); }, x);
}

PROGRAM(of_activations_at_zero) {
    const matrix x({{0, -1}, {0.5, 0}}, requires_grad);
    check_orders(torch, [](const matrix& x) { return tanh(x); }, x);
    check_orders(torch, [](const matrix& x) { return softplus(x); }, x);
    check_orders(torch, [](const matrix& x) { return sigmoid(x); }, x);
    check_orders(torch, [](const matrix& x) { return silu(x); }, x);
}

PROGRAM(of_functions_of_one_number) {
    const auto x = square(2, 4);
    const auto check = [&](const auto& f) { check_orders(torch, f, x); };
    check([](const matrix& x) { return atan(x); });
    check([](const matrix& x) { return asinh(x); });
    check([](const matrix& x) { return expm1(x); });
    check([](const matrix& x) { return erf(x); });
    check([](const matrix& x) { return cosh(x); });
    check([](const matrix& x) { return abs(x) * x * x; });
    check([](const matrix& x) { return sqrt(x * x + 0.5); });
    check([](const matrix& x) { return log(x * x + 0.5); });
    check([](const matrix& x) { return log1p(x * x + 0.5); });
    check([](const matrix& x) { return 1 / (x * x + 0.5); });
}

PROGRAM(of_functions_of_two_numbers) {
    const auto a = square(2, 3);
    const auto b = square(3);
    const auto check = [&](const auto& f) { check_orders(torch, f, a, b); };
    check([](const auto& a, const auto& b) { return atan2(a, b + 3); });
    check([](const auto& a, const auto& b) { return hypot(a, b + 3); });
    check([](const auto& a, const auto& b) { return pow(a * a + 1, b); });
    check([](const auto& a, const auto& b) { return a / (b * b + 1); });
}

PROGRAM(of_what_depends_on_a_condition) {
    const auto x = square(3, 4);
    const auto w = square(4);
    check_orders(torch, [](const auto& x, const auto& w) { return where(x > w, x * x * w, exp(x * w)); }, x, w);
    check_orders(torch, [](const matrix& x) { return clamp(x * x, 0.3, 2.1) * x; }, x);
    check_orders(torch, [](const auto& x, const auto& w) { return max(x * x, w * w * 3); }, x, w);
}

PROGRAM(of_joined_elements) {
    const auto a = square(2, 3), b = square(2, 2);
    check_orders(torch, [](const matrix& a, const matrix& b) { return cat({matrix(a * a), matrix(exp(b))}, 1); }, a, b);
    check_orders(torch, [](const matrix& a) { return stack({matrix(a * a), matrix(sin(a))}, -1); }, a);
}

PROGRAM(of_parts_and_other_shapes) {
    const auto x = square(3, 4);
    check_orders(torch, [](const matrix& x) { return Variable(x * x * x).slice(0, 1, 3).slice(1, 0, 4, 2); }, x);
    check_orders(torch, [](const matrix& x) { return x.t() * x.t() * x[0][1]; }, x);
    check_orders(torch, [](const matrix& x) { return exp(Variable(x * x).reshape(2, 6)); }, x);
    check_orders(torch, [](const matrix& x) { return Variable(x * x)[1].expand(2, 4) * x.slice(0, 0, 2); }, x);
    check_orders(torch, [](const matrix& x) { return x.unsqueeze(1) * x.unsqueeze(0); }, x);
}

PROGRAM(of_changes_in_place) {
    const auto changed = [](const auto& x, const auto& w) {
        Variable y = x * x;
        y *= w;
        y[1] += w * w * w;
        y.slice(1, 1, 3) -= x.slice(1, 2, 4) * y.detach().copy().slice(1, 0, 2);
        return y;
    };
    check_orders(torch, changed, square(3, 4), square(4));
}

PROGRAM(of_reductions_along_dimensions) {
    const auto x = square(3, 4);
    const auto check = [&](const auto& f) { check_orders(torch, f, x); };
    check([](const matrix& x) { return var(x, axis<1>); });
    check([](const matrix& x) { return prod(x, axis<0>); });
    check([](const matrix& x) { return logsumexp(x, axis<1>); });
    check([](const matrix& x) { return norm(x * x + x, axis<0>); });
    check([](const matrix& x) { return mean(x * x, axis<1>, keepdims) * x; });
    check([](const matrix& x) { return cumsum(x * x, axis<0>); });
    check([](const matrix& x) { return softmax(x, axis<1>); });
}

PROGRAM(of_batches_of_products) {
    const auto a = square(2, 2, 3);
    const auto b = square(3, 2);
    const auto w = square(2);
    check_orders(torch, [](const auto& a, const auto& b) { return tanh(matmul(a, b)); }, a, b);
    check_orders(torch, [](const auto& a, const auto& b, const auto& w) { return exp(matmul(a, matmul(b, w))); }, a, b, w);
}
