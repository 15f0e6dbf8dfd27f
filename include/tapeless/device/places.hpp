// SPDX-License-Identifier: BSL-1.0
// Elements to which no stride leads, as integers that a kernel is told: at indices that stand in memory, of a part of a concatenation, in another shape. And the
// kernel that copies them to where strides lead to them.
#pragma once

#include <tapeless/device/host_system.hpp>
#include <tapeless/evaluate/slices.hpp>
#include <tapeless/operation/number_functions.hpp>
#include <tapeless/plan/plan.hpp>

#include <cstdint>
#include <limits>
#include <type_traits>

namespace tapeless::detail {

/// Not a place: outside of a part of a concatenation, where nothing is meant to be; and at an index that an array does not have.
inline constexpr std::int64_t no_place = std::numeric_limits<std::int64_t>::min(), wrong_place = no_index;

/// Numbers in memory, of one of the types that calls on a device take, or in place of memory: one number, or 0, 1, 2, …
struct device_numbers {
    enum kind_of_numbers : int { of_float, of_double, of_int32, of_int64, uniform, positions };
    kind_of_numbers kind = positions;
    const void* data = nullptr;
    double number = 0;

    template <class T>
    static device_numbers of(const T* data) {
        if constexpr (std::is_integral_v<T>) return {sizeof(T) == 4 ? of_int32 : of_int64, data};
        else return {sizeof(T) == 4 ? of_float : of_double, data};
    }
    /// As an index, if To is an integer: wrong_place if it is no whole number.
    template <class To>
    TAPELESS_HOST_DEVICE To at(std::int64_t place) const {
        switch (kind) {
        case of_float: return converted<To>(static_cast<const float*>(data)[place]);
        case of_double: return converted<To>(static_cast<const double*>(data)[place]);
        case of_int32: return converted<To>(static_cast<const std::int32_t*>(data)[place]);
        case of_int64: return converted<To>(static_cast<const std::int64_t*>(data)[place]);
        case uniform: return converted<To>(number);
        default: return converted<To>(place);
        }
    }

private:
    template <class To, class From>
    TAPELESS_HOST_DEVICE static To converted(From x) {
        if constexpr (std::is_integral_v<To>) return as_index(x);
        else return static_cast<To>(x);
    }
};

/// Loops in each other, the last one the innermost; without any, one step.
struct device_loops {
    int count = 0;
    std::int64_t extents[most_loops] = {};

    std::int64_t size() const {
        std::int64_t all = 1;
        for (int loop = 0; loop < count; ++loop) all *= extents[loop];
        return all;
    }
    /// Calls visitor(loop, its step) for each loop, where so many steps have been done.
    template <class Visitor>
    TAPELESS_HOST_DEVICE void visit(std::int64_t done, const Visitor& visitor) const {
        for (int loop = count - 1; loop > 0; --loop) {
            const std::int64_t rest = done / extents[loop];
            visitor(loop, done - rest * extents[loop]);
            done = rest;
        }
        if (count > 0) visitor(0, done);
    }
    TAPELESS_HOST_DEVICE std::int64_t offset(std::int64_t done, const std::int64_t* strides) const {
        std::int64_t sum = 0;
        visit(done, [&](int loop, std::int64_t step) { sum += strides[loop] * step; });
        return sum;
    }
};

/// Where in memory each step of some loops is: what strides lead to, and some dimensions more.
struct device_places {
    /// A step along a dimension is a sum of the loops' steps, or an index that stands where this sum says. It may be one of a longer axis.
    struct dimension {
        device_numbers indices{};
        std::int64_t first = 0, strides[most_loops] = {};
        bool has_gaps = false;                  ///< of indices, some of which may be no_place
        std::int64_t choices = -1;              ///< so many steps to choose from, from the end if the index is negative; negative: it is not checked
        std::int64_t divisor = 1, modulus = 0;  ///< of the places of an old shape in a new one; 0: none
        std::int64_t before = 0, count = std::numeric_limits<std::int64_t>::max();
        std::int64_t start = 0, step = 0;  ///< in memory

        TAPELESS_HOST_DEVICE std::int64_t place(std::int64_t sum) const {
            std::int64_t at = indices.at<std::int64_t>(sum);
            if (at <= wrong_place) return has_gaps ? at : wrong_place;
            if (choices >= 0) {
                if (at < 0) at += choices;
                if (at < 0 || at >= choices) return wrong_place;
            }
            if (modulus > 0) at = at / divisor % modulus;
            at -= before;
            return at < 0 || at >= count ? no_place : start + at * step;
        }
    };
    device_loops loops;
    std::int64_t offset = 0, strides[most_loops] = {};
    int rank = 0;
    dimension dimensions[most_dimensions];

    /// elsewhere: what else is at this step, the strides of which are given.
    TAPELESS_HOST_DEVICE std::int64_t place(std::int64_t done, const std::int64_t* strides_elsewhere, std::int64_t& elsewhere) const {
        std::int64_t at = offset, sums[most_dimensions];
        for (int d = 0; d < most_dimensions; ++d) sums[d] = dimensions[d].first;
        elsewhere = 0;
        loops.visit(done, [&](int loop, std::int64_t step) {
            at += strides[loop] * step;
            elsewhere += strides_elsewhere[loop] * step;
            for (int d = 0; d < most_dimensions; ++d) sums[d] += dimensions[d].strides[loop] * step;
        });
        for (int d = 0; d < most_dimensions; ++d) {
            if (d == rank) break;
            const std::int64_t more = dimensions[d].place(sums[d]);
            if (more <= wrong_place) return more;
            at += more;
        }
        return at;
    }
};

/// Copies what is at places: as numbers, 0 where there is none and NaN where an index is wrong; or, if To is an integer, as indices.
template <class To>
struct places_copied {
    static constexpr int block_size = threads_in_block;
    using number = To;
    struct arguments {
        device_places from;
        device_numbers numbers;
        To* to;
        std::int64_t strides[most_loops];
        std::int64_t count;
        std::int64_t choices = -1;  ///< a number that is none of so many indices, from either end, becomes NaN; negative: all stay
    };

    template <class Block>
    TAPELESS_HOST_DEVICE static void run(const Block& block, const arguments& of) {
        for_each_of_block(block, of.count, [&](std::int64_t at) {
            std::int64_t to = 0;
            const std::int64_t place = of.from.place(at, of.strides, to);
            of.to[to] = place > wrong_place ? chosen(of, place) : missing(place);
        });
    }

private:
    TAPELESS_HOST_DEVICE static To chosen(const arguments& of, std::int64_t place) {
        if (of.choices >= 0) {
            const std::int64_t index = of.numbers.template at<std::int64_t>(place);
            if (index < -of.choices || index >= of.choices) return missing(wrong_place);
        }
        return of.numbers.template at<To>(place);
    }
    TAPELESS_HOST_DEVICE static To missing(std::int64_t place) {
        if constexpr (std::is_integral_v<To>) return place;
        else return place == no_place ? To(0) : not_a_number<To>();
    }
};
template <class System, class To>
void queue_copy(typename places_copied<To>::arguments of, stream_handle stream, const statement& who) {
    of.count = of.from.loops.size();
    System::template launch_blocks<places_copied<To>>(of, blocks_of(of.count), stream, who);
}

}  // namespace tapeless::detail
