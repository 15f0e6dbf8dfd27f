// SPDX-License-Identifier: BSL-1.0
// The value of a function alone, on arrays: of a function of numbers for every element, of a function of arrays as it is.
#pragma once

#include <tapeless/function/gradient.hpp>

namespace tapeless {

/// What `value(f)` returns: an empty function object of the same arguments as f.
template <class Function>
struct value_function : detail::derived_function<value_function<Function>, Function, wrt_none, true> {
    static constexpr const char* name = "tapeless::value";
    template <class... Argument>
    using stand_in = detail::common_number_of<Argument...>;

    /// A static_assert says what is wrong with a call.
    template <class... Argument>
    static constexpr bool is_proper() {
        constexpr detail::misuse problem = detail::diagnose<Function, wrt_none, detail::needs::one_result, Argument...>();
        TAPELESS_ASSERT_PROPER("tapeless::value", problem);
        return problem == detail::misuse::no;
    }

    template <class... Argument>
    static constexpr bool is_proper_program() {
        constexpr detail::misuse problem = detail::diagnose_array_program<Function, wrt_none, Argument...>();
        TAPELESS_ASSERT_PROPER("tapeless::value", problem);
        return problem == detail::misuse::no;
    }

    template <class... Argument>
    struct layout {
        template <class Row>
        TAPELESS_HOST_INLINE static constexpr auto build(const Row& row) {
            return row.template build<typename Row::number, 0>();
        }
    };
};

/// `f` as a function of arrays of numbers: the value that `value_and_gradient(f)` has beside the gradient, by the same loops. A function of arrays may return an
/// array too, which is returned, or written by `value(f).into(memory)(…)` to memory of its shape.
/// f: captureless, generic in its number type, returning one number or one array.
/// Errors: a static_assert as for gradient; shape_error where arrays do not fit each other.
/// Example: doc/example/arrays.cpp
template <class Function>
    requires(!detail::symbolic<Function>)
constexpr auto value(const Function&) {
    TAPELESS_ASSERT_CAPTURELESS("tapeless::value", Function, wrt_none);
    return value_function<Function>{};
}

}  // namespace tapeless
