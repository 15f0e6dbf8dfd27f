// SPDX-License-Identifier: BSL-1.0
// Statements, and functions that make some, which each file compiles for itself.
#pragma once

#include <tapeless/variable.hpp>

#include <cstdint>

namespace mixed {
namespace {  // each file's own

inline float value_of_statements() {
    using tapeless::Variable;
    const Variable<float, 2> d({{1.f, 2.f}, {3.f, 4.f}});
    Variable<float, 2> e = d.clone();
    e += 1.f;
    e *= d;
    e -= d;
    e /= d;
    const Variable loss = cross_entropy(d * 2, Variable<std::int64_t, 1>({0, 1}));
    return e.t().reshape(4)[0].item() + static_cast<float>(tapeless::dropout(d, 0.5).numel()) + matmul(d * d, d)[0][0].item() + matmul(d[0], d[0]).item() +
           tapeless::conv2d(d.reshape(1, 1, 2, 2), d.reshape(1, 1, 2, 2)).item() + loss.item() + tapeless::zeros(2, 2)[0][0].item();
}

}  // namespace
}  // namespace mixed
