// SPDX-License-Identifier: BSL-1.0
// Functions of numbers on a device's arrays next to hand-written kernels and to the card's own copy. Argument: the file of the JSON.
// Results are compared with the hand-written kernel's before anything is timed.
#include "buffers.hpp"
#include "problems.hpp"
#include "timing.hpp"

#include <tapeless/device.hpp>

#include <cmath>
#include <cstdint>

namespace {

using view = tapeless::device_view<float>;
using device_memory::buffers, device_memory::fill;
using tapeless::execution::device;

/// The largest difference relative to 1 + |expected|, at a hundred thousand places; NaN counts as infinite.
double difference(const float* computed, const float* expected, long long count) {
    const long long part = std::min<long long>(count, 100'000);
    std::vector<float> a(static_cast<std::size_t>(part)), b(a);
    double most = 0;
    for (const long long first : {0LL, count - part}) {
        timing::check(cudaMemcpy(a.data(), computed + first, sizeof(float) * a.size(), cudaMemcpyDeviceToHost), "copy");
        timing::check(cudaMemcpy(b.data(), expected + first, sizeof(float) * b.size(), cudaMemcpyDeviceToHost), "copy");
        for (std::size_t k = 0; k < a.size(); ++k) {
            const double error = std::abs(double(a[k]) - double(b[k])) / (1 + std::abs(double(b[k])));
            most = error <= most ? most : std::isnan(error) ? INFINITY : error;
        }
    }
    return most;
}
void require_near(const buffers& computed, const buffers& expected, int first, long long count, const char* what) {
    for (std::size_t k = static_cast<std::size_t>(first); k < computed.all.size(); ++k) {
        const double error = difference(computed.all[k], expected.all[k], count);
        std::printf("%s, result %d: largest difference %.2g\n", what, static_cast<int>(k) - first, error);
        if (!(error < 2e-4)) std::exit(1);
    }
}

void copies(timing::report& report, long long count) {
    const buffers x(2, count);
    fill<<<1024, 256>>>(x.all[0], count, -1, 1, 1);
    const double bytes = 8.0 * static_cast<double>(count);
    const double by_kernel = timing::median_ms([&] { hand_written::copy<<<hand_written::blocks(count / 4), hand_written::block_size>>>(x.group(0), x.group(1), count / 4); });
    const double by_driver = timing::median_ms([&] { timing::check(cudaMemcpyAsync(x.all[1], x.all[0], sizeof(float) * static_cast<std::size_t>(count), cudaMemcpyDeviceToDevice), "copy"); });
    report.copy_rate = bytes / std::min(by_kernel, by_driver) * 1e-9;
    report.add("copy, 2^26 floats", "kernel of float4", by_kernel, bytes);
    report.add("copy, 2^26 floats", "cudaMemcpyAsync", by_driver, bytes);
}

void seeded_gradients(timing::report& report, long long count, bool is_small) {
    const buffers mine(7, count), theirs(7, count);
    for (int k = 0; k < 4; ++k) {
        fill<<<1024, 256>>>(mine.all[static_cast<std::size_t>(k)], count, -1, 1, 10u + static_cast<unsigned>(k));
        cudaMemcpy(theirs.all[static_cast<std::size_t>(k)], mine.all[static_cast<std::size_t>(k)], sizeof(float) * static_cast<std::size_t>(count), cudaMemcpyDeviceToDevice);
    }
    const auto of = [&](int k) { return view(mine.all[static_cast<std::size_t>(k)], count); };
    const auto into = tapeless::gradient(seeded, tapeless::wrt<1, 2, 3>).into(of(4), of(5), of(6));
    const auto tapeless_run = [&] { into(device, of(0), of(1), of(2), of(3)); };
    const auto hand_run = [&] {
        hand_written::seeded_gradient<<<hand_written::blocks(count / 4), hand_written::block_size>>>(theirs.group(0), theirs.group(1), theirs.group(2), theirs.group(3), theirs.group(4),
                                                                                                     theirs.group(5), theirs.group(6), count / 4);
    };
    const auto begin = std::chrono::steady_clock::now();
    tapeless_run();
    timing::check(cudaDeviceSynchronize(), "first call");
    const double first = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
    hand_run();
    require_near(mine, theirs, 4, count, "w x + b x");
    if (is_small) {
        report.add("w x + b x, 1,024, a step", "tapeless", timing::step_ms(tapeless_run));
        report.add("w x + b x, 1,024, a step", "hand-written", timing::step_ms(hand_run));
        report.add("w x + b x, 1,024, a step", "tapeless, returned arrays", timing::step_ms([&] { tapeless::gradient(seeded, tapeless::wrt<1, 2, 3>)(device, of(0), of(1), of(2), of(3)); }));
    } else {
        const double bytes = 28.0 * static_cast<double>(count);
        report.add("w x + b x, 3 gradients, 2^26", "tapeless", timing::median_ms(tapeless_run), bytes);
        report.add("w x + b x, 3 gradients, 2^26", "hand-written", timing::median_ms(hand_run), bytes);
        report.add("w x + b x, 3 gradients, 2^26", "tapeless again", timing::median_ms(tapeless_run), bytes);
        const auto moved = [&](int k) { return view(mine.all[static_cast<std::size_t>(k)] + 1, count - 1); };
        const auto into_moved = tapeless::gradient(seeded, tapeless::wrt<1, 2, 3>).into(moved(4), moved(5), moved(6));
        report.add("w x + b x, 3 gradients, 2^26", "tapeless, not aligned", timing::median_ms([&] { into_moved(device, moved(0), moved(1), moved(2), moved(3)); }), bytes);
        report.add("w x + b x, 3 gradients, 2^26", "tapeless, returned arrays",
                   timing::median_ms([&] { tapeless::gradient(seeded, tapeless::wrt<1, 2, 3>)(device, of(0), of(1), of(2), of(3)); }), bytes);
        report.add("w x + b x, 3 gradients, 2^26", "tapeless, the first call", first);
    }
}

void black_scholes(timing::report& report, long long count) {
    const buffers mine(11, count), theirs(11, count);
    for (std::size_t k = 0; k < 5; ++k) {
        fill<<<1024, 256>>>(mine.all[k], count, static_cast<float>(call_price_ranges[k].low), static_cast<float>(call_price_ranges[k].high), 20u + static_cast<unsigned>(k));
        cudaMemcpy(theirs.all[k], mine.all[k], sizeof(float) * static_cast<std::size_t>(count), cudaMemcpyDeviceToDevice);
    }
    const auto of = [&](std::size_t k) { return view(mine.all[k], count); };
    const auto into = tapeless::value_and_gradient(call_price).into(of(5), of(6), of(7), of(8), of(9), of(10));
    const auto tapeless_run = [&] { into(device, of(0), of(1), of(2), of(3), of(4)); };
    const auto hand_run = [&] {
        hand_written::black_scholes_gradient<<<hand_written::blocks(count / 4), hand_written::block_size>>>(theirs.group(0), theirs.group(1), theirs.group(2), theirs.group(3), theirs.group(4),
                                                                                                            theirs.group(5), theirs.group(6), theirs.group(7), theirs.group(8),
                                                                                                            theirs.group(9), theirs.group(10), count / 4);
    };
    tapeless_run();
    hand_run();
    require_near(mine, theirs, 5, count, "Black-Scholes");
    const double bytes = 44.0 * static_cast<double>(count);
    report.add("Black-Scholes, 5 sensitivities, 2^26", "tapeless", timing::median_ms(tapeless_run), bytes);
    report.add("Black-Scholes, 5 sensitivities, 2^26", "hand-written", timing::median_ms(hand_run), bytes);
    report.add("Black-Scholes, 5 sensitivities, 2^26", "tapeless again", timing::median_ms(tapeless_run), bytes);
    const auto price_into = tapeless::value(call_price).into(of(5));
    report.add("Black-Scholes, price alone, 2^26", "tapeless", timing::median_ms([&] { price_into(device, of(0), of(1), of(2), of(3), of(4)); }), 24.0 * static_cast<double>(count));
}

}  // namespace

int main(int count, char** arguments) {
    const std::string name = timing::device_name();
    if (name.empty()) return 0;
    timing::report report;
    const long long large = 1LL << 26;
    copies(report, large);
    seeded_gradients(report, large, false);
    seeded_gradients(report, 1024, true);
    black_scholes(report, large);
    if (count > 1) report.write(arguments[1], name);
}
