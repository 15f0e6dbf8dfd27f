// SPDX-License-Identifier: BSL-1.0
// The programs of arrays that PyTorch is the reference of, on a device, in whose place the host is: after all of them, how many have run.
#include "../array_programs/reference.hpp"

using boost::unit_test::depends_on;

BOOST_AUTO_TEST_CASE(all_programs_run_on_a_device,
                     *depends_on("arrangement") * depends_on("broadcasting") * depends_on("choices") * depends_on("composed") * depends_on("elementwise") * depends_on("invented") * depends_on("products") *
                         depends_on("recurrences") * depends_on("reductions") * depends_on("reshapes")) {
    BOOST_TEST(array_programs::programs_run > 1000);
    BOOST_TEST(array_programs::programs_left_out == 0);
}
