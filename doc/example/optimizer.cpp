// SPDX-License-Identifier: BSL-1.0
// A network with one hidden layer learns the sine: Adam, a schedule of its learning rate, and gradients that are clipped.
#include <tapeless/optimizer.hpp>
#include <tapeless/variable.hpp>

#include <cstdio>

using tapeless::requires_grad;
using tapeless::Variable;

int main() {
    Variable x = tapeless::arange(-3.f, 3.f, 0.1f).unsqueeze(1);
    Variable y = sin(x);

    tapeless::manual_seed(1);
    Variable w1 = tapeless::randn(1, 16, requires_grad), w2 = tapeless::randn(16, 1, requires_grad);
    Variable b1 = tapeless::zeros(16, requires_grad), b2 = tapeless::zeros(1, requires_grad);

    tapeless::adam optimizer({.learning_rate = 0.03}, w1, b1, w2, b2);
    auto schedule = tapeless::cosine_annealing_lr(optimizer, {.total_steps = 500});
    for (int step = 0; step <= 500; ++step) {
        Variable hidden = tanh(matmul(x, w1) + b1);
        Variable difference = matmul(hidden, w2) + b2 - y;
        Variable loss = mean(difference * difference);
        optimizer.zero_grad();
        loss.backward();
        tapeless::clip_grad_norm_(optimizer.parameters(), 10);
        optimizer.step();
        if (step % 250 == 0) std::printf("step %3d: loss %.4f, learning rate %.4f\n", step, loss.item(), schedule.last_learning_rate());
        schedule.step();
    }
}
