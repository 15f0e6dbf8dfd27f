// SPDX-License-Identifier: BSL-1.0
// A program of files with and without devices, whichever the linker takes common functions from: statements run where their operands are.
#include <tapeless/device_variables.hpp>

#include "statements.hpp"

#include <cmath>
#include <cstdio>

float without_devices();
bool is_refused(const tapeless::Variable<float, 2>& on_device);

int main() {
    const float on_host = without_devices();
    float on_device = 0;
    bool is_there = false;
    {
        const tapeless::cuda::new_variables scope;
        on_device = mixed::value_of_statements();
        is_there = tapeless::zeros(2, 2).is_cuda() && tapeless::Variable({1.f}).is_cuda();
    }
    const bool refuses = is_refused(tapeless::Variable<float, 2>({{1.f}}).cuda());
    std::printf("%g %g %d %d\n", on_host, on_device, is_there, refuses);
    return std::abs(on_host - on_device) < 1e-4f && is_there && refuses ? 0 : 1;
}
