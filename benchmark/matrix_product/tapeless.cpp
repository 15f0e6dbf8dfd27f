// SPDX-License-Identifier: BSL-1.0
#include "tapeless.hpp"

namespace {

const bool entered = contest::enter<problem, by_tapeless<tapeless::execution::sequential_policy>>("tapeless");

}  // namespace
