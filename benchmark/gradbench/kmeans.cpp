// SPDX-License-Identifier: BSL-1.0
// The sum of the squared distances of points to the nearest of the centroids.
#include "tool/tool.hpp"

#include <tapeless/arrays.hpp>

namespace {

using tapeless::axis;

/// points: a coordinate a row.
constexpr auto value = [](auto points, auto centroids) {
    const auto difference = expand_dims(transpose(points), axis<1>) - expand_dims(centroids, axis<0>);
    return sum(min(sum(difference * difference, axis<2>), axis<1>));
};
/// The same where the number of coordinates is known, so that their sum is no loop. Registers go along what has a coordinate a row: the centroids, with a point a row,
/// or the points, with a centroid a row.
template <int Coordinates, bool AlongCentroids>
constexpr auto value_in = [](auto points, auto centroids) {
    const auto square = [&](int k) {
        const auto difference = [&] {
            if constexpr (AlongCentroids) return expand_dims(transpose(points)[k], axis<1>) - centroids[k];
            else return expand_dims(points[k], axis<1>) - transpose(centroids)[k];
        }();
        return difference * difference;
    };
    auto distance = square(0);
    for (int k = 1; k < Coordinates; ++k) distance = distance + square(k);
    return sum(min(distance, axis<1>));
};
// Fewer fill registers badly.
constexpr std::ptrdiff_t many = 48;

struct problem {
    gradbench::matrix points, centroids;
    explicit problem(const gradbench::input& given) : points(given.matrix("points")), centroids(given.matrix("centroids")) {
        if (points.rows == 0 || centroids.rows == 0) throw gradbench::error("there are no points or no centroids");
        if (points.columns != centroids.columns)
            throw gradbench::error("\"points\" has " + std::to_string(points.columns) + " coordinates, \"centroids\" " + std::to_string(centroids.columns));
    }
};

void transpose(const gradbench::matrix& from, std::vector<double>& to) {
    to.resize(from.numbers.size());
    for (std::ptrdiff_t row = 0; row < from.rows; ++row)
        for (std::ptrdiff_t column = 0; column < from.columns; ++column)
            to[static_cast<std::size_t>(column * from.rows + row)] = from.numbers[static_cast<std::size_t>(row * from.columns + column)];
}

struct cost : gradbench::evaluation {
    const problem& of;
    std::vector<double> points, centroids;
    double y = 0;
    explicit cost(const problem& given) : of(given) { transpose(of.points, points); }
    void run() override {
        switch (of.points.columns) {
        case 8: return run_in<8>();
        case 16: return run_in<16>();
        default: y = tapeless::value(value)(points_in_columns(), rows(of.centroids));
        }
    }
    std::string output() const override { return gradbench::text(y); }

private:
    using view = tapeless::array_view<const double, 2>;
    view points_in_columns() const { return {points.data(), {of.points.columns, of.points.rows}}; }
    static view rows(const gradbench::matrix& from) { return {from.numbers.data(), {from.rows, from.columns}}; }
    template <int Coordinates>
    void run_in() {
        if (of.centroids.rows < many) {
            y = tapeless::value(value_in<Coordinates, false>)(points_in_columns(), rows(of.centroids));
        } else {
            transpose(of.centroids, centroids);
            y = tapeless::value(value_in<Coordinates, true>)(rows(of.points), view{centroids.data(), {of.centroids.columns, of.centroids.rows}});
        }
    }
};

}  // namespace

int main(int argument_count, char** arguments) {
    return gradbench::tool(argument_count, arguments,
                           {gradbench::one<problem, cost>("cost"), gradbench::absent("dir", "it needs second derivatives of a function of arrays, which tapeless does not derive")});
}
