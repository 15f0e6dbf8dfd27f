// SPDX-License-Identifier: BSL-1.0
// x^2 and its derivative.
#include "tool/tool.hpp"

#include <tapeless/tapeless.hpp>

namespace {

constexpr auto square = [](auto x) { return x * x; };

struct problem {
    double x;
    explicit problem(const gradbench::input& given) : x(given.number()) {}
};

template <auto Function>
struct at_x : gradbench::evaluation {
    double x, y = 0;
    explicit at_x(const problem& of) : x(of.x) {}
    void run() override { y = Function(x); }
    std::string output() const override { return gradbench::text(y); }
};

}  // namespace

int main(int argument_count, char** arguments) {
    return gradbench::tool(argument_count, arguments,
                           {gradbench::one<problem, at_x<square>>("square"), gradbench::one<problem, at_x<tapeless::derivative(square)>>("double")});
}
