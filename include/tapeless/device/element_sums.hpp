// SPDX-License-Identifier: BSL-1.0
// The kernel of element_sums: one thread for each element, or one block where each has many terms.
#pragma once

#include <tapeless/device/block.hpp>
#include <tapeless/device/host_system.hpp>
#include <tapeless/evaluate/element_sums.hpp>

#include <cstdint>
#include <type_traits>

namespace tapeless::detail {

template <class To, class From, bool HasManyTerms>
struct device_element_sums {
    static constexpr int block_size = threads_in_block;
    using number = To;
    struct arguments {
        To* to;
        const From* from;
        std::int64_t shape[4], to_strides[4], from_strides[4], terms[4], term_strides[4];
        std::int64_t count, term_count;
        bool adds;
    };

    template <class Block>
    TAPELESS_HOST_DEVICE static void run(const Block& block, const arguments& of) {
        if constexpr (HasManyTerms) {
            typename Block::template own<To> sums;
            std::int64_t to = 0, from = 0;
            place(of, block.index, to, from);
            block.threads([&](int thread) { sums[thread] = sum_of_terms(of, from, thread, threads_in_block); });
            block.template combine_rows<op::sum>(sums, threads_in_block);
            block.threads([&](int thread) {
                if (thread == 0) leave(of, to, sums[thread]);
            });
        } else {
            for_each_of_block(block, of.count, [&](std::int64_t at) {
                std::int64_t to = 0, from = 0;
                place(of, at, to, from);
                leave(of, to, sum_of_terms(of, from, 0, 1));
            });
        }
    }

private:
    TAPELESS_HOST_DEVICE static void place(const arguments& of, std::int64_t at, std::int64_t& to, std::int64_t& from) {
        for (int d = 3; d >= 0 && at != 0; --d) {
            if (of.shape[d] == 1) continue;
            const std::int64_t step = at % of.shape[d];
            at /= of.shape[d];
            to += step * of.to_strides[d];
            from += step * of.from_strides[d];
        }
    }
    TAPELESS_HOST_DEVICE static To sum_of_terms(const arguments& of, std::int64_t first, std::int64_t begin, std::int64_t step) {
        if (of.term_count == 1) return begin == 0 ? static_cast<To>(of.from[first]) : To(0);
        To sum = To(0), lost = To(0);
        for (std::int64_t term = begin; term < of.term_count; term += step) {
            std::int64_t from = first, rest = term;
            for (int d = 3; d >= 0 && rest != 0; --d) {
                from += rest % of.terms[d] * of.term_strides[d];
                rest /= of.terms[d];
            }
            const To value = static_cast<To>(of.from[from]);
            if constexpr (std::is_floating_point_v<To>) accumulate<op::sum>(sum, lost, value);
            else sum = static_cast<To>(sum + value);
        }
        if constexpr (std::is_floating_point_v<To>) return sum_with_lost(sum, lost);
        else return sum;
    }
    TAPELESS_HOST_DEVICE static void leave(const arguments& of, std::int64_t to, To sum) {
        if (of.adds) of.to[to] = static_cast<To>(of.to[to] + sum);
        else of.to[to] = sum;
    }
};

/// Queues one kernel.
template <class System, class To, class From>
void queue_element_sums(const element_sums& sums, To* to, const From* from, stream_handle stream, const statement& who) {
    const element_sums merged = sums.merged();
    const auto queue = [&]<bool HasManyTerms>(std::bool_constant<HasManyTerms>) {
        using code = device_element_sums<To, From, HasManyTerms>;
        typename code::arguments all{to, from, {}, {}, {}, {}, {}, merged.count(), merged.term_count(), merged.adds};
        for (int d = 0; d < 4; ++d) {
            all.shape[d] = merged.shape[d];
            all.to_strides[d] = merged.to_strides[d];
            all.from_strides[d] = merged.from_strides[d];
            all.terms[d] = merged.terms[d];
            all.term_strides[d] = merged.term_strides[d];
        }
        System::template launch_blocks<code>(all, HasManyTerms ? all.count : blocks_of(all.count), stream, who);
    };
    if constexpr (std::is_floating_point_v<To> && std::is_same_v<To, From>)
        if (merged.term_count() > threads_in_warp) return queue(std::true_type{});
    queue(std::false_type{});
}

}  // namespace tapeless::detail
