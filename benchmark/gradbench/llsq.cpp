// SPDX-License-Identifier: BSL-1.0
// Half the sum of squares of sign(t) - (x[0] + x[1] t + x[2] t^2 + …) over n points t from -1 to 1, and its gradient by x.
#include "tool/tool.hpp"

#include <tapeless/arrays.hpp>

#include <algorithm>

namespace {

using tapeless::axis;

// A power is split, t^(16 a + b) = (t^16)^a t^b, and x is the matrix of its coefficients by a and b: an operation or two for each number of x and each point, without a
// table of all powers. 16 sums fit into registers.
constexpr int block = 16;
constexpr auto value = [](auto x, auto t) {
    const auto column = transpose(x);
    const auto at = expand_dims(t, axis<1>);
    auto within = column[block - 1] + 0.0 * at;
    for (int b = block - 2; b >= 0; --b) within = within * at + column[b];
    auto raised = t;
    for (int power = 1; power < block; power *= 2) raised = raised * raised;
    const auto is_first = expand_dims(iota(x, axis<0>), axis<1>) == 0;
    const auto powers = scan([](auto power, auto factor) { return power * factor; }, 1.0, where(is_first, 1.0, expand_dims(raised, axis<0>)));
    const auto sign = where(t > 0, 1.0, where(t < 0, -1.0, 0.0));
    const auto residual = sign - sum(within * transpose(powers), axis<1>);
    return 0.5 * sum(residual * residual);
};

struct problem {
    std::vector<double> x;
    std::ptrdiff_t n;
    explicit problem(const gradbench::input& given) : x(given.numbers("x")), n(given.integer("n", 2)) {
        if (x.empty()) throw gradbench::error("\"x\" is empty");
    }
};

/// What both functions compute with: x, filled up with zeros to whole blocks, and the points.
class arguments {
public:
    explicit arguments(const problem& of)
        : of_(of), blocks_((std::ssize(of.x) + block - 1) / block), x_(static_cast<std::size_t>(blocks_ * block)), t_(static_cast<std::size_t>(of.n)) {}
    void fill() {
        std::copy(of_.x.begin(), of_.x.end(), x_.begin());
        for (std::ptrdiff_t i = 0; i < of_.n; ++i) t_[static_cast<std::size_t>(i)] = -1 + 2 * static_cast<double>(i) / static_cast<double>(of_.n - 1);
    }
    std::size_t size() const { return x_.size(); }
    template <class T>
    tapeless::array_view<T, 2> in_blocks(T* numbers) const { return {numbers, {blocks_, block}}; }
    auto x() const { return in_blocks(x_.data()); }
    const std::vector<double>& t() const { return t_; }

private:
    const problem& of_;
    std::ptrdiff_t blocks_;
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
