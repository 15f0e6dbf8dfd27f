// SPDX-License-Identifier: BSL-1.0
// The Jacobian of the residual by hand. The rotation without a normalised axis: R X = c X + A (r x X) + B (r . X) r with
// c = cos(theta), A = sin(theta) / theta, B = (1 - c) / theta^2, whose derivatives by r[j] are r[j] times
//   c' = -A,  A' = (c - A) / theta^2,  B' = (A - 2 B) / theta^2.
// One quotient for the rotation, one for the perspective; each row is pulled back through the rotation as one 3-vector; the
// columns of the center are those of the point negated.
#include "problem.hpp"

#include <math.h>

namespace {

struct hand_written {
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

        // By the point in the camera's frame: rows g and h.
        const double outer = weight_focal * depth;
        const double outer_x = outer * x, outer_y = outer * y, x_slope = x * slope;
        const double outer_scale = outer * scale;
        const double radial = scale + slope * square;
        const double g0 = outer_x * x_slope + outer_scale, g1 = outer_y * x_slope, g2 = -outer_x * radial;
        const double h0 = g1, h1 = outer_y * (y * slope) + outer_scale, h2 = -outer_y * radial;

        const double Ar0 = A * r0, Ar1 = A * r1, Ar2 = A * r2;
        const double AX0 = A * X0, AX1 = A * X1, AX2 = A * X2;
        const double g_V = g0 * V0 + g1 * V1 + g2 * V2, h_V = h0 * V0 + h1 * V1 + h2 * V2;
        const double g_r = B * (g0 * r0 + g1 * r1 + g2 * r2), h_r = B * (h0 * r0 + h1 * r1 + h2 * r2);

        const double g_X0 = c * g0 + (g1 * Ar2 - g2 * Ar1) + g_r * r0;
        const double g_X1 = c * g1 + (g2 * Ar0 - g0 * Ar2) + g_r * r1;
        const double g_X2 = c * g2 + (g0 * Ar1 - g1 * Ar0) + g_r * r2;
        const double h_X0 = c * h0 + (h1 * Ar2 - h2 * Ar1) + h_r * r0;
        const double h_X1 = c * h1 + (h2 * Ar0 - h0 * Ar2) + h_r * r1;
        const double h_X2 = c * h2 + (h0 * Ar1 - h1 * Ar0) + h_r * r2;

        const double weight_x = weight_focal * x * square, weight_y = weight_focal * y * square;
        return {weight * u,
                weight * v,
                g_V * r0 + (AX1 * g2 - AX2 * g1) + g_r * X0 + B_along * g0,
                g_V * r1 + (AX2 * g0 - AX0 * g2) + g_r * X1 + B_along * g1,
                g_V * r2 + (AX0 * g1 - AX1 * g0) + g_r * X2 + B_along * g2,
                -g_X0, -g_X1, -g_X2,
                weight * x_scaled, weight, 0, weight_x, weight_x * square,
                g_X0, g_X1, g_X2, u,
                h_V * r0 + (AX1 * h2 - AX2 * h1) + h_r * X0 + B_along * h0,
                h_V * r1 + (AX2 * h0 - AX0 * h2) + h_r * X1 + B_along * h1,
                h_V * r2 + (AX0 * h1 - AX1 * h0) + h_r * X2 + B_along * h2,
                -h_X0, -h_X1, -h_X2,
                weight * y_scaled, 0, weight, weight_y, weight_y * square,
                h_X0, h_X1, h_X2, v};
    }
};
const bool entered = contest::enter<problem, hand_written>("hand_written");

}  // namespace
