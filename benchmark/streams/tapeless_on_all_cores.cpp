// SPDX-License-Identifier: BSL-1.0
#include "tapeless.hpp"

#include <tapeless/interop/tbb.hpp>

namespace {

const bool entered = contest::enter<problem, by_tapeless<tapeless::execution::parallel_policy>>("tapeless_on_all_cores", {.on_all_cores = true});

}  // namespace
