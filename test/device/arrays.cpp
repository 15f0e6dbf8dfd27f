// SPDX-License-Identifier: BSL-1.0
// Functions of arrays on a device, with shapes that many blocks share out, next to the host's results. The host in place of a device always; a CUDA device if
// nvcc compiles this and there is one. TAPELESS_TEST_LESS: on a CUDA device only, where all that is tested is that nvcc takes it. TAPELESS_TEST_FLOATS: floats only.
#include "array_functions.hpp"
#include "checks.hpp"
#include "memory.hpp"

#if __has_include(<thrust/device_vector.h>)
#include <thrust/device_vector.h>
#endif

#include <cmath>
#include <cstring>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

using checks::check, checks::run;
using tapeless::axis, tapeless::device_view, tapeless::extents, tapeless::value_and_gradient, tapeless::wrt;
using test_memory::drawn, test_memory::is_short, test_memory::memory, test_memory::on;

namespace {

template <class T>
struct drawn_array {
    std::vector<T> elements;
    std::vector<std::ptrdiff_t> shape;
};
template <int Rank, class T>
extents<Rank> shape_of(const drawn_array<T>& x) {
    extents<Rank> shape{};
    for (int d = 0; d < Rank; ++d) shape[static_cast<std::size_t>(d)] = x.shape[static_cast<std::size_t>(d)];
    return shape;
}

/// An argument, Rank 0 for a number, on the host and on a device.
template <class T, int Rank, class System>
class both {
public:
    both(const std::vector<std::ptrdiff_t>& shape, std::uint64_t seed, double low = -1, double high = 1) : host_{drawn<T>(count(shape), low, high, seed), shape}, device_(host_.elements), gradient_(host_.elements) {}
    auto on_host() const {
        if constexpr (Rank == 0) return host_.elements[0];
        else return tapeless::array_view<const T, Rank>(host_.elements.data(), shape_of<Rank>(host_));
    }
    auto on_device() {
        if constexpr (Rank == 0) return host_.elements[0];
        else return device_view<const T, Rank>(device_.data(), shape_of<Rank>(host_));
    }
    decltype(auto) gradient() {
        if constexpr (Rank == 0) return (number_);
        else return device_view<T, Rank>(gradient_.data(), shape_of<Rank>(host_));
    }
    template <class Gradient>
    void compare(const char* what, const Gradient& expected, double tolerance) {
        if constexpr (Rank == 0) {
            check(std::abs(number_ - expected) <= tolerance * (1e-3 + std::abs(expected)), std::string(what) + ": " + std::to_string(number_) + " instead of " + std::to_string(expected));
        } else {
            const auto found = gradient_.to_host();
            double greatest = 1e-3, worst = 0;
            std::size_t at = 0, where = 0;
            for (const T& right : expected) {
                greatest = std::max(greatest, static_cast<double>(std::abs(right)));
                const double error = std::abs(static_cast<double>(found[at]) - static_cast<double>(right));
                if (!(error <= worst)) worst = error, where = at;
                ++at;
            }
            check(worst <= tolerance * greatest, std::string(what) + ", element " + std::to_string(where) + ": off by " + std::to_string(worst) + " of " + std::to_string(greatest));
        }
    }

private:
    static std::ptrdiff_t count(const std::vector<std::ptrdiff_t>& shape) {
        std::ptrdiff_t all = 1;
        for (const std::ptrdiff_t extent : shape) all *= extent;
        return all;
    }
    drawn_array<T> host_;
    memory<System, T> device_, gradient_;
    T number_ = 0;
};

template <class System, class T, class Function, class... Argument>
void compare(const char* what, const Function& f, Argument&&... argument) {
    const double tolerance = std::is_same_v<T, float> ? 2e-4 : 1e-11;
    const auto expected = value_and_gradient(f)(argument.on_host()...);
    const T value = [&](auto&&... gradient) { return value_and_gradient(f).into(gradient...)(on<System>, argument.on_device()...); }(argument.gradient()...);
    check(std::abs(value - expected.value) <= tolerance * (1 + std::abs(expected.value)), std::string(what) + ": the value is " + std::to_string(value) + " instead of " + std::to_string(expected.value));
    if constexpr (sizeof...(Argument) == 1) {
        (argument.compare(what, expected.gradient, tolerance), ...);
    } else {
        [&]<std::size_t... K>(std::index_sequence<K...>) { (argument.compare(what, std::get<K>(expected.gradient), tolerance), ...); }(std::index_sequence_for<Argument...>{});
    }
}

template <class System, class T>
void problems_of_every_size() {
    for (const std::ptrdiff_t n : {1, 31, 257, 5'003, is_short ? 20'011 : 300'007}) {
        compare<System, T>("weighted", array_functions::weighted, both<T, 1, System>({n}, 1), both<T, 1, System>({n}, 2), both<T, 1, System>({n}, 3), both<T, 1, System>({n}, 4));
        compare<System, T>("normal_log_likelihood", array_functions::normal_log_likelihood, both<T, 1, System>({n}, 1), both<T, 0, System>({1}, 2), both<T, 0, System>({1}, 3, 0.5, 2));
        if (n < 10'000) {
            compare<System, T>("recurrence", array_functions::recurrence, both<T, 1, System>({n}, 1), both<T, 0, System>({1}, 2, 0.1, 0.5), both<T, 0, System>({1}, 3));
            compare<System, T>("pendulum", array_functions::pendulum, both<T, 1, System>({n}, 1, -0.01, 0.01), both<T, 0, System>({1}, 2, 0.1, 0.2));
        }
        if (n > 1) compare<System, T>("autoregression", array_functions::autoregression, both<T, 1, System>({n}, 1), both<T, 0, System>({1}, 2));
    }
    const auto for_each_table = [](const auto& body) {
        for (const auto& [rows, columns] : std::vector<std::pair<std::ptrdiff_t, std::ptrdiff_t>>{{1, 1}, {3, 5}, {7, 300}, {300, 7}, {1000, 33}, {33, 1000}, {2, is_short ? 5'000 : 70'000}, {is_short ? 5'000 : 70'000, 3}, {513, 257}})
            body(rows, columns);
    };
    for_each_table([](std::ptrdiff_t n, std::ptrdiff_t m) {
        compare<System, T>("logistic_regression", array_functions::logistic_regression, both<T, 1, System>({m}, 1), both<T, 2, System>({n, m}, 2, -0.1, 0.1), both<T, 1, System>({n}, 3));
        compare<System, T>("rms_norm", array_functions::rms_norm, both<T, 2, System>({n, m}, 1), both<T, 1, System>({m}, 2), both<T, 2, System>({n, m}, 3));
        compare<System, T>("table", array_functions::table, both<T, 1, System>({n}, 1), both<T, 1, System>({m}, 2), both<T, 2, System>({n, m}, 3));
        compare<System, T>("column_norms", array_functions::column_norms, both<T, 2, System>({n, m}, 1));
        compare<System, T>("greatest", array_functions::greatest, both<T, 2, System>({n, m}, 1));
        compare<System, T>("recurrence_of_rows", array_functions::recurrence_of_rows, both<T, 2, System>({n, m}, 1), both<T, 1, System>({m}, 2));
        if (n * m < 100'000) compare<System, T>("sums_along_both", array_functions::sums_along_both, both<T, 2, System>({n, m}, 1, -0.01, 0.01), both<T, 2, System>({n, m}, 2));
        compare<System, T>("transposed", array_functions::transposed, both<T, 2, System>({n, m}, 1), both<T, 2, System>({m, n}, 2));
    });
    for (const std::ptrdiff_t n : {1, 5, is_short ? 40 : 300}) compare<System, T>("pairwise_kernel", array_functions::pairwise_kernel, both<T, 2, System>({n, 3}, 1), both<T, 0, System>({1}, 2, 0.5, 2));
    compare<System, T>("of_three_axes", array_functions::of_three_axes, both<T, 3, System>({5, 6, 7}, 1), both<T, 3, System>({5, 6, 7}, 2));
    compare<System, T>("of_three_axes, long", array_functions::of_three_axes, both<T, 3, System>({40, 30, 50}, 1), both<T, 3, System>({40, 30, 50}, 2));
}

/// By some arguments only, returned; labels are not differentiated by.
template <class System>
void gradients_are_returned() {
    const std::ptrdiff_t n = 700, m = 11;
    both<double, 2, System> logits({n, m}, 1);
    std::vector<double> labels(n);
    for (std::ptrdiff_t k = 0; k < n; ++k) labels[static_cast<std::size_t>(k)] = static_cast<double>(k * 7 % m);
    memory<System, double> on_labels(labels);
    constexpr auto by_logits = value_and_gradient(array_functions::cross_entropy, wrt<0>);
    const auto expected = by_logits(logits.on_host(), labels);
    const auto found = by_logits(on<System>, logits.on_device(), on_labels.view());
    static_assert(std::remove_cvref_t<decltype(found.gradient)>::rank == 2);
    check(std::abs(found.value - expected.value) < 1e-12);
    const auto gradient = found.gradient.to_host();
    for (std::ptrdiff_t k = 0; k < n * m; ++k) check(std::abs(gradient.data()[k] - expected.gradient.data()[k]) < 1e-14);
    check(std::abs(tapeless::value(array_functions::cross_entropy)(on<System>, logits.on_device(), on_labels.view()) - expected.value) < 1e-12);

    constexpr auto line = [](const auto& p, auto x) { return sum(p[0] + p[1] * x * x); };
    const auto by_p = tapeless::gradient(line, wrt<0>)(on<System>, std::array<double, 2>{1, 2}, on_labels.view());
    double squares = 0;
    for (const double x : labels) squares += x * x;
    double by_s = 0;
    const double value = value_and_gradient([](auto x, auto s) { return sum(s * s * x); }, wrt<1>).into(by_s)(on<System>, on_labels.view(), 3.0);
    double sum_of_labels = 0;
    for (const double x : labels) sum_of_labels += x;
    check(std::abs(by_s - 6 * sum_of_labels) < 1e-9 && std::abs(value - 9 * sum_of_labels) < 1e-9);
    // Nothing waits where all results stay on the device.
    memory<System, double> value_there(std::vector<double>(1)), by_s_there(std::vector<double>(1));
    value_and_gradient([](auto x, auto s) { return sum(s * s * x); }, wrt<1>).into(value_there.view(), by_s_there.view())(on<System>, on_labels.view(), 3.0);
    check(value_there.to_host()[0] == value && by_s_there.to_host()[0] == by_s);
    check(by_p[0] == 700 && std::abs(by_p[1] - squares) < 1e-9 * squares);
}
template <class System>
void values_are_arrays() {
    both<float, 2, System> x({77, 333}, 1);
    constexpr auto normalised = [](auto z) { return softmax(z, axis<1>) * sum(z, axis<0>); };
    const auto expected = tapeless::value(normalised)(x.on_host());
    const auto found = tapeless::value(normalised)(on<System>, x.on_device()).to_host();
    memory<System, float> result(std::vector<float>(77 * 333));
    tapeless::value(normalised).into(device_view<float, 2>(result.data(), {77, 333}))(on<System>, x.on_device());
    const auto written = result.to_host();
    for (std::ptrdiff_t k = 0; k < 77 * 333; ++k) check(std::abs(found.data()[k] - expected.data()[k]) < 1e-6f && written[static_cast<std::size_t>(k)] == found.data()[k]);
}
template <class System>
void every_run_gives_the_same_bits() {
    both<float, 2, System> x({3000, 257}, 2, -0.1, 0.1);
    both<float, 1, System> w({257}, 1), y({3000}, 3);
    const auto run_once = [&] {
        memory<System, float> value(std::vector<float>(1)), by_w(std::vector<float>(257));
        // The value in a device's memory: nothing waits for it.
        value_and_gradient(array_functions::logistic_regression, wrt<0>).into(value.view(), by_w.view())(on<System>, w.on_device(), x.on_device(), y.on_device());
        auto all = by_w.to_host();
        all.push_back(value.to_host()[0]);
        return all;
    };
    const auto once = run_once(), again = run_once();
    check(std::memcmp(once.data(), again.data(), sizeof(float) * once.size()) == 0);
}
/// Also along one axis, and of floats.
template <class System>
void long_sums_keep_their_digits() {
    const std::ptrdiff_t n = is_short ? 200'000 : 10'000'000;
    const memory<System, float> all(std::vector<float>(static_cast<std::size_t>(n), 0.1f));
    const auto view = [&](std::ptrdiff_t rows, std::ptrdiff_t columns) { return device_view<const float, 2>(all.data(), {rows, columns}); };
    const auto is_right = [](double found, std::ptrdiff_t count) { return std::abs(found / (static_cast<double>(count) * 0.1f) - 1) < 2e-6; };
    check(is_right(tapeless::value([](auto x) { return sum(x, axis<1>); })(on<System>, view(1, n)).to_host()(0), n));
    check(is_right(tapeless::value([](auto x) { return sum(x, axis<0>); })(on<System>, view(n / 4, 4)).to_host()(3), n / 4));
    check(is_right(tapeless::value([](auto x) { return sum(x); })(on<System>, view(n / 4, 4)), n));
}
template <class System>
void wrong_shapes_are_named_before_anything_is_written() {
    using tapeless::shape_error;
    both<double, 2, System> x({4, 3}, 1);
    both<double, 1, System> w({3}, 2), y({5}, 3), good({4}, 4);
    memory<System, double> result(std::vector<double>(4, 7));
    const auto by_w = tapeless::gradient(array_functions::logistic_regression, wrt<0>);
    check(checks::throws_with<shape_error>("elements, but", [&] { by_w.into(result.view())(on<System>, w.on_device(), x.on_device(), y.on_device()); }));
    check(checks::throws_with<shape_error>("tapeless::gradient: memory 0 of into(…) has the shape (4,); the argument has (3,).",
                                           [&] { by_w.into(result.view())(on<System>, w.on_device(), x.on_device(), good.on_device()); }));
    const device_view<double> of_w(const_cast<double*>(w.on_device().data()), 3);
    check(checks::throws_with<shape_error>("tapeless::gradient: the memory of into(…) is an argument's, too; on a device it must be apart.", [&] { by_w.into(of_w)(on<System>, w.on_device(), x.on_device(), good.on_device()); }));
    check(result.to_host() == std::vector<double>(4, 7));
    const device_view<double> with_gaps(result.data(), {3}, {1 + 1});
    check(checks::throws_with<shape_error>("memory 0 of into(…) has gaps", [&] { by_w.into(with_gaps)(on<System>, w.on_device(), x.on_device(), good.on_device()); }));
    check(result.to_host() == std::vector<double>(4, 7));
}
/// The derivatives are sums over the steps that they stretch to.
template <class System>
void dimensions_of_one_step_stretch() {
    both<double, 2, System> x({400, 30}, 1), row({1, 30}, 2), column({400, 1}, 3), one({1, 1}, 4);
    constexpr auto f = [](auto a, auto b, auto c, auto d) { return sum(a * tanh(b * c) + exp(d * b) * select(b < 0, b, 0) * b); };
    const auto expected = value_and_gradient(f)(x.on_host(), row.on_host(), column.on_host(), one.on_host());
    const double value = value_and_gradient(f).into(x.gradient(), row.gradient(), column.gradient(), one.gradient())(on<System>, x.on_device(), row.on_device(), column.on_device(), one.on_device());
    check(checks::is_near(value, expected.value, 1000));
    x.compare("by what does not stretch", std::get<0>(expected.gradient), 1e-12);
    row.compare("by a row", std::get<1>(expected.gradient), 1e-12);
    column.compare("by a column", std::get<2>(expected.gradient), 1e-12);
    one.compare("by one element", std::get<3>(expected.gradient), 1e-12);
    // One that is read in several ways.
    constexpr auto parts = [](auto a, auto b) { return sum(a * b) + sum(slice(a, 0, 10, axis<1>) * exp(slice(b, 5, 15, axis<1>))); };
    const auto of_parts = tapeless::gradient(parts, wrt<1>)(x.on_host(), row.on_host());
    tapeless::gradient(parts, wrt<1>).into(row.gradient())(on<System>, x.on_device(), row.on_device());
    row.compare("by parts", of_parts, 1e-12);
}
template <class System>
void arguments_lie_anywhere() {
    both<float, 2, System> x({60, 90}, 1), y({45, 20}, 2);
    // Every second column, the last one first; a matrix with its rows as columns.
    const device_view<const float, 2> part(x.on_device().data() + 89, {20, 45}, {90, -2}), turned(y.on_device().data(), {20, 45}, {1, 20});
    const tapeless::array_view<const float, 2> part_on_host(x.on_host().data() + 89, {20, 45}, {90, -2}), turned_on_host(y.on_host().data(), {20, 45}, {1, 20});
    constexpr auto f = [](auto a, auto b) { return sum(exp(a) * b * b); };
    const auto expected = tapeless::gradient(f)(part_on_host, turned_on_host);
    const auto found = tapeless::gradient(f)(on<System>, part, turned);
    const auto by_part = std::get<0>(found).to_host(), by_turned = std::get<1>(found).to_host();
    for (int row = 0; row < 20; ++row)
        for (int column = 0; column < 45; ++column)
            check(checks::is_near(by_part(row, column), std::get<0>(expected)(row, column), 8) && checks::is_near(by_turned(row, column), std::get<1>(expected)(row, column), 8));
    check(checks::throws_with<tapeless::shape_error>("argument 0 has gaps", [&] { static_cast<void>(tapeless::derivative([](auto a) { return exp(a); })(on<System>, part)); }));
}
/// Nothing waits for them.
template <class System>
void numbers_lie_on_the_device() {
    both<double, 1, System> x({1000}, 1);
    memory<System, double> factor(std::vector<double>{0.7}), shift(std::vector<double>{-0.2}), by_factor(std::vector<double>(1)), by_shift(std::vector<double>(1)), value(std::vector<double>(1));
    using number = device_view<const double, 0>;
    using result = device_view<double, 0>;
    constexpr auto f = [](auto a, auto s, auto t) { return sum(sin(a * s + t)) * t; };
    const auto expected = value_and_gradient(f, wrt<1, 2>)(x.on_host(), 0.7, -0.2);
    value_and_gradient(f, wrt<1, 2>).into(result(value.data()), result(by_factor.data()), result(by_shift.data()))(on<System>, x.on_device(), number(factor.data()), number(shift.data()));
    check(checks::is_near(value.to_host()[0], expected.value, 100) && checks::is_near(by_factor.to_host()[0], std::get<0>(expected.gradient), 100) && checks::is_near(by_shift.to_host()[0], std::get<1>(expected.gradient), 100));
    check(checks::is_near(tapeless::value(f)(on<System>, x.on_device(), number(factor.data()), -0.2), expected.value, 100));
    tapeless::value(f).into(result(value.data()))(on<System>, x.on_device(), 0.7, number(shift.data()));
    check(checks::is_near(value.to_host()[0], expected.value, 100));
}

template <class System>
void test_all() {
#ifndef TAPELESS_TEST_FLOATS
    run("problems_of_every_size, double", problems_of_every_size<System, double>);
#endif
    run("problems_of_every_size, float", problems_of_every_size<System, float>);
    run("gradients_are_returned", gradients_are_returned<System>);
    run("values_are_arrays", values_are_arrays<System>);
    run("every_run_gives_the_same_bits", every_run_gives_the_same_bits<System>);
    run("dimensions_of_one_step_stretch", dimensions_of_one_step_stretch<System>);
    run("arguments_lie_anywhere", arguments_lie_anywhere<System>);
    run("numbers_lie_on_the_device", numbers_lie_on_the_device<System>);
    run("long_sums_keep_their_digits", long_sums_keep_their_digits<System>);
    run("wrong_shapes_are_named_before_anything_is_written", wrong_shapes_are_named_before_anything_is_written<System>);
}

#if __has_include(<thrust/device_vector.h>)
void thrust_vectors_are_arguments_and_memory() {
    thrust::device_vector<float> w(3, 2), x(3, 3), by_w(3);
    constexpr auto dot_product = [](auto a, auto b) { return sum(a * b); };
    const float value = value_and_gradient(dot_product, wrt<0>).into(by_w)(tapeless::execution::device, w, x);
    check(value == 18 && by_w[2] == 3);
    float by_factor = 0;
    tapeless::gradient([](auto a, auto s) { return sum(s * a * a); }, wrt<0, 1>).into(by_w, by_factor)(tapeless::execution::device, x, 0.5f);
    check(by_w[1] == 3 && by_factor == 27);
}
#endif

}  // namespace

int main(int count, char** arguments) {
    return test_memory::run_everywhere(count, arguments, []<class System>(System) { test_all<System>(); }, [] {
#if __has_include(<thrust/device_vector.h>)
        run("thrust_vectors_are_arguments_and_memory", thrust_vectors_are_arguments_and_memory);
#endif
    });
}
