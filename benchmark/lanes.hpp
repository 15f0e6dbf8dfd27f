// SPDX-License-Identifier: BSL-1.0
// Registers of doubles, xsimd's, for contenders that an expert would write with them.
#pragma once

#include "race.hpp"

#include <xsimd/xsimd.hpp>

#include <algorithm>
#include <cstddef>

namespace contest {

using lanes = xsimd::batch<double>;
inline constexpr std::ptrdiff_t lane_count = lanes::size;

/// A whole register in memory.
struct whole {
    static lanes load(const double* from, double) { return lanes::load_unaligned(from); }
    static void store(const lanes& value, double* to) { value.store_unaligned(to); }
};
/// The first numbers of one; what is beyond the end is read as `missing`.
struct rest {
    std::ptrdiff_t count;
#if defined(__AVX512F__)
    __mmask8 mask() const { return static_cast<__mmask8>((1u << count) - 1); }
    lanes load(const double* from, double missing) const { return _mm512_mask_loadu_pd(_mm512_set1_pd(missing), mask(), from); }
    void store(const lanes& value, double* to) const { _mm512_mask_storeu_pd(to, mask(), value); }
#else
    lanes load(const double* from, double missing) const {
        double all[lane_count];
        std::fill(std::copy_n(from, count, all), all + lane_count, missing);
        return lanes::load_unaligned(all);
    }
    void store(const lanes& value, double* to) const {
        double all[lane_count];
        value.store_unaligned(all);
        std::copy_n(all, count, to);
    }
#endif
};

/// Calls step(k, way, part) for each register's first element k, where part reads and writes it. The ways 0 to 3 take turns: sums of different ways do
/// not wait for each other.
template <class Step>
CONTEST_INLINE void for_lanes(std::ptrdiff_t count, const Step& step) {
    std::ptrdiff_t k = 0;
    for (; k + 4 * lane_count <= count; k += 4 * lane_count)
        for (int way = 0; way < 4; ++way) step(k + way * lane_count, way, whole{});
    for (; k + lane_count <= count; k += lane_count) step(k, 0, whole{});
    if (k < count) step(k, 0, rest{count - k});
}

inline double greatest_of(const lanes& value) {
    double all[lane_count];
    value.store_unaligned(all);
    return *std::max_element(all, all + lane_count);
}

}  // namespace contest
