// SPDX-License-Identifier: BSL-1.0
// A gradient that is differentiated again: the product of a Hessian and a vector, without the Hessian.
#include <tapeless/variable.hpp>

#include <iostream>
#include <vector>

using namespace tapeless;

int main() {
    const Variable x(std::vector<double>{0.5, -1.0, 2.0}, requires_grad), v({1.0, 0.0, -1.0});

    // The gradient of the loss, as a Variable with a graph of its own.
    const Variable<double, 0> loss = sum(exp(x) * x) + 0.5 * sum(x * x) * sum(x);
    const auto gradient = grad(loss, x, create_graph);

    // The derivative of its product with v, which is constant, is the Hessian's product with v.
    const Variable<double, 0> along_v = sum(gradient * v);
    std::cout << "gradient " << gradient.detach() << "\nH v      " << grad(along_v, x) << '\n';
}
