// SPDX-License-Identifier: BSL-1.0
// Recurrences along a dimension, against the loops that they stand for and differences of these in a wider type.
#include "array_checks.hpp"

#include <tapeless/arrays.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>
#include <vector>

namespace {

using tapeless::array_view;
using tapeless::axis;
using tapeless::wrt;
using wide = std::vector<long double>;

std::vector<double> numbers(std::size_t count, double from) {
    std::vector<double> all(count);
    for (std::size_t k = 0; k < count; ++k) all[k] = std::sin(from + 1.7 * static_cast<double>(k));
    return all;
}

/// Compares a gradient by one argument with differences of the loop `by_hand`, which reads the argument from `argument`.
template <class Gradient, class ByHand>
void check_differences(const Gradient& gradient, wide& argument, const ByHand& by_hand) {
    const long double step = 1e-6L;
    for (std::size_t k = 0; k < argument.size(); ++k) {
        const long double there = argument[k];
        argument[k] = there + step;
        const long double up = by_hand();
        argument[k] = there - step;
        const long double down = by_hand();
        argument[k] = there;
        check_near(gradient[static_cast<std::ptrdiff_t>(k)], (up - down) / (2 * step), 1e-9);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(recurrences)

BOOST_AUTO_TEST_CASE(cumsum_adds_up_along_any_dimension) {
    constexpr auto f = [](auto x, auto y) { return sum(cumsum(x) * y); };
    const std::vector<double> x{1, 2, 3}, y{10, 20, 30};
    const auto [value, gradient] = tapeless::value_and_gradient(f)(x, y);
    BOOST_TEST(value == 10 + 60 + 180);
    BOOST_TEST(std::get<0>(gradient)[0] == 60);
    BOOST_TEST(std::get<0>(gradient)[2] == 30);
    BOOST_TEST(std::get<1>(gradient)[1] == 3);
    const double table[2][3] = {{1, 2, 3}, {4, 5, 6}}, weights[2][3] = {{1, 10, 100}, {1000, 10000, 100000}};
    const auto down = tapeless::value_and_gradient(f, wrt<0>)(table, weights);
    BOOST_TEST(down.value == 1 + 20 + 300 + 5000 + 70000 + 900000);
    BOOST_TEST(down.gradient(0, 2) == 100100);
    const auto across = tapeless::value_and_gradient([](auto a, auto w) { return sum(cumsum(a, axis<-1>) * w); }, wrt<0>)(table, weights);
    BOOST_TEST(across.value == 1 + 30 + 600 + 4000 + 90000 + 1500000);
    BOOST_TEST(across.gradient(1, 1) == 110000);
    BOOST_TEST(tapeless::value_and_gradient(f, wrt<0>)(std::vector<double>{}, std::vector<double>{}).value == 0);
}

BOOST_AUTO_TEST_CASE(a_recurrence_has_the_gradient_of_its_loop) {
    // The log-density of an autoregression with stochastic volatility, by its innovations, mu, phi and sigma; and the last value, which reads the recurrence at one step.
    constexpr auto density = [](auto innovation, auto y, auto mu, auto phi, auto sigma) {
        const auto first = innovation[0] * sigma / sqrt(1 - phi * phi);
        const auto h = scan([&](auto before, auto step) { return mu + phi * (before - mu) + sigma * step; }, mu + first, innovation);
        return -0.5 * sum(h + y * y * exp(-h)) - 0.5 * sum(innovation * innovation) + h[-1] * h[2];
    };
    const std::vector<double> innovation{0.3, -0.2, 0.7, -1.1, 0.4}, y{0.1, -0.5, 0.9, 1.3, -0.2};
    const auto by_hand = [&](const std::vector<long double>& e, long double mu, long double phi, long double sigma) {
        long double h = mu + e[0] * sigma / std::sqrt(1 - phi * phi), sum = 0, third = 0;
        for (std::size_t t = 0; t < 5; ++t) {
            h = mu + phi * (h - mu) + sigma * e[t];
            sum += -0.5L * (h + y[t] * y[t] * std::exp(-h)) - 0.5L * e[t] * e[t];
            if (t == 2) third = h;
        }
        return sum + h * third;
    };
    const auto [value, gradient] = tapeless::value_and_gradient(density, wrt<0, 2, 3, 4>)(innovation, y, 0.2, 0.6, 0.8);
    const auto& [by_innovation, by_mu, by_phi, by_sigma] = gradient;
    const std::vector<long double> e(innovation.begin(), innovation.end());
    check_near(value, by_hand(e, 0.2, 0.6, 0.8));
    const long double step = 1e-6L;
    for (std::size_t t = 0; t < 5; ++t) {
        auto up = e, down = e;
        up[t] += step, down[t] -= step;
        check_near(by_innovation[static_cast<std::ptrdiff_t>(t)], (by_hand(up, 0.2, 0.6, 0.8) - by_hand(down, 0.2, 0.6, 0.8)) / (2 * step), 1e-10);
    }
    check_near(by_mu, (by_hand(e, 0.2 + step, 0.6, 0.8) - by_hand(e, 0.2 - step, 0.6, 0.8)) / (2 * step), 1e-10);
    check_near(by_phi, (by_hand(e, 0.2, 0.6 + step, 0.8) - by_hand(e, 0.2, 0.6 - step, 0.8)) / (2 * step), 1e-10);
    check_near(by_sigma, (by_hand(e, 0.2, 0.6, 0.8 + step) - by_hand(e, 0.2, 0.6, 0.8 - step)) / (2 * step), 1e-10);
}

BOOST_AUTO_TEST_CASE(a_recurrence_of_arrays_runs_each_element_on_its_own) {
    // Two series side by side, with a start and a factor each; the step is a sum over a third dimension.
    constexpr auto f = [](auto X, auto w, auto start, auto factor) {
        const auto step = matmul(X, w);
        const auto h = scan([&](auto before, auto at) { return tanh(factor * before + at); }, start, step);
        return sum(h * h);
    };
    constexpr int steps = 4, series = 2, inner = 3;
    std::vector<double> memory(steps * series * inner);
    for (std::size_t k = 0; k < memory.size(); ++k) memory[k] = std::sin(1.0 + 3.0 * static_cast<double>(k));
    const tapeless::array_view<const double, 3> X(memory.data(), {steps, series, inner});
    const std::vector<double> w{0.5, -0.3, 0.2}, start{0.1, -0.4}, factor{0.7, 0.9};
    const auto by_hand = [&](int of, std::size_t which, long double change) {
        long double sum = 0;
        for (std::size_t s = 0; s < 2; ++s) {
            const auto changed = [&](int argument, const std::vector<double>& x, std::size_t k) { return x[k] + (argument == of && k == which ? change : 0); };
            long double h = changed(2, start, s);
            for (std::size_t t = 0; t < steps; ++t) {
                long double at = 0;
                for (std::size_t k = 0; k < inner; ++k) at += changed(0, memory, (t * series + s) * inner + k) * changed(1, w, k);
                h = std::tanh(changed(3, factor, s) * h + at);
                sum += h * h;
            }
        }
        return sum;
    };
    const auto [value, gradient] = tapeless::value_and_gradient(f)(X, w, start, factor);
    const auto& [by_x, by_w, by_start, by_factor] = gradient;
    check_near(value, by_hand(0, 0, 0));
    const auto difference = [&](int of, std::size_t which) { return (by_hand(of, which, 1e-6L) - by_hand(of, which, -1e-6L)) / 2e-6L; };
    for (std::size_t k = 0; k < memory.size(); ++k) check_near(by_x[static_cast<std::ptrdiff_t>(k)], difference(0, k), 1e-10);
    for (std::size_t k = 0; k < 3; ++k) check_near(by_w[static_cast<std::ptrdiff_t>(k)], difference(1, k), 1e-10);
    for (std::size_t k = 0; k < 2; ++k) {
        check_near(by_start[static_cast<std::ptrdiff_t>(k)], difference(2, k), 1e-10);
        check_near(by_factor[static_cast<std::ptrdiff_t>(k)], difference(3, k), 1e-10);
    }
}

BOOST_AUTO_TEST_CASE(several_values_are_carried_on_together) {
    constexpr auto pendulum = [](auto torque, auto damping) {
        const auto [angle, speed] = scan(
            [&](const auto& before, auto torque_now) {
                const auto& [angle, speed] = before;
                const auto next = speed + 0.1 * (torque_now - sin(angle) - damping * speed);
                return std::tuple{angle + 0.1 * next, next};
            },
            std::tuple{0.3, 0.0}, torque);
        return sum(angle * angle) + speed[-1];
    };
    const auto torque = numbers(7, 0.4);
    wide t(torque.begin(), torque.end()), damping{0.2L};
    const auto by_hand = [&] {
        long double angle = 0.3, speed = 0, sum = 0;
        for (const long double now : t) {
            speed += 0.1 * (now - std::sin(angle) - damping[0] * speed);
            angle += 0.1 * speed;
            sum += angle * angle;
        }
        return sum + speed;
    };
    const auto [value, gradient] = tapeless::value_and_gradient(pendulum)(torque, 0.2);
    const auto& [by_torque, by_damping] = gradient;
    check_near(value, by_hand(), 1e-14);
    check_differences(by_torque, t, by_hand);
    check_differences(&by_damping, damping, by_hand);
}

// Of the four values two are read only by the others a step later, and each layer of the second kind waits for the first.
BOOST_AUTO_TEST_CASE(arrays_of_values_run_in_registers_along_their_last_dimension) {
    constexpr auto network = [](auto x, auto y, auto w, auto first) {
        const auto states = scan(
            [&](const auto& before, const auto& at) {
                const auto& [input, other] = at;
                auto now = before;
                now[0] = before[0] * w + tanh(input * before[1]);
                now[1] = tanh(now[0] + other);
                now[2] = before[3] * before[2] + now[1];
                now[3] = 0.5 * tanh(now[2]);
                return now;
            },
            std::array{first[0], first[1], first[0] * first[1], 0.5 + first[1]}, std::tuple{x, y});
        return sum(states[2] * states[1]);
    };
    constexpr std::ptrdiff_t steps = 5;
    for (const std::ptrdiff_t columns : {1, 2, 3, 7, 8, 9, 14, 16, 17, 35}) {
        const auto size = static_cast<std::size_t>(columns);
        const auto x = numbers(5 * size, 0.1), y = numbers(5, 0.7), w = numbers(size, 0.9), first = numbers(2 * size, 0.3);
        wide all[] = {wide(x.begin(), x.end()), wide(y.begin(), y.end()), wide(w.begin(), w.end()), wide(first.begin(), first.end())};
        const auto by_hand = [&] {
            long double sum = 0;
            for (std::size_t k = 0; k < size; ++k) {
                const long double one = all[3][k], two = all[3][size + k];
                long double state[] = {one, two, one * two, 0.5 + two};
                for (std::size_t t = 0; t < 5; ++t) {
                    state[0] = state[0] * all[2][k] + std::tanh(all[0][t * size + k] * state[1]);
                    state[1] = std::tanh(state[0] + all[1][t]);
                    state[2] = state[3] * state[2] + state[1];
                    state[3] = 0.5 * std::tanh(state[2]);
                    sum += state[2] * state[1];
                }
            }
            return sum;
        };
        const array_view<const double, 2> matrix(x.data(), {steps, columns}), start(first.data(), {2, columns});
        const auto [value, gradient] = tapeless::value_and_gradient(network)(matrix, y, w, start);
        const auto& [by_x, by_y, by_w, by_first] = gradient;
        check_near(value, by_hand(), 1e-13);
        check_differences(by_x, all[0], by_hand);
        check_differences(by_y, all[1], by_hand);
        check_differences(by_w, all[2], by_hand);
        check_differences(by_first, all[3], by_hand);

        // The same elements by columns, and in another number type where that loses nothing.
        std::vector<double> by_columns(x.size());
        for (std::size_t t = 0; t < 5; ++t)
            for (std::size_t k = 0; k < size; ++k) by_columns[k * 5 + t] = x[t * size + k];
        const array_view<const double, 2> transposed(by_columns.data(), {steps, columns}, {1, steps});
        const auto [same_value, same_gradient] = tapeless::value_and_gradient(network)(transposed, y, w, start);
        BOOST_TEST(same_value == value);
        for (std::ptrdiff_t k = 0; k < by_x.size(); ++k) BOOST_TEST(std::get<0>(same_gradient)[k] == by_x[k]);
        const std::vector<int> integers(x.size(), 1);
        const std::vector<double> ones(x.size(), 1);
        const double of_integers = tapeless::value(network)(array_view<const int, 2>(integers.data(), {steps, columns}), y, w, start);
        BOOST_TEST(of_integers == tapeless::value(network)(array_view<const double, 2>(ones.data(), {steps, columns}), y, w, start));
    }
}

BOOST_AUTO_TEST_CASE(an_array_is_carried_on_along_numbers) {
    constexpr auto decay = [](auto x, auto start, auto rate) {
        const auto h = scan([&](auto before, auto now) { return before * exp(-rate * now); }, start, x);
        return sum(sum(h * h, axis<0>) * start);
    };
    const std::vector<double> x{0.1, 0.3, 0.2}, start{1, 2, 3, 4, 5}, rate{1, 0.5, 0.25, 2, 3};
    wide all[] = {wide(x.begin(), x.end()), wide(start.begin(), start.end()), wide(rate.begin(), rate.end())};
    const auto by_hand = [&] {
        long double sum = 0;
        for (std::size_t k = 0; k < 5; ++k) {
            long double h = all[1][k];
            for (const long double now : all[0]) {
                h *= std::exp(-all[2][k] * now);
                sum += h * h * all[1][k];
            }
        }
        return sum;
    };
    const auto [value, gradient] = tapeless::value_and_gradient(decay)(x, start, rate);
    const auto& [by_x, by_start, by_rate] = gradient;
    check_near(value, by_hand(), 1e-14);
    check_differences(by_x, all[0], by_hand);
    check_differences(by_start, all[1], by_hand);
    check_differences(by_rate, all[2], by_hand);
}

// Both values move to axes of their own in the table of differences.
BOOST_AUTO_TEST_CASE(a_recurrence_may_be_read_along_two_axes) {
    constexpr auto pairs = [](auto x) {
        const auto [h, g] = scan(
            [](const auto& before, auto now) {
                const auto& [h, g] = before;
                return std::tuple{h + g * now, 0.5 * g + h};
            },
            std::tuple{0.5, 1.0}, x);
        const auto difference = expand_dims(h, axis<1>) - g;
        return sum(difference * difference * x);
    };
    const auto x = numbers(6, 0.2);
    wide t(x.begin(), x.end());
    const auto by_hand = [&] {
        long double h = 0.5, g = 1, sum = 0;
        wide all_h, all_g;
        for (const long double now : t) {
            const long double before = h;
            h += g * now;
            g = 0.5 * g + before;
            all_h.push_back(h);
            all_g.push_back(g);
        }
        for (std::size_t i = 0; i < t.size(); ++i)
            for (std::size_t j = 0; j < t.size(); ++j) sum += (all_h[i] - all_g[j]) * (all_h[i] - all_g[j]) * t[j];
        return sum;
    };
    const auto [value, gradient] = tapeless::value_and_gradient(pairs)(x);
    check_near(value, by_hand(), 1e-14);
    check_differences(gradient, t, by_hand);
}

BOOST_AUTO_TEST_CASE(what_only_decides_is_not_differentiated) {
    constexpr auto bounce = [](auto x) {
        const auto h = scan([](auto before, auto now) { return select(before > 0, -now, 2 * now); }, 1.0, x);
        return sum(h);
    };
    const std::vector<double> x{0.5, 0.25, -1, 3};
    const auto gradient = tapeless::gradient(bounce)(x);
    const double expected[] = {-1, 2, -1, -1};
    for (std::ptrdiff_t k = 0; k < 4; ++k) BOOST_TEST(gradient[k] == expected[k]);
}

BOOST_AUTO_TEST_CASE(no_steps_carry_nothing_on) {
    constexpr auto f = [](auto x, auto w) { return sum(scan([&](auto before, auto now) { return before * w + now; }, w, x)); };
    const std::vector<double> nothing, w{1, 2, 3};
    const auto [value, gradient] = tapeless::value_and_gradient(f)(nothing, w);
    BOOST_TEST(value == 0);
    BOOST_TEST(std::get<0>(gradient).size() == 0);
    for (const double each : std::get<1>(gradient)) BOOST_TEST(each == 0);
}

// Wide enough for several blocks, which another policy runs in another order.
BOOST_AUTO_TEST_CASE(blocks_give_the_same_bits_in_any_order) {
    constexpr auto f = [](auto x, auto w) {
        const auto h = scan([&](auto before, auto now) { return 0.5 * before + now * w; }, 0.0, x);
        return sum(h * h) + sum(h[-1] * w);
    };
    constexpr std::ptrdiff_t steps = 8, columns = 40'000;
    const auto x = numbers(steps * columns, 0.3), w = numbers(columns, 0.8);
    const array_view<const double, 2> matrix(x.data(), {steps, columns});
    const auto [value, gradient] = tapeless::value_and_gradient(f)(matrix, w);
    const auto [same_value, same_gradient] = tapeless::value_and_gradient(f)(backwards{}, matrix, w);
    BOOST_TEST(value == same_value);
    const auto equal = [](const auto& a, const auto& b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); };
    BOOST_TEST(equal(std::get<0>(gradient), std::get<0>(same_gradient)));
    BOOST_TEST(equal(std::get<1>(gradient), std::get<1>(same_gradient)));
}

// Numbers that no register is made for run two at a time, and the last one on its own. The product makes h wait in the memory of a result.
BOOST_AUTO_TEST_CASE(what_lies_beside_an_odd_number_of_values_is_left_alone) {
    constexpr auto f = [](auto w, auto x) {
        const auto h = scan([&](auto before, auto now) { return before * w + now; }, w, x);
        return sum(h) * sum(h * x);
    };
    constexpr long double beside = 77;
    const wide w{0.5L, -0.25L, 2, beside}, x{1, 2, 3, 4, 5, 6, beside};
    wide by_x(6 + 1, beside);
    const array_view<const long double, 1> row(w.data(), {3});
    const array_view<const long double, 2> matrix(x.data(), {2, 3});
    tapeless::gradient(f, wrt<1>).into(array_view<long double, 2>(by_x.data(), {2, 3}))(row, matrix);
    long double total = 0, weighted = 0, h[6];
    for (std::size_t k = 0; k < 6; ++k) {
        h[k] = (k < 3 ? w[k] : h[k - 3]) * w[k % 3] + x[k];
        total += h[k];
        weighted += h[k] * x[k];
    }
    for (std::size_t k = 0; k < 6; ++k) {
        const long double by_later = k < 3 ? w[k] * (weighted + total * x[k + 3]) : 0;
        check_near(static_cast<double>(by_x[k]), weighted + total * (x[k] + h[k]) + by_later);
    }
    BOOST_TEST(by_x.back() == beside);
}

// Added one to the next, a million floats of 0.1 come to 100958.
BOOST_AUTO_TEST_CASE(sums_over_the_steps_keep_their_digits) {
    constexpr auto f = [](auto x, auto w) { return sum(scan([&](auto before, auto now) { return select(now > 1, before, now * w); }, w, x)); };
    const std::vector<float> x(1'000'000, 0.1f), w{1, 2, 3};
    const auto by_w = tapeless::gradient(f, wrt<1>)(x, w);
    for (const float each : by_w) check_near(each, 1'000'000 * static_cast<long double>(0.1f), 1e-6);
}

BOOST_AUTO_TEST_CASE(a_step_that_a_recurrence_does_not_have_is_an_error) {
    constexpr auto third = [](auto x) { return cumsum(x)[2]; };
    constexpr auto third_from_end = [](auto x) { return scan([](auto h, auto each) { return h + each; }, 0.5, x)[-3]; };
    const std::vector<double> two{1, 2}, three{1, 2, 4};
    BOOST_TEST(tapeless::value(third)(three) == 7);
    BOOST_TEST(tapeless::value(third_from_end)(three) == 1.5);
    const std::string sentence = "tapeless::value: the axis of a recurrence (scan, cumsum) or of positions (iota) has 2 steps; the function names step ";
    BOOST_TEST(message_of([&] { tapeless::value(third)(two); }) == sentence + "2.");
    BOOST_TEST(message_of([&] { tapeless::value(third_from_end)(two); }) == sentence + "-3.");
}

BOOST_AUTO_TEST_CASE(steps_that_a_recurrence_lacks_are_named_before_anything_is_written) {
    const std::vector<double> x{1, 2, 3};
    std::vector<double> dx(3, 7.0);
    const auto message = [&](const auto& f, const auto& other) { return message_of([&] { tapeless::value_and_gradient(f, wrt<0>).into(dx)(x, other); }); };
    constexpr auto chosen = [](auto x, auto at) { return sum(gather(cumsum(x), at)); };
    BOOST_TEST(message(chosen, std::vector<int>{0, 3}) ==
               "tapeless::value_and_gradient: argument 1 of the shape (2,) has the index 3; the axis of a recurrence (scan, cumsum) or of positions (iota) has 3 steps to choose from.");
    BOOST_TEST(message(chosen, std::vector<int>{-4}) ==
               "tapeless::value_and_gradient: argument 1 of the shape (1,) has the index -4; the axis of a recurrence (scan, cumsum) or of positions (iota) has 3 steps to choose from.");
    BOOST_TEST(message([](auto x, auto y) { return sum(slice_from(cumsum(x), 1) * y); }, std::vector<double>{1, 2, 3}) ==
               "tapeless::value_and_gradient: positions along a dimension (iota), or steps of a recurrence (scan, cumsum), are 2, and do not go with arrays of 3.");
    BOOST_TEST((dx == std::vector<double>(3, 7.0)));
    tapeless::value_and_gradient(chosen, wrt<0>).into(dx)(x, std::vector<int>{2, -1});
    BOOST_TEST((dx == std::vector<double>{2, 2, 2}));
}

BOOST_AUTO_TEST_SUITE_END()
