// SPDX-License-Identifier: BSL-1.0
// Points of a row's domain: its ends and the doubles next to them, zero and one and their neighbourhoods, both scales
// (uniform and logarithmic), and equal or nearly equal operands.
#pragma once

#include "reference.hpp"

#include <random>
#include <vector>

namespace reference {

class sampler {
public:
    explicit sampler(unsigned seed) : generator_(seed) {}

    /// count points of the domain; some more are made of the special values alone.
    template <class Operation>
    std::vector<point> points(int count) {
        std::vector<point> result;
        std::array<std::vector<double>, 3> special;
        for (int k = 0; k < 3; ++k) special[k] = specials<Operation>(k);
        for (int k = 0; k < Operation::arity; ++k)
            for (double value : special[k]) {
                point at = any<Operation>();
                at[k] = value;
                result.push_back(at);
            }
        while (static_cast<int>(result.size()) < count) {
            point at = any<Operation>();
            if (Operation::arity > 1 && chance(0.2)) relate<Operation>(at);
            result.push_back(at);
        }
        return result;
    }

    /// A point inside of the domain, not next to its ends or to 0.
    template <class Operation>
    point interior() {
        point at = any<Operation>();
        for (int k = 0; k < Operation::arity; ++k)
            for (int tries = 0; tries < 100 && !(clearance<Operation>(at, k) > 1e-7 * (1 + std::abs(at[k]))); ++tries)
                at[k] = one<Operation>(k);
        return at;
    }

    /// How far an operand is from 0 and from the ends of its interval.
    template <class Operation>
    static double clearance(const point& at, int operand) {
        const auto [low, high] = Operation::properties.domain[operand];
        const double to_ends = std::min(at[operand] - low, high - at[operand]);
        return at[operand] == 0 ? to_ends : std::min(to_ends, std::abs(at[operand]));
    }

private:
    double uniform(double low, double high) { return std::uniform_real_distribution<double>(low, high)(generator_); }
    bool chance(double probability) { return uniform(0, 1) < probability; }

    // An operand without a derivative is a choice: whole numbers.
    template <class Operation>
    static constexpr bool is_whole(int operand) {
        return !tapeless::detail::info<Operation>().has_partial[operand];
    }

    template <class Operation>
    double one(int operand) {
        const auto [low, high] = Operation::properties.domain[operand];
        if (is_whole<Operation>(operand)) return std::floor(uniform(low, high + 1 - 1e-9));
        switch (std::uniform_int_distribution<int>(0, 3)(generator_)) {
            case 0:
                return uniform(low, high);
            case 1: {  // the magnitude is log-uniform
                const bool negative = low < 0 && (high <= 0 || chance(0.5));
                const double largest = negative ? -low : high;
                const double smallest = low > 0 ? low : high < 0 ? -high : 1e-30;
                const double magnitude = smallest * std::pow(largest / smallest, uniform(0, 1));
                return std::clamp(negative ? -magnitude : magnitude, low, high);
            }
            case 2: {  // the distance from an end is log-uniform
                const double distance = (high - low) * std::pow(10.0, -uniform(0, 16));
                return chance(0.5) ? low + distance : high - distance;
            }
            default: {  // around 1, and within a few units
                const double value = chance(0.5) ? 1 + (chance(0.5) ? 1 : -1) * std::pow(10.0, -uniform(0, 16)) : uniform(-7, 7);
                return value >= low && value <= high ? value : uniform(low, high);
            }
        }
    }

    template <class Operation>
    point any() {
        point at{};
        for (int k = 0; k < Operation::arity; ++k) at[k] = one<Operation>(k);
        return at;
    }

    template <class Operation>
    void relate(point& at) {
        const int target = Operation::arity - 1, source = target - 1;
        if (is_whole<Operation>(source)) return;
        const auto [low, high] = Operation::properties.domain[target];
        const double factor[] = {1, -1, 1 + 1e-15, 1 - 1e-9, -1 - 1e-12};
        const double value = at[source] * factor[std::uniform_int_distribution<int>(0, 4)(generator_)];
        if (value >= low && value <= high) at[target] = value;
    }

    template <class Operation>
    static std::vector<double> specials(int operand) {
        const auto [low, high] = Operation::properties.domain[operand];
        std::vector<double> values{low, high};
        if (is_whole<Operation>(operand)) return values;
        values.push_back(std::nextafter(low, high));
        values.push_back(std::nextafter(high, low));
        for (double value : {0.0, 1.0, -1.0, 0.5, -0.5, 2.0, 3.0, 1e-16, -1e-16, 1e-8, -1e-8, 1 + 1e-15, 1 - 1e-15})
            if (value > low && value < high) values.push_back(value);
        return values;
    }

    std::mt19937_64 generator_;
};

}  // namespace reference
