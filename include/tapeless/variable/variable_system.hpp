// SPDX-License-Identifier: BSL-1.0
// What Variables may be on besides the host: nothing, unless <tapeless/device_variables.hpp> says otherwise. A parameter of what is compiled either way, so that
// files with and without it go together in one program.
#pragma once

#include <tapeless/variable/body.hpp>
#include <tapeless/variable/error.hpp>
#include <tapeless/variable/expression.hpp>
#include <tapeless/variable/value_device.hpp>

namespace tapeless::detail {

struct no_device {
    /// Where a statement is in the source: only devices want to know.
    struct place {
        static constexpr place current() { return {}; }
    };
    static int device_count() { return 0; }
    static int current_device() { return 0; }
    [[noreturn]] static const value_device& device(int) { throw variable_error(error_text::no_cuda()); }
    template <class Tree, int Rank, bool IsTruth, class... Leaf>
    [[noreturn]] static handle_to<body<typename variable_expression<Tree, Rank, IsTruth, Leaf...>::value_type, Rank>> evaluated(const value_device& device, variable_expression<Tree, Rank, IsTruth, Leaf...>&&, place) {
        throw variable_error(error_text::compiled_without_device(device.name()));
    }
    template <class T, int Rank, class Expression>
    [[noreturn]] static void evaluate_in_place(body<T, Rank>& own, Expression&&) {
        throw variable_error(error_text::compiled_without_device(own.device() ? own.device()->name() : "a device"));
    }
};
template <class>
struct variable_system {
    using type = no_device;
};

}  // namespace tapeless::detail
