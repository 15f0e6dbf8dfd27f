// SPDX-License-Identifier: BSL-1.0
// Products of matrices by cuBLAS, of functions of arrays and of Variables, next to the host's. Without nvcc the host takes the device's place, and loops that of
// cuBLAS, which are strict about what they are given. TAPELESS_TEST_LESS: functions of floats only, where all that is tested is that nvcc takes it.
#include "checks.hpp"
#include "memory.hpp"

#include <tapeless/device_variables.hpp>

#ifndef __CUDACC__
#include "cublas_on_host.hpp"
#endif
#include <tapeless/interop/cublas.hpp>

#include <cmath>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

namespace {

using checks::check;
using tapeless::array_view, tapeless::device_view, tapeless::extents, tapeless::Variable;
using test_memory::drawn, test_memory::memory;

#ifdef __CUDACC__
using base_system = tapeless::detail::cuda_system;
void check_calls(int) {}
#else
using base_system = tapeless::detail::device_system;
const bool variables_multiply = tapeless::detail::multiply_by_cublas<base_system>();
void check_calls(int expected) {
    check(cublas_on_host::products == expected, std::to_string(cublas_on_host::products) + " products instead of " + std::to_string(expected));
    cublas_on_host::products = 0;
}
#endif
using system = tapeless::detail::cublas_system<base_system>;
constexpr tapeless::execution::device_policy<system> cublas{};

/// An array of the host's and a device's, somewhere in its memory.
template <class T, int Rank>
struct both {
    using shape_type = extents<static_cast<std::size_t>(Rank)>;
    std::vector<T> elements;
    memory<system, T> on_device;
    shape_type shape, strides;
    std::ptrdiff_t first;

