// SPDX-License-Identifier: BSL-1.0
#include "../by_arrays_of_variables.hpp"
#include "problem.hpp"

namespace {

const bool entered = contest::enter<problem, by_arrays_of_variables<problem>>("tapeless");

}  // namespace
