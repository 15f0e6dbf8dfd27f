// SPDX-License-Identifier: BSL-1.0
// Times by CUDA's events, medians of many runs after a warm-up; one table as text, one JSON.
#pragma once

#include <cuda_runtime.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace timing {

inline void check(cudaError_t error, const char* what) {
    if (error == cudaSuccess) return;
    std::fprintf(stderr, "%s: %s\n", what, cudaGetErrorString(error));
    std::exit(1);
}

/// The name of the device, which it prints; empty if there is none.
inline std::string device_name() {
    int count = 0;
    if (cudaGetDeviceCount(&count) != cudaSuccess || count == 0) {
        std::printf("There is no CUDA device.\n");
        return "";
    }
    cudaDeviceProp properties;
    check(cudaGetDeviceProperties(&properties, 0), "device");
    std::printf("%s\n", properties.name);
    return properties.name;
}

/// Milliseconds of one run on the device: the median of so many, each between two events.
template <class Run>
double median_ms(const Run& run, int count = 50) {
    for (int k = 0; k < 5; ++k) run();
    cudaEvent_t begin, end;
    check(cudaEventCreate(&begin), "event");
    check(cudaEventCreate(&end), "event");
    std::vector<float> times(static_cast<std::size_t>(count));
    for (float& time : times) {
        check(cudaEventRecord(begin), "event");
        run();
        check(cudaEventRecord(end), "event");
        check(cudaEventSynchronize(end), "run");
        check(cudaEventElapsedTime(&time, begin, end), "event");
    }
    cudaEventDestroy(begin);
    cudaEventDestroy(end);
    std::nth_element(times.begin(), times.begin() + count / 2, times.end());
    return times[static_cast<std::size_t>(count / 2)];
}

/// Milliseconds of one of many runs that are queued one after the other, by the host's clock to the end of the last: what a loop of small steps takes.
template <class Run>
double step_ms(const Run& run, int steps = 2000, int count = 15) {
    std::vector<double> times(static_cast<std::size_t>(count));
    for (double& time : times) {
        check(cudaDeviceSynchronize(), "steps");
        const auto begin = std::chrono::steady_clock::now();
        for (int k = 0; k < steps; ++k) run();
        check(cudaDeviceSynchronize(), "steps");
        time = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count() / steps;
    }
    std::nth_element(times.begin(), times.begin() + count / 2, times.end());
    return times[static_cast<std::size_t>(count / 2)];
}

/// Lines of results, printed as they come and kept for the JSON.
class report {
public:
    /// bytes: what has to go through memory; 0 where the time is not about that.
    void add(const std::string& problem, const std::string& contender, double ms, double bytes = 0) {
        const double rate = bytes / ms * 1e-9;
        if (bytes > 0) std::printf("%-34s %-26s %10.4f ms %8.3f TB/s %6.1f %% of copy\n", problem.c_str(), contender.c_str(), ms, rate, copy_rate > 0 ? 100 * rate / copy_rate : 0.0);
        else std::printf("%-34s %-26s %10.4f ms\n", problem.c_str(), contender.c_str(), ms);
        std::fflush(stdout);
        char line[256];
        std::snprintf(line, sizeof line, "  {\"problem\": \"%s\", \"contender\": \"%s\", \"ms\": %.6g, \"bytes\": %.17g}", problem.c_str(), contender.c_str(), ms, bytes);
        lines_.push_back(line);
    }
    void write(const char* file, const std::string& device) const {
        std::FILE* const out = std::fopen(file, "w");
        if (out == nullptr) return;
        std::fprintf(out, "{\"device\": \"%s\", \"copy_bytes_per_ms\": %.6g, \"results\": [\n", device.c_str(), copy_rate * 1e9);
        for (std::size_t k = 0; k < lines_.size(); ++k) std::fprintf(out, "%s%s\n", lines_[k].c_str(), k + 1 < lines_.size() ? "," : "");
        std::fprintf(out, "]}\n");
        std::fclose(out);
    }
    double copy_rate = 0;  ///< TB/s, read and written

private:
    std::vector<std::string> lines_;
};

}  // namespace timing
