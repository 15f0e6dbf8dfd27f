// SPDX-License-Identifier: BSL-1.0
// Short arrays in memory in order have a way of their own. Arrays that lie otherwise do not take it: their results have the same bits.
#include <tapeless/evaluate/row_run.hpp>

#include <tapeless/arrays.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

using tapeless::array_view;
using tapeless::wrt;

namespace {

constexpr auto log_sum_exp = [](auto x) { return logsumexp(x); };
constexpr auto deviation = [](auto x, auto mean, auto sigma) {
    const auto z = (x - mean) / sigma;
    return sum(0.5 * z * z + log(sigma));
};
constexpr auto geometric_mean = [](auto x) { return pow(prod(x), 1 / extent(x, tapeless::axis<0>)); };
constexpr auto weights = [](auto x) { return softmax(x); };
constexpr auto largest_by_smallest = [](auto x) { return max(x) / min(x); };

template <class T>
std::vector<T> numbers(std::size_t count, double shift) {
    std::vector<T> all(count);
    for (std::size_t k = 0; k < count; ++k) all[k] = static_cast<T>(1.5 + std::sin(static_cast<double>(k) * 1.7 + shift));
    return all;
}
/// The same numbers, each followed by another.
template <class T>
std::vector<T> apart(const std::vector<T>& all) {
    std::vector<T> result(2 * all.size(), T(-7));
    for (std::size_t k = 0; k < all.size(); ++k) result[2 * k] = all[k];
    return result;
}
template <class T>
array_view<T, 1> every_second(std::vector<T>& memory) {
    return {memory.data(), {static_cast<std::ptrdiff_t>(memory.size() / 2)}, {2}};
}

template <class T>
void check_function_of_one(const auto& f, std::size_t count) {
    const std::vector<T> x = numbers<T>(count, 0);
    std::vector<T> x_apart = apart(x), dx(count), dx_apart(2 * count);
    const T value = tapeless::value_and_gradient(f).into(dx)(x), other = tapeless::value_and_gradient(f).into(every_second(dx_apart))(every_second(x_apart));
    BOOST_TEST(value == other);
    for (std::size_t k = 0; k < count; ++k) BOOST_TEST(dx[k] == dx_apart[2 * k]);
    const auto [returned, gradient] = tapeless::value_and_gradient(f)(x);
    BOOST_TEST(returned == value);
    BOOST_TEST(std::equal(dx.begin(), dx.end(), gradient.begin(), gradient.end()));
    BOOST_TEST(tapeless::value(f)(x) == tapeless::value(f)(every_second(x_apart)));
}
void check_function_of_three(std::size_t count) {
    std::vector<double> x = numbers<double>(count, 0), mean = numbers<double>(count, 1), by_mean(count), by_mean_again(2 * count), mean_apart = apart(mean);
    const double sigma = 0.75;
    double by_sigma = 0, by_sigma_again = 0;
    const auto differentiated = tapeless::value_and_gradient(deviation, wrt<1, 2>);
    BOOST_TEST(differentiated.into(by_mean, by_sigma)(x, mean, sigma) == differentiated.into(every_second(by_mean_again), by_sigma_again)(x, every_second(mean_apart), sigma));
    BOOST_TEST(by_sigma == by_sigma_again);
    for (std::size_t k = 0; k < count; ++k) BOOST_TEST(by_mean[k] == by_mean_again[2 * k]);
}
void check_array_result(std::size_t count) {
    const std::vector<double> x = numbers<double>(count, 0);
    std::vector<double> memory(count), x_apart = apart(x);
    tapeless::value(weights).into(memory)(x);
    const auto again = tapeless::value(weights)(every_second(x_apart));
    BOOST_TEST(std::equal(memory.begin(), memory.end(), again.begin(), again.end()));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(row_run)

BOOST_AUTO_TEST_CASE(a_short_row_has_the_bits_that_it_has_in_any_layout) {
    for (const std::size_t count : {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 100, 255, 256}) {
        check_function_of_one<double>(log_sum_exp, count);
        check_function_of_one<float>(log_sum_exp, count);
        check_function_of_one<double>(geometric_mean, count);
        check_function_of_one<double>(largest_by_smallest, count);
        check_function_of_three(count);
        check_array_result(count);
    }
}

BOOST_AUTO_TEST_CASE(the_longest_row_and_one_more_step_agree_but_for_rounding) {
    const auto tile = tapeless::detail::tile_size<double>::fitting(1);
    for (const std::ptrdiff_t count : {tile - 1, tile, tile + 1}) {
        const std::vector<double> x = numbers<double>(static_cast<std::size_t>(count), 0);
        std::vector<double> dx(x.size());
        const double value = tapeless::value_and_gradient(log_sum_exp).into(dx)(x);
        long double sum = 0;
        for (const double each : x) sum += std::exp(static_cast<long double>(each));
        BOOST_TEST(std::abs(value - static_cast<double>(std::log(sum))) <= 4e-15);
        for (std::size_t k = 0; k < x.size(); ++k) BOOST_TEST(std::abs(dx[k] - static_cast<double>(std::exp(static_cast<long double>(x[k])) / sum)) <= 1e-17);
    }
}

BOOST_AUTO_TEST_CASE(a_row_of_no_elements_has_numpys_answers) {
    const std::vector<double> none;
    std::vector<double> memory;
    BOOST_TEST((tapeless::value_and_gradient([](auto x) { return sum(x * x) + prod(x); }).into(memory)(none) == 1));
    BOOST_CHECK_THROW(tapeless::value(largest_by_smallest)(none), tapeless::shape_error);
}

BOOST_AUTO_TEST_CASE(a_gradient_over_its_own_argument_does_not_disturb_the_others) {
    for (const std::size_t shift : {0u, 1u, 5u}) {
        std::vector<double> memory = numbers<double>(20, 0), mean = numbers<double>(15, 1), by_mean(15);
        const std::vector<double> x(memory.begin(), memory.begin() + 15);
        const array_view<double, 1> argument(memory.data(), {15}), result(memory.data() + shift, {15});
        double by_sigma = 0, by_sigma_again = 0;
        const auto differentiated = tapeless::value_and_gradient(deviation, wrt<1, 2>);
        const double value = differentiated.into(by_mean, by_sigma)(x, mean, 0.5);
        BOOST_TEST(differentiated.into(result, by_sigma_again)(argument, mean, 0.5) == value);
        BOOST_TEST(by_sigma_again == by_sigma);
        for (std::size_t k = 0; k < by_mean.size(); ++k) BOOST_TEST(memory[shift + k] == by_mean[k]);
    }
}

BOOST_AUTO_TEST_CASE(lengths_that_differ_are_an_error_or_stretch) {
    const std::vector<double> x = numbers<double>(6, 0), one{0.5}, three(3, 0.5);
    std::vector<double> by_mean(1), wrong(3);
    double by_sigma = 0, by_each = 0;
    const auto differentiated = tapeless::value_and_gradient(deviation, wrt<1, 2>);
    BOOST_CHECK_THROW(differentiated.into(wrong, by_sigma)(x, three, 1.0), tapeless::shape_error);
    BOOST_CHECK_THROW(differentiated.into(wrong, by_sigma)(x, x, 1.0), tapeless::shape_error);
    const double value = differentiated.into(by_mean, by_sigma)(x, one, 1.0);
    const std::vector<double> as_many(6, 0.5);
    std::vector<double> each(6);
    BOOST_TEST(differentiated.into(each, by_each)(x, as_many, 1.0) == value);
    BOOST_TEST(by_each == by_sigma);
    double sum = 0;
    for (const double e : each) sum += e;
    BOOST_TEST(std::abs(by_mean[0] - sum) <= 1e-14);
}

BOOST_AUTO_TEST_SUITE_END()
