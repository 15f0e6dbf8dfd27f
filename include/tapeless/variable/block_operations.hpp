// SPDX-License-Identifier: BSL-1.0
// Elementwise operations that are chosen while the program runs, on some hundred elements at a time.
#pragma once

#include <tapeless/graph/operation_info.hpp>

#include <boost/mp11/algorithm.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <unordered_map>

namespace tapeless::detail {

/// How each operation runs on a block.
template <class T>
class block_operations {
public:
    static constexpr std::ptrdiff_t block_size = 256;

    static block_rule<T> of(const operation_info& operation) {
        static const block_operations all;
        const auto found = all.operations_.find(operation.identity);
        if (found != all.operations_.end()) return found->second;
        if constexpr (std::is_same_v<T, float>) return operation.run_floats;
        else return operation.run_doubles;
    }

private:
    block_operations() {
        boost::mp11::mp_for_each<elementwise_operations>([this](auto operation) { operations_[info_of<decltype(operation)>.identity] = run_on_block<decltype(operation), T>; });
    }
    std::unordered_map<std::uint32_t, block_rule<T>> operations_;
};

}  // namespace tapeless::detail
