// SPDX-License-Identifier: BSL-1.0
// Calls on several threads: the same numbers, bit for bit, on any number of them. Plain threads and not TBB's: ThreadSanitizer, under which these tests run
// too, does not know how TBB's wait for each other.
#include <tapeless/arrays.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <cstddef>
#include <thread>
#include <tuple>
#include <vector>

namespace {

using tapeless::wrt;
namespace execution = tapeless::execution;

/// A policy of one's own: some threads, each of which takes the next block.
struct threads_policy {
    static constexpr bool is_parallel = true;
    /// How many. No part of the type, with which every program would be compiled again.
    static inline int thread_count = 3;
    template <class Body>
    static void run(int count, const Body& body) {
        std::atomic<int> next = 0;
        const auto work = [&] {
            for (int k = next++; k < count; k = next++) body(k);
        };
        std::vector<std::thread> threads;
        for (int k = 0; k < thread_count; ++k) threads.emplace_back(work);
        for (std::thread& thread : threads) thread.join();
    }
};

constexpr auto logistic = [](auto w, auto X, auto y) { return mean(log1p(exp(-y * dot(X, w)))); };
constexpr auto extremes = [](auto x) { return max(x) - min(x) + logsumexp(x) + prod(1 + 1e-6 * x); };
constexpr auto product = [](auto A, auto B) { return sum(tanh(matmul(A, B))); };
constexpr auto wave = [](auto x, auto y) { return sin(x) * exp(-y); };

std::vector<double> numbers(std::size_t count) {
    std::vector<double> all(count);
    unsigned state = 7;
    for (double& each : all) each = (state = state * 1664525u + 1013904223u) / 4294967296.0 - 0.5;
    return all;
}

template <class Array>
std::vector<double> elements(const Array& x) {
    return {x.begin(), x.end()};
}

/// Checks that a call gives on 1, 2 and 64 threads what it gives on its own. to_numbers: the result as a vector.
template <class Call, class ToNumbers>
void check_threads(const Call& call, const ToNumbers& to_numbers) {
    const std::vector<double> expected = to_numbers(call(execution::seq));
    for (const int count : {1, 2, 64}) {
        threads_policy::thread_count = count;
        BOOST_TEST(to_numbers(call(threads_policy{})) == expected, boost::test_tools::per_element());
    }
    threads_policy::thread_count = 3;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(execution_policy)

BOOST_AUTO_TEST_CASE(sums_are_the_same_on_any_number_of_threads) {
    const auto w = numbers(37), y = numbers(20'000), memory = numbers(37 * 20'000);
    const tapeless::array_view<const double, 2> X(memory.data(), {20'000, 37});
    check_threads([&](auto policy) { return tapeless::value_and_gradient(logistic, wrt<0>)(policy, w, X, y); },
                  [](const auto& result) {
                      auto all = elements(result.gradient);
                      all.push_back(result.value);
                      return all;
                  });
    const auto x = numbers(1'000'003);
    check_threads([&](auto policy) { return tapeless::value_and_gradient(extremes)(policy, x); },
                  [](const auto& result) {
                      auto all = elements(result.gradient);
                      all.push_back(result.value);
                      return all;
                  });
    const tapeless::array_view<const double, 2> A(memory.data(), {300, 200}), B(memory.data(), {200, 100});
    check_threads([&](auto policy) { return tapeless::gradient(product)(policy, A, B); },
                  [](const auto& result) {
                      auto all = elements(std::get<0>(result));
                      const auto by_b = elements(std::get<1>(result));
                      all.insert(all.end(), by_b.begin(), by_b.end());
                      return all;
                  });
}

BOOST_AUTO_TEST_CASE(gradients_by_overlapping_parts_are_the_same_on_any_number_of_threads) {
    const auto x = numbers(1'000'000);
    constexpr auto differences = [](auto v) {
        const auto step = slice_from(v, 1) - slice(v, 0, -1);
        return sum(step * step * step);
    };
    check_threads([&](auto policy) { return tapeless::gradient(differences)(policy, x); }, [](const auto& result) { return elements(result); });
    const tapeless::array_view<const double, 2> square(x.data(), {1000, 1000});
    constexpr auto asymmetry = [](auto A) {
        const auto difference = A - transpose(A) * A;
        return sum(difference * difference);
    };
    check_threads([&](auto policy) { return tapeless::gradient(asymmetry)(policy, square); }, [](const auto& result) { return elements(result); });
}

BOOST_AUTO_TEST_CASE(elements_are_the_same_on_any_number_of_threads) {
    const auto x = numbers(100'001), column = numbers(301);
    check_threads([&](auto policy) { return tapeless::gradient(wave, wrt<0>)(policy, x, 0.5); }, [](const auto& result) { return elements(result); });
    const tapeless::array_view<const double, 2> y(column.data(), {301, 1}), table(x.data(), {301, 300}, {1, 301});
    check_threads([&](auto policy) { return tapeless::gradient(wave, wrt<1>)(policy, table, y); }, [](const auto& result) { return elements(result); });
}

BOOST_AUTO_TEST_CASE(into_takes_a_policy_first) {
    const auto x = numbers(300'000);
    std::vector<double> dx(x.size()), expected(x.size());
    const double value = tapeless::value_and_gradient(extremes).into(expected)(x);
    BOOST_TEST(tapeless::value_and_gradient(extremes).into(dx)(threads_policy{}, x) == value);
    BOOST_TEST((dx == expected));
    tapeless::gradient(wave).into(dx, expected)(threads_policy{}, x, x);
    BOOST_TEST(dx[299'999] == tapeless::gradient(wave, wrt<0>)(x, x)[299'999]);
}

BOOST_AUTO_TEST_CASE(threads_make_calls_of_their_own) {
    const auto x = numbers(200'000);
    const auto expected = tapeless::value_and_gradient(extremes)(x);
    std::vector<double> values(4);
    threads_policy::run(4, [&](int k) { values[static_cast<std::size_t>(k)] = tapeless::value_and_gradient(extremes)(threads_policy{}, x).value; });
    for (const double value : values) BOOST_TEST(value == expected.value);
}

BOOST_AUTO_TEST_SUITE_END()
