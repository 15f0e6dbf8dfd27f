// SPDX-License-Identifier: BSL-1.0
// The right-hand side of a statement: a tree of calls as a type, with a handle on each Variable in it, in the order in which they are written. It has no
// value of its own: as a Variable it becomes one node.
#pragma once

#include <tapeless/operation/elementwise.hpp>
#include <tapeless/record/array_term.hpp>
#include <tapeless/record/composite.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace tapeless {

template <class T, int Rank>
class Variable;

namespace detail {

/// A leaf of the tree: the next operand.
struct leaf {
    static constexpr int count = 1;
    static constexpr bool is_elementwise = true, may_have_products = false;
    template <int First, class Operands>
    static constexpr auto of(const Operands& operands) {
        return std::get<First>(operands);
    }
};

/// Whether a call may hold products, whose gradients cost unequally much.
template <class Function>
inline constexpr bool is_product_call = [] {
    if constexpr (requires { Function::may_have_products; }) return Function::may_have_products;
    else return false;
}();

/// A call of `Function`, an empty function object, on the results of other calls.
template <class Function, class... Argument>
struct call_of {
    using function = Function;
    static constexpr int count = (0 + ... + Argument::count);
    static constexpr bool is_elementwise = Function::is_elementwise && (Argument::is_elementwise && ...);
    static constexpr bool may_have_products = is_product_call<Function> || (Argument::may_have_products || ...);

    template <int First, class Operands>
    static constexpr auto of(const Operands& operands) {
        return call<First>(operands, std::index_sequence_for<Argument...>{});
    }

private:
    template <std::size_t Which>
    static constexpr int first() {
        const int counts[] = {Argument::count...};
        int before = 0;
        for (std::size_t k = 0; k != Which; ++k) before += counts[k];
        return before;
    }
    template <int First, class Operands, std::size_t... K>
    static constexpr auto call(const Operands& operands, std::index_sequence<K...>) {
        return Function{}(Argument::template of<First + first<K>()>(operands)...);
    }
};

/// An operation of the table.
template <class Operation>
struct operation_call {
    static constexpr bool is_elementwise = true;
    static constexpr std::string_view name = Operation::name;
    template <int... Rank>
    static constexpr int rank = std::max({Rank...});
    template <class... Operand>
    constexpr auto operator()(const Operand&... operand) const {
        return call(std::index_sequence_for<Operand...>{}, operand...);
    }

private:
    template <std::size_t... K, class... Operand>
    static constexpr auto call(std::index_sequence<K...>, const Operand&... operand) {
        return record<Operation>(operand_as<(Operation::properties.logical_operands >> K & 1) != 0>(operand)...);
    }
    // The truths that a Variable holds are numbers in a program.
    template <bool IsTruth, class Operand>
    static constexpr auto operand_as(const Operand& operand) {
        if constexpr (IsTruth && !std::is_same_v<Operand, condition> && !is_array_condition<Operand>) return not_equal_to(operand, 0);
        else return operand;
    }
};

/// The function of the operands that a tree stands for.
template <class Tree>
struct function_of_tree {
    template <class... Operand>
    constexpr auto operator()(const Operand&... operand) const {
        return Tree::template of<0>(std::tuple<const Operand&...>(operand...));
    }
};

template <class T>
inline constexpr bool is_variable = false;
template <class T, int Rank>
inline constexpr bool is_variable<Variable<T, Rank>> = true;

/// The rank of a number, a Variable or an expression.
template <class Operand>
inline constexpr int rank_in_expression = 0;

/// Whether the values are truths.
template <class Operand>
inline constexpr bool is_truth = false;
template <int Rank>
inline constexpr bool is_truth<Variable<bool, Rank>> = true;

}  // namespace detail

template <class Tree, int Rank, bool IsTruth, class... Leaf>
class variable_expression;

namespace detail {

template <class T>
inline constexpr bool is_variable_expression = false;
template <class Tree, int Rank, bool IsTruth, class... Leaf>
inline constexpr bool is_variable_expression<variable_expression<Tree, Rank, IsTruth, Leaf...>> = true;
template <class T>
concept in_statement = is_variable<T> || is_variable_expression<T>;

template <class T, int Rank>
inline constexpr int rank_in_expression<Variable<T, Rank>> = Rank;
template <class Tree, int Rank, bool IsTruth, class... Leaf>
inline constexpr int rank_in_expression<variable_expression<Tree, Rank, IsTruth, Leaf...>> = Rank;
template <class Tree, int Rank, class... Leaf>
inline constexpr bool is_truth<variable_expression<Tree, Rank, true, Leaf...>> = true;

/// An operand as the part of an expression that it becomes.
template <class Operand>
struct part {
    using tree = leaf;
    static std::tuple<Operand> leaves(const Operand& operand) { return {operand}; }
    static std::tuple<Operand> leaves(Operand&& operand) { return {std::move(operand)}; }
};
template <class Tree, int Rank, bool IsTruth, class... Leaf>
struct part<variable_expression<Tree, Rank, IsTruth, Leaf...>> {
    using tree = Tree;
    static const std::tuple<Leaf...>& leaves(const variable_expression<Tree, Rank, IsTruth, Leaf...>& operand) { return operand.leaves; }
    static std::tuple<Leaf...>&& leaves(variable_expression<Tree, Rank, IsTruth, Leaf...>&& operand) { return std::move(operand.leaves); }
};

/// An expression of operands that are no longer needed takes over their operands.
template <class Function, bool IsTruth, class... Operand>
auto express(Operand&&... operand) {
    using tree = call_of<Function, typename part<std::remove_cvref_t<Operand>>::tree...>;
    constexpr int rank = Function::template rank<rank_in_expression<std::remove_cvref_t<Operand>>...>;
    auto leaves = std::tuple_cat(part<std::remove_cvref_t<Operand>>::leaves(std::forward<Operand>(operand))...);
    return [&]<class... Leaf>(std::tuple<Leaf...>& all) { return variable_expression<tree, rank, IsTruth, Leaf...>{std::move(all)}; }(leaves);
}

/// What the functions of the table need of an operand.
struct expresses {
    template <class Operation, class... Operand>
    static auto apply(const Operand&... operand) {
        return express<operation_call<Operation>, Operation::properties.result == kind::logical>(operand...);
    }
    template <class Operation, class... Operand>
        requires((in_statement<Operand> || std::is_arithmetic_v<Operand>) && ...)
    using result = decltype(apply<Operation>(std::declval<const Operand&>()...));
};

template <class... Leaf>
struct leaf_number {
    // Numbers of an expression do not widen it, as in PyTorch, unless there are only integers beside them.
    template <class L>
    struct of {
        using type = std::conditional_t<std::is_floating_point_v<L>, float, bool>;
    };
    template <class T, int Rank>
    struct of<Variable<T, Rank>> {
        using type = T;
    };
    using type = std::common_type_t<typename of<Leaf>::type...>;
};

}  // namespace detail

