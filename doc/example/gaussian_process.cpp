// SPDX-License-Identifier: BSL-1.0
// A Gaussian process: L-BFGS fits its hyperparameters to the log marginal likelihood of noisy observations (Rasmussen and Williams 2006, algorithm 2.1).
// Link libLBFGS: -llbfgs.
#include <tapeless/interop/lbfgs.hpp>
#include <tapeless/variable.hpp>
#include <tapeless/variable/linear_algebra.hpp>

#include <cmath>
#include <cstdio>
#include <numbers>

using tapeless::requires_grad;
using tapeless::Variable;

int main() {
    // A sine, and disturbances of standard deviation 0.1.
    tapeless::manual_seed(1);
    const int count = 40;
    Variable x = tapeless::arange(0.0, 10.0, 10.0 / count);
    Variable y = sin(x) + 0.1 * tapeless::randn<double>(count);

    // Each positive number by its logarithm.
    Variable log_length(0.0, requires_grad), log_scale(0.0, requires_grad), log_noise(0.0, requires_grad);
    const auto covariance = [&](const Variable<double, 1>& a, const Variable<double, 1>& b) {
        Variable distance = (a.unsqueeze(1) - b.unsqueeze(0)) * exp(-log_length);
        return Variable(exp(2 * log_scale) * exp(-0.5 * distance * distance));
    };
    const auto factor = [&] { return cholesky(covariance(x, x) + exp(2 * log_noise) * tapeless::eye<double>(count)); };
    const auto negative_log_likelihood = [&] {
        auto l = factor();
        auto whitened = solve_triangular(l, y, tapeless::triangle::lower);
        return Variable(0.5 * sum(whitened * whitened) + sum(log(diagonal(l))) + 0.5 * count * std::log(2 * std::numbers::pi));
    };
    const auto report = [&](const char* when) {
        std::printf("%s: log likelihood %.2f, length %.2f, scale %.2f, noise %.3f\n", when, -negative_log_likelihood().item(), std::exp(log_length.item()), std::exp(log_scale.item()),
                    std::exp(log_noise.item()));
    };

    report("before");
    tapeless::lbfgs optimizer({.max_iterations = 100}, log_length, log_scale, log_noise);
    optimizer.step([&] {
        optimizer.zero_grad();
        auto loss = negative_log_likelihood();
        loss.backward();
        return loss;
    });
    report("after");

    const tapeless::no_grad scope;
    Variable<double, 1> places({2.5, 5.0, 12.0});
    auto l = factor();
    auto half = solve_triangular(l, covariance(x, places), tapeless::triangle::lower);
    Variable mean = matmul(half.t(), solve_triangular(l, y, tapeless::triangle::lower));
    Variable deviation = sqrt(diagonal(covariance(places, places)) - sum(half * half, tapeless::axis<0>));
    for (int k = 0; k < 3; ++k) std::printf("at %4.1f: %5.2f +- %.2f, the sine is %5.2f\n", places[k].item(), mean[k].item(), deviation[k].item(), std::sin(places[k].item()));
}
