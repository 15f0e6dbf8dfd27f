// SPDX-License-Identifier: BSL-1.0
// What a random program's derivatives are, found without the library: by central differences in 50 digits, and by ADOL-C.
#pragma once

#include "recorded.hpp"

#include <optional>
#include <vector>

namespace random_programs {

/// A number, and how far rounding may move it.
struct estimate {
    double exact;
    double scale;
};

/// Values: one an output. Derivatives: by output, then by input.
struct derivatives {
    std::vector<estimate> values;
    std::vector<estimate> derivatives;
    bool is_at_kink = false;  ///< slopes to both sides differ: the point is none for a test
};

/// The steps that the outputs depend on at this point: nothing in a branch of select that is not taken.
std::vector<char> needed_steps(const recording&, const std::vector<double>& point);

/// By differences of step 1e-17 in 50 digits, with an error of some 1e-30.
/// The scale is measured: the largest change of the result among four programs in which the value of each operation and each of its partial
/// derivatives is wrong by a random relative error of at most 2^-53, or the rounding of the result itself. It is what the condition of the
/// program makes of one rounding an operation, so that a few times the scale is the error of any stable way to compute the derivative in
/// double.
derivatives by_differences(const recording&, const std::vector<char>& needed, const std::vector<double>& point, unsigned seed);

/// How much the derivatives change if one partial derivative, of one step by one operand, has this relative error.
std::vector<double> change_by_partial(const recording&, const std::vector<char>& needed, const std::vector<double>& point, int position,
                                      int operand, double error);

/// By ADOL-C's reverse sweep on this point; nothing where the program needs an operation that ADOL-C lacks.
/// First the values, then the derivatives by output and input.
std::optional<std::vector<double>> by_adolc(const recording&, const std::vector<char>& needed, const std::vector<double>& point);

}  // namespace random_programs
