// SPDX-License-Identifier: BSL-1.0
// Recurrences that are linear in what they carry run on lanes. All against loops in long double.
#include <tapeless/evaluate/linear_recurrence.hpp>

#include <tapeless/arrays.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

using tapeless::array_view;
using tapeless::wrt;

namespace {

using vector = std::vector<double>;
constexpr double infinity = std::numeric_limits<double>::infinity();

// The weights make every step's derivative its own.
constexpr auto one_slope = [](auto x, auto weights, auto slope, auto first) {
    return sum(weights * scan([&](auto before, auto step) { return slope * before + step; }, first, x));
};
constexpr auto slopes = [](auto x, auto weights, auto slope) {
    return sum(weights * scan([](auto before, const auto& at) { return at[0] - before * at[1]; }, 0.5, std::array{x, slope}));
};
constexpr auto choosing = [](auto x, auto weights, auto slope) {
    return sum(weights * scan([&](auto before, auto step) { return where(step > 0, (before - step) / slope, -before); }, 1.0, x));
};
constexpr auto not_linear = [](auto x, auto weights, auto slope) {
    return sum(weights * scan([&](auto before, auto step) { return tanh(slope * before + step); }, 0.0, x));
};
constexpr auto squares_and_greatest = [](auto x, auto slope) {
    const auto h = scan([&](auto before, auto step) { return slope * before + step; }, 0.0, x);
    return sum(h * h) + max(h);
};

struct by_loops {
    long double value = 0, by_slope = 0, by_first = 0;
    std::vector<long double> by_step;
};
/// step(before, k): the next value. partial(before, k): its derivatives by the value before, by x[k] and by the slope.
template <class Step, class Partial>
by_loops loops(std::size_t count, const vector& weights, long double first, const Step& step, const Partial& partial) {
    by_loops all;
    std::vector<long double> before(count);
    long double carried = first;
    for (std::size_t k = 0; k < count; ++k) {
        before[k] = carried;
        carried = step(carried, k);
        all.value += weights[k] * carried;
    }
    all.by_step.resize(count);
    long double adjoint = 0;
    for (std::size_t k = count; k-- > 0;) {
        adjoint += weights[k];
        const auto [by_before, by_step, by_slope] = partial(before[k], k);
        all.by_step[k] = adjoint * by_step;
        all.by_slope += adjoint * by_slope;
        adjoint *= by_before;
    }
    all.by_first = adjoint;
    return all;
}
struct partials {
    long double by_before, by_step, by_slope;
};

vector numbers(std::size_t count, double shift) {
    vector all(count);
    for (std::size_t k = 0; k < count; ++k) all[k] = std::sin(static_cast<double>(k) * 2.3 + shift);
    return all;
}
void check(double found, long double wanted, double scale) { BOOST_TEST(std::abs(found - static_cast<double>(wanted)) <= 1e-14 * scale); }
void check(const vector& found, const std::vector<long double>& wanted, double scale) {
    BOOST_TEST(found.size() == wanted.size());
    for (std::size_t k = 0; k < found.size(); ++k) check(found[k], wanted[k], scale);
}
constexpr std::size_t counts[] = {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 100, 255, 257, 512, 1000, 2048, 2049, 5000};

}  // namespace

BOOST_AUTO_TEST_SUITE(linear_recurrence)

BOOST_AUTO_TEST_CASE(one_slope_for_all_steps) {
    for (const std::size_t count : counts)
        for (const double slope : {0.9, -1.0, 1.0, 0.0, -0.5}) {
            const vector x = numbers(count, 0), weights = numbers(count, 1);
            vector dx(count);
            double by_slope = 0, by_first = 0;
            const double value = tapeless::value_and_gradient(one_slope, wrt<0, 2, 3>).into(dx, by_slope, by_first)(x, weights, slope, 0.7);
            const by_loops wanted = loops(
                count, weights, 0.7, [&](long double before, std::size_t k) { return slope * before + x[k]; },
                [&](long double before, std::size_t) { return partials{slope, 1, before}; });
            const double scale = 10 + static_cast<double>(count);
            check(value, wanted.value, scale);
            check(dx, wanted.by_step, scale);
            check(by_slope, wanted.by_slope, scale * scale);
            check(by_first, wanted.by_first, scale);
        }
}

BOOST_AUTO_TEST_CASE(a_slope_for_each_step_and_memory_apart) {
    for (const std::size_t count : counts) {
        const vector weights = numbers(count, 1);
        vector x = numbers(2 * count, 0), slope = numbers(3 * count, 2), dx(2 * count), by_slope(count);
        const auto extent = static_cast<std::ptrdiff_t>(count);
        const array_view<double, 1> every_second(x.data(), {extent}, {2}), every_third(slope.data(), {extent}, {3}), by_second(dx.data(), {extent}, {2});
        tapeless::value_and_gradient(slopes, wrt<0, 2>).into(by_second, by_slope)(every_second, weights, every_third);
        const by_loops wanted = loops(
            count, weights, 0.5, [&](long double before, std::size_t k) { return x[2 * k] - before * slope[3 * k]; },
            [&](long double, std::size_t k) { return partials{-slope[3 * k], 1, 0}; });
        for (std::size_t k = 0; k < count; ++k) check(dx[2 * k], wanted.by_step[k], 10);
        // In memory in order: the same recurrence without strides.
        vector in_order(count), slope_in_order(count), again(count), by_slope_again(count);
        for (std::size_t k = 0; k < count; ++k) in_order[k] = x[2 * k], slope_in_order[k] = slope[3 * k];
        tapeless::value_and_gradient(slopes, wrt<0, 2>).into(again, by_slope_again)(in_order, weights, slope_in_order);
        for (std::size_t k = 0; k < count; ++k) {
            BOOST_TEST(again[k] == dx[2 * k]);
            BOOST_TEST(by_slope_again[k] == by_slope[k]);
        }
    }
}

