// SPDX-License-Identifier: BSL-1.0
// The reference of this contest.
#include "by_formula.hpp"

namespace {

const bool set = contest::set_problem<problem, by_formula<double>>();

}  // namespace
