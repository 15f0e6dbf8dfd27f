// SPDX-License-Identifier: BSL-1.0
// Programs that no one wrote: random_programs.py invents them, reference.py writes random_programs.inc.
#include "reference.hpp"

using namespace array_programs;
using tapeless::axis;
using tapeless::keepdims;

BOOST_AUTO_TEST_SUITE(invented)

#include "random_programs.inc"

BOOST_AUTO_TEST_SUITE_END()
