// SPDX-License-Identifier: BSL-1.0
// A plain loop forward and one backward, which the compiler vectorises if it can.
#include "../by_formula.hpp"
#include "problem.hpp"

namespace {

const bool entered = contest::enter<problem, by_formula<problem, float>>("hand_written");

}  // namespace
