// SPDX-License-Identifier: BSL-1.0
// L-BFGS finds minima, in float and double; its closure may throw, and its losses may be no numbers.
#include <tapeless/interop/lbfgs.hpp>
#include <tapeless/variable.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

using tapeless::parameter;
using tapeless::requires_grad;
using tapeless::Variable;
using tapeless::variable_error;

namespace {

template <class T>
Variable<T, 0> rosenbrock(const Variable<T, 0>& x, const Variable<T, 0>& y) {
    return (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x);
}

/// Runs some steps on Rosenbrock's function from (-1.2, 1). Returns the losses at the beginning of each.
template <class T>
std::vector<double> minimise(Variable<T, 0>& x, Variable<T, 0>& y, int steps) {
    tapeless::lbfgs optimizer({}, x, y);
    std::vector<double> losses;
    for (int k = 0; k < steps; ++k) {
        const auto loss = optimizer.step([&] {
            optimizer.zero_grad();
            Variable loss = rosenbrock(x, y);
            loss.backward();
            return loss;
        });
        losses.push_back(static_cast<double>(loss.item()));
    }
    return losses;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(lbfgs_optimizer)

BOOST_AUTO_TEST_CASE(the_minimum_of_rosenbrocks_function_is_found) {
    Variable<double, 0> x(-1.2, requires_grad), y(1.0, requires_grad);
    const auto losses = minimise(x, y, 4);
    BOOST_TEST(losses[0] == 24.2, boost::test_tools::tolerance(1e-12));
    for (std::size_t k = 1; k < losses.size(); ++k) BOOST_TEST(losses[k] < losses[k - 1]);
    BOOST_TEST(x.item() == 1, boost::test_tools::tolerance(1e-5));
    BOOST_TEST(y.item() == 1, boost::test_tools::tolerance(1e-5));
}

BOOST_AUTO_TEST_CASE(floats_end_where_their_digits_do) {
    Variable<float, 0> x(-1.2, requires_grad), y(1.0, requires_grad);
    minimise(x, y, 4);
    BOOST_TEST(x.item() == 1, boost::test_tools::tolerance(2e-3f));
    BOOST_TEST(y.item() == 1, boost::test_tools::tolerance(4e-3f));
}

BOOST_AUTO_TEST_CASE(parameters_of_all_kinds_are_solved_for_together) {
    // Least squares: y = A w + b has an exact solution, which is unique.
    Variable<double, 2> A({{1, 2, 0.5}, {-1, 0.25, 3}, {2, -2, 1}, {0.5, 0.5, -1}, {3, 1, 1}, {0, 1, -2}});
    Variable<double, 2> w = tapeless::zeros<double>(1, 3).t().detach();
    Variable<float, 0> b(0, requires_grad);
    w.requires_grad_();
    const Variable<double, 2> expected({{0.5}, {-1.25}, {2}});
    Variable<double, 2> y = matmul(A, expected) + 0.75;
    tapeless::lbfgs optimizer({.max_iterations = 100}, std::vector<parameter>{w, b});
    const auto closure = [&] {
        optimizer.zero_grad();
        Variable difference = matmul(A, w) + b - y;
        Variable loss = sum(difference * difference);
        loss.backward();
        return loss;
    };
    optimizer.step(closure);
    for (int k = 0; k < 3; ++k) BOOST_TEST(w.select(0, k).item() == expected.select(0, k).item(), boost::test_tools::tolerance(1e-5));
    BOOST_TEST(b.item() == 0.75f, boost::test_tools::tolerance(1e-5f));
    // There is nothing left to do.
    const double before = w.select(0, 0).item();
    int calls = 0;
    tapeless::lbfgs again({.gradient_tolerance = 1e-3}, w, b);
    again.step([&] {
        ++calls;
        return closure();
    });
    BOOST_TEST(calls == 1);
    BOOST_TEST(w.select(0, 0).item() == before);
}

BOOST_AUTO_TEST_CASE(an_exception_comes_through_and_changes_nothing) {
    Variable<double, 1> x({3.0, 4.0}, requires_grad);
    tapeless::lbfgs optimizer({}, x);
    int calls = 0;
    const auto closure = [&] {
        if (++calls == 4) throw std::runtime_error("of the closure");
        optimizer.zero_grad();
        Variable square = x * x;
        Variable loss = sum(square * square);
        loss.backward();
        return loss;
    };
    BOOST_CHECK_EXCEPTION(optimizer.step(closure), std::runtime_error, [](const std::runtime_error& error) { return std::string(error.what()) == "of the closure"; });
    BOOST_TEST(calls == 4);
    BOOST_TEST(x[0].item() == 3);
    BOOST_TEST(x[1].item() == 4);
    // The next step is not the worse for it.
    optimizer.step(closure);
    BOOST_TEST(std::abs(x[0].item()) < 0.1);
}

BOOST_AUTO_TEST_CASE(where_the_loss_is_no_number_the_search_turns_back) {
    Variable<double, 0> x(0.5, requires_grad);
    tapeless::lbfgs optimizer({.max_iterations = 50}, x);
    // The first trial is at -0.5, where the logarithm is NaN.
    optimizer.step([&] {
        optimizer.zero_grad();
        Variable loss = x - 0.01 * log(x);
        loss.backward();
        return loss;
    });
    BOOST_TEST(x.item() == 0.01, boost::test_tools::tolerance(1e-4));
    // No number to begin with: nothing is changed.
    const auto loss = optimizer.step([] { return std::numeric_limits<double>::quiet_NaN(); });
    BOOST_TEST(std::isnan(loss));
    BOOST_TEST(x.item() == 0.01, boost::test_tools::tolerance(1e-4));
}

BOOST_AUTO_TEST_CASE(what_has_no_gradient_stays) {
    Variable<double, 0> x(3.0, requires_grad), y(5.0, requires_grad);
    Variable<double, 1> nothing = tapeless::zeros<double>(0);
    tapeless::lbfgs optimizer({}, y, nothing, x);
    const auto loss = optimizer.step([&] {
        optimizer.zero_grad();
        Variable loss = (x - 1) * (x - 1);
        loss.backward();
        return loss;
    });
    BOOST_TEST(loss.item() == 4);
    BOOST_TEST(x.item() == 1, boost::test_tools::tolerance(1e-8));
    BOOST_TEST(y.item() == 5);
    tapeless::lbfgs of_nothing({}, nothing);
    BOOST_TEST(of_nothing.step([] { return 7.0; }) == 7);
}

BOOST_AUTO_TEST_CASE(misuse_is_an_error) {
    Variable<double, 0> x(3.0, requires_grad);
    BOOST_CHECK_THROW(tapeless::lbfgs({.max_iterations = 0}, x), variable_error);
    BOOST_CHECK_THROW(tapeless::lbfgs({.history_size = -1}, x), variable_error);
    BOOST_CHECK_THROW(tapeless::lbfgs({.max_evaluations = 0}, x), variable_error);
    BOOST_CHECK_THROW(tapeless::lbfgs({}, x, x), variable_error);
    BOOST_CHECK_THROW(tapeless::lbfgs({}, std::vector<parameter>{}), variable_error);
}

BOOST_AUTO_TEST_SUITE_END()
