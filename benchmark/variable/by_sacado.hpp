// SPDX-License-Identifier: BSL-1.0
// Sacado's contender in every problem on points whose graph is made at run time: its reverse mode, a new graph in each call.
#pragma once

#include "../contest.hpp"
#include "../sacado.hpp"

template <class Problem>
class by_reverse_mode {
public:
    contest::derivatives<Problem> operator()(const contest::point<Problem>& at) const {
        const auto x = leaves(at);
        const number y = Problem::value(x)[0];
        number::Gradcomp();
        contest::derivatives<Problem> result;
        result[0] = y.val();
        for (int k = 0; k < Problem::variables; ++k) result[1 + k] = x[k].adj();
        return result;
    }
    /// The graph stays until the next Gradcomp.
    double graph(const contest::point<Problem>& at) const {
        const number y = Problem::value(leaves(at))[0];
        return y.val();
    }

private:
    using number = Sacado::Rad::ADvar<double>;

    static std::array<number, Problem::inputs> leaves(const contest::point<Problem>& at) {
        std::array<number, Problem::inputs> x;
        for (int k = 0; k < Problem::inputs; ++k) x[k] = at[k];
        return x;
    }
};
