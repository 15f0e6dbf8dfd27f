// SPDX-License-Identifier: BSL-1.0
// The determinant by expansion in minors, and its gradient, for the sizes that are known while the program compiles: 1 to LARGEST_DETERMINANT.
#include "tool/tool.hpp"

#include <tapeless/tapeless.hpp>

#include <algorithm>
#include <array>
#include <bit>

namespace {

template <class Number, std::size_t Size>
using square = std::array<std::array<Number, Size>, Size>;

// Each minor of the last rows once, and not again wherever it is expanded: n 2^(n - 1) products instead of n! and more.
template <std::size_t Size>
constexpr auto determinant = []<class Number>(const square<Number, Size>& A) {
    std::array<Number, 1u << Size> minors{};
    for (unsigned columns = 1; columns < minors.size(); ++columns) {
        const auto& row = A[Size - std::popcount(columns)];
        const int first = std::countr_zero(columns);
        minors[columns] = row[first];
        if (std::has_single_bit(columns)) continue;
        minors[columns] = row[first] * minors[columns & ~(1u << first)];
        bool is_added = false;
        for (unsigned rest = columns & (columns - 1); rest != 0; rest &= rest - 1, is_added = !is_added) {
            const int column = std::countr_zero(rest);
            const Number term = row[column] * minors[columns & ~(1u << column)];
            minors[columns] = is_added ? minors[columns] + term : minors[columns] - term;
        }
    }
    return minors.back();
};

struct problem {
    std::ptrdiff_t size;
    std::vector<double> A;
    explicit problem(const gradbench::input& given) : size(given.integer("ell", 1)), A(given.numbers("A", size * size)) {
        if (size > LARGEST_DETERMINANT)
            throw gradbench::error("\"ell\" is " + std::to_string(size) + ", and this program was built for at most " + std::to_string(LARGEST_DETERMINANT) +
                                   ": see GRADBENCH_LARGEST_DETERMINANT");
    }
};

/// Calls the visitor with the matrix of its size.
template <std::size_t Size = 1>
void visit(const problem& of, const auto& visitor) {
    if (of.size == Size) {
        square<double, Size> A;
        for (std::size_t row = 0; row < Size; ++row) std::copy_n(of.A.begin() + Size * row, Size, A[row].begin());
        visitor(A);
    } else if constexpr (Size < LARGEST_DETERMINANT) {
        visit<Size + 1>(of, visitor);
    }
}

struct primal : gradbench::evaluation {
    const problem& of;
    double y = 0;
    explicit primal(const problem& given) : of(given) {}
    void run() override {
        visit(of, [&]<std::size_t Size>(const square<double, Size>& A) { y = determinant<Size>(A); });
    }
    std::string output() const override { return gradbench::text(y); }
};

struct gradient : gradbench::evaluation {
    const problem& of;
    std::vector<double> dA;
    explicit gradient(const problem& given) : of(given), dA(given.A.size()) {}
    void run() override {
        visit(of, [&]<std::size_t Size>(const square<double, Size>& A) {
            const square<double, Size> by_entry = tapeless::gradient(determinant<Size>)(A);
            for (std::size_t row = 0; row < Size; ++row) std::copy(by_entry[row].begin(), by_entry[row].end(), dA.begin() + Size * row);
        });
    }
    std::string output() const override { return gradbench::text(dA); }
};

}  // namespace

int main(int argument_count, char** arguments) {
    return gradbench::tool(argument_count, arguments, {gradbench::one<problem, primal>("primal"), gradbench::one<problem, gradient>("gradient")});
}
