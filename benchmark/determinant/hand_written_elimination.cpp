// SPDX-License-Identifier: BSL-1.0
// By elimination: the gradient of the determinant is the determinant times the transposed inverse, here by Gauss and
// Jordan with partial pivoting. A row is a loop of fixed length, so it is one or two vector instructions.
// Unlike the others it fails on singular matrices, where the gradient exists but the inverse does not.
#include "problem.hpp"

#include <cmath>
#include <utility>

namespace {

struct elimination {
    CONTEST_INLINE contest::derivatives<problem> operator()(const contest::point<problem>& at) const {
        alignas(64) double rows[6][8];
        for (int i = 0; i < 6; ++i)
            for (int j = 0; j < 8; ++j) rows[i][j] = j < 6 ? at[6 * i + j] : 0;
        int order[6] = {0, 1, 2, 3, 4, 5};
        double determinant = 1;
        for (int step = 0; step < 6; ++step) {
            int best = step;
            for (int i = step + 1; i < 6; ++i) best = std::abs(rows[i][step]) > std::abs(rows[best][step]) ? i : best;
            if (best != step) {
                for (int j = 0; j < 8; ++j) std::swap(rows[step][j], rows[best][j]);
                std::swap(order[step], order[best]);
                determinant = -determinant;
            }
            const double pivot = rows[step][step], reciprocal = 1 / pivot;
            determinant *= pivot;
            rows[step][step] = 1;
            for (int j = 0; j < 8; ++j) rows[step][j] *= reciprocal;
            for (int i = 0; i < 6; ++i) {
                if (i == step) continue;
                const double factor = rows[i][step];
                rows[i][step] = 0;
                for (int j = 0; j < 8; ++j) rows[i][j] -= factor * rows[step][j];
            }
        }
        // Columns of the inverse belong to the rows before the exchange.
        contest::derivatives<problem> result;
        result[0] = determinant;
        for (int j = 0; j < 6; ++j)
            for (int i = 0; i < 6; ++i) result[1 + 6 * order[j] + i] = determinant * rows[i][j];
        return result;
    }
};
const bool entered = contest::enter<problem, elimination>("hand_written_elimination");

}  // namespace
