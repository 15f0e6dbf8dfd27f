// SPDX-License-Identifier: BSL-1.0
// Kepler's equation E - e sin E = M, solved by Newton's method: how many steps that takes depends on e and M.
#pragma once

#include "../../contest.hpp"
#include "../number_of.hpp"

struct problem {
    static constexpr const char* title = "Newton's method for Kepler's equation E - e sin E = M, with the derivatives of E by e and M through all steps";
    static constexpr const char* baseline = "tapeless";
    static constexpr int inputs = 2, variables = 2, outputs = 1, points = 64;
    static constexpr contest::interval range(std::size_t k) { return k == 0 ? contest::interval{0.1, 0.9} : contest::interval{0.2, 3}; }
    template <class Number>
    static std::array<Number, outputs> value(const std::array<Number, inputs>& at) {
        using std::cos, std::sin;
        const auto& [e, M] = at;
        Number E = M + e;
        for (double step = 1; std::abs(step) > 1e-10;) {
            const Number change = (E - e * sin(E) - M) / (1 - e * cos(E));
            step = number_of(change);
            E = Number(E - change);
        }
        return {E};
    }
};
