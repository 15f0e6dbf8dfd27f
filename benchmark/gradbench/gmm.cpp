// SPDX-License-Identifier: BSL-1.0
// The log posterior of a Gaussian mixture with a Wishart prior, and its gradient by weights, means and the roots of the precision matrices. Of any number of
// dimensions, components and points, as one writes it in numpy.
#include "tool/tool.hpp"

#include <tapeless/arrays.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace {

using tapeless::axis;

/// points: a coordinate a row. place: where a row of l holds the entries of Q that stand below its diagonal, which is exp(q). Without the terms that no parameter changes.
constexpr auto value = [](auto points, auto alpha, auto mu, auto q, auto l, auto gamma, auto m, auto place) {
    const auto row = expand_dims(iota(place, axis<0>), axis<1>);
    const auto column = iota(place, axis<1>);
    const auto Q = where(row > column, gather(l, place, axis<1>), where(row == column, exp(expand_dims(q, axis<1>)), 0.0));
    const auto center = sum(Q * expand_dims(mu, axis<1>), axis<2>);
    const auto z = matmul(Q, points) - expand_dims(center, axis<2>);
    const auto log_scale = sum(q, axis<1>);
    const auto exponents = expand_dims(alpha + log_scale, axis<1>) - 0.5 * sum(z * z, axis<1>);
    return sum(logsumexp(exponents, axis<0>)) - extent(points, axis<1>) * logsumexp(alpha) - 0.5 * gamma * gamma * sum(Q * Q) + m * sum(log_scale);
};

struct problem {
    std::ptrdiff_t d, k, n, m, below;
    double gamma;
    std::vector<double> alpha;
    gradbench::matrix mu, q, l, points;
    explicit problem(const gradbench::input& given)
        : d(given.integer("d", 1)), k(given.integer("k", 1)), n(given.integer("n", 1)), m(given.integer("m")), below(d * (d - 1) / 2), gamma(given.number("gamma")),
          alpha(given.numbers("alpha", k)), mu(given.matrix("mu", k, d)), q(given.matrix("q", k, d)), l(given.matrix("l", k, below)), points(given.matrix("x", n, d)) {}
};

/// The arguments of the value. Points stand side by side, and there is something below the diagonal of one row too, which is not read.
struct arguments {
    const problem& of;
    std::vector<double> points, l;
    std::vector<int> place;
    explicit arguments(const problem& from) : of(from), points(from.points.numbers.size()), l(from.l.numbers), place(static_cast<std::size_t>(from.d * from.d)) {
        for (std::ptrdiff_t i = 0; i < of.n; ++i)
            for (std::ptrdiff_t c = 0; c < of.d; ++c) points[static_cast<std::size_t>(c * of.n + i)] = of.points.numbers[static_cast<std::size_t>(i * of.d + c)];
        l.resize(static_cast<std::size_t>(of.k * columns()));
        for (std::ptrdiff_t c = 0, at = 0; c < of.d; ++c)
            for (std::ptrdiff_t r = c + 1; r < of.d; ++r, ++at) place[static_cast<std::size_t>(r * of.d + c)] = static_cast<int>(at);
    }
    std::ptrdiff_t columns() const { return std::max<std::ptrdiff_t>(of.below, 1); }
    template <class T>
    static tapeless::array_view<T, 2> rows(T* numbers, std::ptrdiff_t count, std::ptrdiff_t length) { return {numbers, {count, length}}; }
    auto pass_to(const auto& function) const {
        return function(rows(points.data(), of.d, of.n), of.alpha, rows(of.mu.numbers.data(), of.k, of.d), rows(of.q.numbers.data(), of.k, of.d),
                        rows(l.data(), of.k, columns()), of.gamma, static_cast<double>(of.m), rows(place.data(), of.d, of.d));
    }
};

struct objective : gradbench::evaluation {
    const problem& of;
    arguments given;
    double y = 0;
    explicit objective(const problem& from) : of(from), given(from) {}
    void run() override {
        y = constant() + given.pass_to([](const auto&... argument) { return tapeless::value(value)(argument...); });
    }
    std::string output() const override { return gradbench::text(y); }

private:
    double constant() const {
        using std::numbers::pi;
        const auto d = static_cast<double>(of.d), k = static_cast<double>(of.k), freedom = d + static_cast<double>(of.m) + 1;
        double log_gamma = 0.25 * d * (d - 1) * std::log(pi);
        for (std::ptrdiff_t j = 0; j < of.d; ++j) log_gamma += std::lgamma(0.5 * (freedom - static_cast<double>(j)));
        return -0.5 * static_cast<double>(of.n) * d * std::log(2 * pi) + k * (freedom * d * (std::log(of.gamma) - 0.5 * std::log(2)) - log_gamma);
    }
};

struct jacobian : gradbench::evaluation {
    const problem& of;
    arguments given;
    std::vector<double> by_alpha, by_mu, by_q, by_l;
    explicit jacobian(const problem& from) : of(from), given(from), by_alpha(of.alpha.size()), by_mu(of.mu.numbers.size()), by_q(by_mu.size()), by_l(given.l.size()) {}
    void run() override {
        given.pass_to(tapeless::gradient(value, tapeless::wrt<1, 2, 3, 4>)
                          .into(by_alpha, arguments::rows(by_mu.data(), of.k, of.d), arguments::rows(by_q.data(), of.k, of.d), arguments::rows(by_l.data(), of.k, given.columns())));
    }
    std::string output() const override {
        using gradbench::text, gradbench::text_of_rows;
        return text({{"alpha", text(by_alpha)},
                     {"mu", text_of_rows(by_mu, of.k, of.d)},
                     {"q", text_of_rows(by_q, of.k, of.d)},
                     {"l", text_of_rows(std::span<const double>(by_l).first(of.l.numbers.size()), of.k, of.below)}});
    }
};

}  // namespace

int main(int argument_count, char** arguments) {
    return gradbench::tool(argument_count, arguments, {gradbench::one<problem, objective>("objective"), gradbench::one<problem, jacobian>("jacobian")});
}
