// SPDX-License-Identifier: BSL-1.0
#include "../by_tensors.hpp"
#include "problem.hpp"

namespace {

const bool entered = contest::enter<problem, by_tensors<problem>>("libtorch");

}  // namespace
