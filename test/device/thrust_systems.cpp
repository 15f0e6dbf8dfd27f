// SPDX-License-Identifier: BSL-1.0
// The device's code on Thrust's OMP and TBB systems (THRUST_DEVICE_SYSTEM): blocks on threads give the bits that they give one after the other.
#include "array_functions.hpp"
#include "checks.hpp"
#include "memory.hpp"

#include <tapeless/device_variables.hpp>

#include <thrust/device_vector.h>

#include <atomic>
#include <cstdint>
#include <type_traits>
#include <vector>

using checks::check, checks::run;
using tapeless::value_and_gradient, tapeless::Variable, tapeless::requires_grad;
using test_memory::drawn;
using threads = tapeless::detail::thrust_system<THRUST_DEVICE_SYSTEM>;
using one_thread = tapeless::detail::host_system;

namespace {

/// Counts how often each thread of each block runs.
struct counted {
    struct arguments {
        std::atomic<int>* runs;
    };
    static constexpr int block_size = 32;
    static void run(const arguments& all, std::int64_t block, int thread) { ++all.runs[block * block_size + thread]; }
};
void every_block_runs_once() {
    static_assert(std::is_same_v<tapeless::detail::device_system, threads>);
    std::vector<std::atomic<int>> runs(1000 * counted::block_size);
    threads::launch<counted>({runs.data()}, 1000, nullptr, {"test"});
    for (const auto& each : runs) check(each == 1);
    threads::launch<counted>({nullptr}, 0, nullptr, {"test"});
}

/// Value and gradients of a function whose arguments are matrices of a million elements and their rows.
template <class System>
std::vector<float> of_blocks() {
    const tapeless::execution::device_policy<System> device;
    constexpr std::ptrdiff_t rows = 3001, columns = 257;
    const thrust::device_vector<float> x(drawn<float>(rows * columns, -1, 1, 1)), gain(drawn<float>(columns, 0, 1, 2)), seed(drawn<float>(rows * columns, -1, 1, 3));
    thrust::device_vector<float> by_x(rows * columns), by_gain(columns);
    const auto matrix = [&](auto& elements) { return tapeless::device_view(elements.data().get(), tapeless::extents<2>{rows, columns}); };
    std::vector<float> all;
    all.push_back(value_and_gradient(array_functions::rms_norm, tapeless::wrt<0, 1>).into(matrix(by_x), by_gain)(device, matrix(x), gain, matrix(seed)));
    all.insert(all.end(), by_x.begin(), by_x.end());
    all.insert(all.end(), by_gain.begin(), by_gain.end());
    all.push_back(value_and_gradient(array_functions::recurrence_of_rows, tapeless::wrt<0, 1>).into(matrix(by_x), by_gain)(device, matrix(x), gain));
    all.insert(all.end(), by_x.begin(), by_x.end());
    thrust::device_vector<float> by_seed(rows * columns);
    tapeless::gradient([](auto a, auto b) { return exp(a) * sin(b); }).into(by_x, by_seed)(device, x, seed);
    all.insert(all.end(), by_x.begin(), by_x.end());
    all.insert(all.end(), by_seed.begin(), by_seed.end());
    return all;
}
void threads_give_the_same_bits() {
    const auto expected = of_blocks<one_thread>();
    check(of_blocks<threads>() == expected && of_blocks<threads>() == expected);
    for (const float each : expected) check(each == each);
}

void variables_run_on_the_threads() {
    const auto elements = drawn<float>(300 * 200, -1, 1, 4);
    const Variable on_host(tapeless::array_view<const float, 2>(elements.data(), {300, 200}));
    const Variable w(on_host.cuda(), requires_grad);
    const Variable b(Variable(drawn<float>(200, -1, 1, 5)).cuda(), requires_grad);
    const Variable loss = mean(sin(tanh(w * 2 + b)));
    loss.backward();
    const Variable expected(on_host, requires_grad);
    const Variable expected_b(b.detach().cpu(), requires_grad);
    const Variable expected_loss = mean(sin(tanh(expected * 2 + expected_b)));
    expected_loss.backward();
    check(checks::is_near(loss.item(), expected_loss.item(), 8));
    const auto found = w.grad().cpu(), right = expected.grad();
    for (std::ptrdiff_t k = 0; k < 300 * 200; ++k) check(checks::is_near(found.data_pointer()[k], right.data_pointer()[k], 8));
}

}  // namespace

int main() {
    run("every_block_runs_once", every_block_runs_once);
    run("threads_give_the_same_bits", threads_give_the_same_bits);
    run("variables_run_on_the_threads", variables_run_on_the_threads);
    return checks::failures == 0 ? 0 : 1;
}
