// SPDX-License-Identifier: BSL-1.0
// Structs as arguments and results: a class template over its number type whose members are described with
// BOOST_HANA_DEFINE_STRUCT or BOOST_HANA_ADAPT_STRUCT. A header of its own, since Boost.Hana takes a second to compile.
#pragma once

#include <tapeless/function/call.hpp>

#include <boost/hana/accessors.hpp>
#include <boost/hana/at.hpp>
#include <boost/hana/concept/struct.hpp>
#include <boost/hana/length.hpp>
#include <boost/hana/second.hpp>

#include <type_traits>
#include <utility>

namespace tapeless {

/// A struct of numbers, described to Boost.Hana: `template <class T> struct point { BOOST_HANA_DEFINE_STRUCT(point, (T, x), (T, y)); };`.
/// Members are numbers, (nested) std::array or std::tuple of numbers, or such structs again, listed in the order of declaration.
/// A gradient by a point<double> is a point<double>. Example: doc/example/structs.cpp
template <template <class> class Struct, class T>
    requires boost::hana::Struct<Struct<T>>::value
struct structure<Struct<T>> {
private:
    using described = Struct<T>;
    static constexpr int member_count = static_cast<int>(decltype(boost::hana::length(boost::hana::accessors<described>()))::value);

    template <int I, class Value>
    TAPELESS_HOST_INLINE static constexpr decltype(auto) member(Value&& value) {
        return boost::hana::second(boost::hana::at_c<I>(boost::hana::accessors<std::remove_cvref_t<Value>>()))(std::forward<Value>(value));
    }
    template <class Of, int I>
    using member_type = std::remove_cvref_t<decltype(member<I>(std::declval<const Of&>()))>;

    static constexpr int count_before(int end) {
        return [&]<int... I>(std::integer_sequence<int, I...>) {
            return (0 + ... + (I < end ? structure<member_type<described, I>>::count : 0));
        }(std::make_integer_sequence<int, member_count>{});
    }

public:
    static constexpr int count = count_before(member_count);
    using number = typename structure<T>::number;
    template <class Number>
    using rebind = Struct<typename structure<T>::template rebind<Number>>;

    template <int First, class Visitor>
    TAPELESS_HOST_INLINE static constexpr void visit(const described& value, Visitor&& visitor) {
        [&]<int... I>(std::integer_sequence<int, I...>) {
            (structure<member_type<described, I>>::template visit<First + count_before(I)>(member<I>(value), visitor), ...);
        }(std::make_integer_sequence<int, member_count>{});
    }
    template <class Target, int First, class Number>
    TAPELESS_HOST_INLINE static constexpr Target build(const Number& number) {
        return [&]<int... I>(std::integer_sequence<int, I...>) {
            return Target{structure<member_type<described, I>>::template build<member_type<Target, I>, First + count_before(I)>(number)...};
        }(std::make_integer_sequence<int, member_count>{});
    }
};

template <template <class> class Struct, class T>
    requires boost::hana::Struct<Struct<T>>::value
inline constexpr bool detail::consists_of_terms<Struct<T>> = detail::consists_of_terms<T>;

}  // namespace tapeless
