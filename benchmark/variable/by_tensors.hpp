// SPDX-License-Identifier: BSL-1.0
// libtorch's contender of an elementwise statement, on one thread.
#pragma once

#include "three_arrays.hpp"

#include <torch/torch.h>

template <class Problem>
class by_tensors {
public:
    void operator()(const typename Problem::data& data, typename Problem::result&) {
        if (!seed_.defined()) {
            torch::set_num_threads(1);
            leaves_ = {copy_of(data.w).requires_grad_(), copy_of(data.x).requires_grad_(), copy_of(data.b).requires_grad_()};
            seed_ = copy_of(data.seed);
        }
        for (torch::Tensor& each : leaves_) each.mutable_grad().reset();
        y_ = graph(data);
        y_.backward(seed_);
    }
    torch::Tensor graph(const typename Problem::data&) const { return Problem::value(leaves_[0], leaves_[1], leaves_[2]); }
    void copy_to(typename Problem::result& result) const {
        const auto copy = [](const torch::Tensor& from, std::span<float> to) { std::copy_n(from.template data_ptr<float>(), from.numel(), to.begin()); };
        const auto rows = result.rows();
        copy(y_, rows[0]);
        for (std::size_t k = 0; k < leaves_.size(); ++k) copy(leaves_[k].grad(), rows[1 + k]);
    }

private:
    static torch::Tensor copy_of(const typename Problem::floats& from) { return torch::from_blob(const_cast<float*>(from.data()), {std::ssize(from)}).clone(); }

    std::array<torch::Tensor, 3> leaves_;
    torch::Tensor seed_, y_;
};
