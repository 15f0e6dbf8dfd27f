// SPDX-License-Identifier: BSL-1.0
// Whether reference.txt and the tests have the same programs.
#include "reference.hpp"

BOOST_AUTO_TEST_CASE(every_program_of_the_reference_has_a_test) {
    for (const auto& [name, lines] : conformance::references()) BOOST_CHECK_MESSAGE(conformance::tested().contains(name), name << " has no test");
}
