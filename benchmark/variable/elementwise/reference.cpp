// SPDX-License-Identifier: BSL-1.0
#include "../by_formula.hpp"
#include "problem.hpp"

namespace {

const bool set = contest::set_problem<problem, by_formula<problem, double>>();

}  // namespace
