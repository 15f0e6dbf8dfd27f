// SPDX-License-Identifier: BSL-1.0
// A function, its gradient and an expression as text, as LaTeX and as a Graphviz graph.
#include <tapeless/tapeless.hpp>

#include <array>
#include <iostream>

constexpr auto area = [](auto width, auto height) { return width * height; };
constexpr auto norm = [](auto v) { return sqrt(v[0] * v[0] + v[1] * v[1]); };
constexpr auto chain = [](auto x, auto y) {
    auto t = x;
    for (int step = 0; step < 6; ++step) t = sin(t) * x + t * y;
    return t;
};

int main() {
    std::cout << tapeless::to_string(area) << '\n' << tapeless::to_string(tapeless::gradient(area)) << '\n';

    // The types of the arguments, where they are not plain numbers.
    std::cout << tapeless::to_string<std::array<double, 2>>(tapeless::gradient(norm)) << '\n';
    std::cout << tapeless::to_latex<std::array<double, 2>>(norm) << '\n';

    constexpr auto r = tapeless::symbol<"r">;
    std::cout << tapeless::to_latex(tapeless::derivative(exp(-r * r), r)) << '\n';

    // What is used more than once gets a name where the text would be long without.
    std::cout << tapeless::to_string(chain) << '\n';

    // dot -Tsvg
    std::cout << tapeless::to_dot(area);
}
