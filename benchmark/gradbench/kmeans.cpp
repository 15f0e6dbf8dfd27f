// SPDX-License-Identifier: BSL-1.0
// The sum of the squared distances of points to the nearest of the centroids.
#include "tool/tool.hpp"
#include "tool/value.hpp"

namespace {

using tapeless::axis;

/// centroids: a coordinate a row.
constexpr auto value = [](auto points, auto centroids) {
    const auto difference = expand_dims(points, axis<1>) - expand_dims(transpose(centroids), axis<0>);
    return sum(min(sum(difference * difference, axis<2>), axis<1>));
};
/// The same where the number of coordinates is known: then their sum is no loop, and registers go along the centroids.
template <int Coordinates>
constexpr auto value_in = [](auto points, auto centroids) {
    const auto square = [&](int k) {
        const auto difference = expand_dims(transpose(points)[k], axis<1>) - centroids[k];
        return difference * difference;
    };
    auto distance = square(0);
    for (int k = 1; k < Coordinates; ++k) distance = distance + square(k);
    return sum(min(distance, axis<1>));
};

struct problem {
    gradbench::matrix points, centroids;
    explicit problem(const gradbench::input& given) : points(given.matrix("points")), centroids(given.matrix("centroids")) {
        if (points.rows == 0 || centroids.rows == 0) throw gradbench::error("there are no points or no centroids");
        if (points.columns != centroids.columns)
            throw gradbench::error("\"points\" has " + std::to_string(points.columns) + " coordinates, \"centroids\" " + std::to_string(centroids.columns));
    }
};

struct cost : gradbench::evaluation {
    const problem& of;
    std::vector<double> centroids;
    double y = 0;
    explicit cost(const problem& given) : of(given), centroids(given.centroids.numbers.size()) {}
    void run() override {
        const std::ptrdiff_t rows = of.centroids.rows, columns = of.centroids.columns;
        for (std::ptrdiff_t row = 0; row < rows; ++row)
            for (std::ptrdiff_t column = 0; column < columns; ++column)
                centroids[static_cast<std::size_t>(column * rows + row)] = of.centroids.numbers[static_cast<std::size_t>(row * columns + column)];
        switch (columns) {
        case 8: y = value_by(value_in<8>); break;
        case 16: y = value_by(value_in<16>); break;
        default: y = value_by(value);
        }
    }
    std::string output() const override { return gradbench::text(y); }

private:
    double value_by(const auto& function) const {
        using view = tapeless::array_view<const double, 2>;
        const gradbench::matrix& points = of.points;
        return gradbench::value_of(function, view{points.numbers.data(), {points.rows, points.columns}}, view{centroids.data(), {points.columns, of.centroids.rows}});
    }
};

}  // namespace

int main(int argument_count, char** arguments) {
    return gradbench::tool(argument_count, arguments,
                           {gradbench::one<problem, cost>("cost"), gradbench::absent("dir", "it needs second derivatives of a function of arrays, which tapeless does not derive")});
}
