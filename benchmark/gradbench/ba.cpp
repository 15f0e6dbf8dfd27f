// SPDX-License-Identifier: BSL-1.0
// Bundle adjustment: residuals of the observations of points by cameras, and of their weights, and the sparse Jacobian by cameras, points and weights.
#include "tool/tool.hpp"

#include <tapeless/tapeless.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace {

template <class Number>
using three = std::array<Number, 3>;

template <class Number>
constexpr Number dot(const three<Number>& a, const three<Number>& b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
template <class Number>
constexpr three<Number> cross(const three<Number>& a, const three<Number>& b) {
    return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

// By Rodrigues' formula; no rotation at all is its limit, which has no angle and no axis.
template <bool IsRotated, class Number>
constexpr three<Number> rotated(const three<Number>& rotation, const three<Number>& point) {
    using std::cos, std::sin, std::sqrt;
    three<Number> result = point;
    if constexpr (IsRotated) {
        const Number angle = sqrt(dot(rotation, rotation)), cosine = cos(angle), sine = sin(angle), inverse = 1.0 / angle;
        const three<Number> around{rotation[0] * inverse, rotation[1] * inverse, rotation[2] * inverse};
        const three<Number> across = cross(around, point);
        const Number along = dot(around, point) * (1.0 - cosine);
        for (int k = 0; k < 3; ++k) result[k] = point[k] * cosine + across[k] * sine + around[k] * along;
    } else {
        const three<Number> across = cross(rotation, point);
        for (int k = 0; k < 3; ++k) result[k] = point[k] + across[k];
    }
    return result;
}

/// camera: rotation 3, center 3, focal length, principal point 2, radial distortion 2.
constexpr int camera_size = 11, row_size = camera_size + 3 + 1;
template <bool IsRotated>
constexpr auto residual = []<class Number>(const std::array<Number, camera_size>& camera, const three<Number>& point, const Number& weight, const std::array<Number, 2>& feature) {
    const three<Number> seen = rotated<IsRotated>(three<Number>{camera[0], camera[1], camera[2]}, three<Number>{point[0] - camera[3], point[1] - camera[4], point[2] - camera[5]});
    const Number x = seen[0] / seen[2], y = seen[1] / seen[2];
    const Number square = x * x + y * y;
    const Number scale = 1.0 + camera[9] * square + camera[10] * square * square;
    return std::array<Number, 2>{weight * (x * scale * camera[6] + camera[7] - feature[0]), weight * (y * scale * camera[6] + camera[8] - feature[1])};
};
constexpr auto weight_residual = [](auto weight) { return 1.0 - weight * weight; };

using camera = std::array<double, camera_size>;
constexpr bool is_rotated(const camera& of) { return of[0] != 0 || of[1] != 0 || of[2] != 0; }

/// One camera, point, weight and feature, of which there are many copies; that they are is not made use of.
struct problem {
    std::vector<camera> cameras;
    std::vector<three<double>> points;
    std::vector<double> weights;
    std::vector<std::array<double, 2>> features;
    struct observation {
        int camera, point;
    };
    std::vector<observation> observations;

    explicit problem(const gradbench::input& given) {
        cameras.resize(count(given, "n"), copied<camera_size>(given, "cam"));
        points.resize(count(given, "m"), copied<3>(given, "x"));
        const std::size_t observed = count(given, "p");
        weights.resize(observed, given.number("w"));
        features.resize(observed, copied<2>(given, "feat"));
        for (std::size_t i = 0; i < observed; ++i) observations.push_back({static_cast<int>(i % cameras.size()), static_cast<int>(i % points.size())});
    }

private:
    static std::size_t count(const gradbench::input& given, const char* field) { return static_cast<std::size_t>(given.integer(field, 1)); }
    template <std::size_t Count>
    static std::array<double, Count> copied(const gradbench::input& given, const char* field) {
        const std::vector<double> numbers = given.numbers(field, Count);
        std::array<double, Count> result;
        std::copy(numbers.begin(), numbers.end(), result.begin());
        return result;
    }
};

struct objective : gradbench::evaluation {
    const problem& of;
    std::vector<std::array<double, 2>> errors;
    std::vector<double> weight_errors;
    explicit objective(const problem& given) : of(given), errors(given.observations.size()), weight_errors(errors.size()) {}
    void run() override {
        for (std::size_t i = 0; i < errors.size(); ++i) {
            const auto [camera, point] = of.observations[i];
            const auto value = [&](const auto& function) { return function(of.cameras[camera], of.points[point], of.weights[i], of.features[i]); };
            errors[i] = is_rotated(of.cameras[camera]) ? value(residual<true>) : value(residual<false>);
        }
        for (std::size_t i = 0; i < errors.size(); ++i) weight_errors[i] = weight_residual(of.weights[i]);
    }
    std::string output() const override {
        using gradbench::text;
        return text({{"reproj_error", text({{"elements", text(errors.front())}, {"repeated", text(std::ssize(errors))}})},
                     {"w_err", text({{"element", text(weight_errors.front())}, {"repeated", text(std::ssize(weight_errors))}})}});
    }
};

/// Compressed rows: two for each observation, of its camera, point and weight; then one for each weight.
struct jacobian : gradbench::evaluation {
    const problem& of;
    std::vector<int> starts, columns;
    std::vector<double> values;
    explicit jacobian(const problem& given)
        : of(given), starts(3 * given.observations.size() + 1), columns((2 * row_size + 1) * given.observations.size()), values(columns.size()) {}
    void run() override {
        const auto points_from = static_cast<int>(camera_size * of.cameras.size()), weights_from = points_from + static_cast<int>(3 * of.points.size());
        int row = 0, at = 0;
        for (std::size_t i = 0; i < of.observations.size(); ++i) {
            const auto [camera, point] = of.observations[i];
            const auto derivatives = [&](const auto& function) {
                return tapeless::jacobian(function, tapeless::wrt<0, 1, 2>)(of.cameras[camera], of.points[point], of.weights[i], of.features[i]);
            };
            const auto [by_camera, by_point, by_weight] = is_rotated(of.cameras[camera]) ? derivatives(residual<true>) : derivatives(residual<false>);
            for (int k = 0; k < 2; ++k, at += row_size) {
                starts[row++] = at;
                for (int c = 0; c < camera_size; ++c) columns[at + c] = camera_size * camera + c, values[at + c] = by_camera[k][c];
                for (int c = 0; c < 3; ++c) columns[at + camera_size + c] = points_from + 3 * point + c, values[at + camera_size + c] = by_point[k][c];
                columns[at + row_size - 1] = weights_from + static_cast<int>(i), values[at + row_size - 1] = by_weight[k];
            }
        }
        for (std::size_t i = 0; i < of.observations.size(); ++i, ++at) {
            starts[row++] = at;
            columns[at] = weights_from + static_cast<int>(i), values[at] = tapeless::derivative(weight_residual)(of.weights[i]);
        }
        starts[row] = at;
    }
    std::string output() const override { return gradbench::text({{"rows", part(starts)}, {"cols", part(columns)}, {"vals", part(values)}}); }

private:
    /// What GradBench compares: the rows of the first observation, and the last number.
    template <class Number>
    static std::string part(const std::vector<Number>& all) {
        std::vector<Number> chosen(all.begin(), all.begin() + std::min<std::ptrdiff_t>(2 * row_size, std::ssize(all)));
        chosen.push_back(all.back());
        return gradbench::text(std::span<const Number>(chosen));
    }
};

}  // namespace

int main(int argument_count, char** arguments) {
    return gradbench::tool(argument_count, arguments, {gradbench::one<problem, objective>("objective"), gradbench::one<problem, jacobian>("jacobian")});
}
