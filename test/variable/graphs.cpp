// SPDX-License-Identifier: BSL-1.0
// Graphs that are deep, wide, or made by several threads at once.
#include <tapeless/variable.hpp>

#include <boost/test/unit_test.hpp>

#include <thread>
#include <vector>

using namespace tapeless;

#if defined(__SANITIZE_THREAD__)
constexpr int many = 10'000;
#else
constexpr int many = 1'000'000;
#endif

BOOST_AUTO_TEST_SUITE(graphs)

BOOST_AUTO_TEST_CASE(a_chain_of_a_million_nodes_is_walked_and_torn_down) {
    Variable x(1.0, requires_grad);
    {
        Variable<double, 0> y = x;
        for (int k = 0; k < many; ++k) y = y * 0.9999999 + x;
        y.backward();
    }
    double value = 1, derivative = 1;
    for (int k = 0; k < many; ++k) {
        value = value * 0.9999999 + 1;
        derivative = derivative * 0.9999999 + 1;
    }
    BOOST_CHECK_CLOSE(x.grad().item(), derivative, 1e-7);
}

BOOST_AUTO_TEST_CASE(a_chain_that_is_never_walked_is_torn_down) {
    Variable x({1.f, 2.f}, requires_grad);
    Variable<float> y = x;
    for (int k = 0; k < many / 10; ++k) y = y * y;
}

BOOST_AUTO_TEST_CASE(what_many_nodes_share_gets_all_of_their_gradients) {
    Variable x(2.0, requires_grad);
    Variable<double, 0> shared = x * x, total = 0.0;
    for (int k = 0; k < 1000; ++k) {
        Variable<double, 0> part = shared * k;
        total = total + part * part;
    }
    total.backward();
    // d/dx of sum k^2 x^4.
    BOOST_CHECK_CLOSE(x.grad().item(), 4 * 8.0 * (999.0 * 1000 * 1999 / 6), 1e-10);
}

BOOST_AUTO_TEST_CASE(threads_make_graphs_of_the_same_leaves) {
    Variable w({1.0, 2.0, 3.0}, requires_grad);
    constexpr int threads = 4, rounds = 2000;
    std::vector<std::thread> all;
    for (int t = 0; t < threads; ++t)
        all.emplace_back([w] {
            for (int k = 0; k < rounds; ++k) {
                Variable y = w * w + w;
                y.backward({1, 1, 1});
            }
        });
    for (std::thread& each : all) each.join();
    const auto gradient = w.grad().numpy();
    for (int k = 0; k < 3; ++k) BOOST_CHECK_EQUAL(gradient(k), threads * rounds * (2 * (k + 1) + 1));
}

BOOST_AUTO_TEST_CASE(backward_within_a_hook_of_backward) {
    Variable x({1.0, 2.0}, requires_grad), w({3.0, 4.0}, requires_grad);
    Variable y = x * w;
    // As in PyTorch, what hooks compute is not recorded unless they ask for it.
    y.register_hook([&](const Variable<double>&) {
        const grad_mode scope(true);
        Variable(x * w).backward({1, 1});
    });
    y.backward({10, 10});
    const auto gradient = x.grad().numpy();
    BOOST_CHECK_EQUAL(gradient(0), 33);
    BOOST_CHECK_EQUAL(gradient(1), 44);
}

BOOST_AUTO_TEST_CASE(parts_of_integers_share_memory) {
    const Variable<std::int64_t, 1> classes(std::vector<std::int64_t>{1, 2, 3, 4});
    auto part = classes.slice(0, 1, 3);
    part += 5;
    BOOST_CHECK_EQUAL(classes[1].item(), 7);
    BOOST_CHECK_EQUAL(classes[3].item(), 4);
}

BOOST_AUTO_TEST_SUITE_END()
