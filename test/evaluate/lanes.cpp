// SPDX-License-Identifier: BSL-1.0
// Every operation on registers: to 2 units in the last place over its domain, right at the ends of the range, and each lane for itself.
#include <tapeless/evaluate/lanes.hpp>
#include <tapeless/tapeless.hpp>

#include <boost/mp11/algorithm.hpp>
#include <boost/test/unit_test.hpp>

#include <bit>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>
#include <random>
#include <string_view>

namespace {

using tapeless::detail::lanes;
using numbers_of_registers = boost::mp11::mp_list<float, double>;

template <class Operation>
constexpr bool is_numeric = Operation::properties.result == tapeless::kind::real && Operation::properties.logical_operands == 0;

template <class T>
double error_in_ulp(T computed, long double exact) {
    const T rounded = static_cast<T>(exact);
    if (computed == rounded || (std::isnan(computed) && std::isnan(rounded))) return 0;
    const T size = std::max(std::abs(rounded), std::numeric_limits<T>::min());
    return static_cast<double>(std::abs(computed - exact) / (std::nextafter(size, std::numeric_limits<T>::infinity()) - size));
}

template <class Operation, class T>
lanes<T> on_registers(const T (&x)[3][lanes<T>::count]) {
    return static_cast<lanes<T>>(Operation::value(lanes<T>::load(x[0]), lanes<T>::load(x[1]), lanes<T>::load(x[2])));
}

// A sample of the row's domain; exponentials of floats end at 88.
template <class Operation, class T>
T sample(std::mt19937_64& random, int operand) {
    const auto [low, high] = Operation::properties.domain[operand];
    const double end = std::is_same_v<T, float> && high == 300 ? 80 : high, start = std::is_same_v<T, float> && low == -300 ? -80 : low;
    const double x = std::uniform_real_distribution<double>(start, end)(random);
    return static_cast<T>(std::string_view(Operation::name) == "polygamma" && operand == 0 ? std::round(x) : x);
}

// digamma and polygamma are computed as for plain numbers, and sech_squared is composed; the table has their errors.
template <class Operation>
constexpr double bound = Operation::name == std::string_view("polygamma") ? 6 : Operation::name == std::string_view("sech_squared") ? 4 : 2;

template <class T>
void check_accuracy() {
    boost::mp11::mp_for_each<tapeless::elementwise_operations>([](auto operation) {
        using row = decltype(operation);
        if constexpr (is_numeric<row>) {
            std::mt19937_64 random(1);
            double worst = 0;
            for (int round = 0; round < 2000; ++round) {
                T x[3][lanes<T>::count], y[lanes<T>::count];
                for (int k = 0; k < 3; ++k)
                    for (T& of : x[k]) of = sample<row, T>(random, k);
                on_registers<row>(x).store(y);
                for (int e = 0; e < lanes<T>::count; ++e) {
                    const long double exact = row::value(static_cast<long double>(x[0][e]), static_cast<long double>(x[1][e]), static_cast<long double>(x[2][e]));
                    worst = std::max(worst, error_in_ulp(y[e], exact));
                }
            }
            BOOST_CHECK_MESSAGE(worst <= bound<row>, row::name << " is wrong by " << worst << " ulp");
        }
    });
}

constexpr double infinity = std::numeric_limits<double>::infinity();

// The functions that lane_exp_and_log.hpp and lane_error_functions.hpp compute: in a register, in long double, and what they may be wrong by.
struct own_function {
    const char* name;
    lanes<double> (*on_register)(const lanes<double>&);
    long double (*exact)(long double);
    double bound;
};
constexpr own_function own_functions[] = {
    {"exp", [](const lanes<double>& x) { return exp(x); }, [](long double x) { return std::exp(x); }, 1},
    {"exp_minus_square", [](const lanes<double>& x) { return exp_minus_square(x); }, [](long double x) { return tapeless::exp_minus_square(x); }, 1},
    {"log", [](const lanes<double>& x) { return log(x); }, [](long double x) { return std::log(x); }, 1},
    {"erf", [](const lanes<double>& x) { return erf(x); }, [](long double x) { return std::erf(x); }, 2},
    {"erfc", [](const lanes<double>& x) { return erfc(x); }, [](long double x) { return std::erfc(x); }, 2}};

double worst_error(const own_function& function, const auto& next_argument, int count) {
    double worst = 0, x[lanes<double>::count], y[lanes<double>::count];
    for (int done = 0; done < count; done += lanes<double>::count) {
        for (double& of : x) of = next_argument();
        function.on_register(lanes<double>::load(x)).store(y);
        for (int e = 0; e < lanes<double>::count; ++e) worst = std::max(worst, error_in_ulp(y[e], function.exact(x[e])));
    }
    return worst;
}

double first_lane(const own_function& function, double x) {
    double y[lanes<double>::count];
    function.on_register(lanes<double>(x)).store(y);
    return y[0];
}

}  // namespace

