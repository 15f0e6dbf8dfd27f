// SPDX-License-Identifier: BSL-1.0
// Variables on a GPU: the tutorial's statements, and a small network that learns there.
#include <tapeless/device_variables.hpp>
#include <tapeless/optimizer.hpp>

#include <iostream>

using tapeless::requires_grad;
using tapeless::Variable;

int main() {
    if (!tapeless::cuda::is_available()) {
        std::cout << "There is no CUDA device.\n";
        return 0;
    }
    // The values move, with their graph; gradients come back.
    Variable c({1.f, 2.f, 3.f}, requires_grad);
    Variable d = c.cuda();
    std::cout << d << '\n';
    const Variable a(2.f), b(1.f);  // numbers of the host's go along
    Variable y = tanh(a * d + b);
    y.backward(Variable({1.f, 1.f, 1.f}).cuda());
    std::cout << y.cpu() << '\n' << c.grad() << '\n';

    // All that is made here is made on the device.
    const tapeless::cuda::new_variables scope;
    const Variable x = tapeless::randn(4096, 16);
    const Variable target = sum(x * x, tapeless::axis<1>, tapeless::keepdims) * 0.1;
    Variable W1 = tapeless::randn(16, 64) * 0.25, W2 = tapeless::randn(64, 1) * 0.125;
    W1.requires_grad_();
    W2.requires_grad_();
    Variable b1 = tapeless::zeros(64, requires_grad), b2 = tapeless::zeros(1, requires_grad);
    tapeless::adam optimizer({.learning_rate = 0.01}, W1, b1, W2, b2);
    for (int step = 0; step <= 500; ++step) {
        optimizer.zero_grad();
        const Variable hidden = relu(matmul(x, W1) + b1);
        Variable loss = tapeless::mse_loss(matmul(hidden, W2) + b2, target);
        loss.backward();
        optimizer.step();
        if (step % 100 == 0) std::cout << "step " << step << ": " << loss.item() << '\n';  // which waits
    }

    // The same step as a CUDA graph: captured once, and run as a whole.
    Variable<float, 0> loss;
    tapeless::cuda::graph step([&] {
        optimizer.zero_grad();
        const Variable hidden = relu(matmul(x, W1) + b1);
        loss = tapeless::mse_loss(matmul(hidden, W2) + b2, target);
        loss.backward();
        optimizer.step();
    });
    for (int k = 0; k < 500; ++k) step.replay();
    std::cout << "500 steps later: " << loss.item() << '\n';
}
