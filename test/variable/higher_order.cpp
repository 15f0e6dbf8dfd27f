// SPDX-License-Identifier: BSL-1.0
// Gradients of gradients through functions of arrays: each against central differences of the gradients of one order less.
#include <tapeless/variable.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <vector>

namespace own {

TAPELESS_OPERATION(soft_step, (x), 1 / (1 + exp(-x)), (y * soft_step(-x)))
TAPELESS_OPERATION(between, (a, b), a * a * b, (2 * a * b, a * a))

}  // namespace own

using namespace tapeless;

namespace {

/// The loss of x, or of its gradient or second gradient, each folded to a number by uneven factors.
template <class Loss>
Variable<double, 0> folded(const Loss& loss, const Variable<double, 2>& x, int order) {
    Variable<double, 0> value = loss(x);
    for (int k = 0; k < order; ++k) {
        const Variable<double, 2> g = grad(value, x, create_graph);
        value = sum(g * g * 0.5 + g * x * (0.3 + k));
    }
    return value;
}

template <class Loss>
void check_orders(const Loss& loss, std::vector<std::vector<double>> start = {{0.3, 1.1, 0.7}, {0.9, 0.2, 1.6}}) {
    constexpr double step = 1e-5;
    const auto at = [&](int r, int c, double by) {
        Variable<double, 2> x({{start[0][0], start[0][1], start[0][2]}, {start[1][0], start[1][1], start[1][2]}});
        Variable<double, 2> moved = x.clone();
        moved.numpy()(r, c) += by;
        return Variable<double, 2>(moved, requires_grad);
    };
    for (int order = 0; order < 3; ++order) {
        const Variable<double, 2> x = at(0, 0, 0);
        const Variable<double, 2> g = grad(folded(loss, x, order), x);
        for (int r = 0; r < 2; ++r)
            for (int c = 0; c < 3; ++c) {
                const double difference = (folded(loss, at(r, c, step), order).item() - folded(loss, at(r, c, -step), order).item()) / (2 * step);
                BOOST_TEST_CONTEXT("order " << order + 1 << " element " << r << ", " << c) {
                    BOOST_CHECK_SMALL(g.numpy()(r, c) - difference, 1e-6 * (1 + std::abs(difference)));
                }
            }
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(higher_order)

BOOST_AUTO_TEST_CASE(of_logsumexp) {
    check_orders([](const Variable<double, 2>& x) -> Variable<double, 0> { return sum(logsumexp(x * x, axis<1>)); });
}

BOOST_AUTO_TEST_CASE(of_softmax) {
    check_orders([](const Variable<double, 2>& x) -> Variable<double, 0> {
        const Variable<double, 2> p = softmax(x, axis<0>);
        return sum(p * p * x);
    });
}

BOOST_AUTO_TEST_CASE(of_max) {
    check_orders([](const Variable<double, 2>& x) -> Variable<double, 0> {
        const Variable<double, 1> m = max(x * x * x, axis<1>);
        return sum(m * m);
    });
}

BOOST_AUTO_TEST_CASE(of_prod_and_var) {
    check_orders([](const Variable<double, 2>& x) -> Variable<double, 0> {
        const Variable<double, 1> p = prod(x, axis<1>), v = var(x, axis<1>);
        return sum(p * v);
    });
}

BOOST_AUTO_TEST_CASE(of_cumsum) {
    check_orders([](const Variable<double, 2>& x) -> Variable<double, 0> {
        const Variable<double, 2> c = cumsum(x * x, axis<1>);
        return sum(c * c * x);
    });
}

BOOST_AUTO_TEST_CASE(of_a_recurrence) {
    check_orders([](const Variable<double, 2>& x) -> Variable<double, 0> {
        const Variable<double, 0> y = apply(
            [](auto a) {
                const auto row = sum(a * a, axis<0>);
                return sum(scan([](auto h, auto v) { return tanh(h * v) + v; }, 0.5, row));
            },
            x);
        return y * y;
    });
}

BOOST_AUTO_TEST_CASE(of_pairs_and_outer_products) {
    check_orders([](const Variable<double, 2>& x) -> Variable<double, 0> {
        return apply(
            [](auto a) {
                const auto u = sum(a, axis<1>), v = prod(a, axis<0>);
                return sum(exp(outer(u, v) * -0.3)) + norm(matmul(a, transpose(a)));
            },
            x);
    });
}

BOOST_AUTO_TEST_CASE(of_concat_and_reshape) {
    check_orders([](const Variable<double, 2>& x) -> Variable<double, 0> {
        return apply(
            [](auto a) {
                const auto flat = reshape(a, 6);
                const auto long_one = concat(flat, exp(flat * 0.1));
                return logsumexp(long_one) * sum(flat * flat);
            },
            x);
    });
}

BOOST_AUTO_TEST_CASE(of_operations_of_ones_own) {
    check_orders([](const Variable<double, 2>& x) -> Variable<double, 0> { return apply([](auto a) { return sum(own::between(own::soft_step(a), sin(a))); }, x); });
    check_orders([](const Variable<double, 2>& x) -> Variable<double, 0> {
        const Variable<double, 2> y = own::between(own::soft_step(x), x);
        return sum(y * y);
    });
}

BOOST_AUTO_TEST_CASE(of_recurrences_and_what_is_made_of_their_steps) {
    check_orders([](const Variable<double, 2>& x) -> Variable<double, 0> {
        return apply(
            [](auto a) {
                const auto h = scan([](auto before, auto now) { return tanh(0.5 * before + now); }, 0.3, reshape(a, 6));
                const auto step = slice_from(h, 1) - 0.9 * slice(h, 0, -1);
                const auto joined = concat(h, step);
                return sum(step * step) + sum(slice_from(joined, 2) * slice(joined, 0, -2)) * h[-1];
            },
            x);
    });
}

BOOST_AUTO_TEST_CASE(of_slices) {
    check_orders([](const Variable<double, 2>& x) -> Variable<double, 0> {
        return apply(
            [](auto a) {
                const auto left = slice(a, 0, 2, 1, axis<1>), right = slice(a, 1, 3, 1, axis<1>);
                return sum(prod(left * exp(right), axis<1>));
            },
            x);
    });
}

BOOST_AUTO_TEST_SUITE_END()
