// SPDX-License-Identifier: BSL-1.0
// The reprojection residual of ADBench's bundle adjustment. Parameters: camera (rotation 3, center 3, focal length,
// principal point 2, radial distortion 2), point 3, weight; then, not differentiated by, the observed feature 2.
// The limit of no rotation at all, a branch in ADBench, is left out: no camera here has it.
#pragma once

#include "../contest.hpp"

inline constexpr auto residual = []<class Number>(const std::array<Number, 15>& p, const std::array<Number, 2>& feature) {
    using std::cos, std::sin, std::sqrt;
    using three = std::array<Number, 3>;
    const three r{p[0], p[1], p[2]};
    const three X{p[11] - p[3], p[12] - p[4], p[13] - p[5]};
    const auto dot = [](const three& a, const three& b) { return Number(a[0] * b[0] + a[1] * b[1] + a[2] * b[2]); };

    const Number theta = sqrt(dot(r, r));
    const Number cosine = cos(theta), sine = sin(theta), inverse = 1.0 / theta;
    const three axis{r[0] * inverse, r[1] * inverse, r[2] * inverse};
    const three cross{axis[1] * X[2] - axis[2] * X[1], axis[2] * X[0] - axis[0] * X[2], axis[0] * X[1] - axis[1] * X[0]};
    const Number along = dot(axis, X) * (1.0 - cosine);
    three P;
    for (int k = 0; k < 3; ++k) P[k] = X[k] * cosine + cross[k] * sine + axis[k] * along;

    const Number x = P[0] / P[2], y = P[1] / P[2];
    const Number square = x * x + y * y;
    const Number scale = 1.0 + p[9] * square + p[10] * square * square;
    return std::array<Number, 2>{p[14] * (x * scale * p[6] + p[7] - feature[0]), p[14] * (y * scale * p[6] + p[8] - feature[1])};
};

struct problem {
    static constexpr const char* title = "bundle adjustment: residual of 2 and its Jacobian by 15 parameters";
    static constexpr int inputs = 17, variables = 15, outputs = 2, points = 256;
    static constexpr contest::interval range(std::size_t k) {
        constexpr contest::interval ranges[] = {{0.1, 0.8}, {-0.8, 0.8}, {-0.8, 0.8}, {-1, 1},     {-1, 1}, {-1, 1},   {400, 800}, {-5, 5}, {-5, 5},
                                                {-0.1, 0.1}, {-0.01, 0.01}, {-2, 2},  {-2, 2}, {6, 9}, {0.5, 1.5}, {-300, 300}, {-300, 300}};
        return ranges[k];
    }
    template <class Number>
    static std::array<Number, outputs> value(const std::array<Number, inputs>& at) {
        std::array<Number, 15> parameters;
        std::copy_n(at.begin(), 15, parameters.begin());
        return residual(parameters, std::array<Number, 2>{at[15], at[16]});
    }
};
