// SPDX-License-Identifier: BSL-1.0
// Linear algebra: factorizations, equations, determinants.
#include <tapeless/variable/linear_algebra.hpp>

#include "reference.hpp"

#include <tuple>

using namespace conformance;

namespace {

// Each number is a sum of products: the error is relative to the greatest one.
constexpr double units = 64;

template <class T, int Rank>
auto with_diagonal(const Variable<T, Rank>& x, double number) {
    const Variable<T, Rank> result = x + static_cast<T>(number) * eye<T>(x.shape()[Rank - 1]);
    return result.detach().requires_grad_();
}
/// Matrices with a great diagonal, not symmetric.
template <class T = double, class... Size>
auto dominant(Size... sizes) {
    return with_diagonal(ramp<T>(0.25, -1, sizes...), 4);
}
template <class T = double, class... Size>
auto positive(Size... sizes) {
    const auto m = ramp<T>(0.25, -1, sizes...);
    return with_diagonal(matmul(m, m.transpose(-2, -1)), 2);
}
template <class T = double, class... Size>
auto right(Size... sizes) {
    return ramp<T>(0.5, -1, sizes...);
}
Variable<float, 2> singular() { return {{{1, 2}, {2, 4}}, requires_grad}; }

constexpr auto factor = [](const auto& a) { return cholesky(a); };
constexpr auto solved = [](const auto& a, const auto& b) { return solve(a, b); };
constexpr auto upper = [](const auto& a, const auto& b) { return solve_triangular(a, b, triangle::upper); };
constexpr auto lower = [](const auto& a, const auto& b) { return solve_triangular(a, b, triangle::lower); };
constexpr auto inverted = [](const auto& a) { return inverse(a); };
constexpr auto determinant = [](const auto& a) { return det(a); };
constexpr auto log_determinant = [](const auto& a) { return logdet(a); };

template <class Function, class... Leaf>
void show(program& torch, const Function& f, Leaf... leaf) {
    const auto y = f(leaf...);
    y.backward(ramp_like(y, 1));
    torch.sums_within(units, y, leaf.grad()...);
    (leaf.zero_grad(), ...);
}
/// The gradient of the squares of gradients.
template <class Function, class... Leaf>
void show_second(program& torch, const Function& f, Leaf... leaf) {
    const auto y = f(leaf...);
    std::apply(
        [&](const auto&... gradient) {
            (Variable(sum(gradient * gradient)).backward(retain_graph), ...);
            torch.sums_within(units, gradient...);
        },
        grad(y, std::tie(leaf...), create_graph, ramp_like(y, 1)));
    torch.sums_within(units, leaf.grad()...);
}
template <class... Value>
void numbers(program& torch, const Value&... value) {
    torch.sums_within(units, value...);
}

}  // namespace

PROGRAM(cholesky_factors_of_matrices) {
    show(torch, factor, positive<float>(3, 3));
    show(torch, factor, positive(3, 3));
    show(torch, factor, positive(1, 1));
    show(torch, factor, positive(5, 5));
}

PROGRAM(cholesky_factors_of_batches) {
    show(torch, factor, positive(2, 3, 3));
    show(torch, factor, positive(2, 1, 1));
    show(torch, factor, positive(2, 2, 2, 2));
}

PROGRAM(cholesky_reads_the_lower_triangle) { show(torch, factor, Variable({{4., 1.}, {2., 3.}}, requires_grad)); }

PROGRAM(cholesky_of_what_is_not_positive_definite) {
    torch.error([] { cholesky(Variable({{1.f, 2.f}, {2.f, 1.f}})); });
    torch.error([] { cholesky(Variable({{-1.f}})); });
    torch.error([] { cholesky(Variable({1.f, 2.f, 3.f, 0.f, 4.f, -1.f}) * eye(6)); });
    torch.error([] { cholesky(Variable({{{1.f, 0.f}, {0.f, 1.f}}, {{1.f, 2.f}, {2.f, 1.f}}})); });
}

PROGRAM(solutions_for_matrices) {
    show(torch, solved, dominant<float>(3, 3), right<float>(3, 2));
    show(torch, solved, dominant(3, 3), right(3, 2));
    show(torch, solved, dominant(1, 1), right(1, 3));
}

PROGRAM(solutions_for_vectors) {
    show(torch, solved, dominant<float>(3, 3), right<float>(3));
    show(torch, solved, dominant(3, 3), right(3));
}

PROGRAM(solutions_of_batches) {
    show(torch, solved, dominant(2, 3, 3), right(2, 3, 2));
    show(torch, solved, dominant(2, 3, 3), right(2, 3));
}

PROGRAM(solutions_need_row_interchanges) { show(torch, solved, Variable({{0., 1., 0.}, {0., 0., 2.}, {3., 0., 0.}}, requires_grad), right(3, 2)); }

