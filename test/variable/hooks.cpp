// SPDX-License-Identifier: BSL-1.0
// Hooks beyond PyTorch 1.13: those after accumulation, and those that throw.
#include <tapeless/variable.hpp>

#include <boost/test/unit_test.hpp>

#include <stdexcept>

using namespace tapeless;

BOOST_AUTO_TEST_SUITE(hooks)

BOOST_AUTO_TEST_CASE(hooks_after_accumulation_see_the_gradient) {
    Variable x({1.f, 2.f}, requires_grad);
    int calls = 0;
    const int hook = x.register_post_accumulate_grad_hook([&](const Variable<float>& leaf) {
        ++calls;
        BOOST_CHECK_EQUAL(to_string(leaf.grad()), "tensor([3., 3.])");
    });
    Variable(x * 3).backward({1, 1});
    BOOST_CHECK_EQUAL(calls, 1);
    x.remove_hook(hook);
    Variable(x * 3).backward({1, 1});
    BOOST_CHECK_EQUAL(calls, 1);
}

BOOST_AUTO_TEST_CASE(an_exception_leaves_gradients_as_they_were) {
    Variable x({1.f, 2.f}, requires_grad), w({1.f, 2.f}, requires_grad);
    Variable(x * 3).backward({1, 1});
    w.register_hook([](const Variable<float>&) -> Variable<float> { throw std::runtime_error("hook"); });
    Variable y = x * w;
    BOOST_CHECK_THROW(y.backward({1, 1}, retain_graph), std::runtime_error);
    BOOST_CHECK_EQUAL(to_string(x.grad()), "tensor([3., 3.])");
    BOOST_CHECK(w.grad().is_none());
    w.remove_hook(0);
    y.backward({1, 1});
    BOOST_CHECK_EQUAL(to_string(x.grad()), "tensor([4., 5.])");
}

BOOST_AUTO_TEST_SUITE_END()
