// SPDX-License-Identifier: BSL-1.0
// Which sums become products of matrices where a policy has them, as explain shows.
#include "../evaluate/plain_products.hpp"

#include <tapeless/arrays.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace {

using tapeless::axis;
using matrix = tapeless::array_view<const double, 2>;

/// The lines of a plan that say what the policy multiplies.
template <class Function, class... Argument>
std::vector<std::string> products(const Function& f, const Argument&... argument) {
    const std::string plan = explain(f, plain_products{}, argument...), introduction = "by the policy:\n    ";
    std::vector<std::string> lines;
    for (std::size_t at = plan.find(introduction); at != std::string::npos; at = plan.find(introduction, at + 1)) {
        const std::size_t first = at + introduction.size();
        lines.push_back(plan.substr(first, plan.find('\n', first) - first));
    }
    return lines;
}
const matrix A(nullptr, {0, 0}), B = A, C = A;
const std::vector<double> v;

}  // namespace

BOOST_AUTO_TEST_SUITE(matrix_products)

BOOST_AUTO_TEST_CASE(a_product_and_its_reverse_are_three) {
    const auto found = products(tapeless::gradient([](auto A, auto B) { return sum(sin(matmul(A, B))); }), A, B);
    BOOST_REQUIRE(found.size() == 3u);
    BOOST_TEST(found[0] == "t0[i, k] = sum over j of x1[j, k] * x0[i, j]");
}

BOOST_AUTO_TEST_CASE(products_with_vectors_stay_in_the_loops) {
    constexpr auto loss = [](auto w, auto X, auto y) { return mean(log1p(exp(-y * dot(X, w)))); };
    const auto derive = tapeless::value_and_gradient(loss);
    BOOST_TEST(explain(derive, plain_products{}, v, A, v) == explain(derive, v, A, v));
    const auto form = tapeless::value_and_gradient([](auto v, auto A) { return dot(v, dot(A, v)) + sum(outer(v, v) * A); });
    BOOST_TEST(explain(form, plain_products{}, v, A) == explain(form, v, A));
}

BOOST_AUTO_TEST_CASE(sums_that_are_no_products_stay_in_the_loops) {
    // Of three matrices no two make a matrix of their size; distances are sums of squares.
    BOOST_TEST(products(tapeless::value([](auto A, auto B, auto C) {
                            const auto a = expand_dims(A, axis<1, 2>), b = expand_dims(B, axis<0, 2>), c = expand_dims(C, axis<0, 1>);
                            return sum(sin(sum(a * b * c, axis<-1>)));
                        }),
                        A, B, C)
                   .empty());
    BOOST_TEST(products(tapeless::value([](auto A, auto B) {
                            const auto distance = expand_dims(A, axis<1>) - expand_dims(B, axis<0>);
                            return sum(exp(-sum(distance * distance, axis<-1>)));
                        }),
                        A, B)
                   .empty());
}

BOOST_AUTO_TEST_CASE(weights_signs_and_conditions_go_to_a_factor_or_to_the_result) {
    const auto weighted = products(tapeless::value([](auto A, auto B, auto w) { return sum(sin(sum(-(expand_dims(A * w, axis<-1>) * B), axis<-2>))); }), A, B, v);
    BOOST_REQUIRE(weighted.size() == 1u);
    BOOST_TEST(weighted[0].find("t0[i, j]") != std::string::npos);
    BOOST_TEST(products(tapeless::value([](auto A, auto B) {
                            const auto a = expand_dims(A, axis<-1>);
                            return sum(sin(sum(where(a > 0, a * B, 0), axis<-2>)));
                        }),
                        A, B)
                   .size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
