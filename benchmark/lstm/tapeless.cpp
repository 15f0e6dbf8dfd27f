// SPDX-License-Identifier: BSL-1.0
#include "loss.hpp"
#include "problem.hpp"

namespace {

struct by_tapeless {
    CONTEST_INLINE void operator()(const problem::data& data, problem::result& result) const {
        using namespace tapeless;
        constexpr std::ptrdiff_t layers = problem::layers, units = problem::units;
        const extents<4> main{layers, 2, lstm::gates, units};
        const extents<2> extra{3, units};
        result.value = value_and_gradient(lstm::loss<problem::layers>, wrt<0, 1>)
                           .into(array_view<double, 4>(result.by_main.data(), main), array_view<double, 2>(result.by_extra.data(), extra))(
                               array_view<const double, 4>(data.main.data(), main), array_view<const double, 2>(data.extra.data(), extra),
                               array_view<const double, 3>(data.state.data(), {layers, 2, units}), array_view<const double, 2>(data.sequence.data(), {data.steps, units}));
    }
};
const bool entered = contest::enter<problem, by_tapeless>("tapeless");

}  // namespace
