// SPDX-License-Identifier: BSL-1.0
// The reference of this contest.
#include "problem.hpp"

namespace {

struct by_formula {
    using number = long double;
    static constexpr int K = problem::components, d = problem::dimensions;

    void operator()(const problem::data& data, problem::result& result) const {
        const std::ptrdiff_t n = data.points;
        number value = data.constant();
        std::vector<number> by_alphas(K), by_means(K * d), by_icf(K * problem::icf_columns);
        for (std::ptrdiff_t i = 0; i < n; ++i) {
            number exponents[K], sum = 0, centered[K][d], z[K][d];
            for (int k = 0; k < K; ++k) {
                exponents[k] = data.alphas[k];
                for (int a = 0; a < d; ++a) centered[k][a] = data.x[a * n + i] - static_cast<number>(data.means[k * d + a]);
                for (int a = 0; a < d; ++a) {
                    z[k][a] = 0;
                    for (int b = 0; b <= a; ++b) z[k][a] += Q(data, k, a, b) * centered[k][b];
                    exponents[k] += data.icf[k * problem::icf_columns + a] - z[k][a] * z[k][a] / 2;
                }
                sum += std::exp(exponents[k]);
            }
            value += std::log(sum);
            for (int k = 0; k < K; ++k) {
                const number weight = std::exp(exponents[k]) / sum;
                by_alphas[k] += weight;
                for (int a = 0; a < d; ++a) {
                    by_icf[k * problem::icf_columns + a] += weight;
                    for (int b = 0; b <= a; ++b) {
                        by_means[k * d + b] += weight * z[k][a] * Q(data, k, a, b);
                        by_icf[place(k, a, b)] -= weight * z[k][a] * centered[k][b] * (a == b ? Q(data, k, a, a) : 1);
                    }
                }
            }
        }
        number sum = 0;
        for (const double alpha : data.alphas) sum += std::exp(static_cast<number>(alpha));
        value -= static_cast<number>(n) * std::log(sum);
        for (int k = 0; k < K; ++k) {
            by_alphas[k] -= static_cast<number>(n) * std::exp(static_cast<number>(data.alphas[k])) / sum;
            for (int a = 0; a < d; ++a) {
                value -= data.m * data.icf[place(k, a, a)];
                by_icf[place(k, a, a)] -= data.m;
                for (int b = 0; b <= a; ++b) {
                    const number q = Q(data, k, a, b), prior = static_cast<number>(data.gamma) * data.gamma;
                    value += prior / 2 * q * q;
                    by_icf[place(k, a, b)] += prior * q * (a == b ? q : 1);
                }
            }
        }
        result.value = static_cast<double>(value);
        std::copy(by_alphas.begin(), by_alphas.end(), result.by_alphas.begin());
        std::copy(by_means.begin(), by_means.end(), result.by_means.begin());
        std::copy(by_icf.begin(), by_icf.end(), result.by_icf.begin());
    }

private:
    static int place(int k, int row, int column) { return k * problem::icf_columns + problem::place(row, column); }
    static number Q(const problem::data& data, int k, int row, int column) {
        const number entry = data.icf[place(k, row, column)];
        return row == column ? std::exp(entry) : entry;
    }
};
const bool set = contest::set_problem<problem, by_formula>();

}  // namespace
