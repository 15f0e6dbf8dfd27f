// SPDX-License-Identifier: BSL-1.0
// log(sum(exp(x))), and its gradient.
#include "tool/tool.hpp"

#include <tapeless/arrays.hpp>

namespace {

constexpr auto value = [](auto x) { return logsumexp(x); };

struct problem {
    std::vector<double> x;
    explicit problem(const gradbench::input& given) : x(given.numbers("x")) {
        if (x.empty()) throw gradbench::error("\"x\" is empty");
    }
};

struct primal : gradbench::evaluation {
    const problem& of;
    double y = 0;
    explicit primal(const problem& given) : of(given) {}
    void run() override { y = tapeless::value(value)(of.x); }
    std::string output() const override { return gradbench::text(y); }
};

struct gradient : gradbench::evaluation {
    const problem& of;
    std::vector<double> dx;
    explicit gradient(const problem& given) : of(given), dx(given.x.size()) {}
    void run() override { tapeless::gradient(value).into(dx)(of.x); }
    std::string output() const override { return gradbench::text(dx); }
};

}  // namespace

int main(int argument_count, char** arguments) {
    return gradbench::tool(argument_count, arguments, {gradbench::one<problem, primal>("primal"), gradbench::one<problem, gradient>("gradient")});
}
