// SPDX-License-Identifier: BSL-1.0
// Recording a function: the graph that it leaves, inputs in the order of the arguments.
#include <tapeless/tapeless.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <string_view>
#include <tuple>
#include <type_traits>

namespace {

using tapeless::slot;

template <class Function, class... Shape>
using recorded = tapeless::detail::recording<std::remove_cvref_t<Function>, Shape...>;

template <class Recording>
constexpr std::string_view name_at(tapeless::index at) {
    return Recording::flat.nodes[at].operation->name;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(trace)

BOOST_AUTO_TEST_CASE(keeps_one_node_a_distinct_operation) {
    constexpr auto f = [](auto x, auto y) { return sin(x * y) + sin(y * x); };
    using r = recorded<decltype(f), slot, slot>;
    // x, y, x * y, sin, 2, 2 * sin
    static_assert(r::flat.size == 6 && r::input_count == 2 && r::output_count == 1);
}

BOOST_AUTO_TEST_CASE(drops_what_the_result_does_not_need) {
    constexpr auto f = [](auto x, auto y) {
        [[maybe_unused]] const auto unused = exp(y) + x;
        return x * x;
    };
    static_assert(recorded<decltype(f), slot, slot>::flat.size == 2);
}

BOOST_AUTO_TEST_CASE(numbers_the_inputs_in_the_order_of_arguments_and_entries) {
    constexpr auto f = [](const auto& x, auto y, const auto& t) { return std::get<1>(t)[1] - (y - x[1]); };
    using r = recorded<decltype(f), std::array<slot, 2>, slot, std::tuple<slot, std::array<slot, 2>>>;
    static_assert(r::input_count == 6);
    constexpr auto positions = [] {
        std::array<int, 6> seen{};
        for (tapeless::index at = 0; at < r::flat.size; ++at)
            if (r::flat.nodes[at].is_input()) ++seen[r::flat.nodes[at].bits];
        return seen;
    }();
    static_assert(positions == std::array{0, 1, 1, 0, 0, 1});
}

BOOST_AUTO_TEST_CASE(operands_stand_before_the_operations_that_read_them) {
    constexpr auto f = [](auto x, auto y) { return tapeless::select(x < y, fma(x, y, sin(x)), pow(y, x)) / (1 + hypot(x, y)); };
    using r = recorded<decltype(f), slot, slot>;
    for (tapeless::index at = 0; at < r::flat.size; ++at)
        for (int k = 0; k < r::flat.nodes[at].operation->arity; ++k) {
            BOOST_CHECK_LT(r::flat.nodes[at].operands[k], at);
            BOOST_CHECK_GE(r::flat.nodes[at].operands[k], 0);
        }
}

BOOST_AUTO_TEST_CASE(the_same_shape_of_another_number_type_is_the_same_recording) {
    constexpr auto f = [](const auto& x) { return x[0] * x[1]; };
    using in_double = tapeless::detail::recording_of<std::remove_const_t<decltype(f)>, std::array<double, 2>>;
    using in_float = tapeless::detail::recording_of<std::remove_const_t<decltype(f)>, std::array<float, 2>>;
    static_assert(std::is_same_v<in_double, in_float>);
}

BOOST_AUTO_TEST_CASE(arithmetic_of_literals_alone_happens_while_recording) {
    constexpr auto f = [](auto x) {
        decltype(x) a = 2, b = 3;
        return x * (a * b + 1);
    };
    using r = recorded<decltype(f), slot>;
    static_assert(r::flat.size == 3 && name_at<r>(r::flat.outputs[0]) == "multiply");
}

BOOST_AUTO_TEST_CASE(a_result_may_be_an_argument_or_a_literal) {
    constexpr auto f = [](auto x, auto) { return std::tuple{x, 4, 2.5}; };
    using r = recorded<decltype(f), slot, slot>;
    static_assert(r::output_count == 3 && r::flat.size == 3);
}

BOOST_AUTO_TEST_CASE(comparisons_are_nodes_too) {
    constexpr auto f = [](auto x, auto y) { return tapeless::select(x < y && !(y == 3), x, y); };
    using r = recorded<decltype(f), slot, slot>;
    constexpr auto has = [](std::string_view name) {
        for (tapeless::index at = 0; at < r::flat.size; ++at)
            if (name_at<r>(at) == name) return true;
        return false;
    };
    static_assert(has("less") && has("logical_and") && has("equal_to") && has("logical_not") && has("select"));
}

BOOST_AUTO_TEST_SUITE_END()
