// SPDX-License-Identifier: BSL-1.0
// Variables as text, and those of given sizes.
#include "reference.hpp"

#include <limits>

using namespace variable_programs;

BOOST_AUTO_TEST_SUITE(printing)

PROGRAM(tensors_print) {
    constexpr float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
    print(out, Variable<float>(), zeros(0, 3), zeros(2, 0, 3), Variable(1.f), Variable(1.5f), Variable(-0.1234567f));
    print(out, Variable({1.f, 2.f, -3.f}), Variable({1.5f, 20.25f, -300.125f}), Variable({0.0001f, 1.f}), Variable({0.00001f, 1.f}), Variable({1.f, 1001.5f}), Variable({1e9f, 1.f}),
          Variable({1e-20f, 2e-20f}));
    print(out, Variable({nan, 1.f, infinity, -infinity}), Variable({nan, 0.5f}), Variable({0.f, 0.f}), Variable({1e8f, 1.f}), Variable({123456.f, 1.f}));
    print(out, Variable({1.5, 2.5}), Variable<std::int64_t>({1, -20, 300}), Variable<bool>({true, false}), Variable<std::int32_t>({1, 2}), Variable({1.f, 2.f}, requires_grad));
    print(out, Variable({{{1.f, 2.f}, {3.f, 4.f}}, {{5.f, 6.f}, {7.f, 8.5f}}}), arange(16.f).reshape(2, 2, 2, 2));
}

PROGRAM(long_tensors_wrap_and_are_summarised) {
    print(out, arange(30.f), Variable(arange<std::int64_t>(30) * 1000), Variable(arange(24.f) + 0.5), arange(1000.f).slice(0, 990, 1000));
    print(out, arange(1001.f), arange(1200.f).reshape(30, 40), arange(1100.f).reshape(2, 550), Variable(arange(2000.f).reshape(10, 20, 10) / 3));
    print(out, arange(20.f).requires_grad_(), Variable(arange(16.0).requires_grad_() * 1.5));
}

PROGRAM(creation) {
    print(out, zeros(2, 3), ones(2), full({2, 2}, 1.5f), arange(5.f), arange(1.f, 2.f, 0.25f), eye(3));
}

// The first vectors of the generator's authors, kat_vectors of Random123.
BOOST_AUTO_TEST_CASE(philox_gives_known_words) {
    const std::array<std::uint32_t, 4> zeros = {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}, ones = {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd};
    constexpr std::uint32_t all = 0xffffffff;
    BOOST_CHECK(philox({0, 0, 0, 0}, {0, 0}) == zeros);
    BOOST_CHECK(philox({all, all, all, all}, {all, all}) == ones);
}

BOOST_AUTO_TEST_CASE(random_numbers_have_their_distribution) {
    manual_seed(1);
    const auto u = rand<double>(100000);
    const auto n = randn<double>(100000);
    BOOST_CHECK_SMALL(Variable(mean(u * 1)).item() - 0.5, 0.005);
    BOOST_CHECK_SMALL(Variable(mean(n * 1)).item(), 0.02);
    BOOST_CHECK_SMALL(Variable(mean(n * n)).item() - 1, 0.02);
    manual_seed(1);
    BOOST_CHECK_EQUAL(to_string(rand<double>(100000)), to_string(u));
}

BOOST_AUTO_TEST_SUITE_END()
