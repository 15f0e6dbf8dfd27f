// SPDX-License-Identifier: BSL-1.0
#include "loss.hpp"
#include "problem.hpp"

namespace {

struct by_tapeless {
    CONTEST_INLINE void operator()(const problem::data& data, problem::result& result) const {
        using tapeless::array_view;
        constexpr std::ptrdiff_t layers = problem::layers, units = problem::units;
        const tapeless::extents<4> main{layers, 2, lstm::gates, units};
        const tapeless::extents<2> extra{3, units};
        const array_view<double, 4> by_main(result.by_main.data(), main);
        const array_view<double, 2> by_extra(result.by_extra.data(), extra);
        result.value = tapeless::value_and_gradient(lstm::loss<layers>, tapeless::wrt<0, 1>)
                           .into(by_main, by_extra)(array_view<const double, 4>(data.main.data(), main), array_view<const double, 2>(data.extra.data(), extra),
                                                    array_view<const double, 3>(data.state.data(), {layers, 2, units}),
                                                    array_view<const double, 2>(data.sequence.data(), {data.steps, units}));
    }
};
const bool entered = contest::enter<problem, by_tapeless>("tapeless");

}  // namespace
