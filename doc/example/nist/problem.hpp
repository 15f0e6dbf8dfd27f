// SPDX-License-Identifier: BSL-1.0
// One of NIST's certified regression problems: observations, starting points, certified answer.
// Made by read_problem.cpp from a file, or by built_in.cpp.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

namespace nist {

inline constexpr int start_count = 2;

struct parameter {
    double start[start_count];
    double certified;
    double standard_deviation;
};

struct problem {
    std::string name;
    std::string difficulty;            ///< "Lower", "Average" or "Higher"
    std::vector<std::string> formula;  ///< the lines of NIST's model, for the reader only
    std::string response_label = "y";
    std::string predictor_label = "x";
    std::vector<parameter> parameters;
    double certified_sum_of_squares = 0;
    int predictor_count = 1;
    std::vector<double> response;
    std::vector<double> predictors;  ///< predictor_count numbers an observation

    std::size_t observation_count() const { return response.size(); }
    const double* predictors_of(std::size_t observation) const { return predictors.data() + observation * predictor_count; }
};

/// Something wrong with what the user gave; the message names the file, and the line where there is one.
struct input_error : std::runtime_error {
    using runtime_error::runtime_error;
};

/// The problem in a file of NIST's format. Throws input_error.
problem read_problem(const std::string& path);

/// All *.dat files of a folder, in the order of their names. Throws input_error.
std::vector<std::string> data_files(const std::string& folder);

/// Three problems that need no file.
std::vector<problem> built_in_problems();

}  // namespace nist
