// SPDX-License-Identifier: BSL-1.0
// Reverse sweeps, forward sweeps and elimination: which one is taken, and that all of them give the same derivatives.
#include <tapeless/tapeless.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <cmath>
#include <type_traits>

namespace {

template <class Function, class Wrt, class... Argument>
using program = tapeless::detail::program_of<std::remove_cvref_t<Function>, Wrt, false, Argument...>;

constexpr auto chain = [](const auto& x) {
    const auto s = sin(x[0] * x[1]), e = exp(x[2]) / (x[0] + x[1]), r = sqrt(s * s + e * e + 1);
    return std::array{r * s + x[0], log(r) + x[2] * s, e / r, pow(r, 1.7) * tanh(x[1]), tapeless::select(x[0] < x[1], s, e * e)};
};

template <class Graph>
double run(const Graph&, const std::array<double, 3>& x, int output) {
    double outputs[Graph::flat.output_count];
    tapeless::detail::evaluate<Graph>(x.data(), outputs);
    return outputs[output];
}

using recorded = tapeless::detail::recording<std::remove_const_t<decltype(chain)>, std::array<tapeless::slot, 3>>;

struct everything {
    static constexpr bool contains(std::uint64_t) { return true; }
};

// Each sweep called for itself: 5 rows by 3 columns.
template <bool Forward>
struct swept {
    static constexpr auto flat = [] {
        using sweeps = tapeless::detail::jacobian_graph<recorded, 3, everything, false>;
        tapeless::graph_builder g(4 * recorded::flat.size);
        tapeless::detail::load(g, recorded::flat);
        tapeless::detail::growing<char> active(recorded::flat.size);
        tapeless::detail::mark_active(g, recorded::flat.size, everything{}, active);
        const tapeless::detail::local_partials partials(g, active, recorded::flat.outputs, 5);
        tapeless::index outputs[15] = {};
        if (Forward) sweeps::sweep_forward(g, partials, outputs);
        else sweeps::sweep_back(g, partials, outputs);
        return tapeless::detail::live_nodes<3000, 15>(g, outputs);
    }();
};

}  // namespace

BOOST_AUTO_TEST_SUITE(jacobian_graphs)

BOOST_AUTO_TEST_CASE(forward_and_reverse_sweeps_agree) {
    const std::array<double, 3> points[] = {{0.7, 1.1, -0.3}, {2.5, 0.4, 1.0}, {-0.2, 0.9, 0.1}};
    const auto jacobian = tapeless::jacobian(chain);
    for (const auto& x : points)
        for (int row = 0; row < 5; ++row)
            for (int column = 0; column < 3; ++column) {
                const double forward = run(swept<true>{}, x, 3 * row + column), reverse = run(swept<false>{}, x, 3 * row + column);
                BOOST_CHECK_SMALL(forward - reverse, 1e-14 * (1 + std::abs(reverse)));
                BOOST_CHECK_SMALL(jacobian(x)[row][column] - reverse, 1e-14 * (1 + std::abs(reverse)));
            }
}

BOOST_AUTO_TEST_CASE(elimination_agrees_with_sweeps) {
    constexpr auto smooth = [](const auto& x) {
        const auto all = chain(x);
        return std::array{all[0], all[1], all[2], all[3]};
    };
    using eliminated = program<decltype(smooth), tapeless::wrt_all, std::array<double, 3>>;
    static_assert(eliminated::by_elimination);
    const std::array<double, 3> x{0.7, 1.1, -0.3};
    const auto jacobian = tapeless::jacobian(smooth)(x);
    for (int row = 0; row < 4; ++row)
        for (int column = 0; column < 3; ++column) {
            const double reverse = run(swept<false>{}, x, 3 * row + column);
            BOOST_CHECK_SMALL(jacobian[row][column] - reverse, 1e-14 * (1 + std::abs(reverse)));
        }
}

BOOST_AUTO_TEST_CASE(the_cheaper_sweep_is_taken) {
    // Many results of one number: a forward sweep shares what the results share. One result of many: a reverse sweep.
    constexpr auto curve = [](auto t) {
        const auto s = sin(t), e = exp(s), r = sqrt(e);
        return std::array{r * s, r * e, r + s, r - e, s / r, e / r};
    };
    constexpr auto surface = [](const auto& x) {
        auto t = x[0];
        for (std::size_t k = 1; k < x.size(); ++k) t = sin(t) * x[k];
        return t;
    };
    using of_curve = program<decltype(curve), tapeless::wrt_all, double>;
    using of_surface = program<decltype(surface), tapeless::wrt_all, std::array<double, 30>>;
    // Sweep by sweep the other way would cost a multiple of this.
    static_assert(of_curve::flat.size <= 40);
    static_assert(of_surface::flat.size <= 8 * 30);
}

BOOST_AUTO_TEST_CASE(entries_that_are_always_0_cost_nothing) {
    constexpr auto diagonal = [](const auto& x) { return std::array{x[0] * x[0], x[1] * x[1], x[2] * x[2]}; };
    using p = program<decltype(diagonal), tapeless::wrt_all, std::array<double, 3>>;
    // Three inputs, the literals 0 and 2, three products.
    static_assert(p::flat.size == 8);
}

BOOST_AUTO_TEST_CASE(what_does_not_vary_is_not_differentiated) {
    constexpr auto f = [](auto x, auto y) { return std::array{x * exp(y), exp(y) + x}; };
    using p = program<decltype(f), tapeless::wrt_arguments<0>, double, double>;
    static_assert(p::flat.size == 3);  // y, exp(y), 1
}

BOOST_AUTO_TEST_SUITE_END()