BOOST_AUTO_TEST_SUITE(registers)

BOOST_AUTO_TEST_CASE(functions_of_double_are_right_to_2_ulp) { check_accuracy<double>(); }
BOOST_AUTO_TEST_CASE(functions_of_float_are_right_to_2_ulp) { check_accuracy<float>(); }

BOOST_AUTO_TEST_CASE(functions_are_right_at_the_ends_of_the_range) {
    const double points[] = {0.0, -0.0, infinity, -infinity, std::nan(""), 1, -1, 5e-324, -5e-324, 1e-310, 1e-300, -1e-300, 1e300, -1e300, 709.7, -708, -740, -746, 1e-20, 0.5, 1023.9, -1022.5, 308.2, 1e5};
    boost::mp11::mp_for_each<tapeless::elementwise_operations>([&](auto operation) {
        using row = decltype(operation);
        // digamma and lgamma of huge and of negative numbers are the plain functions' own matter.
        if constexpr (is_numeric<row> && row::arity == 1)
            for (double point : points) {
                if (std::string_view(row::name).find("gamma") != std::string_view::npos && !(point > 1e-300 && point < 1e10)) continue;
                double x[3][lanes<double>::count], y[lanes<double>::count];
                for (auto& each : x)
                    for (double& of : each) of = point;
                on_registers<row>(x).store(y);
                const double expected = row::value(point);
                // The result may round to the neighbour of a subnormal number; within one step of the end it may be infinite.
                const bool same = (std::isnan(y[0]) && std::isnan(expected)) || y[0] == expected || error_in_ulp(y[0], expected) <= 2;
                BOOST_CHECK_MESSAGE(same, row::name << "(" << point << ") is " << y[0] << " in a register, " << expected << " alone");
            }
    });
}

BOOST_AUTO_TEST_CASE(exp_log_erf_and_erfc_are_right_everywhere) {
    // Where the ways to compute them meet and end: exp is subnormal from -708.4 to -745.1, erfc from 26.54 to 27.23.
    constexpr double ranges[][2] = {{-746, -708}, {-708, -20}, {-20, -1}, {-1, 0}, {0, 0.5}, {0.5, 0.6}, {0.6, 0.99}, {0.99, 1.2}, {1.2, 5.9}, {5.9, 6.1}, {6, 26.6}, {26.5, 27.3}, {27, 709}, {709, 709.8}};
    std::mt19937_64 random(3);
    for (const own_function& function : own_functions) {
        for (const auto& [low, high] : ranges) {
            std::uniform_real_distribution<double> argument(low, high);
            const double worst = worst_error(function, [&] { return argument(random); }, 50000);
            BOOST_CHECK_MESSAGE(worst <= function.bound, function.name << " between " << low << " and " << high << " is wrong by " << worst << " ulp");
        }
        std::uniform_real_distribution<double> exponent(-1074, 6);
        const double worst = worst_error(function, [&] { return std::exp2(exponent(random)) * (random() % 2 ? 1 : -1); }, 50000);
        BOOST_CHECK_MESSAGE(worst <= function.bound, function.name << " of numbers of any size is wrong by " << worst << " ulp");
    }
}

