// SPDX-License-Identifier: BSL-1.0
// The programs of test/conformance on a device, in whose place the host is: after all of them, since it is linked last, how many have run.
#include "../conformance/reference.hpp"

BOOST_AUTO_TEST_CASE(nearly_all_programs_run_on_a_device) {
    BOOST_TEST_MESSAGE(conformance::programs_run << " programs have run, " << conformance::programs_left_out << " use what a device does not have yet");
    BOOST_TEST(conformance::programs_run > 130);
    BOOST_TEST(conformance::programs_left_out < 20);
}
