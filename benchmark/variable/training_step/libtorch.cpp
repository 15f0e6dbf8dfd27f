// SPDX-License-Identifier: BSL-1.0
// libtorch's modules and its Adam, on one thread.
#include "problem.hpp"

#include <torch/torch.h>

#include <memory>

namespace {

/// Copies of the images and of the parameters; weights are transposed.
struct network {
    torch::Tensor images, labels;
    torch::nn::Linear first_layer{problem::pixels, problem::units}, second_layer{problem::units, problem::classes};
    torch::nn::Sequential layers{first_layer, torch::nn::ReLU(), second_layer};
    torch::optim::Adam optimizer{layers->parameters(), torch::optim::AdamOptions(problem::learning_rate)};

    explicit network(const problem::data& data) : images(matrix(data.images, problem::pixels).clone()), labels(torch::tensor(data.labels)) {
        torch::set_num_threads(1);
        torch::NoGradGuard scope;
        first_layer->weight.copy_(matrix(data.w1, problem::units).t());
        first_layer->bias.copy_(matrix(data.b1, problem::units)[0]);
        second_layer->weight.copy_(matrix(data.w2, problem::classes).t());
        second_layer->bias.copy_(matrix(data.b2, problem::classes)[0]);
    }
    torch::Tensor loss(std::ptrdiff_t first) {
        return torch::nn::functional::cross_entropy(layers->forward(images.narrow(0, first, problem::batch)), labels.narrow(0, first, problem::batch));
    }

private:
    static torch::Tensor matrix(const problem::floats& from, std::ptrdiff_t columns) { return torch::from_blob(const_cast<float*>(from.data()), {std::ssize(from) / columns, columns}); }
};

class by_modules {
public:
    void operator()(const problem::data& data, problem::result&) {
        network& net = network_of(data);
        for (std::ptrdiff_t first = 0; first < net.labels.numel(); first += problem::batch) {
            const torch::Tensor loss = net.loss(first);
            net.optimizer.zero_grad();
            loss.backward();
            net.optimizer.step();
            if (first == 0) first_loss_ = loss.item<float>();
        }
    }
    torch::Tensor graph(const problem::data& data) { return network_of(data).loss(0); }
    void copy_to(problem::result& result) const {
        result.loss = first_loss_;
        if (!result.has_gradients()) return;
        const auto copy = [](const torch::Tensor& of, problem::floats& to) { std::copy_n(of.grad().t().contiguous().data_ptr<float>(), of.numel(), to.begin()); };
        copy(network_->first_layer->weight, result.by_w1);
        copy(network_->first_layer->bias, result.by_b1);
        copy(network_->second_layer->weight, result.by_w2);
        copy(network_->second_layer->bias, result.by_b2);
    }

private:
    network& network_of(const problem::data& data) {
        if (!network_ || network_->labels.numel() != std::ssize(data.labels)) network_ = std::make_unique<network>(data);
        return *network_;
    }
    std::unique_ptr<network> network_;
    float first_loss_ = 0;
};
const bool entered = contest::enter<problem, by_modules>("libtorch");

}  // namespace
