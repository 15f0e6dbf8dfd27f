// SPDX-License-Identifier: BSL-1.0
// Memory that is shared with whoever computes without Variables.
#include <tapeless/variable.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace tapeless;

BOOST_AUTO_TEST_SUITE(numpy)

BOOST_AUTO_TEST_CASE(numpy_shares_memory) {
    Variable e({1.f, 2.f}, requires_grad);
    BOOST_CHECK_EXCEPTION(e.numpy(), variable_error, [](const variable_error& error) {
        return std::string(error.what()) == "Can't call numpy() on Variable that requires grad. Use var.detach().numpy() instead.";
    });
    const auto array = e.detach().numpy();
    array(0) = 5;
    BOOST_CHECK_EQUAL(to_string(e), "tensor([5., 2.], requires_grad=True)");
    Variable taken = from_numpy(std::vector<double>{1, 2, 3});
    taken += 1;
    BOOST_CHECK_EQUAL(to_string(taken), "tensor([2., 3., 4.], dtype=torch.float64)");
}

BOOST_AUTO_TEST_SUITE_END()
