// SPDX-License-Identifier: BSL-1.0
// Evaluating a derivative allocates nothing: every form of global operator new counts its calls.
#include "plain_products.hpp"

#include <tapeless/arrays.hpp>
#include <tapeless/tapeless.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <cstdlib>
#include <new>
#include <tuple>

namespace {

long allocations = 0;

void* allocate(std::size_t size) {
    ++allocations;
    return std::malloc(size ? size : 1);
}
void* allocate(std::size_t size, std::align_val_t alignment) {
    ++allocations;
    const auto boundary = static_cast<std::size_t>(alignment);
    return std::aligned_alloc(boundary, (size + boundary - 1) / boundary * boundary);
}
// Not inlined: g++ 12 would see free beside new, and warn.
[[gnu::noinline]] void release(void* memory) { std::free(memory); }
void* or_throw(void* memory) { return memory ? memory : throw std::bad_alloc(); }

}  // namespace

// The forms for arrays and the sized forms of delete call these by default; they are replaced too, so that none is missed.
void* operator new(std::size_t size) { return or_throw(allocate(size)); }
void* operator new[](std::size_t size) { return or_throw(allocate(size)); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return allocate(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return allocate(size); }
void* operator new(std::size_t size, std::align_val_t alignment) { return or_throw(allocate(size, alignment)); }
void* operator new[](std::size_t size, std::align_val_t alignment) { return or_throw(allocate(size, alignment)); }
void* operator new(std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept { return allocate(size, alignment); }
void* operator new[](std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept { return allocate(size, alignment); }
void operator delete(void* memory) noexcept { release(memory); }
void operator delete[](void* memory) noexcept { release(memory); }
void operator delete(void* memory, std::size_t) noexcept { release(memory); }
void operator delete[](void* memory, std::size_t) noexcept { release(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { release(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { release(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { release(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { release(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { release(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { release(memory); }
void operator delete(void* memory, std::align_val_t, const std::nothrow_t&) noexcept { release(memory); }
void operator delete[](void* memory, std::align_val_t, const std::nothrow_t&) noexcept { release(memory); }

namespace {

// Keeps the optimiser from leaving the call out.
volatile double sink;

template <class Call>
long allocations_of(const Call& call) {
    const long before = allocations;
    call();
    return allocations - before;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(no_allocation)

BOOST_AUTO_TEST_CASE(the_count_sees_an_allocation) {
    BOOST_CHECK_EQUAL(allocations_of([] {
                          int* volatile number = new int(1);
                          delete number;
                      }),
                      1);
    struct alignas(64) wide {
        double numbers[8];
    };
    BOOST_CHECK_EQUAL(allocations_of([] {
                          wide* volatile numbers = new (std::nothrow) wide[2];
                          delete[] numbers;
                      }),
                      1);
}

BOOST_AUTO_TEST_CASE(gradient_allocates_nothing) {
    constexpr auto f = [](auto x, auto y) {
        auto t = sin(x * y);
        return t * t + exp(t) * log(1 + x * x);
    };
    BOOST_CHECK_EQUAL(allocations_of([&] { sink = std::get<0>(tapeless::gradient(f)(1.3, 0.7)); }), 0);
    BOOST_CHECK_EQUAL(allocations_of([&] { sink = tapeless::value_and_gradient(f)(1.3, 0.7).value; }), 0);
    BOOST_CHECK_EQUAL(allocations_of([&] { sink = tapeless::gradient(f, tapeless::wrt<1>)(1.3, 0.7); }), 0);
}

BOOST_AUTO_TEST_CASE(gradient_of_a_large_function_allocates_nothing) {
    constexpr auto f = [](const auto& x) {
        auto t = x[0];
        for (int round = 0; round < 10; ++round)
            for (std::size_t k = 0; k < x.size(); ++k) t = sin(t) * x[k] + t;
        return t;
    };
    std::array<double, 8> x{};
    x.fill(0.5);
    BOOST_CHECK_EQUAL(allocations_of([&] { sink = tapeless::gradient(f)(x)[3]; }), 0);
}

BOOST_AUTO_TEST_CASE(derivatives_of_all_kinds_allocate_nothing) {
    constexpr auto f = [](auto x) {
        return lgamma(x) + digamma(x) + polygamma(2, x) + erf(x) + pow(x, 1.3) + tapeless::select(x > 0, sqrt(x), x);
    };
    constexpr auto second = tapeless::derivative(tapeless::derivative(f));
    BOOST_CHECK_EQUAL(allocations_of([&] { sink = tapeless::value_and_derivative(f)(1.3).derivative; }), 0);
    BOOST_CHECK_EQUAL(allocations_of([&] { sink = second(1.3); }), 0);
}

BOOST_AUTO_TEST_CASE(jacobian_allocates_nothing) {
    constexpr auto f = [](const auto& x, auto y) { return std::tuple{std::array{x[0] * y, sin(x[1])}, x[0] / y}; };
    BOOST_CHECK_EQUAL(allocations_of([&] { sink = std::get<1>(std::get<1>(tapeless::jacobian(f)(std::array{1.5, 2.5}, 3.5))); }), 0);
    BOOST_CHECK_EQUAL(allocations_of([&] { sink = std::get<1>(tapeless::value_and_jacobian(f)(std::array{1.5, 2.5}, 3.5).value); }), 0);
}

BOOST_AUTO_TEST_CASE(results_on_arrays_go_to_the_callers_memory) {
    constexpr auto f = [](auto x, auto y) { return sin(x) * y; };
    const double x[3][5] = {}, y[3] = {1, 2, 3};
    double by_x[3][5], by_y[3][5];
    const tapeless::array_view<const double, 2> column(y, {3, 1});
    BOOST_CHECK_EQUAL(allocations_of([&] { tapeless::gradient(f).into(by_x, by_y)(x, column); }), 0);
    BOOST_CHECK_EQUAL(by_x[2][4], 3);
}

BOOST_AUTO_TEST_CASE(functions_of_arrays_allocate_in_their_first_call_only) {
    constexpr auto f = [](auto x, auto row, auto at) { return logsumexp(x * row) + sum(gather(x, at) * row) + sum(sin(reshape(x * row, -1))); };
    const double x[3][5] = {{1, 2, 3}}, row[1][5] = {{1, 2, 3, 4, 5}};
    const int at[] = {2, 0, 2};
    double by_x[3][5], by_row[1][5];
    const auto step = tapeless::value_and_gradient(f, tapeless::wrt<0, 1>).into(by_x, by_row);
    sink = step(x, row, at);
    BOOST_CHECK_EQUAL(allocations_of([&] { sink = step(x, row, at); }), 0);
    BOOST_CHECK(by_row[0][0] > 1);
}

BOOST_AUTO_TEST_CASE(products_of_a_policy_allocate_in_their_first_call_only) {
    constexpr auto f = [](auto A, auto B) { return sum(sin(matmul(A, B))); };
    const float A[3][4] = {{1, 2, 3}};
    const double B[4][5] = {{1, 2, 3}};
    double by_a[3][4], by_b[4][5];
    const auto step = tapeless::value_and_gradient(f).into(by_a, by_b);
    sink = step(plain_products{}, A, B);
    BOOST_CHECK_EQUAL(allocations_of([&] { sink = step(plain_products{}, A, B); }), 0);
    BOOST_CHECK(by_b[0][0] > 0.5);
}

BOOST_AUTO_TEST_CASE(gradient_of_an_expression_allocates_nothing) {
    constexpr auto x = tapeless::symbol<"x">;
    constexpr auto y = tapeless::symbol<"y">;
    constexpr auto e = x * y + sin(x);
    BOOST_CHECK_EQUAL(allocations_of([&] { sink = tapeless::gradient(e)(x = 2.0, y = 3.0)[x]; }), 0);
}

BOOST_AUTO_TEST_SUITE_END()
