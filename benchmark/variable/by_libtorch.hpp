// SPDX-License-Identifier: BSL-1.0
// libtorch's contender in every problem on points whose graph is made at run time: tensors of no dimensions on one thread, a new graph in each call.
#pragma once

#include "../contest.hpp"

#include <torch/torch.h>

template <class Problem>
class by_libtorch {
public:
    by_libtorch() {
        torch::set_num_threads(1);
        for (int k = 0; k < Problem::inputs; ++k) leaves_[k] = torch::zeros({}, torch::dtype(torch::kFloat64).requires_grad(k < Problem::variables));
    }
    contest::derivatives<Problem> operator()(const contest::point<Problem>& at) {
        const torch::Tensor y = graph(at);
        y.backward();
        contest::derivatives<Problem> result;
        result[0] = *y.template data_ptr<double>();
        for (int k = 0; k < Problem::variables; ++k) {
            result[1 + k] = *leaves_[k].grad().template data_ptr<double>();
            leaves_[k].mutable_grad().reset();
        }
        return result;
    }
    torch::Tensor graph(const contest::point<Problem>& at) {
        for (int k = 0; k < Problem::inputs; ++k) *leaves_[k].template data_ptr<double>() = at[k];
        return Problem::value(leaves_)[0];
    }

private:
    std::array<torch::Tensor, Problem::inputs> leaves_;
};
