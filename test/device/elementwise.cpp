// SPDX-License-Identifier: BSL-1.0
// Functions of numbers on every element of a device's arrays: each element is the call on its numbers, whatever the length and the alignment.
// The host in place of a device always; a CUDA device if nvcc compiles this and there is one.
#include "checks.hpp"
#include "functions.hpp"
#include "memory.hpp"

#if __has_include(<thrust/device_vector.h>)
#include <thrust/device_vector.h>
#endif

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

using checks::check, checks::is_near, checks::run;
using tapeless::device_view, tapeless::gradient, tapeless::value_and_gradient, tapeless::wrt;
using test_memory::drawn, test_memory::is_short, test_memory::memory, test_memory::on;

namespace {

// For sanitizers, which take a hundred times as long.
/// The value and both derivatives of a function, for every element, next to single calls on the host.
template <class System, class T, class Function>
void compare(const Function& f, std::ptrdiff_t count, std::array<std::ptrdiff_t, 5> offsets, double ulps) {
    const auto x = drawn<T>(count, -1, 1, 1), y = drawn<T>(count, 0.2, 3, 2);
    const std::vector<T> poison(x.size(), T(-12345));
    memory<System, T> on_x(x, offsets[0]), on_y(y, offsets[1]), value(poison, offsets[2]), by_x(poison, offsets[3]), by_y(poison, offsets[4]);
    value_and_gradient(f).into(value.view(), by_x.view(), by_y.view())(on<System>, on_x.view(), on_y.view());
    const auto values = value.to_host(), all_by_x = by_x.to_host(), all_by_y = by_y.to_host();
    for (std::size_t k = 0; k < x.size(); ++k) {
        const auto [expected, by] = value_and_gradient(f)(x[k], y[k]);
        const auto compare_one = [&](T computed, T right, const char* what) {
            if (is_near(computed, right, ulps)) return;
            check(false, std::string(what) + " " + std::to_string(k) + " of " + std::to_string(count) + " at (" + std::to_string(x[k]) + ", " +
                                                      std::to_string(y[k]) + "): " + std::to_string(computed) + " instead of " + std::to_string(right));
        };
        compare_one(values[k], expected, "value");
        compare_one(all_by_x[k], std::get<0>(by), "by x");
        compare_one(all_by_y[k], std::get<1>(by), "by y");
    }
}

template <class System, class T>
void every_length_and_alignment() {
    for (std::ptrdiff_t count : {0, 1, 3, 4, 1023, 1024, 1025, is_short ? 100'005 : 1'000'005}) compare<System, T>(functions::product, count, {}, 32);
    compare<System, T>(functions::product, 4099, {1, 1, 1, 1, 1}, 32);
    compare<System, T>(functions::product, 4099, {0, 1, 2, 3, 1}, 32);
    compare<System, T>(functions::product, 4099, {0, 0, 0, 0, 1}, 32);
    compare<System, T>(functions::product, 4096, {4, 8, 4, 0, 4}, 32);
}

template <class System, class T>
void every_operation() {
    const std::ptrdiff_t count = is_short ? 1'011 : 20'011;
    compare<System, T>(functions::special, count, {}, 64);
    compare<System, T>(functions::powers, count, {}, 128);
    compare<System, T>(functions::inverse, count, {}, 64);
    compare<System, T>(functions::choices, count, {}, 32);
    compare<System, T>(functions::polygammas, count, {}, 256);
    compare<System, T>(functions::longer, count, {}, 256);
}

template <class System>
void numbers_stand_for_all_elements() {
    constexpr auto line = [](const auto& p, auto x, auto y) { return p[0] + p[1] * x + y * x * x; };
    const auto x = drawn<float>(1001, -1, 1, 3);
    memory<System, float> on_x(x), by_p0(x), by_p1(x), by_x(x), by_y(x);
    gradient(line).into(by_p0.view(), by_p1.view(), by_x.view(), by_y.view())(on<System>, std::array<float, 2>{1, 2}, on_x.view(), 3.f);
    const auto of_p0 = by_p0.to_host(), of_p1 = by_p1.to_host(), of_x = by_x.to_host(), of_y = by_y.to_host();
    for (std::size_t k = 0; k < x.size(); ++k) check(of_p0[k] == 1 && of_p1[k] == x[k] && is_near(of_x[k], 2 + 6 * x[k], 2) && is_near(of_y[k], x[k] * x[k], 2));
}

template <class System>
void elements_have_any_number_type() {
    constexpr auto f = [](auto n, auto x) { return n * x * x; };
    const std::vector<int> n{1, 2, 3, 4, 5};
    const std::vector<float> x{1, 2, 3, 4, 5};
    memory<System, int> on_n(n);
    memory<System, float> on_x(x);
    memory<System, double> by_x(std::vector<double>(5));
    gradient(f, wrt<1>).into(by_x.view())(on<System>, on_n.view(), 0.25);
    check(by_x.to_host() == std::vector<double>{0.5, 1, 1.5, 2, 2.5});
    const auto product = [](auto a, auto b, auto c) { return a * b * c; };
    gradient(product, wrt<2>).into(by_x.view())(on<System>, on_n.view(), on_x.view(), 1.0);
    check(by_x.to_host() == std::vector<double>{1, 4, 9, 16, 25});
}

template <class System>
void results_may_lie_where_arguments_do() {
    for (std::ptrdiff_t offset : {0, 1})
        for (std::ptrdiff_t count : {5, 100'003}) {
            const auto x = drawn<float>(count, -1, 1, 4), y = drawn<float>(count, 0.2, 3, 5);
            memory<System, float> on_x(x, offset), on_y(y, offset);
            gradient(functions::product).into(on_x.view(), on_y.view())(on<System>, on_x.view(), on_y.view());
            const auto by_x = on_x.to_host(), by_y = on_y.to_host();
            for (std::size_t k = 0; k < x.size(); ++k) {
                const auto [of_x, of_y] = gradient(functions::product)(x[k], y[k]);
                check(is_near(by_x[k], of_x, 32) && is_near(by_y[k], of_y, 32));
            }
        }
}

template <class System>
void every_run_gives_the_same_bits() {
    const auto x = drawn<float>(50'001, -1, 1, 6), y = drawn<float>(50'001, 0.2, 3, 7);
    memory<System, float> on_x(x), on_y(y), moved_x(x, 1);
    const auto run_once = [&](device_view<float> from) {
        const auto [value, by] = value_and_gradient(functions::special)(on<System>, from, on_y.view());
        const auto a = value.to_host(), b = std::get<0>(by).to_host(), c = std::get<1>(by).to_host();
        std::vector<float> all(a.begin(), a.end());
        all.insert(all.end(), b.begin(), b.end());
        all.insert(all.end(), c.begin(), c.end());
        return all;
    };
    const auto once = run_once(on_x.view()), again = run_once(on_x.view()), moved = run_once(moved_x.view());
    check(std::memcmp(once.data(), again.data(), sizeof(float) * once.size()) == 0, "again");
    // Products and sums are contracted otherwise there.
    for (std::size_t k = 0; k < once.size(); ++k) check(is_near(moved[k], once[k], 64), "of memory that is not aligned");
}

template <class System>
void results_are_returned_in_the_shape_of_a_single_call() {
    const std::vector<double> x{1, 2, 3, 4, 5, 6};
    memory<System, double> on_x(x);
    const device_view<const double, 2> table(on_x.data(), {2, 3});
    constexpr auto cube = [](auto t) { return t * t * t; };
    const auto by = tapeless::derivative(cube)(on<System>, table);
    static_assert(std::remove_cvref_t<decltype(by)>::rank == 2);
    check(by.shape()[0] == 2 && by.shape()[1] == 3 && by.to_host()(1, 2) == 108);
    check(tapeless::value(cube)(on<System>, table).to_host()(1, 0) == 64);
    constexpr auto pair = [](auto s, auto t) { return std::array{s * t, s + t}; };
    const auto entries = tapeless::jacobian(pair)(on<System>, on_x.view(), 2.0);
    check(std::get<1>(entries)[0].to_host()[5] == 6);
    check(tapeless::derivative(tapeless::derivative(cube))(on<System>, by).to_host()(0, 1) == 72);
}

template <class System>
void lengths_that_differ_are_named_before_anything_is_written() {
    memory<System, float> five(std::vector<float>(5)), six(std::vector<float>(6)), result(std::vector<float>(5, 7));
    const auto by_x = gradient(functions::product, wrt<0>);
    using tapeless::shape_error;
    check(checks::throws_with<shape_error>("tapeless::gradient: argument 1 has the shape (6,), argument 0 (5,); on a device arrays do not broadcast.",
                                           [&] { by_x.into(result.view())(on<System>, five.view(), six.view()); }));
    check(checks::throws_with<shape_error>("tapeless::gradient: memory 0 of into(…) has the shape (5,); the results have (6,).",
                                           [&] { by_x.into(result.view())(on<System>, six.view(), six.view()); }));
    check(result.to_host() == std::vector<float>(5, 7));
}

/// What holds of every system.
template <class System>
void test_all() {
    run("every_length_and_alignment, float", every_length_and_alignment<System, float>);
    run("every_length_and_alignment, double", every_length_and_alignment<System, double>);
    run("every_operation, float", every_operation<System, float>);
    run("every_operation, double", every_operation<System, double>);
    run("numbers_stand_for_all_elements", numbers_stand_for_all_elements<System>);
    run("elements_have_any_number_type", elements_have_any_number_type<System>);
    run("results_may_lie_where_arguments_do", results_may_lie_where_arguments_do<System>);
    run("every_run_gives_the_same_bits", every_run_gives_the_same_bits<System>);
    run("results_are_returned_in_the_shape_of_a_single_call", results_are_returned_in_the_shape_of_a_single_call<System>);
    run("lengths_that_differ_are_named_before_anything_is_written", lengths_that_differ_are_named_before_anything_is_written<System>);
}

#if __has_include(<thrust/device_vector.h>)
void thrust_vectors_are_arguments_and_memory() {
    thrust::device_vector<float> x(3, 2), y(3, 3), by_x(3), by_y(3);
    gradient([](auto a, auto b) { return a * a * b; }).into(by_x, by_y)(tapeless::execution::device, x, y);
    check(by_x[2] == 12 && by_y[0] == 4);
    const thrust::device_vector<float>& constant = x;
    check(tapeless::value([](auto a) { return a + 1; })(tapeless::execution::device, constant).to_host()[1] == 3);
}
#endif

#ifdef __CUDACC__
void streams_run_in_their_own_order() {
    using system = tapeless::detail::cuda_system;
    cudaStream_t streams[2];
    for (cudaStream_t& stream : streams) check(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking) == cudaSuccess);
    {
        memory<system, float> x(std::vector<float>(1 << 20, 1)), y(std::vector<float>(1 << 20, 1));
        constexpr auto twice = tapeless::derivative([](auto t) { return t * t; });
        for (int step = 0; step < 10; ++step) {
            twice.into(x.view())(tapeless::execution::device.on(streams[0]), x.view());
            twice.into(y.view())(tapeless::execution::device.on(streams[1]), y.view());
        }
        const auto returned = twice(tapeless::execution::device.on(streams[0]), x.view());
        check(returned.to_host()[5] == 2048);
        check(cudaStreamSynchronize(streams[1]) == cudaSuccess);
        check(y.to_host() == std::vector<float>(1 << 20, 1024));
    }
    for (cudaStream_t stream : streams) cudaStreamDestroy(stream);
}
void a_device_that_refuses_is_an_exception_with_the_statement() {
    const device_view<float> huge(nullptr, std::ptrdiff_t{1} << 44);
    check(checks::throws_with<tapeless::device_error>("tapeless::derivative (", [&] { tapeless::derivative([](auto t) { return t * t; })(tapeless::execution::device.on(nullptr), huge); }));
    check(checks::throws_with<tapeless::device_error>("at most 2,147,483,647 blocks", [&] {
        tapeless::derivative([](auto t) { return t * t; }).into(huge)(tapeless::execution::device, huge);
    }));
    check(cudaGetLastError() == cudaSuccess);
    compare<tapeless::detail::cuda_system, float>(functions::product, 1000, {}, 32);
}
#endif

}  // namespace

int main(int count, char** arguments) {
    return test_memory::run_everywhere(count, arguments, []<class System>(System) { test_all<System>(); }, [] {
#if __has_include(<thrust/device_vector.h>)
        run("thrust_vectors_are_arguments_and_memory", thrust_vectors_are_arguments_and_memory);
#endif
#ifdef __CUDACC__
        run("streams_run_in_their_own_order", streams_run_in_their_own_order);
        run("a_device_that_refuses_is_an_exception_with_the_statement", a_device_that_refuses_is_an_exception_with_the_statement);
#endif
    });
}
