// SPDX-License-Identifier: BSL-1.0
// The shapes of the arguments that a function takes when nobody says: so many plain numbers.
#pragma once

#include <tapeless/function/call.hpp>
#include <tapeless/function/derivative.hpp>
#include <tapeless/function/gradient.hpp>
#include <tapeless/function/jacobian.hpp>

#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>

namespace tapeless::detail {

template <class Function, class Slots>
inline constexpr bool takes_slots = false;
template <class Function, class... Slot>
inline constexpr bool takes_slots<Function, boost::mp11::mp_list<Slot...>> = takes<Function, Slot...>;

/// The least number of plain numbers that the function can be called with, or -1.
template <class Function, int Count = 0>
constexpr int arity() {
    if constexpr (Count > 16) return -1;
    else if constexpr (takes_slots<Function, boost::mp11::mp_repeat_c<boost::mp11::mp_list<slot>, Count>>) return Count;
    else return arity<Function, Count + 1>();
}

// A derivative takes what its function takes; asked itself it would answer with a static_assert.
template <class Function>
struct underlying {
    using type = Function;
};
template <class Function, class Wrt, bool WithValue>
struct underlying<gradient_function<Function, Wrt, WithValue>> : underlying<Function> {};
template <class Function, class Wrt, bool WithValue>
struct underlying<derivative_function<Function, Wrt, WithValue>> : underlying<Function> {};
template <class Function, class Wrt, bool WithValue>
struct underlying<jacobian_function<Function, Wrt, WithValue>> : underlying<Function> {};

// Recorded after the static_assert on the arity has failed, so that no other error follows.
struct stand_in {
    constexpr term operator()(term x) const { return x; }
};

template <class Function, class... Argument>
struct recording_from {
    using type = recording<Function, shape_of<Argument>...>;
};
template <class Function>
struct recording_from<Function> {
    static constexpr int count = arity<typename underlying<Function>::type>();
    static_assert(count > 0,
                  "tapeless: the function does not take plain numbers; name its arguments' types, as in "
                  "tapeless::to_string<double, std::array<double, 3>>(f).");
    using type = boost::mp11::mp_apply<recording, boost::mp11::mp_push_front<boost::mp11::mp_repeat_c<boost::mp11::mp_list<slot>, (count > 0 ? count : 1)>,
                                                                           std::conditional_t<(count > 0), Function, stand_in>>>;
};

/// The graph of a function on arguments of these types; on plain numbers if none are named.
template <class Function, class... Argument>
using graph_of_function = typename recording_from<Function, Argument...>::type;

}  // namespace tapeless::detail
