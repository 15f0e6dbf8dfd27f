// SPDX-License-Identifier: BSL-1.0
// Certified values that cannot be meant as they are printed.
#pragma once

#include "model.hpp"
#include "problem.hpp"

namespace nist {

/// Corrects a known misprint of NIST's file in place. Returns what was done and how one can see that it is a misprint, or nothing.
std::string correct_misprint(problem& data, const model& certified);

}  // namespace nist
