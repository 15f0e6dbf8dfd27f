// SPDX-License-Identifier: BSL-1.0
#include "problem.hpp"

#include <torch/torch.h>

#include <memory>

namespace {

class by_libtorch {
public:
    void operator()(const problem::data& data, problem::result&) {
        if (!optimizer_) {
            torch::set_num_threads(1);
            const auto copy_of = [](const problem::floats& from) { return torch::from_blob(const_cast<float*>(from.data()), {std::ssize(from)}).clone(); };
            parameters_ = copy_of(data.values).requires_grad_();
            parameters_.mutable_grad() = copy_of(data.gradients);
            optimizer_ = std::make_unique<torch::optim::Adam>(std::vector{parameters_}, torch::optim::AdamOptions(problem::learning_rate));
        }
        optimizer_->step();
    }
    void copy_to(problem::result& result) const { std::copy_n(parameters_.data_ptr<float>(), parameters_.numel(), result.values.begin()); }

private:
    torch::Tensor parameters_;
    std::unique_ptr<torch::optim::Adam> optimizer_;
};
const bool entered = contest::enter<problem, by_libtorch>("libtorch");

}  // namespace
