// SPDX-License-Identifier: BSL-1.0
// Linear algebra: values, gradients, gradients of gradients, errors.
#include "reference.hpp"

#include <tapeless/interop/linear_algebra.hpp>

#include <tuple>

using namespace tapeless;

namespace {

using matrix = Variable<double, 2>;
using vector = Variable<double, 1>;
using matrices = Variable<double, 3>;

/// The value, the gradients of sum(f(…) (1, 2, …)), and the gradients of the sum of their squares.
template <class Function, int... Rank>
void check_orders(conformance::program& torch, const Function& f, const Variable<double, Rank>&... inputs) {
    const auto show = [&](const auto&... each) { torch.sums_within(1000, each...); };
    const auto squares = [](const auto&... each) { return (Variable<double, 0>(sum(each * each)) + ...); };
    const auto y = f(inputs...);
    const auto weights = conformance::ramp_like(y, 1);
    const auto first = grad(Variable<double, 0>(sum(y * weights)), std::tie(inputs...), create_graph);
    const auto second = grad(Variable<double, 0>(std::apply(squares, first)), std::tie(inputs...), nullptr, {}, true);
    show(y);
    std::apply(show, first);
    std::apply(show, second);
}

const matrix a({{4.0, 1.0, 0.5}, {1.0, 3.0, -0.5}, {0.5, -0.5, 2.0}}, requires_grad);
const matrix b({{1.0, -2.0}, {0.5, 3.0}, {2.0, 0.25}}, requires_grad);
const vector v({1.0, -2.0, 0.5}, requires_grad);
const matrices batch({{{4.0, 1.0}, {1.0, 3.0}}, {{2.0, -0.5}, {-0.5, 1.0}}}, requires_grad);
const matrices columns({{{1.0}, {2.0}}, {{3.0}, {-1.0}}}, requires_grad);
const matrix singular({{1.0, 2.0}, {2.0, 4.0}}, requires_grad);
const matrix indefinite({{1.0, 2.0}, {2.0, 1.0}}, requires_grad);
const matrix wide = ones<double>(2, 3);

constexpr auto cholesky_of = [](const auto& x) { return cholesky(x); };
constexpr auto inverse_of = [](const auto& x) { return inverse(x); };
constexpr auto det_of = [](const auto& x) { return det(x); };
constexpr auto logdet_of = [](const auto& x) { return logdet(x); };
constexpr auto solution_of = [](const auto& x, const auto& y) { return solve(x, y); };

}  // namespace

PROGRAM(cholesky_factors) {
    check_orders(torch, cholesky_of, a);
    check_orders(torch, cholesky_of, batch);
    torch.text(cholesky(a).grad_fn());
}

PROGRAM(only_the_lower_triangle_is_factorised) {
    torch.numbers(cholesky(matrix({{4.0, 100.0}, {1.0, 3.0}})));
}

PROGRAM(inverses) {
    check_orders(torch, inverse_of, a);
    check_orders(torch, inverse_of, batch);
    torch.text(inverse(a).grad_fn());
}

PROGRAM(solutions) {
    check_orders(torch, solution_of, a, b);
    check_orders(torch, solution_of, a, v);
    check_orders(torch, solution_of, batch, columns);
    torch.text(solve(a, b).grad_fn());
}

PROGRAM(solve_by_one_that_needs_gradients) {
    torch.sums(grad(Variable(sum(solve(a.detach(), b))), b));
    check_orders(torch, [](const matrix& a) { return solve(a, b.detach()); }, a);
}

PROGRAM(triangular_solutions) {
    for (const bool upper : {false, true}) {
        check_orders(torch, [&](const matrix& a, const matrix& b) { return solve_triangular(a, b, upper); }, a, b);
        check_orders(torch, [&](const matrix& a, const matrix& b) { return solve_triangular(a, b.t(), upper, false); }, a, b);
    }
    torch.text(solve_triangular(a, b, true).grad_fn());
}

PROGRAM(determinants) {
    check_orders(torch, det_of, a);
    check_orders(torch, det_of, batch);
    check_orders(torch, det_of, matrix({{0.0, 2.0}, {-3.0, 1.0}}, requires_grad));
    torch.text(det(a).grad_fn());
}

