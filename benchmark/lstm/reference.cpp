// SPDX-License-Identifier: BSL-1.0
// The reference of this contest.
#include "by_hand.hpp"

namespace {

const bool set = contest::set_problem<problem, lstm_by_hand<long double>>();

}  // namespace
