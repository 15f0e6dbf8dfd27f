// SPDX-License-Identifier: BSL-1.0
// A function that is differentiated while it compiles, as one node.
#include <tapeless/variable.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace tapeless;

BOOST_AUTO_TEST_SUITE(applied_functions)

BOOST_AUTO_TEST_CASE(apply_brings_in_any_function) {
    constexpr auto layer = [](auto x, auto w, auto b) { return tanh(matmul(x, w) + b); };
    Variable x({{1.0, 2.0}, {3.0, 4.0}}), w({{0.1, 0.2}, {0.3, -0.4}}, requires_grad);
    Variable b({0.5, -0.5}, requires_grad);
    Variable one = apply(layer, x, w, b);
    Variable other = tanh(matmul(x, w) + b);
    BOOST_CHECK_EQUAL(to_string(one.detach()), to_string(other.detach()));
    one.backward({{1, 2}, {3, 4}});
    const Variable dw = w.grad();
    const Variable db = b.grad();
    w.zero_grad();
    b.zero_grad();
    other.backward({{1, 2}, {3, 4}});
    BOOST_CHECK_EQUAL(to_string(dw), to_string(w.grad()));
    BOOST_CHECK_EQUAL(to_string(db), to_string(b.grad()));
    BOOST_CHECK_EQUAL(one.grad_fn().name(), "ApplyBackward0");

    constexpr auto price = [](auto s, auto k) { return max(s - k, 0) * exp(-0.1 * k); };
    Variable s(2.0, requires_grad), k(1.5, requires_grad);
    Variable p = apply(price, s, k);
    p.backward();
    BOOST_CHECK_CLOSE(s.grad().item(), std::exp(-0.15), 1e-12);
    BOOST_CHECK_CLOSE(k.grad().item(), -std::exp(-0.15) * 1.05, 1e-12);
}

BOOST_AUTO_TEST_SUITE_END()
