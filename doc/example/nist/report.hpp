// SPDX-License-Identifier: BSL-1.0
// What the demo prints: a table for each problem, a progress line on a terminal, and how many digits agree.
#pragma once

#include "levenberg_marquardt.hpp"

#include <array>
#include <chrono>
#include <string>
#include <vector>

namespace nist {

/// A number as printf would write it.
std::string text(const char* format, double number);

/// Log relative error: how many digits of `fitted` agree with `certified`, from 0 to the 11 that NIST prints.
double agreeing_digits(double fitted, double certified);

using fits = std::array<fit, start_count>;

/// The digits of a fit that agree in every parameter, and which parameter has the fewest (from 0).
struct agreement {
    double digits;
    int parameter;
};
agreement worst_agreement(const problem& data, const fit& fitted);

/// Certified and fitted values side by side; digits below `enough` are marked on a terminal.
void print_table(const problem& data, const fits& fitted, double enough, const std::string& note);

/// Why a fit has too few digits, as a sentence's end.
std::string reason(const problem& data, const fit& fitted);

/// One line of standard error that is written over; nothing if that is no terminal.
class progress_line {
public:
    void show(const std::string& message);
    void erase();

private:
    std::chrono::steady_clock::time_point shown_{};
    bool visible_ = false;
};

}  // namespace nist
