// SPDX-License-Identifier: BSL-1.0
// Products by OpenBLAS.
#include "tapeless.hpp"

#include <tapeless/interop/cblas.hpp>

namespace {

const bool entered = contest::enter<problem, by_tapeless<tapeless::execution::blas_policy<tapeless::execution::sequential_policy>>>("tapeless_blas");

}  // namespace
