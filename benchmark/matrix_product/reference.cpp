// SPDX-License-Identifier: BSL-1.0
// The reference of this contest.
#include "problem.hpp"

namespace {

struct by_formula {
    void operator()(const problem::data& data, problem::result& result) const {
        const std::size_t features = data.b1.size(), outputs = problem::outputs;
        const long double scale = 1.0L / static_cast<long double>(data.Y.size());
        std::vector<long double> by_W1(data.W1.size()), by_b1(features), by_W2(data.W2.size()), by_b2(outputs), hidden(features), rest(outputs);
        long double value = 0;
        for (std::size_t i = 0; i < data.Y.size() / outputs; ++i) {
            for (std::size_t k = 0; k < features; ++k) hidden[k] = data.b1[k];
            for (std::size_t j = 0; j < features; ++j)
                for (std::size_t k = 0; k < features; ++k) hidden[k] += static_cast<long double>(data.X[i * features + j]) * data.W1[j * features + k];
            for (std::size_t l = 0; l < outputs; ++l) rest[l] = data.b2[l] - static_cast<long double>(data.Y[i * outputs + l]);
            for (std::size_t k = 0; k < features; ++k) {
                hidden[k] = std::tanh(hidden[k]);
                for (std::size_t l = 0; l < outputs; ++l) rest[l] += hidden[k] * data.W2[k * outputs + l];
            }
            for (std::size_t l = 0; l < outputs; ++l) {
                value += scale * rest[l] * rest[l];
                by_b2[l] += 2 * scale * rest[l];
            }
            for (std::size_t k = 0; k < features; ++k) {
                long double back = 0;
                for (std::size_t l = 0; l < outputs; ++l) {
                    back += 2 * scale * rest[l] * data.W2[k * outputs + l];
                    by_W2[k * outputs + l] += 2 * scale * rest[l] * hidden[k];
                }
                hidden[k] = back * (1 - hidden[k] * hidden[k]);
                by_b1[k] += hidden[k];
            }
            for (std::size_t j = 0; j < features; ++j)
                for (std::size_t k = 0; k < features; ++k) by_W1[j * features + k] += data.X[i * features + j] * hidden[k];
        }
        result.value = static_cast<double>(value);
        std::copy(by_W1.begin(), by_W1.end(), result.by_W1.begin());
        std::copy(by_b1.begin(), by_b1.end(), result.by_b1.begin());
        std::copy(by_W2.begin(), by_W2.end(), result.by_W2.begin());
        std::copy(by_b2.begin(), by_b2.end(), result.by_b2.begin());
    }
};
const bool set = contest::set_problem<problem, by_formula>();

}  // namespace