/// What stands on the right-hand side of a statement of Variables, such as `w * x + b`: names the expression, not its value, and holds its operands.
template <class Tree, int Rank, bool IsTruth, class... Leaf>
class variable_expression : public detail::expresses {
public:
    using tree = Tree;
    /// The number type that it is computed in.
    using number_type = typename detail::leaf_number<Leaf...>::type;
    using value_type = std::conditional_t<IsTruth, bool, number_type>;
    static constexpr int rank = Rank;

    explicit variable_expression(std::tuple<Leaf...>&& leaves) : leaves(std::move(leaves)) {}

    std::tuple<Leaf...> leaves;
};

template <class T, int Rank>
inline constexpr bool detail::is_symbolic<Variable<T, Rank>> = true;
template <detail::in_statement T>
inline constexpr bool detail::names_activations<T> = true;
template <class Tree, int Rank, bool IsTruth, class... Leaf>
inline constexpr bool detail::is_symbolic<variable_expression<Tree, Rank, IsTruth, Leaf...>> = true;

namespace detail {
template <class A, class B>
concept statement_operands = (in_statement<A> && (in_statement<B> || std::is_arithmetic_v<B>)) || (in_statement<B> && std::is_arithmetic_v<A>);
}

template <class A>
    requires detail::in_statement<std::remove_cvref_t<A>>
auto operator-(A&& a) {
    return detail::express<detail::operation_call<op::negate>, false>(std::forward<A>(a));
}
template <detail::in_statement A>
auto operator!(const A& a) {
    return detail::record<op::logical_not>(a);
}
#define TAPELESS_STATEMENT_OPERATOR(SYMBOL, OPERATION)                                            \
    template <class A, class B>                                                                   \
        requires detail::statement_operands<std::remove_cvref_t<A>, std::remove_cvref_t<B>>       \
    auto operator SYMBOL(A&& a, B&& b) {                                                          \
        constexpr bool is_truth = op::OPERATION::properties.result == kind::logical;              \
        return detail::express<detail::operation_call<op::OPERATION>, is_truth>(std::forward<A>(a), std::forward<B>(b)); \
    }
TAPELESS_STATEMENT_OPERATOR(+, add)
TAPELESS_STATEMENT_OPERATOR(-, subtract)
TAPELESS_STATEMENT_OPERATOR(*, multiply)
TAPELESS_STATEMENT_OPERATOR(/, divide)
TAPELESS_STATEMENT_OPERATOR(<, less)
TAPELESS_STATEMENT_OPERATOR(<=, less_equal)
TAPELESS_STATEMENT_OPERATOR(>, greater)
TAPELESS_STATEMENT_OPERATOR(>=, greater_equal)
TAPELESS_STATEMENT_OPERATOR(==, equal_to)
TAPELESS_STATEMENT_OPERATOR(!=, not_equal_to)
TAPELESS_STATEMENT_OPERATOR(&&, logical_and)
TAPELESS_STATEMENT_OPERATOR(||, logical_or)
#undef TAPELESS_STATEMENT_OPERATOR

namespace detail {

/// "AddBackward0": the name that PyTorch gives the node of an operation.
inline std::string node_name(std::string_view operation) {
    constexpr std::pair<std::string_view, std::string_view> others[] = {{"subtract", "Sub"}, {"multiply", "Mul"}, {"divide", "Div"}, {"negate", "Neg"}, {"select", "Where"},
                                                                        {"min", "Minimum"}, {"max", "Maximum"}, {"erf", "Erf"}, {"logistic", "Sigmoid"}};
    std::string name(operation);
    if (!name.empty() && name[0] >= 'a' && name[0] <= 'z') name[0] = static_cast<char>(name[0] - 'a' + 'A');
    for (const auto& [ours, theirs] : others)
        if (operation == ours) name = theirs;
    return name + "Backward0";
}

}  // namespace detail
}  // namespace tapeless
