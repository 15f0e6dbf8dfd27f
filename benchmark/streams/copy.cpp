// SPDX-License-Identifier: BSL-1.0
// No gradient: three arrays copied, the same traffic.
#include "problem.hpp"

#include <cstring>

namespace {

struct copy {
    CONTEST_INLINE void operator()(const problem::data& data, problem::result& result) const {
        const std::size_t bytes = data.x.size() * sizeof(double);
        std::memcpy(result.dw.data(), data.w.data(), bytes);
        std::memcpy(result.dx.data(), data.x.data(), bytes);
        std::memcpy(result.db.data(), data.b.data(), bytes);
    }
};
const bool entered = contest::enter<problem, copy>("copy", {.rows = 0});

}  // namespace
