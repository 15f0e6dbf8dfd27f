// SPDX-License-Identifier: BSL-1.0
#include "../by_variable.hpp"
#include "problem.hpp"

namespace {

const bool entered = contest::enter<problem, by_variable<problem>>("tapeless");

}  // namespace
