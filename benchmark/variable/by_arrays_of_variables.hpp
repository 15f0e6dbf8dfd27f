// SPDX-License-Identifier: BSL-1.0
// The contender of an elementwise statement by Variables.
#pragma once

#include "three_arrays.hpp"

#include <tapeless/variable.hpp>

template <class Problem>
class by_arrays_of_variables {
    using vector = tapeless::Variable<float, 1>;

public:
    void operator()(const typename Problem::data& data, typename Problem::result&) {
        if (leaves_[0].numel() == 0) {
            leaves_ = {leaf(data.w), leaf(data.x), leaf(data.b)};
            seed_ = vector(data.seed);
        }
        for (vector& each : leaves_) each.zero_grad();
        y_ = graph(data);
        y_.backward(seed_);
    }
    vector graph(const typename Problem::data&) const { return Problem::value(leaves_[0], leaves_[1], leaves_[2]); }
    void copy_to(typename Problem::result& result) const {
        const auto copy = [](const vector& from, std::span<float> to) { std::copy_n(from.data_pointer(), from.numel(), to.begin()); };
        const auto rows = result.rows();
        copy(y_, rows[0]);
        for (std::size_t k = 0; k < leaves_.size(); ++k) copy(leaves_[k].grad(), rows[1 + k]);
    }

private:
    static vector leaf(const typename Problem::floats& from) { return vector(from).requires_grad_(); }

    std::array<vector, 3> leaves_;
    vector seed_, y_;
};
