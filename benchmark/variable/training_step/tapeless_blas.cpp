// SPDX-License-Identifier: BSL-1.0
// Products by OpenBLAS.
#include "problem.hpp"

#include <tapeless/interop/cblas.hpp>
#include <tapeless/optimizer.hpp>
#include <tapeless/variable.hpp>

#include <memory>

namespace {

using tapeless::Variable;

/// Copies of the images and of the parameters.
struct network {
    Variable<float, 2> images, w1, w2;
    Variable<float, 1> b1, b2;
    Variable<std::int64_t, 1> labels;
    tapeless::adam optimizer;

    explicit network(const problem::data& data)
        : images(matrix(data.images, problem::pixels)),
          w1(matrix(data.w1, problem::units).requires_grad_()),
          w2(matrix(data.w2, problem::classes).requires_grad_()),
          b1(Variable<float, 1>(data.b1).requires_grad_()),
          b2(Variable<float, 1>(data.b2).requires_grad_()),
          labels(data.labels),
          optimizer({.learning_rate = problem::learning_rate}, w1, b1, w2, b2) {}
    Variable<float, 0> loss(std::ptrdiff_t first) const {
        const auto batch = images.slice(0, first, first + problem::batch);
        const auto hidden = relu(matmul(batch, w1) + b1);
        return cross_entropy(matmul(hidden, w2) + b2, labels.slice(0, first, first + problem::batch));
    }

private:
    static Variable<float, 2> matrix(const problem::floats& from, std::ptrdiff_t columns) { return Variable<float, 1>(from).reshape(-1, columns).copy(); }
};

class by_variables {
public:
    void operator()(const problem::data& data, problem::result&) {
        network& net = network_of(data);
        for (std::ptrdiff_t first = 0; first < net.labels.numel(); first += problem::batch) {
            const auto loss = net.loss(first);
            net.optimizer.zero_grad();
            loss.backward();
            net.optimizer.step();
            if (first == 0) first_loss_ = loss.item();
        }
    }
    Variable<float, 0> graph(const problem::data& data) { return network_of(data).loss(0); }
    void copy_to(problem::result& result) const {
        result.loss = first_loss_;
        if (!result.has_gradients()) return;
        const auto copy = [](const auto& of, problem::floats& to) { std::copy_n(of.grad().data_pointer(), of.numel(), to.begin()); };
        copy(network_->w1, result.by_w1);
        copy(network_->b1, result.by_b1);
        copy(network_->w2, result.by_w2);
        copy(network_->b2, result.by_b2);
    }

private:
    network& network_of(const problem::data& data) {
        if (!network_ || network_->labels.numel() != std::ssize(data.labels)) network_ = std::make_unique<network>(data);
        return *network_;
    }
    std::unique_ptr<network> network_;
    float first_loss_ = 0;
};
const bool entered = contest::enter<problem, by_variables>("tapeless_blas");

}  // namespace
