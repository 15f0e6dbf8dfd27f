// SPDX-License-Identifier: BSL-1.0
// What the tests of every row measure, gathered for the reference page doc/reference/operations.md. The page is written at the
// end of the run, if TAPELESS_REFERENCE_PAGE names a file.
#pragma once

#include <tapeless/tapeless.hpp>

#include <boost/mp11/algorithm.hpp>

#include <string>
#include <vector>

namespace every_row {

/// The largest error met, and where.
struct maximum {
    double ulp = 0;
    std::string where;
    int samples = 0;

    void take(double error, const std::string& at) {
        if (samples++ == 0 || !(error <= ulp)) {
            ulp = error;
            where = at;
        }
    }
};

/// Values are mostly the standard library's own; the bound asks no more of them than of a partial derivative.
inline constexpr double value_bound = 4;

/// A row of the table, and what was measured of it.
struct measured_row {
    int position;  ///< in the table
    int arity;
    std::string name;
    std::string operands;
    std::string infix;
    std::string partials;
    std::string kink;
    std::string domain;
    double bound;
    maximum value{};
    maximum partial[3] = {};
    int kinks = 0;

    std::string call() const { return name + "(" + operands + ")"; }
};

inline std::vector<measured_row>& measurements() {
    static std::vector<measured_row> rows;
    return rows;
}

measured_row describe(int position, const char* name, const char* operands, const char* partials, int arity,
                      const tapeless::operation_properties& properties);

template <class Operation>
measured_row describe() {
    return describe(boost::mp11::mp_find<tapeless::elementwise_operations, Operation>::value, Operation::name, Operation::operands_text,
                    Operation::partials_text, Operation::arity, Operation::properties);
}

}  // namespace every_row
