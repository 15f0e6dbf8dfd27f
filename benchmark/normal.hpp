// SPDX-License-Identifier: BSL-1.0
// The constant of the densities of normal numbers.
#pragma once

/// log(2 pi) / 2
inline constexpr double half_log_2pi = 0.918938533204672741780329736406;
