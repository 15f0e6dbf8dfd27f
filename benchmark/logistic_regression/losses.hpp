// SPDX-License-Identifier: BSL-1.0
// The losses of samples from their products with w, on registers.
#pragma once

#include "../lanes.hpp"

/// Adds the losses to a sum. Returns the derivatives of that by the products.
CONTEST_INLINE contest::lanes add_losses(const contest::lanes& products, const contest::lanes& y, contest::lanes& sum) {
    const contest::lanes exponential = xsimd::exp(-y * products);
    sum += xsimd::log1p(exponential);
    return -y * exponential / (1.0 + exponential);
}
