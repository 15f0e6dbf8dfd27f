// SPDX-License-Identifier: BSL-1.0
// The room for a derivative's graph: enough for all that the sweeps make, and not many times more.
#include <tapeless/tapeless.hpp>

#include <boost/mp11/algorithm.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <type_traits>

namespace own {

// Partial derivatives of some sixty nodes.
TAPELESS_OPERATION(
    winding, (a, b), sin(a) * b,
    (cos(a) * b + exp(a - b) * log(a * a + 2) * tanh(b) * 0 + sin(a + 3) * sin(a + 4) * sin(a + 5) * sin(a + 6) * sin(a + 7) * sin(a + 8) * 0,
     sin(a) + exp(a + b) * log(b * b + 2) * tanh(a) * 0 + cos(b + 3) * cos(b + 4) * cos(b + 5) * cos(b + 6) * cos(b + 7) * cos(b + 8) * 0))

}  // namespace own

namespace {

template <class Function>
constexpr auto program_of(const Function&, auto... argument) {
    using namespace tapeless::detail;
    return tapeless::detail::program_of<Function, tapeless::wrt_all, false, decltype(argument)...>{};
}

struct everything {
    static constexpr bool contains(std::uint64_t) { return true; }
};

template <class Function, class... Argument>
using recorded = tapeless::detail::recording_of<Function, Argument...>;

// A chain of one operation, each operand the result before.
template <class Operation>
struct chain {
    template <class T>
    constexpr T operator()(const T& x) const {
        T t = x;
        for (int k = 0; k < 20; ++k) {
            if constexpr (std::is_same_v<Operation, tapeless::op::select>) t = select(t < x, t * x, t + x);
            else if constexpr (std::is_same_v<Operation, tapeless::op::polygamma>) t = polygamma(2, t);
            else if constexpr (Operation::arity == 1) t = tapeless::detail::record<Operation>(t);
            else if constexpr (Operation::arity == 2) t = tapeless::detail::record<Operation>(t, x + k);
            else t = tapeless::detail::record<Operation>(t, x, x - k);
        }
        return t;
    }
};

template <class Program>
void check_room(const char* name) {
    BOOST_TEST_CONTEXT(name) {
        BOOST_CHECK_LE(Program::derived.size, Program::capacity);
        BOOST_CHECK_LE(Program::capacity, 64 + 32 * Program::derived.size);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(room)

BOOST_AUTO_TEST_CASE(a_sweep_is_as_long_as_the_edges_that_vary) {
    constexpr auto f = [](auto x, auto y) { return x * y + sin(x); };
    // Three edges into operands of + and sin and two into those of *; x reaches four of them, y two.
    constexpr auto lengths = tapeless::detail::measure_sweeps<everything>(recorded<decltype(f), double, double>::flat, 1);
    static_assert(lengths.columns == 2 && lengths.reverse == 5 && lengths.forward == 6);
    static_assert(lengths.may_go_forward() && lengths.longest() == 6);
}

BOOST_AUTO_TEST_CASE(every_operation_has_room) {
    using namespace tapeless;
    boost::mp11::mp_for_each<elementwise_operations>([](auto operation) {
        using row = decltype(operation);
        if constexpr (row::properties.result == kind::real) {
            using first = decltype(program_of(chain<row>{}, 1.0));
            check_room<first>(row::name);
            using second = decltype(program_of(tapeless::derivative(chain<row>{}), 1.0));
            check_room<second>(row::name);
        }
    });
}

BOOST_AUTO_TEST_CASE(an_operation_with_long_partial_derivatives_has_room) {
    constexpr auto f = [](auto x, auto y) {
        for (int k = 0; k < 50; ++k) x = own::winding(x, y);
        return x;
    };
    BOOST_CHECK_LT(decltype(program_of(f, 1.0, 1.0))::derived.size, decltype(program_of(f, 1.0, 1.0))::capacity);
}

BOOST_AUTO_TEST_CASE(many_rows_by_many_columns_have_room) {
    constexpr auto f = [](const auto& x) {
        auto y = x;
        for (std::size_t k = 0; k < x.size(); ++k)
            for (std::size_t j = 0; j < x.size(); ++j) y[k] = y[k] * sin(x[j]) + select(x[k] < y[j], exp(y[j]), y[k] / x[j]);
        return y;
    };
    check_room<decltype(program_of(f, std::array<double, 4>{}))>("with a choice");
    constexpr auto g = [](const auto& x) {
        auto y = x;
        for (std::size_t k = 0; k < x.size(); ++k)
            for (std::size_t j = 0; j < x.size(); ++j) y[k] = y[k] * sin(x[j]) + y[k] / x[j];
        return y;
    };
    check_room<decltype(program_of(g, std::array<double, 4>{}))>("by elimination");
}

BOOST_AUTO_TEST_SUITE_END()
