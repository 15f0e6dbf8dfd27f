// SPDX-License-Identifier: BSL-1.0
// The same elements in another shape: of arguments and of what is computed from them, broadcast, reduced, sliced and joined before and after.
#include "reference.hpp"

using namespace array_programs;
using tapeless::axis;

BOOST_AUTO_TEST_SUITE(reshapes)

BOOST_AUTO_TEST_CASE(to_a_vector) {
    check<matrix>([](auto x) {
        const auto r = reshape(x, -1);
        return sum(sin(r) * iota(r, axis<0>)) + sum(r * r);
    });
}
BOOST_AUTO_TEST_CASE(to_the_shape_of_the_transpose) {
    check<matrix, matrix>([](auto x, auto y) {
        const auto r = reshape(x, extent(x, axis<1>), extent(x, axis<0>));
        return sum(sin(r) * transpose(y)) + sum(tanh(r + transpose(x)));
    });
}
BOOST_AUTO_TEST_CASE(of_broadcasts) {
    check<matrix, vector, vector>([](auto x, auto v, auto w) {
        const auto r = reshape(exp(x) * v + expand_dims(w, axis<1>), -1);
        const auto s = reshape(expand_dims(sin(w), axis<1>) * v, extent(v, axis<0>), extent(w, axis<0>));
        return sum(sin(r) * r) + sum(expand_dims(v, axis<1>) * s * s) + sum(iota(r, axis<0>) * cos(r));
    });
}
BOOST_AUTO_TEST_CASE(of_reductions) {
    check<array<3>, matrix>([](auto x, auto y) {
        const auto means = reshape(sum(x * expand_dims(y, axis<2>), axis<2>), -1);
        const auto middles = reshape(sum(sin(x), axis<1>), extent(x, axis<2>), extent(x, axis<0>));
        return sum(means * sin(means)) + sum(iota(means, axis<0>) * means) + sum(expand_dims(iota(middles, axis<0>), axis<1>) * exp(middles));
    });
}
BOOST_AUTO_TEST_CASE(with_reductions_over_the_new_dimensions) {
    check<array<3>>([](auto x) {
        const auto r = reshape(x, extent(x, axis<0>), -1);
        const auto columns = reshape(x, -1, extent(x, axis<2>));
        return sum(softmax(r, axis<1>) * sin(r)) + sum(logsumexp(r, axis<1>)) + sum(norm(columns, axis<1>)) + sum(max(columns, axis<1>));
    }, 1e-11);
}
BOOST_AUTO_TEST_CASE(with_products_of_matrices) {
    check<array<3>, matrix>([](auto x, auto w) {
        const auto rows = reshape(x, -1, extent(x, axis<2>));
        const auto products = reshape(dot(rows, w), extent(x, axis<0>), extent(x, axis<1>), -1);
        return sum(tanh(products) * products) + sum(sin(dot(reshape(x, extent(x, axis<0>), -1), reshape(x, -1, extent(x, axis<0>)))));
    });
}
BOOST_AUTO_TEST_CASE(heads_of_an_attention) {
    check<matrix, matrix, matrix>([](auto q, auto k, auto v) {
        const auto heads = [](const auto& x) { return transpose(reshape(x, -1, 2, 3), axis<1, 0, 2>); };
        const auto weights = softmax(matmul(heads(q), transpose(heads(k), axis<0, 2, 1>)) / 1.75, axis<2>);
        const auto together = reshape(transpose(matmul(weights, heads(v)), axis<1, 0, 2>), -1, 6);
        return sum(sin(together) * q);
    });
}
BOOST_AUTO_TEST_CASE(of_reshapes) {
    check<matrix>([](auto x) {
        const auto flat = reshape(sin(x), -1);
        const auto back = reshape(flat * flat, extent(x, axis<0>), -1);
        const auto other = reshape(transpose(reshape(x, 2, -1)), -1, 2);
        return sum(back * x) + sum(exp(other) * expand_dims(iota(other, axis<0>), axis<1>)) + sum(reshape(transpose(back), -1) * flat);
    });
}
BOOST_AUTO_TEST_CASE(of_slices) {
    check<matrix>([](auto x) {
        const auto inner = reshape(slice(x, 1, -1, 1, axis<1>), -1);
        const auto every_other = reshape(slice(slice_from(x, 1), 0, 100, 2), -1);
        return sum(sin(inner) * iota(inner, axis<0>)) + sum(every_other * exp(every_other)) + sum(reshape(x[-1], 2, -1)[0]) * sum(reshape(x[0], -1, 2)[-1]);
    });
}
BOOST_AUTO_TEST_CASE(and_slices_of_them) {
    check<matrix>([](auto x) {
        const auto flat = reshape(x, -1), computed = reshape(exp(x) * x[0], -1);
        return sum(sin(slice_from(flat, 1) - slice(flat, 0, -1))) + sum(slice(computed, 1, 100, 3)) * flat[-1] + computed[2] * sum(cos(slice_from(reshape(x, -1, 2), 1, axis<1>)));
    });
}
BOOST_AUTO_TEST_CASE(of_positions) {
    check<array<3>>([](auto x) {
        const auto rows = reshape(expand_dims(iota(x, axis<0>), axis<1, 2>) * x + iota(x, axis<2>), -1);
        return sum(sin(rows)) + sum(iota(rows, axis<0>) * rows);
    });
}
BOOST_AUTO_TEST_CASE(with_recurrences_along_them) {
    check<matrix>([](auto x) {
        const auto h = scan([](auto before, auto now) { return tanh(before + now); }, 0.5, reshape(x, -1));
        const auto sums = cumsum(reshape(sin(x), -1, extent(x, axis<0>)), axis<0>);
        return sum(h * h) + h[-1] + sum(sums * sums);
    });
}
BOOST_AUTO_TEST_CASE(of_elements_at_indices) {
    check<matrix, labels>([](auto x, auto at) {
        const auto taken = reshape(gather(sin(x), at), -1);
        const auto elements = gather(reshape(exp(x), -1), at);
        return sum(taken * iota(taken, axis<0>)) + sum(elements * elements) + sum(sin(gather(x, reshape(at, -1, 1))));
    });
}
BOOST_AUTO_TEST_CASE(of_what_is_joined) {
    check<matrix, matrix>([](auto x, auto y) {
        const auto rows = reshape(concat(sin(x), y), -1), columns = reshape(tapeless::concat<1>(x, exp(y)), -1);
        const auto both = concat(reshape(x, -1), reshape(y * y, -1));
        return sum(rows * iota(rows, axis<0>)) + sum(columns * cos(columns)) + sum(both * iota(both, axis<0>)) + sum(slice_from(reshape(concat(x, y), -1), 2) * 3);
    });
}
BOOST_AUTO_TEST_CASE(with_dimensions_of_one_step) {
    check<vector, matrix>([](auto v, auto x) {
        const auto column = reshape(v, -1, 1), row = reshape(sin(v), 1, -1);
        const auto one = reshape(sum(x), 1, 1, 1);
        return sum(column * row) + sum(exp(row * x)) + sum(one * x) + sum(squeeze(column, axis<1>) * v) + sum(reshape(expand_dims(v, axis<0, 2>), -1) * cos(v));
    });
}
BOOST_AUTO_TEST_CASE(of_choices) {
    check<matrix, matrix>([](auto x, auto y) {
        const auto chosen = reshape(where(x > y, x * y, y), -1);
        return sum(where(chosen > 0, sin(chosen), chosen * chosen)) + sum(max(reshape(x, -1), reshape(y, -1)) * iota(chosen, axis<0>));
    });
}
BOOST_AUTO_TEST_CASE(along_a_dimension_that_is_summed_over_elsewhere) {
    check<array<4>>([](auto x) {
        const auto pairs = reshape(x, extent(x, axis<0>), extent(x, axis<1>), -1);
        const auto sums = sum(pairs, axis<0, 1>);
        return sum(sums * sums) + sum(sin(reshape(sum(x, axis<1>), extent(x, axis<0>), -1) * sums));
    });
}

BOOST_AUTO_TEST_SUITE_END()
