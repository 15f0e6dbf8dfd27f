// SPDX-License-Identifier: BSL-1.0
// The one misprint in the 27 files: Roszman1's b1 reads 1.20196866396E-0 where 0.20196866396 is meant.
#include "misprint.hpp"

#include "report.hpp"

namespace nist {
namespace {

constexpr double printed = 1.20196866396, meant = 0.20196866396;

double sum_of_squares(const model& fitted, const problem& data) {
    std::vector<double> b, gradient(data.parameters.size());
    for (const parameter& p : data.parameters) b.push_back(p.certified);
    double sum = 0;
    for (std::size_t k = 0; k < data.observation_count(); ++k) {
        const double residual =
            fitted.response(data.response[k]) - fitted.value_and_gradient(b.data(), data.predictors_of(k), gradient.data());
        sum += residual * residual;
    }
    return sum;
}

}  // namespace

std::string correct_misprint(problem& data, const model& certified) {
    if (data.name != "Roszman1" || data.parameters[0].certified != printed) return "";
    const double sum_as_printed = sum_of_squares(certified, data);
    data.parameters[0].certified = meant;
    return "b1 is printed as " + text("%.12g", printed) + "; " + text("%.12g", meant) +
           " is meant, and used here:\n        their sums of squares are " + text("%.4g", sum_as_printed) + " and " +
           text("%.4g", sum_of_squares(certified, data)) + ", certified " + text("%.4g", data.certified_sum_of_squares);
}

}  // namespace nist
