// SPDX-License-Identifier: BSL-1.0
// The Jacobian by hand as in hand_written.cpp, with the two rows as the lanes of one register (a vector extension
// that g++ and clang share).
#include "problem.hpp"

#include <math.h>

namespace {

typedef double two __attribute__((vector_size(16)));

struct in_pairs {
    CONTEST_INLINE contest::derivatives<problem> operator()(const contest::point<problem>& p) const {
        const double r0 = p[0], r1 = p[1], r2 = p[2];
        const double X0 = p[11] - p[3], X1 = p[12] - p[4], X2 = p[13] - p[5];
        const double square_angle = r0 * r0 + r1 * r1 + r2 * r2;
        const double inverse = 1 / square_angle;
        const double angle = std::sqrt(square_angle);
        double sine, c;
        sincos(angle, &sine, &c);
        const double A = sine * (angle * inverse), B = (1 - c) * inverse;
        const double A_ = (c - A) * inverse, B_ = (A - 2 * B) * inverse;

        const double cross0 = r1 * X2 - r2 * X1, cross1 = r2 * X0 - r0 * X2, cross2 = r0 * X1 - r1 * X0;
        const double along = r0 * X0 + r1 * X1 + r2 * X2;
        const double B_along = B * along, B__along = B_ * along;
        const double P0 = c * X0 + A * cross0 + B_along * r0;
        const double P1 = c * X1 + A * cross1 + B_along * r1;
        const double P2 = c * X2 + A * cross2 + B_along * r2;
        // The derivative by r along r itself, divided by theta.
        const double V0 = A_ * cross0 - A * X0 + B__along * r0;
        const double V1 = A_ * cross1 - A * X1 + B__along * r1;
        const double V2 = A_ * cross2 - A * X2 + B__along * r2;

        const double depth = 1 / P2;
        const double x = P0 * depth, y = P1 * depth;
        const double square = x * x + y * y;
        const double k1 = p[9], k2 = p[10], focal = p[6], weight = p[14];
        const double scale = 1 + square * (k1 + k2 * square);
        const double slope = 2 * (k1 + 2 * k2 * square);
        const double x_scaled = x * scale, y_scaled = y * scale;
        const double u = focal * x_scaled + (p[7] - p[15]), v = focal * y_scaled + (p[8] - p[16]);
        const double weight_focal = weight * focal;

        // By the point in the camera's frame: the two rows.
        const double outer = weight_focal * depth;
        const double outer_scale = outer * scale;
        const double radial = scale + slope * square;
        const two xy = {x, y}, outer_xy = outer * xy;
        const two q0 = outer_xy * (x * slope) + two{outer_scale, 0}, q1 = outer_xy * (y * slope) + two{0, outer_scale}, q2 = -(outer_xy * radial);
        const two q_V = q0 * V0 + q1 * V1 + q2 * V2;
        const two q_r = B * (q0 * r0 + q1 * r1 + q2 * r2);
        const double Ar0 = A * r0, Ar1 = A * r1, Ar2 = A * r2, AX0 = A * X0, AX1 = A * X1, AX2 = A * X2;
        const two X_0 = c * q0 + (q1 * Ar2 - q2 * Ar1) + q_r * r0;
        const two X_1 = c * q1 + (q2 * Ar0 - q0 * Ar2) + q_r * r1;
        const two X_2 = c * q2 + (q0 * Ar1 - q1 * Ar0) + q_r * r2;
        const two R0 = q_V * r0 + (AX1 * q2 - AX2 * q1) + q_r * X0 + B_along * q0;
        const two R1 = q_V * r1 + (AX2 * q0 - AX0 * q2) + q_r * X1 + B_along * q1;
        const two R2 = q_V * r2 + (AX0 * q1 - AX1 * q0) + q_r * X2 + B_along * q2;
        const two n0 = -X_0, n1 = -X_1, n2 = -X_2;
        const two by_k1 = weight_focal * square * xy, by_k2 = by_k1 * square;
        return {weight * u, weight * v,
                R0[0], R1[0], R2[0], n0[0], n1[0], n2[0], weight * x_scaled, weight, 0, by_k1[0], by_k2[0], X_0[0], X_1[0], X_2[0], u,
                R0[1], R1[1], R2[1], n0[1], n1[1], n2[1], weight * y_scaled, 0, weight, by_k1[1], by_k2[1], X_0[1], X_1[1], X_2[1], v};
    }
};
const bool entered = contest::enter<problem, in_pairs>("hand_written_in_pairs");

}  // namespace