PROGRAM(solutions_of_parts) {
    const auto a = dominant(4, 4), b = right(2, 3);
    const auto y = solve(a.slice(0, 1, 4).slice(1, 1, 4).t(), b.t());
    y.backward(ramp_like(y));
    numbers(torch, y, a.grad(), b.grad());
}

PROGRAM(only_the_right_side_needs_gradients) {
    const auto a = dominant(3, 3);
    const auto b = right(3);
    const auto x = solve(a.detach(), b);
    x.backward(ramp_like(x, 1));
    numbers(torch, x, b.grad(), a.grad());
    const auto y = solve(a, b.detach());
    y.backward(ramp_like(y, 1));
    numbers(torch, a.grad());
}

PROGRAM(equations_without_a_solution) {
    torch.error([] { solve(singular(), ones(2)); });
    torch.error([] { solve(stack({eye(2), singular()}), ones(2, 2, 1)); });
}

PROGRAM(equations_that_do_not_fit) {
    const auto a = eye(2);
    torch.error([&] { solve(a, ones(3)); });
    torch.error([&] { solve(a, ones(3, 4)); });
    const auto b = stack({a, a});
    torch.error([&] { solve(b, ones(3, 2)); });
    torch.error([&] { solve(b, ones(2, 3, 2)); });
    torch.error([&] { solve(b, ones(3, 2, 2)); });
    torch.error([&] { upper(a, ones(3, 2)); });
    torch.error([&] { upper(b, ones(2, 3, 2)); });
    torch.error([&] { upper(b, ones(3, 2, 2)); });
}

PROGRAM(solutions_by_triangles) {
    show(torch, upper, dominant<float>(3, 3), right<float>(3, 2));
    show(torch, lower, dominant<float>(3, 3), right<float>(3, 2));
    show(torch, upper, dominant(3, 3), right(3, 2));
    show(torch, lower, dominant(3, 3), right(3, 2));
}

PROGRAM(solutions_by_triangles_of_batches) {
    show(torch, upper, dominant(2, 3, 3), right(2, 3, 1));
    show(torch, lower, dominant(2, 3, 3), right(2, 3, 4));
}

PROGRAM(zeros_on_the_diagonal_of_a_triangle) { torch.numbers(upper(Variable({{1.f, 2.f}, {0.f, 0.f}}), Variable({{1.f, 2.f}, {3.f, 4.f}}))); }

PROGRAM(inverses) {
    show(torch, inverted, dominant<float>(3, 3));
    show(torch, inverted, dominant(3, 3));
    show(torch, inverted, dominant(2, 3, 3));
    show(torch, inverted, dominant(1, 1));
    show(torch, inverted, Variable({{0., 2.}, {1., 0.}}, requires_grad));
}

PROGRAM(matrices_without_an_inverse) {
    torch.error([] { inverse(singular()); });
    torch.error([] { inverse(zeros(3, 3)); });
    torch.error([] { inverse(stack({eye(2), singular()})); });
}

PROGRAM(determinants) {
    show(torch, determinant, dominant<float>(3, 3));
    show(torch, determinant, dominant(3, 3));
    show(torch, determinant, dominant(2, 3, 3));
    show(torch, determinant, dominant(1, 1));
    show(torch, determinant, Variable({{0., 2.}, {1., 0.}}, requires_grad));
    numbers(torch, det(singular()), det(zeros(2, 2)));
}

PROGRAM(logarithms_of_determinants) {
    show(torch, log_determinant, dominant<float>(3, 3));
    show(torch, log_determinant, dominant(3, 3));
    show(torch, log_determinant, dominant(2, 3, 3));
    numbers(torch, logdet(singular()), logdet(zeros(2, 2)));
}

PROGRAM(the_logarithm_of_a_negative_determinant_is_nan) {
    show(torch, log_determinant, Variable({{1.f, 0.f}, {0.f, -1.f}}, requires_grad));
    show(torch, log_determinant, Variable({{{1.f, 0.f}, {0.f, 1.f}}, {{-1.f, -1.f}, {-1.f, 2.f}}}, requires_grad));
}

PROGRAM(signs_and_logarithms_of_determinants) {
    const auto check = [&](const auto& a) {
        const auto [sign, logabsdet] = slogdet(a);
        numbers(torch, sign, logabsdet);
    };
    check(dominant(3, 3));
    check(-dominant(3, 3));
    check(dominant(2, 3, 3));
    check(singular());
    check(zeros(2, 2));
    check(1e-30f * eye(3));
    show(torch, [](const auto& a) { return slogdet(-a).logabsdet; }, dominant(3, 3));
}

