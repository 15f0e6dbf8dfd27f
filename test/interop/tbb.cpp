// SPDX-License-Identifier: BSL-1.0
// execution::par: TBB's threads give the numbers that one thread gives, also inside of each other. All else about threads is tested in evaluate/execution.cpp.
#include <tapeless/arrays.hpp>
#include <tapeless/interop/tbb.hpp>

#include <boost/test/unit_test.hpp>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>

#include <cstddef>
#include <vector>

namespace {

constexpr auto extremes = [](auto x) { return max(x) - min(x) + logsumexp(x) + prod(1 + 1e-6 * x); };

std::vector<double> ramp(std::size_t count) {
    std::vector<double> all(count);
    for (std::size_t k = 0; k < count; ++k) all[k] = static_cast<double>(k * 7919 % count) / static_cast<double>(count) - 0.5;
    return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tbb_policy)

BOOST_AUTO_TEST_CASE(results_are_the_same_on_any_number_of_threads) {
    const auto x = ramp(1'000'003);
    const auto expected = tapeless::value_and_gradient(extremes)(x);
    for (const std::size_t threads : {1, 2, 4}) {
        const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
        const auto result = tapeless::value_and_gradient(extremes)(tapeless::execution::par, x);
        BOOST_TEST(result.value == expected.value);
        BOOST_TEST(std::vector<double>(result.gradient.begin(), result.gradient.end()) == std::vector<double>(expected.gradient.begin(), expected.gradient.end()),
                   boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_CASE(calls_may_run_inside_of_tasks) {
    const auto x = ramp(200'000);
    const auto expected = tapeless::value_and_gradient(extremes)(x);
    std::vector<double> values(16);
    tbb::parallel_for(0, 16, [&](int k) { values[static_cast<std::size_t>(k)] = tapeless::value_and_gradient(extremes)(tapeless::execution::par, x).value; });
    for (const double value : values) BOOST_TEST(value == expected.value);
}

BOOST_AUTO_TEST_SUITE_END()
