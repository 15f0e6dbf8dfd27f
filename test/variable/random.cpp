// SPDX-License-Identifier: BSL-1.0
// Random numbers: the generator's words and their distributions.
#include <tapeless/variable.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <cstdint>

using namespace tapeless;

BOOST_AUTO_TEST_SUITE(random_numbers)

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
