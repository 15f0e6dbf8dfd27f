// SPDX-License-Identifier: BSL-1.0
// Elementwise operations that are chosen while the program runs, on some hundred elements at a time.
#pragma once

#include <tapeless/operation/elementwise.hpp>
#include <tapeless/variable/error.hpp>

#include <boost/mp11/algorithm.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <unordered_map>

namespace tapeless::detail {

/// Runs an operation on a block of elements; truths are 1 and 0. Operands that it does not have are any readable block.
template <class T>
using block_operation = void (*)(const T* a, const T* b, const T* c, T* to, std::ptrdiff_t count);

template <class Operation, class T>
void run_on_block(const T* a, const T* b, const T* c, T* to, std::ptrdiff_t count) {
    constexpr unsigned truths = static_cast<unsigned>(Operation::properties.logical_operands);
    const auto operand = [](auto is_truth, T x) {
        if constexpr (is_truth) return x != 0;
        else return x;
    };
    for (std::ptrdiff_t k = 0; k < count; ++k)
        to[k] = static_cast<T>(Operation::value(operand(std::bool_constant<(truths & 1) != 0>{}, a[k]), operand(std::bool_constant<(truths & 2) != 0>{}, b[k]),
                                                operand(std::bool_constant<(truths & 4) != 0>{}, c[k])));
}

/// How each operation runs on a block.
template <class T>
class block_operations {
public:
    static constexpr std::ptrdiff_t block_size = 256;

    static block_operation<T> of(const operation_info& operation) {
        static const block_operations all;
        const auto found = all.operations_.find(operation.identity);
        if (found == all.operations_.end()) throw variable_error(std::string("create_graph: ") + operation.name + " is an operation of your own, which is not interpreted");
        return found->second;
    }

private:
    block_operations() {
        boost::mp11::mp_for_each<elementwise_operations>([this](auto operation) { operations_[info_of<decltype(operation)>.identity] = run_on_block<decltype(operation), T>; });
    }
    std::unordered_map<std::uint32_t, block_operation<T>> operations_;
};

}  // namespace tapeless::detail