BOOST_AUTO_TEST_CASE(branches_quotients_and_a_recurrence_that_only_its_derivative_makes_linear) {
    for (const std::size_t count : counts) {
        const vector x = numbers(count, 0), weights = numbers(count, 1);
        const double slope = 1.25;
        vector dx(count);
        double by_slope = 0;
        double value = tapeless::value_and_gradient(choosing, wrt<0, 2>).into(dx, by_slope)(x, weights, slope);
        by_loops wanted = loops(
            count, weights, 1, [&](long double before, std::size_t k) { return x[k] > 0 ? (before - x[k]) / slope : -before; },
            [&](long double before, std::size_t k) {
                return x[k] > 0 ? partials{1 / slope, -1 / slope, -(before - x[k]) / (slope * slope)} : partials{-1, 0, 0};
            });
        const double scale = 10 + static_cast<double>(count);
        check(value, wanted.value, scale);
        check(dx, wanted.by_step, scale);
        check(by_slope, wanted.by_slope, scale);

        value = tapeless::value_and_gradient(not_linear, wrt<0, 2>).into(dx, by_slope)(x, weights, slope);
        wanted = loops(
            count, weights, 0, [&](long double before, std::size_t k) { return std::tanh(slope * before + x[k]); },
            [&](long double before, std::size_t k) {
                const long double c = std::cosh(slope * before + x[k]), by = 1 / (c * c);
                return partials{by * slope, by, by * before};
            });
        check(value, wanted.value, scale);
        check(dx, wanted.by_step, scale);
        check(by_slope, wanted.by_slope, scale);
    }
}

BOOST_AUTO_TEST_CASE(sums_and_maxima_of_what_is_carried) {
    for (const std::size_t count : {1u, 7u, 8u, 20u, 3000u}) {
        const vector x = numbers(count, 0.2);
        const double slope = -0.8;
        long double h = 0, sum = 0, largest = -infinity;
        for (std::size_t k = 0; k < count; ++k) {
            h = slope * h + x[k];
            sum += h * h;
            largest = std::max(largest, h);
        }
        check(tapeless::value(squares_and_greatest)(x, slope), sum + largest, 10 + static_cast<double>(count));
    }
}

BOOST_AUTO_TEST_CASE(slopes_whose_product_is_no_number_multiply_one_after_the_other) {
    constexpr auto all = [](auto x, auto slope) { return scan([](auto before, const auto& at) { return at[1] * before + at[0]; }, 0.0, std::array{x, slope}); };
    vector x(40, 0.0), large(40, 1e200);
    x[30] = 3;
    for (std::size_t k = 31; k < 40; ++k) large[k] = 0.5;
    const auto values = tapeless::value(all)(x, large);
    double wanted = 0;
    for (std::size_t k = 0; k < x.size(); ++k) BOOST_TEST(values[static_cast<std::ptrdiff_t>(k)] == (wanted = large[k] * wanted + x[k]));
    BOOST_TEST(wanted > 0);
}

BOOST_AUTO_TEST_CASE(infinity_and_nan_go_on_as_in_a_loop) {
    constexpr auto all = [](auto x, auto slope) { return scan([&](auto before, auto step) { return slope * before + step; }, 0.0, x); };
    for (const double wrong : {infinity, -infinity, std::numeric_limits<double>::quiet_NaN()})
        for (const double slope : {0.5, -2.0, 0.0}) {
            vector x = numbers(37, 0);
            x[11] = wrong;
            const auto values = tapeless::value(all)(x, slope);
            double wanted = 0;
            for (std::size_t k = 0; k < x.size(); ++k) {
                wanted = slope * wanted + x[k];
                const double found = values[static_cast<std::ptrdiff_t>(k)];
                BOOST_TEST_CONTEXT(wrong << ", slope " << slope << ", step " << k)
                BOOST_TEST((std::isfinite(wanted) ? std::abs(found - wanted) <= 1e-14 * (1 + std::abs(wanted)) : std::isnan(wanted) ? std::isnan(found) : found == wanted));
            }
        }
}

BOOST_AUTO_TEST_CASE(cumulative_sums_of_whole_numbers_are_exact) {
    std::vector<float> x(1000);
    for (std::size_t k = 0; k < x.size(); ++k) x[k] = static_cast<float>(static_cast<int>(k * 37 % 101) - 50);
    const auto sums = tapeless::value([](auto each) { return cumsum(each); })(x);
    float wanted = 0;
    for (std::size_t k = 0; k < x.size(); ++k) BOOST_TEST(sums[static_cast<std::ptrdiff_t>(k)] == (wanted += x[k]));
}

BOOST_AUTO_TEST_CASE(which_recurrences_are_linear) {
    const vector x(4);
    const auto on_registers = [&](const auto& text) { return text.find("several steps at once") != std::string::npos; };
    const auto one_by_one = [&](const auto& text) { return text.find("one step after the other") != std::string::npos; };
    const std::string linear = explain(tapeless::value_and_gradient(slopes, wrt<0>), x, x, x), in_part = explain(tapeless::value_and_gradient(not_linear, wrt<0>), x, x, 1.0);
    BOOST_TEST((on_registers(linear) && !one_by_one(linear)));
    BOOST_TEST((on_registers(in_part) && one_by_one(in_part)));
}

BOOST_AUTO_TEST_SUITE_END()
