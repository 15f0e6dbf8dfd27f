// SPDX-License-Identifier: BSL-1.0
#include "by_hand.hpp"

namespace {

const bool entered = contest::enter<problem, lstm_by_hand<double>>("hand_written");

}  // namespace
