// SPDX-License-Identifier: BSL-1.0
// Recurrences, what is made of their steps, and parts of concatenations.
#include "reference.hpp"

using namespace array_programs;
using tapeless::axis;
using tapeless::keepdims;

namespace {

// A vector's, of as many steps; and a matrix's, whose state is a row.
constexpr auto states = [](auto x) { return scan([](auto before, auto now) { return 0.5 * before + sin(now) * before + now; }, 0.1, x); };
constexpr auto rows_of_states = [](auto x) { return scan([](const auto& before, auto now) { return tanh(0.5 * before + now); }, 0.1, x); };

}  // namespace

BOOST_AUTO_TEST_SUITE(recurrences)

BOOST_AUTO_TEST_CASE(differences_of_steps) {
    check<vector>([](auto x) {
        const auto h = states(x);
        const auto step = slice_from(h, 1) - 0.9 * slice(h, 0, -1);
        return sum(step * step) + sum(h * x);
    });
}
BOOST_AUTO_TEST_CASE(slices_of_steps) {
    check<vector>([](auto x) {
        const auto h = states(x), inner = slice(slice_from(h, 1), 0, 100, 2);
        return sum(sin(inner)) + sum(slice(exp(h), -3, -1)) + sum(slice(h * iota(x, axis<0>), 1, 3)) + h[-1] * h[0];
    });
}
BOOST_AUTO_TEST_CASE(slices_of_rows_of_states) {
    check<matrix>([](auto x) {
        const auto h = rows_of_states(x);
        const auto columns = slice(h, 1, 100, axis<1>);
        return sum(columns * columns) + sum(sin(slice(h, 0, -1)) * slice_from(h, 1)) + sum(transpose(h)[-1]) + sum(slice(slice(h, 0, 2), 0, 2, axis<1>));
    });
}
BOOST_AUTO_TEST_CASE(gathered_steps) {
    check<vector, labels>([](auto x, auto at) {
        const auto h = states(x), chosen = gather(h, at);
        return sum(sin(chosen) * iota(chosen, axis<0>)) + sum(chosen * gather(x, at)) + sum(h);
    });
}
BOOST_AUTO_TEST_CASE(last_steps_of_sequences_of_different_lengths) {
    check<matrix, labels>([](auto x, auto last) {
        const auto h = cumsum(x, axis<1>);
        return sum(sin(pick(h, last))) + sum(gather(rows_of_states(x), last) * x);
    });
}
BOOST_AUTO_TEST_CASE(joined_steps) {
    check<vector, vector>([](auto x, auto y) {
        const auto h = states(x), all = concat(h, y, cumsum(y));
        return sum(all * all * (1 + iota(all, axis<0>))) + sum(concat<1>(rows_of_states(outer(x, y)), outer(x, sin(y)))[-1]);
    });
}
BOOST_AUTO_TEST_CASE(reshaped_steps) {
    check<matrix>([](auto x) {
        const auto flat = reshape(rows_of_states(x), -1);
        const auto sums = reshape(cumsum(reshape(x, -1)), extent(x, axis<0>), -1);
        return sum(sin(flat) * iota(flat, axis<0>)) + sum(sums * x) + sum(slice_from(flat, 1) * slice(flat, 0, -1));
    });
}
BOOST_AUTO_TEST_CASE(recurrences_of_steps_of_recurrences) {
    check<vector>([](auto x) {
        const auto h = states(x), later = states(slice_from(h, 1));
        return sum(later * slice_from(x, 1)) + sum(cumsum(slice(later, 0, -1)));
    });
}
BOOST_AUTO_TEST_CASE(steps_meet_each_other_along_another_axis) {
    check<vector>([](auto x) {
        const auto h = states(x), part = slice_from(h, 1);
        return sum(sin(expand_dims(part, axis<1>) * part)) + sum(outer(part, h) * outer(slice(x, 1, 100), x));
    });
}
BOOST_AUTO_TEST_CASE(parts_of_concatenations) {
    check<vector, vector>([](auto x, auto y) {
        const auto all = concat(x, sin(y), x), part = slice(all, 1, -1);
        return sum(part * part * iota(part, axis<0>)) + sum(slice_from(all, 2) * slice(all, 0, -2)) + all[0] * all[-1] + all[2];
    });
}
BOOST_AUTO_TEST_CASE(concatenations_of_concatenations) {
    check<matrix, matrix>([](auto x, auto y) {
        const auto rows = concat(x, y), blocks = concat<1>(rows, sin(rows)), again = concat(slice_from(rows, 1), x);
        return sum(blocks * blocks) + sum(again * again * (1 + iota(again, axis<1>))) + sum(exp(slice(blocks, 1, 100, axis<1>)));
    });
}
BOOST_AUTO_TEST_CASE(rows_appended_to_a_matrix) {
    check<matrix, vector, vector>([](auto x, auto row, auto column) {
        const auto all = concat(expand_dims(row, axis<0>), x, expand_dims(sum(x, axis<0>), axis<0>));
        const auto wider = concat<1>(x, expand_dims(column, axis<1>), norm(x, axis<1>, keepdims));
        return sum(all * all * (1 + iota(all, axis<1>))) + sum(sin(slice_from(all, 1)) * x[0]) + sum(exp(wider) * iota(wider, axis<1>)) + sum(x * row) + sum(all[0] * all[-1]);
    });
}
BOOST_AUTO_TEST_CASE(positions_from_the_end) {
    check<vector>([](auto x) {
        const auto place = iota(x, axis<0>);
        return sum(slice(place, -4, -1) * slice(x, -4, -1)) + sum(slice_from(place * x, -100));
    });
}

BOOST_AUTO_TEST_SUITE_END()