BOOST_AUTO_TEST_CASE(exp_log_erf_and_erfc_of_zeros_infinities_and_nan) {
    const double nan = std::numeric_limits<double>::quiet_NaN(), huge = std::numeric_limits<double>::max(), least = std::numeric_limits<double>::denorm_min();
    const double arguments[] = {0.0, -0.0, least, -least, huge, -huge, infinity, -infinity};
    const double results[][std::size(arguments)] = {
        {1, 1, 1, 1, infinity, 0, infinity, 0}, {1, 1, 1, 1, 0, 0, 0, 0}, {-infinity, -infinity, std::log(least), nan, std::log(huge), nan, infinity, nan}, {0.0, -0.0, least, -least, 1, -1, 1, -1}, {1, 1, 1, 1, 0, 2, 0, 2}};
    for (std::size_t k = 0; k < std::size(own_functions); ++k) {
        for (std::size_t e = 0; e < std::size(arguments); ++e) {
            const double y = first_lane(own_functions[k], arguments[e]);
            BOOST_CHECK_MESSAGE((std::isnan(y) && std::isnan(results[k][e])) || (y == results[k][e] && std::signbit(y) == std::signbit(results[k][e])), own_functions[k].name << "(" << arguments[e] << ") is " << y);
        }
        BOOST_CHECK(std::isnan(first_lane(own_functions[k], nan)) && std::isnan(first_lane(own_functions[k], -nan)));
    }
    // The last arguments of finite, of normal and of other results than 0.
    const auto& [exp, exp_minus_square, log, erf, erfc] = own_functions;
    BOOST_CHECK(first_lane(exp, 0x1.62e42fefa39efp+9) < infinity && first_lane(exp, 0x1.62e42fefa39fp+9) == infinity);
    BOOST_CHECK(first_lane(exp, -745.133) == least && first_lane(exp, -745.134) == 0);
    BOOST_CHECK(first_lane(erfc, 27.226) == least && first_lane(erfc, 27.2261) == 0);
    BOOST_CHECK(first_lane(exp_minus_square, 27.297) == least && first_lane(exp_minus_square, 27.2972) == 0);
    BOOST_CHECK(first_lane(log, 1) == 0 && !std::signbit(first_lane(log, 1)));
    BOOST_CHECK(first_lane(erf, 5.9) < 1 && first_lane(erf, 5.93) == 1);
}

BOOST_AUTO_TEST_CASE(exp_and_log_of_floats_are_right_everywhere) {
    // One of a thousand of all floats, with NaN, infinities and subnormal numbers.
    constexpr int count = lanes<float>::count;
    double worst_exp = 0, worst_log = 0;
    const auto is_right = [](float computed, long double exact, double& worst) {
        const bool same = std::isnan(computed) ? std::isnan(exact) : true;
        if (!std::isnan(computed)) worst = std::max(worst, error_in_ulp(computed, exact));
        return same && std::isnan(computed) == std::isnan(static_cast<float>(exact));
    };
    for (std::uint64_t bits = 0; bits < std::uint64_t(1) << 32; bits += 1021 * count) {
        float x[count], exps[count], logs[count];
        for (int k = 0; k < count; ++k) x[k] = std::bit_cast<float>(static_cast<std::uint32_t>(bits + static_cast<std::uint64_t>(k) * 1021));
        exp(lanes<float>::load(x)).store(exps);
        log(lanes<float>::load(x)).store(logs);
        for (int k = 0; k < count; ++k) {
            if (!is_right(exps[k], std::exp(static_cast<long double>(x[k])), worst_exp)) BOOST_ERROR("exp(" << x[k] << ") is " << exps[k]);
            if (!is_right(logs[k], std::log(static_cast<long double>(x[k])), worst_log)) BOOST_ERROR("log(" << x[k] << ") is " << logs[k]);
        }
    }
    BOOST_CHECK_MESSAGE(worst_exp <= 1 && worst_log <= 1, "exp is wrong by " << worst_exp << " ulp, log by " << worst_log);
}

