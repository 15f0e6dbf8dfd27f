// SPDX-License-Identifier: BSL-1.0
// The classic PyTorch tutorial: Variables, their gradients, moving them to a GPU, and numpy's side.
#include <tapeless/variable.hpp>

#include <iostream>

using tapeless::requires_grad;
using tapeless::Variable;

int main() {
    // Data, gradient, and what made it.
    Variable<float> a;
    std::cout << a << "\n\n";
    Variable b({{1, 2}, {3, 4}, {5, 6}, {7, 8}});
    std::cout << b << '\n' << b.data() << '\n' << b.grad() << ' ' << b.grad_fn() << "\n\n";

    // A graph: one node for each statement.
    Variable x({2.f}, requires_grad), w({3.f}, requires_grad), b1({4.f}, requires_grad);
    const auto clear = [&] {
        x.zero_grad();
        w.zero_grad();
        b1.zero_grad();
    };
    const auto print_gradients = [&] { std::cout << x.grad() << ' ' << w.grad() << ' ' << b1.grad() << '\n'; };
    Variable y1 = w * x + b1;
    Variable y2 = w * x + b1 * x;
    std::cout << y1 << ' ' << y1.grad_fn() << '\n';

    y1.backward();
    print_gradients();
    clear();
    y2.backward(tapeless::retain_graph);
    print_gradients();
    clear();
    y2.backward(x, tapeless::retain_graph);
    print_gradients();
    clear();
    y2.backward(Variable({5.f}), tapeless::retain_graph);
    print_gradients();
    // Without clearing they add up.
    y2.backward();
    print_gradients();

    // More than one element: a seed of the same shape.
    Variable c = tapeless::randn(3, requires_grad);
    Variable y3 = c * 2;
    y3.backward({1, 0.1, 0.01});
    std::cout << c.grad() << "\n\n";

    if (tapeless::cuda::is_available()) std::cout << c.cuda() << '\n';

    // numpy's side: the same memory.
    Variable e({1.f, 2.f}, requires_grad);
    try {
        e.numpy();
    } catch (const tapeless::variable_error& error) {
        std::cout << error.what() << '\n';
    }
    const auto f = e.detach().numpy();
    f(0) = 10;
    std::cout << e << '\n';
    Variable g(from_numpy(f), requires_grad);
    f(1) = 20;
    std::cout << g << '\n';
}
