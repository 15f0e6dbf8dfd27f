// SPDX-License-Identifier: BSL-1.0
// One pass over the points, as in ADBench's manual gradient: the exponents of all components, then what the point adds to each.
#include "gradient.hpp"

namespace {

struct hand_written {
    static constexpr std::ptrdiff_t K = problem::components, d = problem::dimensions;

    void operator()(const problem::data& data, problem::result& result) const {
        std::vector<component> of;
        for (std::ptrdiff_t k = 0; k < K; ++k) of.emplace_back(data, k);
        component_sums sums[K];
        double value = 0;
        for (std::ptrdiff_t i = 0; i < data.points; ++i) {
            double distance[K][d], z[K][d], exponents[K];
            for (std::ptrdiff_t k = 0; k < K; ++k) {
                for (std::ptrdiff_t a = 0; a < d; ++a) distance[k][a] = data.x[a * data.points + i] - of[k].mean[a];
                exponents[k] = of[k].log_scale - 0.5 * square_of_product(of[k], distance[k], z[k]);
            }
            const double greatest = *std::max_element(exponents, exponents + K);
            double sum = 0;
            for (double& one : exponents) sum += one = std::exp(one - greatest);
            value += greatest + std::log(sum);
            for (std::ptrdiff_t k = 0; k < K; ++k) add(exponents[k] / sum, of[k], distance[k], z[k], sums[k]);
        }
        finish(data, value, of.data(), sums, result);
    }

private:
    /// z = Q distance.
    CONTEST_INLINE static double square_of_product(const component& of, const double* distance, double* z) {
        for (std::ptrdiff_t a = 0; a < d; ++a) z[a] = of.diagonal[a] * distance[a];
        for (std::ptrdiff_t b = 0, at = 0; b < d; ++b)
            for (std::ptrdiff_t a = b + 1; a < d; ++a) z[a] += of.below[at++] * distance[b];
        double square = 0;
        for (std::ptrdiff_t a = 0; a < d; ++a) square += z[a] * z[a];
        return square;
    }
    CONTEST_INLINE static void add(double weight, const component& of, const double* distance, const double* z, component_sums& sums) {
        double weighted[d];
        for (std::ptrdiff_t a = 0; a < d; ++a) weighted[a] = weight * z[a];
        sums.weight += weight;
        for (std::ptrdiff_t b = 0, at = 0; b < d; ++b) {
            double by_mean = of.diagonal[b] * weighted[b];
            sums.diagonal[b] += weighted[b] * distance[b];
            for (std::ptrdiff_t a = b + 1; a < d; ++a, ++at) {
                by_mean += of.below[at] * weighted[a];
                sums.below[at] += weighted[a] * distance[b];
            }
            sums.means[b] += by_mean;
        }
    }
};
const bool entered = contest::enter<problem, hand_written>("hand_written");

}  // namespace
