// SPDX-License-Identifier: BSL-1.0
// The same derivatives by ADOL-C: see reference.hpp. What ADOL-C lacks but can be said with what it has is said so here.
#include "evaluate.hpp"
#include "reference.hpp"

#include <adolc/adolc.h>

#include <numbers>

namespace random_programs {
namespace {

struct not_in_adolc {};

struct adolc_arithmetic {
    using number = adouble;
    // ADOL-C 2.7.2 records cbrt and then aborts: its sweeps do not know the operation.
    static adouble cbrt(const adouble& a) {
        const adouble root = exp(log(fabs(a)) / 3);
        return a < 0 ? adouble(-root) : root;
    }
    static adouble exp2(const adouble& a) { return exp(a * std::numbers::ln2); }
    // Not exp(a) - 1 and log(1 + a), which lose all digits of a small a.
    static adouble expm1(const adouble& a) {
        const adouble half = tanh(a / 2);
        return 2 * half / (1 - half);
    }
    static adouble log1p(const adouble& a) { return 2 * atanh(a / (2 + a)); }
    static adouble log2(const adouble& a) { return log(a) / std::numbers::ln2; }
    // ADOL-C has erf alone: from 1 on the difference loses digits.
    static adouble erfc(const adouble& a) {
        if (a > 1) throw not_in_adolc();
        return 1 - erf(a);
    }
    static adouble abs(const adouble& a) { return fabs(a); }
    static double floor(const adouble& a) { return std::floor(a.value()); }
    static adouble power(const adouble& a, const adouble& b) { return pow(a, b); }
    static adouble power_of_literal(const adouble& a, double b) { return pow(a, b); }
    static adouble lgamma(const adouble&) { throw not_in_adolc(); }
    static adouble digamma(const adouble&) { throw not_in_adolc(); }
    static adouble polygamma(const adouble&, const adouble&) { throw not_in_adolc(); }
};

}  // namespace

std::optional<std::vector<double>> by_adolc(const recording& program, const std::vector<char>& needed, const std::vector<double>& point) {
    constexpr short tape = 1;
    const int rows = static_cast<int>(program.outputs.size()), columns = program.input_count;
    std::vector<double> result(rows + rows * columns);
    trace_on(tape);
    try {
        std::vector<adouble> inputs(columns);
        for (int k = 0; k < columns; ++k) inputs[k] <<= point[k];
        const auto values = evaluate<adolc_arithmetic>(program, needed, inputs);
        for (int k = 0; k < rows; ++k) {
            adouble output = values[program.outputs[k]];
            output >>= result[k];
        }
    } catch (const not_in_adolc&) {
        trace_off();
        return std::nullopt;
    }
    trace_off();
    std::vector<double*> jacobian_rows;
    for (int k = 0; k < rows; ++k) jacobian_rows.push_back(result.data() + rows + k * columns);
    auto at = point;
    jacobian(tape, rows, columns, at.data(), jacobian_rows.data());
    return result;
}

}  // namespace random_programs
