// SPDX-License-Identifier: BSL-1.0
// Which Variable is meant by `Variable x = …`: its number type and rank, from numbers, lists, expressions and arrays.
#pragma once

#include <tapeless/record/array_view.hpp>
#include <tapeless/variable/expression.hpp>
#include <tapeless/variable/graph_options.hpp>
#include <tapeless/variable/nested_list.hpp>

#include <initializer_list>
#include <type_traits>

namespace tapeless {

template <class U>
    requires std::is_arithmetic_v<U>
Variable(U) -> Variable<detail::real_of<U>, 0>;
template <class U>
    requires std::is_arithmetic_v<U>
Variable(U, requires_grad_tag) -> Variable<detail::real_of<U>, 0>;
#define TAPELESS_VARIABLE_OF_LISTS(RANK, LIST)                       \
    template <class U>                                               \
        requires std::is_arithmetic_v<U>                             \
    Variable(LIST) -> Variable<detail::real_of<U>, RANK>;            \
    template <class U>                                               \
        requires std::is_arithmetic_v<U>                             \
    Variable(LIST, requires_grad_tag) -> Variable<detail::real_of<U>, RANK>;
TAPELESS_VARIABLE_OF_LISTS(1, std::initializer_list<U>)
TAPELESS_VARIABLE_OF_LISTS(2, std::initializer_list<std::initializer_list<U>>)
TAPELESS_VARIABLE_OF_LISTS(3, std::initializer_list<std::initializer_list<std::initializer_list<U>>>)
TAPELESS_VARIABLE_OF_LISTS(4, std::initializer_list<std::initializer_list<std::initializer_list<std::initializer_list<U>>>>)
#undef TAPELESS_VARIABLE_OF_LISTS
template <class T, int Rank>
Variable(Variable<T, Rank>, requires_grad_tag) -> Variable<T, Rank>;
template <class Tree, int Rank, bool IsTruth, class... Leaf>
Variable(variable_expression<Tree, Rank, IsTruth, Leaf...>) -> Variable<typename variable_expression<Tree, Rank, IsTruth, Leaf...>::value_type, Rank>;
template <detail::array_like Array>
    requires(!detail::is_variable<Array>)
Variable(const Array&) -> Variable<typename detail::view_type<Array>::value_type, detail::view_type<Array>::rank>;
template <detail::array_like Array>
Variable(const Array&, requires_grad_tag) -> Variable<typename detail::view_type<Array>::value_type, detail::view_type<Array>::rank>;

}  // namespace tapeless
