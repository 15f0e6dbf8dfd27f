// SPDX-License-Identifier: BSL-1.0
#include "../by_sacado.hpp"
#include "problem.hpp"

namespace {

const bool entered = contest::enter<problem, by_reverse_mode<problem>>("sacado");

}  // namespace
