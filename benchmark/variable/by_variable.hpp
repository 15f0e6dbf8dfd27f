// SPDX-License-Identifier: BSL-1.0
// The contender of every problem on points whose graph is made at run time: Variables of rank 0, a new graph in each call.
#pragma once

#include "../contest.hpp"

#include <tapeless/variable.hpp>

template <class Problem>
class by_variable {
public:
    contest::derivatives<Problem> operator()(const contest::point<Problem>& at) {
        const auto y = graph(at);
        y.backward();
        contest::derivatives<Problem> result;
        result[0] = y.item();
        for (int k = 0; k < Problem::variables; ++k) {
            result[1 + k] = leaves_[k].grad().item();
            leaves_[k].zero_grad();
        }
        return result;
    }
    tapeless::Variable<double, 0> graph(const contest::point<Problem>& at) {
        for (int k = 0; k < Problem::inputs; ++k) *leaves_[k].data_pointer() = at[k];
        return Problem::value(leaves_)[0];
    }

private:
    using number = tapeless::Variable<double, 0>;
    std::array<number, Problem::inputs> leaves_ = [] {
        std::array<number, Problem::inputs> leaves;
        for (int k = 0; k < Problem::inputs; ++k) leaves[k] = number(0.0);
        for (int k = 0; k < Problem::variables; ++k) leaves[k].requires_grad_();
        return leaves;
    }();
};