PROGRAM(the_determinant_of_a_singular_matrix_has_a_gradient) {
    torch.sums(grad(det(indefinite - indefinite + 1), indefinite));
    const matrix x({{1.0, 2.0, 3.0}, {2.0, 4.0, 6.0}, {0.0, 1.0, 1.0}}, requires_grad);
    // PyTorch 1.13 says 0 here, which the cofactors are not.
    const double cofactors[] = {-2, -2, 2, 1, 1, -1, 0, 0, 0};
    const matrix gradient = grad(det(x), x);
    for (int k = 0; k < 9; ++k) BOOST_CHECK_SMALL(gradient.data_pointer()[k] - cofactors[k], 1e-12);
    BOOST_CHECK_THROW(grad(det(x), x, create_graph), variable_error);
}

PROGRAM(logarithms_of_determinants) {
    check_orders(torch, logdet_of, a);
    check_orders(torch, logdet_of, batch);
    check_orders(torch, [](const matrix& a) { return slogdet(a).logabsdet; }, matrix(matrix(-a).detach(), requires_grad));
    torch.numbers(slogdet(-a).sign, slogdet(batch).sign);
    torch.numbers(logdet(indefinite.detach()), logdet(singular.detach()), slogdet(singular.detach()).logabsdet);
    torch.text(slogdet(a).logabsdet.grad_fn());
}

PROGRAM(matrices_without_elements) {
    const matrix none = zeros<double>(0, 0);
    torch.numbers(det(none), logdet(none), inverse(none), cholesky(none), solve(none, zeros<double>(0, 2)));
    torch.numbers(solve(a, zeros<double>(3, 0)));
}

PROGRAM(matrices_that_have_none) {
    torch.error([] { inverse(singular); });
    torch.error([] { solve(singular, b.slice(0, 0, 2)); });
    torch.error([] { cholesky(indefinite); });
    torch.error([] { inverse(stack({indefinite, singular})); });
    torch.error([] { solve(stack({indefinite, singular}), columns); });
    torch.error([] { cholesky(stack({matrix(a.slice(0, 0, 2).slice(1, 0, 2)), indefinite})); });
}

PROGRAM(matrices_of_other_shapes) {
    torch.error([] { inverse(wide); });
    torch.error([] { det(wide); });
    torch.error([] { logdet(wide); });
    torch.error([] { slogdet(wide); });
    torch.error([] { cholesky(wide); });
    torch.error([] { solve(wide, b); });
    torch.error([] { solve(singular, b); });
    torch.error([] { solve(singular, v); });
    torch.error([] { solve_triangular(wide, b, true); });
    torch.error([] { solve_triangular(singular, b, true); });
    torch.error([] { solve_triangular(singular, b.t(), true, false); });
}

PROGRAM(a_matrix_that_was_changed_since) {
    matrix x = matrix(a.detach().clone(), requires_grad) * 1;
    const matrix y = inverse(x) * 1;
    const auto z = slogdet(x).logabsdet;
    x *= 2;
    torch.error([&] { z.backward(); });
}

PROGRAM(the_likelihood_of_a_gaussian_process) {
    Variable<double, 0> scale(0.7), noise(0.1);
    scale.requires_grad_();
    noise.requires_grad_();
    const vector t = arange<double>(5);
    const matrix apart = t.unsqueeze(1) - t.unsqueeze(0);
    const matrix k = exp(-(apart * apart) / (2 * scale * scale)) + eye<double>(5) * noise;
    const vector y = sin(t);
    const matrix w = solve_triangular(cholesky(k), y.unsqueeze(1), false);
    const Variable<double, 0> loss = 0.5 * sum(w * w) + 0.5 * logdet(k);
    const auto [by_scale, by_noise] = grad(loss, std::tie(scale, noise));
    torch.sums_within(1000, loss, by_scale, by_noise);
    const Variable<double, 0> other = 0.5 * matmul(y, solve(k, y)) + 0.5 * logdet(k);
    torch.sums_within(1000, other.detach());
}
