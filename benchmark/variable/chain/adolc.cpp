// SPDX-License-Identifier: BSL-1.0
#include "../../adolc.hpp"
#include "problem.hpp"

namespace {

const bool entered = contest::enter<problem, by_new_tape<problem>>("adolc");

}  // namespace