    both(const shape_type& shape, unsigned seed) : both(shape, tapeless::detail::strides_by_rows(shape), 0, tapeless::size_of(shape), seed) {}
    both(const shape_type& shape, const shape_type& strides, std::ptrdiff_t first, std::ptrdiff_t size, unsigned seed) : elements(drawn<T>(size, -1, 1, seed)), on_device(elements), shape(shape), strides(strides), first(first) {}
    auto host() const { return array_view<const T, Rank>(elements.data() + first, shape, strides); }
    auto device() const { return device_view<const T, Rank>(on_device.data() + first, shape, strides); }
};

template <class T>
bool are_near(const std::vector<T>& found, const T* expected, double ulps) {
    for (std::size_t k = 0; k < found.size(); ++k)
        if (!checks::is_near(found[k], expected[k], ulps)) return false;
    return true;
}
/// Value and gradients of a function of two matrices, by so many products.
template <class T, int A, int B, class Function>
void compare(int calls, const Function& f, const both<T, A>& a, const both<T, B>& b, const char* what) {
    const auto expected = tapeless::value_and_gradient(f)(a.host(), b.host());
    memory<system, T> by_a(std::vector<T>(static_cast<std::size_t>(tapeless::size_of(a.shape)), 77)), by_b(std::vector<T>(static_cast<std::size_t>(tapeless::size_of(b.shape)), 77));
    check_calls(0);
    const T value = tapeless::value_and_gradient(f).into(device_view<T, A>(by_a.data(), a.shape), device_view<T, B>(by_b.data(), b.shape))(cublas, a.device(), b.device());
    check_calls(calls);
    const auto& [by_first, by_second] = expected.gradient;
    check(checks::is_near(value, expected.value, 1000), what);
    check(are_near(by_a.to_host(), by_first.data(), 1000) && are_near(by_b.to_host(), by_second.data(), 1000), what);
}

constexpr auto waves = [](auto A, auto B) { return sum(sin(matmul(A, B))); };

template <class T>
void products_of_functions_are_the_hosts() {
    compare(3, waves, both<T, 2>({70, 50}, 1), both<T, 2>({50, 90}, 2), "by rows");
    compare(3, waves, both<T, 2>({70, 50}, {1, 70}, 0, 3500, 1), both<T, 2>({50, 90}, {1, 50}, 0, 4500, 2), "by columns");
    compare(3, [](auto A, auto B) { return sum(sin(matmul(transpose(A), transpose(B)))); }, both<T, 2>({50, 70}, 1), both<T, 2>({90, 50}, 2), "transposed");
    compare(3, waves, both<T, 2>({7, 5}, {40, 3}, 2, 300, 1), both<T, 2>({5, 9}, {12, -1}, 11, 80, 2), "strides that must be copied");
    compare(12, waves, both<T, 3>({4, 7, 5}, 1), both<T, 3>({4, 5, 9}, 2), "batches");
    compare(6, [](auto A, auto B) { return sum(sin(matmul(A, tanh(matmul(B, A))) + A)); }, both<T, 2>({5, 5}, 1), both<T, 2>({5, 5}, 2), "chains");
    compare(0, waves, both<T, 2>({7, 0}, 1), both<T, 2>({0, 9}, 2), "no terms");
    compare(0, waves, both<T, 2>({0, 5}, 1), both<T, 2>({5, 9}, 2), "no rows");
    compare(3, waves, both<T, 2>({1, 1}, 1), both<T, 2>({1, 1}, 2), "numbers");
}

void products_that_are_results_are_written_where_they_are_wanted() {
    both<float, 2> a({7, 5}, 1), b({5, 9}, 2);
    memory<system, float> c(std::vector<float>(63, 77));
    constexpr auto product = [](auto A, auto B) { return matmul(A, B); };
    const auto expected = tapeless::value(product)(a.host(), b.host());
    tapeless::value(product).into(device_view<float, 2>(c.data(), {7, 9}))(cublas, a.device(), b.device());
    check(are_near(c.to_host(), expected.data(), 100));
    const auto returned = tapeless::value(product)(cublas, a.device(), b.device()).to_host();
    check(are_near(std::vector<float>(returned.begin(), returned.end()), expected.data(), 100));
    check_calls(2);
}

/// The values of layers; by so many products, and so many with what follows in an epilogue.
template <class Function, class... Array>
void compare_layers(const char* what, int products, int epilogues, const Function& f, const Array&... array) {
    const auto expected = tapeless::value(f)(array.host()...);
    check_calls(0);
#ifndef __CUDACC__
    cublas_on_host::epilogues = 0;
#endif
    const auto found = tapeless::value(f)(cublas, array.device()...).to_host();
    check_calls(products);
#ifndef __CUDACC__
    check(cublas_on_host::epilogues == epilogues, std::string(what) + ": " + std::to_string(cublas_on_host::epilogues) + " epilogues");
#else
    static_cast<void>(epilogues);
#endif
    check(found.shape() == expected.shape() && are_near({found.begin(), found.end()}, expected.data(), 1000), what);
}
void rows_are_added_and_cut_off_in_epilogues() {
    const both<float, 2> x({70, 50}, 1), w({50, 90}, 2), v({90, 20}, 3);
    const both<float, 1> b({90}, 4), c({20}, 5), of_rows({70}, 6);
    compare_layers("a row", 0, 1, [](auto x, auto w, auto b) { return matmul(x, w) + b; }, x, w, b);
    compare_layers("relu", 0, 1, [](auto x, auto w, auto b) { return relu(b + matmul(x, w)); }, x, w, b);
    compare_layers("max", 0, 1, [](auto x, auto w, auto b) { return max(0, matmul(x, w) + b); }, x, w, b);
    compare_layers("two layers", 0, 2, [](auto x, auto w, auto b, auto v, auto c) { return matmul(relu(matmul(x, w) + b), v) + c; }, x, w, b, v, c);
    // What is more than that, or lies otherwise.
    compare_layers("tanh", 1, 0, [](auto x, auto w, auto b) { return tanh(matmul(x, w) + b); }, x, w, b);
    compare_layers("a factor", 1, 0, [](auto x, auto w, auto b) { return matmul(x, w) * b; }, x, w, b);
    compare_layers("along the other axis", 1, 0, [](auto x, auto w, auto b) { return matmul(x, w) + expand_dims(b, tapeless::axis<1>); }, x, w, of_rows);
    compare_layers("read twice", 1, 0, [](auto x, auto w, auto b) {
        const auto z = matmul(x, w);
        return (z + b) * sum(z);
    }, x, w, b);
    compare_layers("gaps", 1, 0, [](auto x, auto w, auto b) { return matmul(x, w) + b; }, x, w, both<float, 1>({90}, {2}, 0, 180, 4));
    compare_layers("no terms", 0, 0, [](auto x, auto w, auto b) { return relu(matmul(x, w) + b); }, both<float, 2>({7, 0}, 1), both<float, 2>({0, 90}, 2), b);
    compare_layers("one row", 1, 0, [](auto x, auto w, auto b) { return relu(matmul(x, w) + b); }, both<float, 2>({1, 50}, 1), w, b);
#ifndef __CUDACC__
    const int choices = cublas_on_host::choices;
    compare_layers("once more", 0, 1, [](auto x, auto w, auto b) { return relu(b + matmul(x, w)); }, x, w, b);
    check(cublas_on_host::choices == choices, "what was chosen is kept");
    cublas_on_host::products = 0;
#endif
}

template <class T>
void products_of_variables_are_the_hosts() {
    const auto compare = [](const auto& a, const auto& b, int calls) {
        check_calls(0);
        const auto found = matmul(a.cuda(), b.cuda()).cpu(), expected = matmul(a, b);
        check_calls(calls);
        for (std::ptrdiff_t k = 0; k < expected.numel(); ++k) check(checks::is_near(found.data_pointer()[k], expected.data_pointer()[k], 200));
    };
    const auto a = tapeless::rand<T>(70, 50), b = tapeless::rand<T>(50, 90);
    compare(a, b, 1);
    compare(b.t(), a.t(), 1);
    compare(a, b.select(1, 3), 1);
    compare(tapeless::rand<T>(4, 30, 70), a, 4);
}

#ifndef __CUDACC__
void the_stream_of_a_call_is_cublas_s() {
    both<float, 2> a({7, 5}, 1), b({5, 9}, 2);
    int somewhere = 0;
    const auto stream = reinterpret_cast<cudaStream_t>(&somewhere);
    tapeless::value(waves)(cublas.on(stream), a.device(), b.device());
    check(cublas_on_host::stream == stream);
    tapeless::value(waves)(cublas, a.device(), b.device());
    check(cublas_on_host::stream == nullptr && cublas_on_host::handles == 1);
    cublas_on_host::products = 0;
}
#endif

void test() {
    checks::run("products_of_functions_are_the_hosts, float", products_of_functions_are_the_hosts<float>);
#ifndef TAPELESS_TEST_LESS
    checks::run("products_of_functions_are_the_hosts, double", products_of_functions_are_the_hosts<double>);
#endif
    checks::run("products_that_are_results_are_written_where_they_are_wanted", products_that_are_results_are_written_where_they_are_wanted);
    checks::run("rows_are_added_and_cut_off_in_epilogues", rows_are_added_and_cut_off_in_epilogues);
    checks::run("products_of_variables_are_the_hosts, float", products_of_variables_are_the_hosts<float>);
    checks::run("products_of_variables_are_the_hosts, double", products_of_variables_are_the_hosts<double>);
#ifndef __CUDACC__
    checks::run("the_stream_of_a_call_is_cublas_s", the_stream_of_a_call_is_cublas_s);
#endif
}

}  // namespace

int main() {
    std::printf("CUDA devices: %d\n", tapeless::cuda::device_count());
#ifdef __CUDACC__
    if (tapeless::cuda::is_available())
#endif
        test();
    std::printf("%d failures\n", checks::failures);
    return checks::failures == 0 ? 0 : 1;
}
