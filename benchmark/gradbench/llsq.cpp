// SPDX-License-Identifier: BSL-1.0
// Half the sum of squares of sign(t) - (x[0] + x[1] t + x[2] t^2 + …) over n points t from -1 to 1, and its gradient by x.
#include "tool/tool.hpp"

#include <tapeless/arrays.hpp>

#include <algorithm>

namespace {

using tapeless::axis;

// A power is split, t^(length b + a) = (t^length)^b t^a, and x is the matrix of its coefficients by b and a: an operation or two for each number of x and each point,
// with the lowest powers of each point as the only table. 8 sums fit into registers.
constexpr int blocks = 8;
constexpr auto value = [](auto x, auto t) {
    const auto is_first = expand_dims(iota(x, axis<1>), axis<1>) == 0;
    const auto powers = scan([](auto power, auto factor) { return power * factor; }, 1.0, where(is_first, 1.0, expand_dims(t, axis<0>)));
    const auto raised = powers[-1] * t;
    const auto coefficients = [&](int b) { return expand_dims(x[b], axis<1>); };
    auto within = coefficients(blocks - 1) + 0.0 * expand_dims(raised, axis<0>);
    for (int b = blocks - 2; b >= 0; --b) within = within * raised + coefficients(b);
    const auto sign = where(t > 0, 1.0, where(t < 0, -1.0, 0.0));
    const auto residual = sign - sum(within * powers, axis<0>);
    return 0.5 * sum(residual * residual);
};

struct problem {
    std::vector<double> x;
    std::ptrdiff_t n;
    explicit problem(const gradbench::input& given) : x(given.numbers("x")), n(given.integer("n", 2)) {
        if (x.empty()) throw gradbench::error("\"x\" is empty");
    }
};

/// What both functions compute with: x, filled up with zeros to blocks of equal length, and the points.
class arguments {
public:
    explicit arguments(const problem& of)
        : of_(of), length_((std::ssize(of.x) + blocks - 1) / blocks), x_(static_cast<std::size_t>(blocks * length_)), t_(static_cast<std::size_t>(of.n)) {}
    void fill() {
        std::copy(of_.x.begin(), of_.x.end(), x_.begin());
        for (std::ptrdiff_t i = 0; i < of_.n; ++i) t_[static_cast<std::size_t>(i)] = -1 + 2 * static_cast<double>(i) / static_cast<double>(of_.n - 1);
    }
    std::size_t size() const { return x_.size(); }
    template <class T>
    tapeless::array_view<T, 2> in_blocks(T* numbers) const { return {numbers, {blocks, length_}}; }
    auto x() const { return in_blocks(x_.data()); }
    const std::vector<double>& t() const { return t_; }

private:
    const problem& of_;
    std::ptrdiff_t length_;
    std::vector<double> x_, t_;
};

struct primal : gradbench::evaluation {
    arguments given;
    double y = 0;
    explicit primal(const problem& of) : given(of) {}
    void run() override {
        given.fill();
        y = tapeless::value(value)(given.x(), given.t());
    }
    std::string output() const override { return gradbench::text(y); }
};

struct gradient : gradbench::evaluation {
    const problem& of;
    arguments given;
    std::vector<double> dx;
    explicit gradient(const problem& from) : of(from), given(from), dx(given.size()) {}
    void run() override {
        given.fill();
        tapeless::gradient(value, tapeless::wrt<0>).into(given.in_blocks(dx.data()))(given.x(), given.t());
    }
    std::string output() const override { return gradbench::text(std::span<const double>(dx).first(of.x.size())); }
};

}  // namespace

int main(int argument_count, char** arguments) {
    return gradbench::tool(argument_count, arguments, {gradbench::one<problem, primal>("primal"), gradbench::one<problem, gradient>("gradient")});
}
