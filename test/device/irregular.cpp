// SPDX-License-Identifier: BSL-1.0
// Functions of arrays on a device that read at indices, in other shapes, of concatenations and of parts of recurrences, next to the host's results. The host in
// place of a device always; a CUDA device if nvcc compiles this and there is one. TAPELESS_TEST_LESS and TAPELESS_TEST_FLOATS: as for arrays.cpp.
#include "checks.hpp"
#include "irregular_functions.hpp"
#include "memory.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

using checks::check, checks::run;
using tapeless::array_view, tapeless::device_view, tapeless::extents, tapeless::value_and_gradient, tapeless::wrt;
using test_memory::drawn, test_memory::is_short, test_memory::memory, test_memory::on;

namespace {

/// An argument on the host and on a device.
template <class System, class T, std::size_t Rank>
class both {
public:
    using number = T;
    both(const extents<Rank>& shape, const std::vector<T>& elements) : shape_(shape), host_(elements), device_(elements) {}
    auto on_host() const { return array_view<const T, static_cast<int>(Rank)>(host_.data(), shape_); }
    auto on_device() const { return device_view<const T, static_cast<int>(Rank)>(device_.data(), shape_); }

private:
    extents<Rank> shape_;
    std::vector<T> host_;
    memory<System, T> device_;
};
/// Some elements of one.
template <class Whole, std::size_t Rank>
struct part {
    const Whole& whole;
    std::ptrdiff_t first;
    extents<Rank> shape, strides;
    auto on_host() const { return array_view<const typename Whole::number, static_cast<int>(Rank)>(whole.on_host().data() + first, shape, strides); }
    auto on_device() const { return device_view<const typename Whole::number, static_cast<int>(Rank)>(whole.on_device().data() + first, shape, strides); }
};
template <class Whole, std::size_t Rank>
part(const Whole&, std::ptrdiff_t, const extents<Rank>&, const extents<Rank>&) -> part<Whole, Rank>;
template <class System, class T, class... Extent>
auto numbers(std::uint64_t seed, Extent... extent) {
    const extents<sizeof...(Extent)> shape{extent...};
    return both<System, T, sizeof...(Extent)>(shape, drawn<T>(tapeless::size_of(shape), -1, 1, seed));
}
/// So many indices, from either end; many of them are equal.
template <class System, class Index>
both<System, Index, 1> indices(std::uint64_t seed, std::ptrdiff_t count, std::ptrdiff_t choices) {
    std::vector<Index> all;
    for (const double x : drawn<double>(count, -1, 1, seed)) all.push_back(static_cast<Index>(std::floor(x * x * x * static_cast<double>(choices))));
    return {{count}, all};
}

template <class T>
inline constexpr double tolerance = std::is_same_v<T, float> ? 2e-4 : 1e-11;

template <class Found, class Expected>
void compare(const std::string& what, const Found& found, const Expected& expected) {
    const auto elements = found.to_host();
    check(elements.shape() == expected.shape(), what + ": the shape is " + tapeless::to_string(elements.shape()) + " instead of " + tapeless::to_string(expected.shape()));
    double greatest = 1e-3;
    for (const double x : expected) greatest = std::max(greatest, std::abs(x));
    for (std::ptrdiff_t k = 0; k < expected.size(); ++k) {
        const double right = expected.data()[k], one = elements.data()[k];
        if (!(std::abs(one - right) <= tolerance<typename Found::value_type> * greatest))
            return check(false, what + ", element " + std::to_string(k) + ": " + std::to_string(one) + " instead of " + std::to_string(right));
    }
}
/// By the first arguments.
template <class System, int... Position, class Function, class... Argument>
void compare(const char* what, std::integer_sequence<int, Position...>, const Function& f, const Argument&... argument) {
    const auto by = value_and_gradient(f, wrt<Position...>);
    const auto expected = by(argument.on_host()...);
    const auto found = by(on<System>, argument.on_device()...);
    check(std::abs(found.value - expected.value) <= tolerance<decltype(found.value)> * (1 + std::abs(expected.value)),
          std::string(what) + ": the value is " + std::to_string(found.value) + " instead of " + std::to_string(expected.value));
    if constexpr (sizeof...(Position) == 1) compare(what, found.gradient, expected.gradient);
    else (compare(std::string(what) + ", by " + std::to_string(Position), std::get<Position>(found.gradient), std::get<Position>(expected.gradient)), ...);
}
constexpr std::integer_sequence<int, 0> by_first{};
constexpr std::integer_sequence<int, 0, 1> by_both{};

template <class System, class T, class Index>
void at_indices() {
    using namespace irregular_functions;
    for (const auto& [n, m] : std::vector<std::pair<std::ptrdiff_t, std::ptrdiff_t>>{{1, 1}, {1, 40}, {7, 0}, {31, 33}, {300, 5'003}, {is_short ? 2'003 : 300'007, is_short ? 20'011 : 1'000'003}}) {
        const auto at = indices<System, Index>(1, m, n);
        compare<System>("elements_at", by_both, elements_at, numbers<System, T>(2, n), numbers<System, T>(3, m), at);
        if (n > 1) compare<System>("at_and_beside", by_first, at_and_beside, numbers<System, T>(2, n), at);
    }
    for (const auto& [n, m] : std::vector<std::pair<std::ptrdiff_t, std::ptrdiff_t>>{{1, 1}, {5, 3}, {40, 300}, {is_short ? 30 : 3'000, is_short ? 500 : 20'000}}) {
        const std::ptrdiff_t columns = is_short ? 17 : 64;
        const auto at = indices<System, Index>(1, m, n);
        compare<System>("rows_at", by_both, rows_at, numbers<System, T>(2, n, columns), numbers<System, T>(3, m, columns), at);
        compare<System>("columns_at", by_both, columns_at, numbers<System, T>(2, columns, n), numbers<System, T>(3, columns, m), at);
        compare<System>("block_at", by_first, block_at, numbers<System, T>(2, n, columns), at, indices<System, Index>(3, 9, columns));
        compare<System>("one_of_each_row", by_first, one_of_each_row, numbers<System, T>(2, m, n), at);
        compare<System>("of_three_axes", by_first, irregular_functions::of_three_axes, numbers<System, T>(2, std::ptrdiff_t(3), n, std::ptrdiff_t(4)), at);
        compare<System>("squared_error", by_first, squared_error, numbers<System, T>(2, m), indices<System, Index>(4, m, m));
    }
    // Tables of indices, and indices of indices.
    const auto table = indices<System, Index>(1, 12 * 15, 100);
    compare<System>("by_tables", by_both, by_tables, numbers<System, T>(2, std::ptrdiff_t(100)), numbers<System, T>(3, std::ptrdiff_t(12), std::ptrdiff_t(15)), part{table, 0, extents<2>{12, 15}, extents<2>{15, 1}},
                    indices<System, Index>(4, 20, 12));
    // All at one place: the sums of many threads meet.
    const std::ptrdiff_t m = is_short ? 40'000 : 1'000'000;
    compare<System>("elements_at, all the same", by_both, elements_at, numbers<System, T>(2, std::ptrdiff_t(3)), numbers<System, T>(3, m), both<System, Index, 1>({m}, std::vector<Index>(static_cast<std::size_t>(m), -2)));
}
template <class System, class T>
void concatenations_and_other_shapes() {
    using namespace irregular_functions;
    for (const auto& [n, m] : std::vector<std::pair<std::ptrdiff_t, std::ptrdiff_t>>{{1, 1}, {0, 3}, {3, 0}, {257, 31}, {is_short ? 5'003 : 500'009, 1'000}}) {
        compare<System>("joined", by_both, joined, numbers<System, T>(1, n), numbers<System, T>(2, m));
        if (n > 0) compare<System>("joined_columns", by_both, joined_columns, numbers<System, T>(1, std::ptrdiff_t(19), n), numbers<System, T>(2, std::ptrdiff_t(19), m));
        compare<System>("joined_at", by_both, joined_at, numbers<System, T>(1, n), numbers<System, T>(2, m), indices<System, std::int64_t>(3, 777, n + m));
    }
    for (const auto& [n, m] : std::vector<std::pair<std::ptrdiff_t, std::ptrdiff_t>>{{1, 1}, {1, 9}, {4, 0}, {31, 33}, {is_short ? 70 : 700, 300}}) {
        compare<System>("as_vector", by_both, as_vector, numbers<System, T>(1, n, m), numbers<System, T>(2, n * m));
        compare<System>("pairs_as_vector", by_both, pairs_as_vector, numbers<System, T>(1, n), numbers<System, T>(2, m));
        if (m > 0) compare<System>("pairs_at", by_both, pairs_at, numbers<System, T>(1, n), numbers<System, T>(2, m), indices<System, std::int32_t>(3, 555, n));
    }
}
template <class System, class T>
void parts_of_recurrences() {
    using namespace irregular_functions;
    for (const std::ptrdiff_t n : {0, 1, 2, 31, is_short ? 1'003 : 5'003}) {
        const std::ptrdiff_t m = 3;
        if (n > 1) compare<System>("last_state", by_first, last_state, numbers<System, T>(1, n));
        compare<System>("states_at", by_first, states_at, numbers<System, T>(1, n), indices<System, std::int32_t>(2, n == 0 ? 0 : 2 * n + 1, n));
        compare<System>("rows_of_states_at", by_first, rows_of_states_at, numbers<System, T>(1, n, m), indices<System, std::int64_t>(2, n, n));
        compare<System>("joined_states", by_both, joined_states, numbers<System, T>(1, n), numbers<System, T>(2, m));
    }
}

/// Nothing is read or written there: the elements are NaN, and their derivatives go nowhere.
template <class System, class T>
void indices_that_an_array_does_not_have() {
    const both<System, T, 1> x({3}, {1, 2, 3}), y({2}, {4, 5});
    using limits = std::numeric_limits<std::int64_t>;
    const both<System, std::int64_t, 1> at({7}, {0, 3, -3, -4, 2, limits::min(), limits::max()}), beyond({4}, {4, 5, -5, -6});
    const both<System, T, 1> fractions({3}, {T(1), T(1.5), T(-3)});
    const auto are = [](const auto& found, const std::vector<double>& expected) {
        const auto elements = found.to_host();
        for (std::size_t k = 0; k < expected.size(); ++k) check(std::isnan(expected[k]) ? std::isnan(elements.data()[k]) : elements.data()[k] == expected[k], "element " + std::to_string(k));
    };
    const double nan = std::nan("");
    constexpr auto elements = [](auto from, auto places) { return gather(from, places); };
    are(tapeless::value(elements)(on<System>, x.on_device(), at.on_device()), {1, nan, 1, nan, 3, nan, nan});
    are(tapeless::value(elements)(on<System>, x.on_device(), fractions.on_device()), {2, nan, 1});
    constexpr auto of_both = [](auto one, auto other, auto places) { return gather(concat(one, other), places); };
    are(tapeless::value(of_both)(on<System>, x.on_device(), y.on_device(), beyond.on_device()), {5, nan, 1, nan});
    constexpr auto of_states = [](auto from, auto places) { return gather(cumsum(from), places); };
    are(tapeless::value(of_states)(on<System>, x.on_device(), at.on_device()), {1, nan, 1, nan, 6, nan, nan});
    constexpr auto twice = [](auto from, auto places) { return sum(2 * gather(from, places)); };
    are(tapeless::gradient(twice, wrt<0>)(on<System>, x.on_device(), at.on_device()), {4, 0, 2});
    constexpr auto twice_of_states = [](auto from, auto places) { return sum(2 * gather(cumsum(from), places)); };
    are(tapeless::gradient(twice_of_states, wrt<0>)(on<System>, x.on_device(), at.on_device()), {6, 2, 2});
    constexpr auto by_indices_of_indices = [](auto from, auto places, auto which) { return gather(from, gather(places, which)); };
    are(tapeless::value(by_indices_of_indices)(on<System>, x.on_device(), at.on_device(), at.on_device()), {1, nan, 3, nan, 1, nan, nan});
    constexpr auto row = [](auto from, auto places) { return sum(gather(from, places)); };
    const both<System, T, 2> nothing({0, 2}, {});
    check(std::isnan(tapeless::value(row)(on<System>, nothing.on_device(), at.on_device())));
}
/// Every second row from the last one on, a matrix with its rows as columns, indices in a column of a table; and a number that the host does not know.
template <class System>
void arguments_lie_anywhere() {
    using namespace irregular_functions;
    const std::ptrdiff_t rows = 40, columns = 6, count = 50;
    const auto table = numbers<System, double>(1, rows, columns), weights = numbers<System, double>(2, columns, count);
    const auto places = indices<System, std::int32_t>(3, 3 * count, rows / 2);
    const part x{table, (rows - 1) * columns, extents<2>{rows / 2, columns}, extents<2>{-2 * columns, 1}};
    compare<System>("rows_at, in parts", by_both, rows_at, x, part{weights, 0, extents<2>{count, columns}, extents<2>{1, count}}, part{places, 1, extents<1>{count}, extents<1>{3}});
    compare<System>("as_vector, in parts", by_both, as_vector, x, numbers<System, double>(4, rows / 2 * columns));
    constexpr auto last_sum = [](auto from, auto factor) { return factor * cumsum(reshape(from, -1) * factor)[-1]; };
    const memory<System, double> factor(std::vector<double>{0.7});
    const double expected = tapeless::value(last_sum)(x.on_host(), 0.7), found = tapeless::value(last_sum)(on<System>, x.on_device(), device_view<const double, 0>(factor.data()));
    check(std::abs(found - expected) < 1e-11);
}
/// Also an argument that is read at indices.
template <class System>
void dimensions_of_one_step_stretch() {
    const std::ptrdiff_t n = 30, m = 7;
    constexpr auto joined_rows = [](auto x, auto y, auto z) { return sum(sin(concat(x, y) * z)); };
    compare<System>("concat of what stretches", std::integer_sequence<int, 0, 1, 2>{}, joined_rows, numbers<System, double>(1, n, std::ptrdiff_t(1)), numbers<System, double>(2, n, m),
                    numbers<System, double>(3, 2 * n, m));
    constexpr auto rows_times = [](auto x, auto z, auto at) { return sum(sin(gather(x, at) * z)); };
    compare<System>("gather of what stretches", by_both, rows_times, numbers<System, double>(1, n, std::ptrdiff_t(1)), numbers<System, double>(2, 2 * n, m), indices<System, std::int64_t>(3, 2 * n, n));
    compare<System>("gather along what stretches", by_both, rows_times, numbers<System, double>(1, n, m), numbers<System, double>(2, std::ptrdiff_t(1), m), indices<System, std::int64_t>(3, 2 * n, n));
}
/// Of doubles, as atomic sums keep nothing of what they lose.
template <class System>
void atomic_additions_give_the_same_sums() {
    using namespace irregular_functions;
    const auto compare_gradients = [](const char* what, const auto& f, const auto&... argument) {
        const auto by_first = tapeless::gradient(f, wrt<0>);
        compare(what, by_first(tapeless::execution::with_atomics(on<System>), argument.on_device()...), by_first(argument.on_host()...));
    };
    for (const auto& [n, m] : std::vector<std::pair<std::ptrdiff_t, std::ptrdiff_t>>{{1, 1}, {3, 5'003}, {300, 5'003}}) {
        const auto at = indices<System, std::int32_t>(1, m, n);
        compare_gradients("elements_at", elements_at, numbers<System, double>(2, n), numbers<System, double>(3, m), at);
        compare_gradients("rows_at", rows_at, numbers<System, double>(2, n, std::ptrdiff_t(7)), numbers<System, double>(3, m, std::ptrdiff_t(7)), at);
        compare_gradients("one_of_each_row", one_of_each_row, numbers<System, double>(2, m, n), at);
    }
}
template <class System>
void every_run_gives_the_same_bits() {
    const std::ptrdiff_t n = 1'000, m = is_short ? 30'000 : 3'000'000;
    const auto x = numbers<System, float>(1, n), y = numbers<System, float>(2, m);
    const auto at = indices<System, std::int32_t>(3, m, n);
    const auto run_once = [&] { return tapeless::gradient(irregular_functions::elements_at, wrt<0>)(on<System>, x.on_device(), y.on_device(), at.on_device()).to_host(); };
    const auto once = run_once(), again = run_once();
    check(std::memcmp(once.data(), again.data(), sizeof(float) * static_cast<std::size_t>(n)) == 0);
}

template <class System>
void test_all() {
#ifndef TAPELESS_TEST_FLOATS
    run("at_indices, double", at_indices<System, double, std::int64_t>);
    run("concatenations_and_other_shapes, double", concatenations_and_other_shapes<System, double>);
    run("parts_of_recurrences, double", parts_of_recurrences<System, double>);
    run("indices_that_an_array_does_not_have, double", indices_that_an_array_does_not_have<System, double>);
#endif
    run("at_indices, float", at_indices<System, float, std::int32_t>);
    run("concatenations_and_other_shapes, float", concatenations_and_other_shapes<System, float>);
    run("parts_of_recurrences, float", parts_of_recurrences<System, float>);
    run("indices_that_an_array_does_not_have, float", indices_that_an_array_does_not_have<System, float>);
    run("arguments_lie_anywhere", arguments_lie_anywhere<System>);
    run("dimensions_of_one_step_stretch", dimensions_of_one_step_stretch<System>);
    run("atomic_additions_give_the_same_sums", atomic_additions_give_the_same_sums<System>);
    run("every_run_gives_the_same_bits", every_run_gives_the_same_bits<System>);
}

}  // namespace

int main(int count, char** arguments) {
    return test_memory::run_everywhere(count, arguments, []<class System>(System) { test_all<System>(); }, [] {});
}
