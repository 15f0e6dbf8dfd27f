// SPDX-License-Identifier: BSL-1.0
// The reference of this contest.
#include "problem.hpp"

#include "../../reference.hpp"

namespace {

const bool set = contest::set_problem<problem>();

}  // namespace
