// SPDX-License-Identifier: BSL-1.0
// The algebraic laws that the builder applies, one rule an operation. Every law is exact in IEEE arithmetic but for the sign of a zero; the exceptions are 0 * x = 0,
// which makes a derivative by an unused variable vanish, pow(x, 0.5) = sqrt(x), which differs at -infinity, the powers and like terms,
// which round differently.
#pragma once

#include <tapeless/graph/graph_builder.hpp>

#include <bit>
#include <cstdint>

namespace tapeless::detail {


// Templates over the builder, which is always graph_builder: clang looks up info<…>, defined after the laws, only when
// a template is instantiated.

/// The law of an operation: one specialisation each; most operations have none but those of their symmetry.
template <class Operation>
struct law {
    template <class Builder>
    static constexpr index apply(Builder& g, index a, index, index) {
        if (!g.is(a, identity_of<op::negate>)) return nowhere;
        const index mirrored = g.add(info<Operation>(), g.operand(a, 0));
        return Operation::properties.odd ? g.add(info<op::negate>(), mirrored) : mirrored;
    }
    static constexpr bool exists = Operation::properties.odd || Operation::properties.even;
};

// Scaling by a power of two is exact, so it may move freely: in a canonical form to the outside of products and quotients.
constexpr bool is_power_of_two(double value) {
    const auto bits = std::bit_cast<std::uint64_t>(value);
    const auto exponent = bits >> 52 & 0x7ff;
    return (bits << 12) == 0 && exponent > 523 && exponent < 1523;
}

template <class Builder>
constexpr bool is_scaled(const Builder& g, index at) {
    return g.is(at, identity_of<op::multiply>) && g.is_constant(g.operand(at, 0)) && is_power_of_two(g.constant_value(g.operand(at, 0)));
}

struct law_exists {
    static constexpr bool exists = true;
};

template <>
struct law<op::negate> : law_exists {
    template <class Builder>
    static constexpr index apply(Builder& g, index a, index, index) {
        if (g.is(a, identity_of<op::negate>)) return g.operand(a, 0);
        // In code the sign stays outside, where it leaves products that differ by a sign only the same node.
        if (g.is_canonical() && g.is(a, identity_of<op::subtract>)) return g.add(info<op::subtract>(), g.operand(a, 1), g.operand(a, 0));
        // In code 1 / x keeps its sign outside too: the law of division would turn -1 / x into -(1 / x) again.
        const bool is_quotient = g.is(a, identity_of<op::divide>) && (g.is_canonical() || !g.is_constant(g.operand(a, 0), 1));
        if ((g.is(a, identity_of<op::multiply>) || is_quotient) && g.is_constant(g.operand(a, 0)))
            return g.add(*g[a].operation, g.constant(-g.constant_value(g.operand(a, 0))), g.operand(a, 1));
        return nowhere;
    }
};

template <>
struct law<op::add> : law_exists {
    template <class Builder>
    static constexpr index apply(Builder& g, index a, index b, index) {
        const std::uint32_t of_a = g.nodes()[a].operation->identity, of_b = g.nodes()[b].operation->identity;
        if (g.is_constant(a, 0)) return b;
        if (g.is_constant(b, 0)) return a;
        if (of_a == identity_of<op::multiply> && of_b != of_a && g.operand(a, 1) == b) return apply(g, b, a, nowhere);
        if (of_b == identity_of<op::negate>) return g.add(info<op::subtract>(), a, g.operand(b, 0));
        if (of_a == identity_of<op::negate>) return g.add(info<op::subtract>(), b, g.operand(a, 0));
        if (a == b) return g.add(info<op::multiply>(), g.constant(2), a);
        // Like terms: c * u + d * u, and u + d * u.
        if (of_b != identity_of<op::multiply> || !g.is_constant(g.operand(b, 0))) return nowhere;
        if (g.operand(b, 1) == a) return g.add(info<op::multiply>(), g.add(info<op::add>(), g.operand(b, 0), g.constant(1)), a);
        if (of_a == identity_of<op::multiply> && g.is_constant(g.operand(a, 0)) && g.operand(a, 1) == g.operand(b, 1))
            return g.add(info<op::multiply>(), g.add(info<op::add>(), g.operand(a, 0), g.operand(b, 0)), g.operand(b, 1));
        return nowhere;
    }
};

template <>
struct law<op::subtract> : law_exists {
    template <class Builder>
    static constexpr index apply(Builder& g, index a, index b, index) {
        const std::uint32_t of_a = g.nodes()[a].operation->identity, of_b = g.nodes()[b].operation->identity;
        if (g.is_constant(b, 0)) return a;
        if (g.is_constant(a, 0)) return g.add(info<op::negate>(), b);
        if (of_b == identity_of<op::negate>) return g.add(info<op::add>(), a, g.operand(b, 0));
        if (of_a == identity_of<op::negate>) return g.add(info<op::negate>(), g.add(info<op::add>(), g.operand(a, 0), b));
        if (const index mirrored = g.find(info<op::subtract>(), b, a); mirrored != nowhere && !g.is_canonical())
            return g.add(info<op::negate>(), mirrored);
        return nowhere;
    }
};

template <>
struct law<op::multiply> : law_exists {
    template <class Builder>
    static constexpr index apply(Builder& g, index a, index b, index) {
        if (g.is_constant(b)) {
            const index other = a;
            a = b;
            b = other;
        }
        const std::uint32_t of_a = g.nodes()[a].operation->identity, of_b = g.nodes()[b].operation->identity;
        if (of_a == identity_of<op::negate>) return g.add(info<op::negate>(), g.add(info<op::multiply>(), g.operand(a, 0), b));
        if (of_b == identity_of<op::negate>) {
            if (g.is_constant(a)) return g.add(info<op::multiply>(), g.constant(-g.constant_value(a)), g.operand(b, 0));
            return g.add(info<op::negate>(), g.add(info<op::multiply>(), a, g.operand(b, 0)));
        }
        if (!g.is_constant(a)) {
            // In code a power of two moves out only where it meets its like: 2 * x * (0.5 / y) is x / y.
            if (of_a == identity_of<op::multiply> && of_b == of_a && is_scaled(g, a) && is_scaled(g, b))
                return g.add(info<op::multiply>(), g.constant(g.constant_value(g.operand(a, 0)) * g.constant_value(g.operand(b, 0))),
                             g.add(info<op::multiply>(), g.operand(a, 1), g.operand(b, 1)));
            if (g.is_canonical() && is_scaled(g, a)) return g.add(info<op::multiply>(), g.operand(a, 0), g.add(info<op::multiply>(), g.operand(a, 1), b));
            if (g.is_canonical() && is_scaled(g, b)) return g.add(info<op::multiply>(), g.operand(b, 0), g.add(info<op::multiply>(), a, g.operand(b, 1)));
            return nowhere;
        }
        const double factor = g.constant_value(a);
        if (factor == 0) return a;
        if (factor == 1) return b;
        if (factor == -1) return g.add(info<op::negate>(), b);
        if (g.is(b, identity_of<op::multiply>) && g.is_constant(g.operand(b, 0))) {
            const double inner = g.constant_value(g.operand(b, 0));
            if (is_power_of_two(factor) || is_power_of_two(inner)) return g.add(info<op::multiply>(), g.constant(factor * inner), g.operand(b, 1));
        }
        return nowhere;
    }
};

template <>
struct law<op::divide> : law_exists {
    template <class Builder>
    static constexpr index apply(Builder& g, index a, index b, index) {
        const std::uint32_t of_a = g.nodes()[a].operation->identity, of_b = g.nodes()[b].operation->identity;
        if (g.is_constant(a, 0)) return a;
        if (of_a == identity_of<op::negate>) return g.add(info<op::negate>(), g.add(info<op::divide>(), g.operand(a, 0), b));
        if (of_b == identity_of<op::negate>) return g.add(info<op::negate>(), g.add(info<op::divide>(), a, g.operand(b, 0)));
        if (g.is_canonical() && is_scaled(g, a)) return g.add(info<op::multiply>(), g.operand(a, 0), g.add(info<op::divide>(), g.operand(a, 1), b));
        // The reciprocal has a name of its own, since it is often shared; derive/reciprocals.hpp undoes it where it is not.
        if (!g.is_canonical() && g.is_constant(a) && !g.is_constant(a, 1) && is_power_of_two(g.constant_value(a)))
            return g.add(info<op::multiply>(), a, g.add(info<op::divide>(), g.constant(1), b));
        if (!g.is_constant(b)) return nowhere;
        const double divisor = g.constant_value(b);
        if (divisor == 1) return a;
        if (divisor == -1) return g.add(info<op::negate>(), a);
        if (is_power_of_two(divisor)) return g.add(info<op::multiply>(), g.constant(1 / divisor), a);
        return nowhere;
    }
};

// A whole exponent up to 8 is a chain of multiplications: at most 3.5 ulp, and a tenth of the cost.
template <>
struct law<op::pow> : law_exists {
    template <class Builder>
    static constexpr index apply(Builder& g, index a, index b, index) {
        if (!g.is_constant(b)) return nowhere;
        const double exponent = g.constant_value(b);
        if (exponent == 0) return g.constant(1);
        if (exponent == 0.5) return g.add(info<op::sqrt>(), a);
        if (!(exponent >= -8 && exponent <= 8) || exponent != static_cast<int>(exponent)) return nowhere;
        const int whole = static_cast<int>(exponent);
        const index power = positive(g, a, whole < 0 ? -whole : whole);
        return whole < 0 ? g.add(info<op::divide>(), g.constant(1), power) : power;
    }
    template <class Builder>
    static constexpr index positive(Builder& g, index a, int exponent) {
        if (exponent == 1) return a;
        const index half = positive(g, a, exponent / 2);
        const index square = g.add(info<op::multiply>(), half, half);
        return exponent % 2 ? g.add(info<op::multiply>(), square, a) : square;
    }
};

template <>
struct law<op::select> : law_exists {
    template <class Builder>
    static constexpr index apply(Builder& g, index c, index a, index b) {
        if (a == b) return a;
        if (g.is_constant(c)) return g.constant_value(c) != 0 ? a : b;
        if (g.is(c, identity_of<op::logical_not>)) return g.add(info<op::select>(), g.operand(c, 0), b, a);
        return nowhere;
    }
};

// A logical constant lives only until the operation that reads it is added.
template <>
struct law<op::logical_and> : law_exists {
    template <class Builder>
    static constexpr index apply(Builder& g, index a, index b, index) {
        if (a == b) return a;
        if (g.is_constant(a)) return g.constant_value(a) != 0 ? b : a;
        if (g.is_constant(b)) return g.constant_value(b) != 0 ? a : b;
        return nowhere;
    }
};
template <>
struct law<op::logical_or> : law_exists {
    template <class Builder>
    static constexpr index apply(Builder& g, index a, index b, index) {
        if (a == b) return a;
        if (g.is_constant(a)) return g.constant_value(a) != 0 ? a : b;
        if (g.is_constant(b)) return g.constant_value(b) != 0 ? b : a;
        return nowhere;
    }
};
template <>
struct law<op::logical_not> : law_exists {
    template <class Builder>
    static constexpr index apply(Builder& g, index a, index, index) {
        return g.is(a, identity_of<op::logical_not>) ? g.operand(a, 0) : nowhere;
    }
};

template <>
struct law<op::greater> : law_exists {
    template <class Builder>
    static constexpr index apply(Builder& g, index a, index b, index) { return g.add(info<op::less>(), b, a); }
};
template <>
struct law<op::greater_equal> : law_exists {
    template <class Builder>
    static constexpr index apply(Builder& g, index a, index b, index) { return g.add(info<op::less_equal>(), b, a); }
};

}  // namespace tapeless::detail
