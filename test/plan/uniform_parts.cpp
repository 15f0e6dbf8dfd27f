// SPDX-License-Identifier: BSL-1.0
#include <tapeless/plan/uniform_parts.hpp>

#include <tapeless/arrays.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <cstddef>
#include <vector>

using tapeless::detail::is_a;
using tapeless::detail::uniform_parts;
namespace op = tapeless::op;

namespace {

constexpr auto discounted = [](auto x, auto rate, auto time) { return x / time * exp(-rate * time) + log(rate); };
constexpr auto all_of_x = [](auto x) { return x * exp(x) + 1 / x + exp(x) / x; };
constexpr auto chosen = [](auto x, auto limit) { return select(limit > 1, x * exp(limit), x); };
constexpr auto of_constants = [](auto x) { return x * erf(0.5 * x); };

template <class Function, class... Argument>
using program = typename tapeless::gradient_function<Function, tapeless::wrt_all, true>::template program<Argument...>;

template <class Operation, class Program>
constexpr int count() {
    int all = 0;
    for (tapeless::index at = 0; at < Program::flat.size; ++at) all += is_a<Operation>(Program::flat.nodes[at]);
    return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(parts_that_are_the_same_for_all_elements)

BOOST_AUTO_TEST_CASE(what_follows_from_uniform_inputs_is_computed_before_the_loop) {
    using whole = program<decltype(discounted), double, double, double>;
    using parts = uniform_parts<whole, false, true, true>;
    static_assert(count<op::exp, whole>() == 1 && count<op::exp, parts::before>() == 1 && count<op::exp, parts::loop>() == 0);
    static_assert(count<op::log, parts::before>() == 1 && count<op::log, parts::loop>() == 0);
    static_assert(count<op::divide, parts::loop>() == 0 && count<op::divide, parts::before>() > 0);
    static_assert(parts::loop::flat.size < whole::flat.size && parts::loop::output_count == 4);
    using no_input_uniform = uniform_parts<whole, false, false, false>;
    static_assert(no_input_uniform::count == 0 && count<op::exp, no_input_uniform::loop>() == 1);
}

BOOST_AUTO_TEST_CASE(so_is_what_follows_from_constants) {
    using whole = program<decltype(of_constants), double>;
    using parts = uniform_parts<whole, false>;
    // The factor 2 / sqrt(pi) of the derivative of erf.
    static_assert(count<op::sqrt, whole>() == 1 && count<op::sqrt, parts::loop>() == 0 && count<op::sqrt, parts::before>() == 1);
    static_assert(count<op::acos, parts::loop>() == 0);
}

BOOST_AUTO_TEST_CASE(a_reciprocal_that_is_there_anyway_is_a_factor) {
    using whole = program<decltype(all_of_x), double>;
    using parts = uniform_parts<whole, false>;
    static_assert(count<op::divide, whole>() > 1 && count<op::divide, parts::loop>() == 1);
}

BOOST_AUTO_TEST_CASE(a_condition_stays_in_the_loop_and_what_it_chooses_from_does_not) {
    using whole = program<decltype(chosen), double, double>;
    using parts = uniform_parts<whole, false, true>;
    static_assert(count<op::exp, parts::before>() == 1 && count<op::exp, parts::loop>() == 0);
    static_assert(count<op::select, parts::before>() == 0 && count<op::select, parts::loop>() > 0);
}

BOOST_AUTO_TEST_CASE(values_and_derivatives_are_those_of_single_calls) {
    std::vector<double> x(37), limits(37, 1.5);
    for (std::size_t k = 0; k < x.size(); ++k) x[k] = 0.25 * static_cast<double>(k) - 3.9;
    const auto close = [](double a, double b) { return std::abs(a - b) <= 4e-15 * (1 + std::abs(b)); };
    const auto [values, gradients] = tapeless::value_and_gradient(discounted)(x, 0.3, 2.5);
    const auto [by_x, by_rate, by_time] = gradients;
    const auto [of_choice, by_choice] = tapeless::value_and_gradient(chosen)(x, 1.5);
    for (std::ptrdiff_t k = 0; k < values.size(); ++k) {
        const double at = x[static_cast<std::size_t>(k)];
        const auto [value, gradient] = tapeless::value_and_gradient(discounted)(at, 0.3, 2.5);
        BOOST_TEST((close(values[k], value) && close(by_x[k], std::get<0>(gradient)) && close(by_rate[k], std::get<1>(gradient)) && close(by_time[k], std::get<2>(gradient))));
        const auto [choice, by] = tapeless::value_and_gradient(chosen)(at, 1.5);
        BOOST_TEST((close(of_choice[k], choice) && close(std::get<0>(by_choice)[k], std::get<0>(by)) && close(std::get<1>(by_choice)[k], std::get<1>(by))));
    }
}

BOOST_AUTO_TEST_SUITE_END()
