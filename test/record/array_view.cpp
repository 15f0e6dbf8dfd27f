// SPDX-License-Identifier: BSL-1.0
// Views of everybody's arrays, arrays of our own, and numpy's broadcasting.
#include <tapeless/record/array_view.hpp>

#include <Eigen/Core>
#include <boost/test/unit_test.hpp>

#include <array>
#include <span>
#include <type_traits>
#include <vector>

namespace {

using tapeless::array, tapeless::array_view, tapeless::extents;
using tapeless::detail::array_like, tapeless::detail::view_of;

// The part of std::mdspan's interface that C++20 compilers lack.
struct layout_of_columns {
    double* memory;
    static constexpr std::size_t rank() { return 2; }
    double* data_handle() const { return memory; }
    std::ptrdiff_t extent(std::size_t k) const { return k == 0 ? 3 : 2; }
    std::ptrdiff_t stride(std::size_t k) const { return k == 0 ? 1 : 3; }
};

template <std::size_t All, std::size_t... Rank>
bool fit(extents<All>& all, const extents<Rank>&... shape) {
    all.fill(1);
    return (tapeless::detail::broadcast(all, shape) && ...);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(array_views)

BOOST_AUTO_TEST_CASE(what_is_an_array) {
    static_assert(array_like<std::vector<double>> && array_like<std::span<const float>> && array_like<double[3][4]>);
    static_assert(array_like<Eigen::VectorXd> && array_like<Eigen::MatrixXf> && array_like<Eigen::Map<const Eigen::MatrixXd, 0, Eigen::OuterStride<>>>);
    static_assert(array_like<layout_of_columns> && array_like<array<double, 3>> && array_like<array_view<const double, 2>>);
    static_assert(!array_like<double> && !array_like<std::array<double, 3>> && !array_like<double*>);
}

BOOST_AUTO_TEST_CASE(a_vector_is_a_row) {
    std::vector<double> x{1, 2, 3};
    const auto view = view_of(x);
    static_assert(std::is_same_v<decltype(view), const array_view<double, 1>>);
    static_assert(std::is_same_v<decltype(view_of(std::as_const(x))), array_view<const double, 1>>);
    BOOST_CHECK(view.shape() == extents<1>{3} && view.strides() == extents<1>{1});
    view(1) = 5;
    BOOST_CHECK_EQUAL(x[1], 5);
}

BOOST_AUTO_TEST_CASE(a_plain_array_has_its_extents) {
    double x[2][3] = {{1, 2, 3}, {4, 5, 6}};
    const auto view = view_of(x);
    static_assert(decltype(view)::rank == 2);
    BOOST_CHECK(view.shape() == (extents<2>{2, 3}));
    BOOST_CHECK_EQUAL(view(1, 2), 6);
}

BOOST_AUTO_TEST_CASE(a_matrix_of_eigen_has_rows_and_columns) {
    Eigen::MatrixXd x(2, 3);
    x << 1, 2, 3, 4, 5, 6;
    BOOST_CHECK(view_of(x).shape() == (extents<2>{2, 3}));
    BOOST_CHECK_EQUAL(view_of(x)(1, 0), 4);
    BOOST_CHECK_EQUAL(view_of(x)(0, 2), 3);
    Eigen::Matrix<double, 2, 3, Eigen::RowMajor> by_rows = x;
    BOOST_CHECK_EQUAL(view_of(by_rows)(1, 0), 4);
    const Eigen::Map<const Eigen::VectorXd, 0, Eigen::InnerStride<>> every_second(x.data(), 3, Eigen::InnerStride<>(2));
    BOOST_CHECK(view_of(every_second).shape() == extents<1>{3});
    BOOST_CHECK_EQUAL(view_of(every_second)(2), 3);
}

BOOST_AUTO_TEST_CASE(what_looks_like_an_mdspan_is_viewed) {
    double x[6] = {1, 2, 3, 4, 5, 6};
    const layout_of_columns columns{x};
    const auto view = view_of(columns);
    BOOST_CHECK(view.shape() == (extents<2>{3, 2}));
    BOOST_CHECK_EQUAL(view(2, 1), 6);
}

BOOST_AUTO_TEST_CASE(an_array_owns_its_elements) {
    array<double, 2> x(extents<2>{2, 3});
    for (int k = 0; k < 6; ++k) x[k] = k;
    array<double, 2> copy = x;
    x[5] = 7;
    BOOST_CHECK_EQUAL(copy(1, 2), 5);
    const array<double, 2> moved = std::move(x);
    BOOST_CHECK_EQUAL(moved(1, 2), 7);
    BOOST_CHECK_EQUAL(x.size(), 0);
    copy = moved;
    BOOST_CHECK_EQUAL(copy(1, 2), 7);
}

BOOST_AUTO_TEST_CASE(shapes_broadcast_as_in_numpy) {
    extents<2> two;
    BOOST_CHECK(fit(two, extents<2>{3, 4}, extents<1>{4}) && two == (extents<2>{3, 4}));
    BOOST_CHECK(fit(two, extents<2>{3, 1}, extents<1>{4}) && two == (extents<2>{3, 4}));
    BOOST_CHECK(fit(two, extents<1>{4}, extents<2>{1, 1}) && two == (extents<2>{1, 4}));
    BOOST_CHECK(fit(two, extents<2>{0, 4}, extents<2>{1, 4}) && two == (extents<2>{0, 4}));
    BOOST_CHECK(!fit(two, extents<2>{3, 4}, extents<1>{3}));
    BOOST_CHECK(!fit(two, extents<2>{0, 4}, extents<2>{2, 4}));
    extents<4> four;
    BOOST_CHECK(fit(four, extents<4>{2, 1, 4, 1}, extents<3>{3, 1, 5}) && four == (extents<4>{2, 3, 4, 5}));
}

BOOST_AUTO_TEST_CASE(a_stretched_axis_has_stride_0) {
    double x[3] = {};
    BOOST_CHECK((tapeless::detail::stretched_strides<3>(array_view<double, 2>(x, {3, 1}))) == (extents<3>{0, 1, 0}));
}

BOOST_AUTO_TEST_SUITE_END()