PROGRAM(matrices_that_are_not_square) {
    const auto a = ones(2, 3);
    torch.error([&] { cholesky(a); });
    torch.error([&] { inverse(a); });
    torch.error([&] { det(a); });
    torch.error([&] { logdet(a); });
    torch.error([&] { slogdet(a); });
    torch.error([&] { solve(a, ones(2)); });
    torch.error([&] { upper(a, ones(2, 2)); });
    torch.error([] { inverse(ones(4, 3, 2)); });
}

PROGRAM(matrices_without_elements) {
    const auto a = ones(0, 0, requires_grad);
    const auto [sign, logabsdet] = slogdet(a);
    torch.numbers(cholesky(a), solve(a, ones(0)), solve(a, ones(0, 2)), upper(a, ones(0, 2)), inverse(a), det(a), logdet(a), sign, logabsdet);
    show(torch, factor, a);
    show(torch, inverted, a);
    show(torch, log_determinant, a);
    const auto b = ones(2, 0, 0);
    torch.numbers(cholesky(b), solve(b, ones(2, 0, 1)), inverse(b), det(b), logdet(b));
    const auto c = ones(0, 2, 2);
    torch.numbers(cholesky(c), solve(c, ones(0, 2, 1)), inverse(c), det(c), logdet(c));
    const auto d = eye(2);
    torch.numbers(solve(d, ones(2, 0)), upper(d, ones(2, 0)));
}

PROGRAM(functions_of_matrices_are_printed) {
    const auto a = positive<float>(2, 2), b = right<float>(2, 2);
    torch.text(cholesky(a), solve(a, b), solve(a, b[0]), upper(a, b), inverse(a), det(a), logdet(a), slogdet(a).logabsdet);
    const auto c = stack({a, a});
    torch.text(cholesky(c), solve(c, b), inverse(c), det(c), diagonal(a));
    torch.text(det(a.detach()), solve(a.detach(), b.detach()));
}

PROGRAM(gradients_of_cholesky_factors_are_differentiated) {
    show_second(torch, factor, positive(3, 3));
    show_second(torch, factor, positive(2, 2, 2));
}

PROGRAM(gradients_of_solutions_are_differentiated) {
    show_second(torch, solved, dominant(3, 3), right(3, 2));
    show_second(torch, solved, dominant(3, 3), right(3));
    show_second(torch, solved, dominant(2, 2, 2), right(2, 2));
    show_second(torch, upper, dominant(3, 3), right(3, 2));
    show_second(torch, lower, dominant(2, 3, 3), right(2, 3, 2));
}

PROGRAM(gradients_of_inverses_and_determinants_are_differentiated) {
    show_second(torch, inverted, dominant(3, 3));
    show_second(torch, determinant, dominant(3, 3));
    show_second(torch, determinant, dominant(2, 2, 2));
    show_second(torch, log_determinant, dominant(3, 3));
    show_second(torch, log_determinant, dominant(2, 2, 2));
}

PROGRAM(third_derivatives_of_a_determinant) {
    const auto a = dominant(3, 3);
    Variable y = logdet(a) + det(cholesky(matmul(a, a.t())));
    for (int order = 0; order < 2; ++order) {
        const auto g = grad(y, a, create_graph);
        y = sum(g * g);
    }
    y.backward();
    numbers(torch, y, a.grad());
}

PROGRAM(the_log_likelihood_of_normal_numbers) {
    const auto a = positive(4, 4);
    const auto b = right(4);
    const auto l = cholesky(a);
    const Variable y = -0.5 * dot(b, solve(a, b)) - sum(log(diagonal(l)));
    const auto whitened = solve_triangular(l, b, triangle::lower);
    const Variable z = -0.5 * sum(whitened * whitened) - 0.5 * logdet(a);
    Variable(y + 2 * z).backward();
    numbers(torch, y, z, b.grad(), Variable(a.grad() + a.grad().t()));
}

PROGRAM(diagonals) {
    const auto f = [](const auto& a) { return diagonal(a); };
    show(torch, f, right(3, 3));
    show(torch, f, right(2, 3));
    show(torch, f, right(2, 3, 2));
    show(torch, [](const auto& a) { return diagonal(Variable(a.t() * 2)); }, right(3, 2));
}

PROGRAM(a_changed_result_is_noticed) {
    const auto a = positive<float>(2, 2);
    const auto check = [&](auto y, const auto& seed) {
        y *= 2;
        torch.error([&] { y.backward(seed); });
    };
    check(cholesky(a), ones(2, 2));
    check(inverse(a), ones(2, 2));
    check(solve(a, ones(2)), ones(2));
}

PROGRAM(a_second_backward_of_a_determinant) {
    const auto a = dominant(2, 2);
    const auto y = det(a);
    y.backward(retain_graph);
    y.backward();
    torch.error([&] { y.backward(); });
    numbers(torch, a.grad());
}
