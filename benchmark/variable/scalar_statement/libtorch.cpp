// SPDX-License-Identifier: BSL-1.0
#include "../by_libtorch.hpp"
#include "problem.hpp"

namespace {

const bool entered = contest::enter<problem, by_libtorch<problem>>("libtorch");

}  // namespace
