// SPDX-License-Identifier: BSL-1.0
// What is asked of every row of the table that has a derivative, measured over samples of its domain, in double:
// the errors of value and partial derivatives against 50 digits, and of the second derivatives.
// Nothing here names an operation: a new row is tested as soon as it stands in the table.
#pragma once

#include "measurements.hpp"
#include "samples.hpp"

#include <boost/mp11/algorithm.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <iostream>
#include <tuple>

namespace every_row {

using reference::point;

/// More on request: TAPELESS_SAMPLES=5000.
inline int sample_count() {
    const char* const wish = std::getenv("TAPELESS_SAMPLES");
    return wish ? std::atoi(wish) : 400;
}
inline constexpr unsigned seed = 20240229;

template <class Operation>
constexpr bool has_partial(int operand) {
    return tapeless::detail::info<Operation>().has_partial[operand];
}
template <class Operation>
using has_any_partial = boost::mp11::mp_bool<has_partial<Operation>(0) || has_partial<Operation>(1) || has_partial<Operation>(2)>;

/// The rows that have a derivative, dealt out to several translation units, which compile at the same time.
inline constexpr int part_count = 8;
template <int Part>
struct in_part {
    template <class Position>
    using fn = boost::mp11::mp_bool<Position::value % part_count == Part>;
};
using differentiable_rows = boost::mp11::mp_copy_if<tapeless::elementwise_operations, has_any_partial>;
template <class Position>
using differentiable_row = boost::mp11::mp_at<differentiable_rows, Position>;
template <int Part>
using rows_of_part = boost::mp11::mp_rename<
    boost::mp11::mp_transform<differentiable_row,
                              boost::mp11::mp_copy_if_q<boost::mp11::mp_iota<boost::mp11::mp_size<differentiable_rows>>, in_part<Part>>>,
    std::tuple>;

template <class Operation, class Visitor>
void for_each_operand_with_partial(const Visitor& visitor) {
    boost::mp11::mp_for_each<boost::mp11::mp_iota_c<Operation::arity>>([&](auto operand) {
        if constexpr (has_partial<Operation>(operand)) visitor(operand);
    });
}

/// Calls a function with as many operands as the operation has.
template <class Operation, class Function>
double call_at(const Function& function, const point& at) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) { return function(at[I]...); }
    (std::make_index_sequence<Operation::arity>{});
}

inline std::string text(const point& at, int arity) {
    std::ostringstream out;
    out.precision(17);
    for (int k = 0; k < arity; ++k) out << (k ? ", " : "") << at[k];
    return out.str();
}

template <class Operation>
void measure() {
    const std::vector<point> points = reference::sampler(seed).points<Operation>(sample_count());
    measured_row row = describe<Operation>();
    for (const point& at : points) {
        const double computed = reference::value<Operation, double>(at);
        row.value.take(reference::error_of_value_in_ulp(reference::exactly<Operation>, computed, at), text(at, Operation::arity));
    }
    for_each_operand_with_partial<Operation>([&](auto operand) {
        constexpr auto partial = tapeless::derivative(reference::call<Operation>{}, tapeless::wrt<static_cast<int>(operand)>);
        maximum& error = row.partial[operand];
        for (const point& at : points) {
            if (const auto exact = reference::derivative(reference::exactly<Operation>, at, operand))
                error.take(reference::error_in_ulp(call_at<Operation>(partial, at), *exact), text(at, Operation::arity));
            else ++row.kinks;
        }
        std::cout << row.call() << " by operand " << operand << ": " << row.partials << "  " << error.ulp << " ulp at (" << error.where
                  << "), bound " << row.bound << "; value " << row.value.ulp << " ulp\n";
        BOOST_CHECK_MESSAGE(error.samples >= 100, row.call() << ": only " << error.samples << " samples outside of kinks");
        BOOST_CHECK_MESSAGE(error.ulp <= row.bound, row.call() << " by operand " << operand << ": " << error.ulp << " ulp at ("
                                                               << error.where << "), bound " << row.bound);
    });
    BOOST_CHECK_MESSAGE(row.kinks == 0 || !row.kink.empty(), row.call() << " has a kink that its row does not state");
    BOOST_CHECK_MESSAGE(row.value.ulp <= value_bound,
                        row.call() << ": the value is wrong by " << row.value.ulp << " ulp at (" << row.value.where << ")");
    measurements().push_back(row);
}

/// Second derivatives: right to 12 digits of themselves, or of what one unit of the operand makes of the first derivative.
template <class Operation>
void measure_second_derivatives() {
    for_each_operand_with_partial<Operation>([&](auto first) {
        for_each_operand_with_partial<Operation>([&](auto second) {
            constexpr auto by_first = tapeless::derivative(reference::call<Operation>{}, tapeless::wrt<static_cast<int>(first)>);
            constexpr auto by_both = tapeless::derivative(by_first, tapeless::wrt<static_cast<int>(second)>);
            reference::sampler sample(seed + 1);
            int samples = 0;
            for (int k = 0; k < 40; ++k) {
                const point at = sample.interior<Operation>();
                const point lengths{sample.clearance<Operation>(at, 0), sample.clearance<Operation>(at, 1),
                                    sample.clearance<Operation>(at, 2)};
                const auto difference = reference::second_derivative(reference::exactly<Operation>, at, first, second, lengths);
                if (!difference) continue;
                const double exact = *difference, computed = call_at<Operation>(by_both, at);
                ++samples;
                const double scale = std::abs(exact) + std::abs(call_at<Operation>(by_first, at)) / std::max(1.0, std::abs(at[second]));
                BOOST_CHECK_MESSAGE(std::abs(computed - exact) <= 1e-12 * scale,
                                    Operation::name << " by operands " << first << ", " << second << " at (" << text(at, Operation::arity)
                                                    << "): " << computed << ", exactly " << exact);
            }
            BOOST_CHECK_GE(samples, 20);
        });
    });
}

}  // namespace every_row