BOOST_AUTO_TEST_CASE(exp_log_erf_and_erfc_of_a_lane_do_not_see_extreme_neighbours) {
    constexpr int count = lanes<double>::count;
    const double points[] = {0.0, 5e-324, 1e-310, -1e-5, 0.3, -0.7, 1.5, -5, 20, 26.9, 100, -720, 709.9, -1e4, 1e300, infinity, -infinity, std::nan("")};
    std::mt19937_64 random(4);
    for (const own_function& function : own_functions)
        for (int round = 0; round < 2000; ++round) {
            double x[count], y[count];
            for (double& of : x) of = points[random() % std::size(points)];
            function.on_register(lanes<double>::load(x)).store(y);
            for (int e = 0; e < count; ++e) {
                const double alone = first_lane(function, x[e]);
                BOOST_CHECK_MESSAGE(std::bit_cast<std::uint64_t>(y[e]) == std::bit_cast<std::uint64_t>(alone), function.name << "(" << x[e] << ") is " << y[e] << " or " << alone);
            }
        }
}

BOOST_AUTO_TEST_CASE(a_lane_does_not_see_its_neighbours) {
    boost::mp11::mp_for_each<tapeless::elementwise_operations>([](auto operation) {
        using row = decltype(operation);
        if constexpr (is_numeric<row>) {
            constexpr int count = lanes<double>::count;
            std::mt19937_64 random(2);
            for (int round = 0; round < 200; ++round) {
                double mixed[3][count], alone[3][count], y[count], z[count];
                for (int k = 0; k < 3; ++k)
                    for (double& of : mixed[k]) of = sample<row, double>(random, k) * (random() % 4 ? 1 : 1e-3);
                on_registers<row>(mixed).store(y);
                for (int e = 0; e < count; ++e) {
                    for (int k = 0; k < 3; ++k)
                        for (double& of : alone[k]) of = mixed[k][e];
                    on_registers<row>(alone).store(z);
                    BOOST_CHECK_MESSAGE(y[e] == z[0] || std::isnan(z[0]), row::name << " of a lane depends on the other lanes");
                }
            }
        }
    });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(comparisons_of_lanes_are_those_of_numbers, T, numbers_of_registers) {
    const T points[] = {T(0), T(-0.0), T(1), T(-1), std::numeric_limits<T>::infinity(), -std::numeric_limits<T>::infinity(), std::numeric_limits<T>::quiet_NaN()};
    const auto check = [&](const char* name, const auto& compare) {
        for (const T a : points)
            for (const T b : points) {
                T one[lanes<T>::count];
                select(compare(lanes<T>(a), lanes<T>(b)), lanes<T>(T(1)), lanes<T>(T(0))).store(one);
                BOOST_CHECK_MESSAGE(one[0] == T(compare(a, b)), a << " " << name << " " << b << " is " << one[0]);
            }
    };
    check("==", [](const auto& a, const auto& b) { return a == b; });
    check("!=", [](const auto& a, const auto& b) { return a != b; });
    check("<", [](const auto& a, const auto& b) { return a < b; });
    check("<=", [](const auto& a, const auto& b) { return a <= b; });
    check(">", [](const auto& a, const auto& b) { return a > b; });
    check(">=", [](const auto& a, const auto& b) { return a >= b; });
    check("not ==", [](const auto& a, const auto& b) { return !(a == b); });
    check("and", [](const auto& a, const auto& b) { return a < b && a != b; });
    check("or", [](const auto& a, const auto& b) { return a < b || a != b; });
}

BOOST_AUTO_TEST_SUITE_END()
