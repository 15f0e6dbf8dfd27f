// SPDX-License-Identifier: BSL-1.0
// The same on registers of points, a tile of points at a time: z is computed once more instead of kept, and the sums for the means multiply by Q at the end.
#include "../lanes.hpp"
#include "gradient.hpp"

namespace {

using contest::lane_count, contest::lanes;

class in_lanes {
    static constexpr std::ptrdiff_t K = problem::components, d = problem::dimensions, tile = 64, registers = tile / lane_count;

public:
    void operator()(const problem::data& data, problem::result& result) {
        std::vector<component> of;
        for (std::ptrdiff_t k = 0; k < K; ++k) of.emplace_back(data, k);
        for (std::ptrdiff_t k = 0; k < K; ++k) sums_[k] = {};
        double value = 0;
        for (std::ptrdiff_t first = 0; first < data.points; first += tile) {
            const std::ptrdiff_t count = std::min(tile, data.points - first);
            for (std::ptrdiff_t a = 0; a < d; ++a) std::copy_n(data.x.data() + a * data.points + first, count, x_[a]);
            for (std::ptrdiff_t k = 0; k < K; ++k) find_exponents(of[k], weights_[k]);
            value += find_weights(count);
            for (std::ptrdiff_t k = 0; k < K; ++k) add(of[k], weights_[k], sums_[k]);
        }
        component_sums sums[K];
        for (std::ptrdiff_t k = 0; k < K; ++k) sums[k] = total(of[k], sums_[k]);
        finish(data, value, of.data(), sums, result);
    }

private:
    struct lane_sums {
        lanes weight = 0.0, z[d], diagonal[d], below[problem::below];
        lane_sums() {
            for (lanes& one : z) one = lanes(0.0);
            for (lanes& one : diagonal) one = lanes(0.0);
            for (lanes& one : below) one = lanes(0.0);
        }
    };

    CONTEST_INLINE void find_z(const component& of, std::ptrdiff_t i, lanes* distance, lanes* z) const {
        for (std::ptrdiff_t a = 0; a < d; ++a) {
            distance[a] = lanes::load_unaligned(x_[a] + i) - of.mean[a];
            z[a] = distance[a] * of.diagonal[a];
        }
        for (std::ptrdiff_t b = 0, at = 0; b < d; ++b)
            for (std::ptrdiff_t a = b + 1; a < d; ++a) z[a] = xsimd::fma(lanes(of.below[at++]), distance[b], z[a]);
    }
    void find_exponents(const component& of, double* exponents) const {
        for (std::ptrdiff_t i = 0; i < tile; i += lane_count) {
            lanes distance[d], z[d], squares[2] = {0.0, 0.0};
            find_z(of, i, distance, z);
            for (std::ptrdiff_t a = 0; a < d; ++a) squares[a % 2] = xsimd::fma(z[a], z[a], squares[a % 2]);
            (of.log_scale - 0.5 * (squares[0] + squares[1])).store_unaligned(exponents + i);
        }
    }
    /// Of points beyond the count: 0.
    double find_weights(std::ptrdiff_t count) {
        lanes value = 0.0;
        for (std::ptrdiff_t i = 0; i < tile; i += lane_count) {
            lanes greatest = lanes::load_unaligned(weights_[0] + i), sum = 0.0;
            for (std::ptrdiff_t k = 1; k < K; ++k) greatest = xsimd::max(greatest, lanes::load_unaligned(weights_[k] + i));
            for (std::ptrdiff_t k = 0; k < K; ++k) {
                const lanes exponential = xsimd::exp(lanes::load_unaligned(weights_[k] + i) - greatest);
                sum += exponential;
                exponential.store_unaligned(weights_[k] + i);
            }
            const lanes inside = lanes::load_unaligned(inside_.data() + tile - count + i), reciprocal = inside / sum;
            for (std::ptrdiff_t k = 0; k < K; ++k) (lanes::load_unaligned(weights_[k] + i) * reciprocal).store_unaligned(weights_[k] + i);
            value += inside * (greatest + xsimd::log(sum));
        }
        return xsimd::hadd(value);
    }
    void add(const component& of, const double* weights, lane_sums& sums) const {
        for (std::ptrdiff_t i = 0; i < tile; i += lane_count) {
            const lanes weight = lanes::load_unaligned(weights + i);
            lanes distance[d], z[d];
            find_z(of, i, distance, z);
            sums.weight += weight;
            for (std::ptrdiff_t a = 0; a < d; ++a) {
                z[a] *= weight;
                sums.z[a] += z[a];
                sums.diagonal[a] = xsimd::fma(z[a], distance[a], sums.diagonal[a]);
            }
            for (std::ptrdiff_t b = 0, at = 0; b < d; ++b)
                for (std::ptrdiff_t a = b + 1; a < d; ++a, ++at) sums.below[at] = xsimd::fma(z[a], distance[b], sums.below[at]);
        }
    }
    static component_sums total(const component& of, const lane_sums& lanes_of) {
        component_sums sums;
        double z[d];
        sums.weight = xsimd::hadd(lanes_of.weight);
        for (std::ptrdiff_t a = 0; a < d; ++a) {
            z[a] = xsimd::hadd(lanes_of.z[a]);
            sums.diagonal[a] = xsimd::hadd(lanes_of.diagonal[a]);
        }
        for (std::ptrdiff_t b = 0, at = 0; b < d; ++b) {
            sums.means[b] = of.diagonal[b] * z[b];
            for (std::ptrdiff_t a = b + 1; a < d; ++a, ++at) {
                sums.means[b] += of.below[at] * z[a];
                sums.below[at] = xsimd::hadd(lanes_of.below[at]);
            }
        }
        return sums;
    }

    alignas(64) double x_[d][tile] = {}, weights_[K][tile];
    lane_sums sums_[K];
    /// As many ones as zeros: a window of it says which points of a tile there are.
    std::array<double, 2 * tile> inside_ = [] {
        std::array<double, 2 * tile> all{};
        std::fill_n(all.begin(), tile, 1.0);
        return all;
    }();
};
const bool entered = contest::enter<problem, in_lanes>("hand_written_in_lanes");

}  // namespace
