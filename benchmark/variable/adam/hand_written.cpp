// SPDX-License-Identifier: BSL-1.0
#include "by_formula.hpp"

namespace {

const bool entered = contest::enter<problem, by_formula<float>>("hand_written");

}  // namespace
