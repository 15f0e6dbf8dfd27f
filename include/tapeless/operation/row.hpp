// SPDX-License-Identifier: BSL-1.0
// What a row of the table of operations is made of: its columns, and the macro that turns a
// row into a struct and a function. Used by elementwise.hpp, and by users who add operations.
#pragma once

#include <cstdint>
#include <limits>
#include <type_traits>

#ifdef __CUDACC__
#define TAPELESS_HOST_DEVICE __host__ __device__
// Before a template for the device that also takes numbers whose arithmetic is the host's: nvcc warns of their calls.
#define TAPELESS_ANY_NUMBER _Pragma("nv_exec_check_disable")
#else
#define TAPELESS_HOST_DEVICE
#define TAPELESS_ANY_NUMBER
#endif
// One call a node, inlined: describing each to a debugger made clang 19 three times as slow with -g, at 6,000 nodes. g++ knows no such attribute.
#ifdef __clang__
#define TAPELESS_HOST_INLINE [[gnu::always_inline, gnu::nodebug]]
#else
#define TAPELESS_HOST_INLINE [[gnu::always_inline]]
#endif
#define TAPELESS_INLINE TAPELESS_HOST_DEVICE TAPELESS_HOST_INLINE

// clang contracts a * b + c only within one expression; a graph is one statement a node.
#ifdef __clang__
#define TAPELESS_CONTRACT _Pragma("clang fp contract(fast)")
#else
#define TAPELESS_CONTRACT
#endif

namespace tapeless {

/// What a node holds: a number, or the outcome of a comparison.
enum class kind : unsigned char { real, logical };

/// Where an operand is sampled by tests; ends included.
struct interval {
    double low = -100;
    double high = 100;
};

/// The optional columns of a row. A column that a row leaves out has the default given here.
struct operation_properties {
    /// One interval an operand: where the derivative is documented and tested.
    interval domain[3] = {};
    /// Largest error of a partial derivative, in units in the last place, over the domain.
    double ulp = 4;
    /// What holds where the derivative does not exist; goes into the documentation.
    const char* kink = "";
    bool commutative = false;  ///< f(a, b) == f(b, a)
    bool odd = false;          ///< f(-x) == -f(x)
    bool even = false;         ///< f(-x) == f(x)
    bool folds = false;        ///< exact on literals with every compiler
    kind result = kind::real;
    /// Bit k is set if operand k is logical.
    unsigned logical_operands = 0;
    const char* infix = "";  ///< printed between (or before) operands instead of name(…)
    int precedence = 9;      ///< of the infix form; 9 binds like a call
    const char* latex = "";  ///< `#1`, `#2`, `#3` stand for the operands; `\name(…)` if empty
    int latex_precedence = *infix ? precedence : 9;  ///< of the LaTeX form; 4 for one that must not stand below an exponent, such as e^x
    /// How many nodes recording one call may create at most.
    int expansion = 2;
};

/// In the column of partial derivatives: there is none.
struct no_derivative {};
inline constexpr no_derivative none{};

/// Names an operand of an operation by its position.
template <int Position>
struct operand {};

namespace detail {

/// FNV-1a of a name: an operation's identity in graphs, the same in every program.
constexpr std::uint32_t identity(const char* name) {
    std::uint32_t hash = 2166136261u;
    for (; *name; ++name) hash = (hash ^ static_cast<unsigned char>(*name)) * 16777619u;
    return hash;
}

// The way back from an identity, a number in a graph, to the operation's type, without a
// registry to forget: naming operation_entry<Op> defines the function that operation_slot declares.
// g++ and nvcc warn that the friend is no template: it is not meant to be one.
#if defined(__CUDACC__)
#pragma nv_diagnostic push
#pragma nv_diag_suppress 1301
#endif
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-template-friend"
#endif
template <std::uint32_t Identity>
struct operation_slot {
    friend constexpr auto operation_in(operation_slot);
};
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
#if defined(__CUDACC__)
#pragma nv_diagnostic pop
#endif
template <class Operation>
struct operation_entry {
    friend constexpr auto operation_in(operation_slot<identity(Operation::name)>) { return Operation{}; }
};
template <std::uint32_t Identity>
struct operation_of_identity {
    using type = decltype(operation_in(operation_slot<Identity>{}));
};

/// Specialised to true for every type that stands for a node of some graph.
template <class T>
inline constexpr bool is_symbolic = false;
template <class... T>
concept symbolic = (is_symbolic<T> || ...);

template <class... T>
struct first_symbolic {};
template <class First, class... Rest>
struct first_symbolic<First, Rest...> : first_symbolic<Rest...> {};
template <class First, class... Rest>
    requires is_symbolic<First>
struct first_symbolic<First, Rest...> {
    using type = First;
};

/// An operation on plain numbers, in their common type; integers count as double.
TAPELESS_ANY_NUMBER
template <class Operation, class... Operand>
TAPELESS_HOST_DEVICE constexpr auto on_numbers(const Operand&... operand) {
    using number = std::common_type_t<std::conditional_t<std::is_integral_v<Operand>, double, Operand>...>;
    return Operation::value(static_cast<number>(operand)...);
}

/// What a call on such operands returns. Named, not deduced: a deduced type would instantiate the body, which
/// needs the partials, which call these functions.
template <class Operation, class... Operand>
using recorded_as = typename first_symbolic<Operand...>::type::template result<Operation, Operand...>;

/// Hands a call to the kind of graph that its operands belong to.
template <class Operation, class... Operand>
constexpr recorded_as<Operation, Operand...> record(const Operand&... operand) {
    return first_symbolic<Operand...>::type::template apply<Operation>(operand...);
}

}  // namespace detail
}  // namespace tapeless

// The preprocessor's part: pieces of (x), (a, b), (a, b, c) and of the list of partials.
#define TAPELESS_COUNT(...) TAPELESS_COUNT_(__VA_ARGS__, 6, 5, 4, 3, 2, 1)
#define TAPELESS_COUNT_(A, B, C, D, E, F, N, ...) N
#define TAPELESS_JOIN(A, B) TAPELESS_JOIN_(A, B)
#define TAPELESS_JOIN_(A, B) A##B
#define TAPELESS_CALL(MACRO, ARGUMENTS) MACRO ARGUMENTS
#define TAPELESS_TYPES_1 class A
#define TAPELESS_TYPES_2 class A, class B
#define TAPELESS_TYPES_3 class A, class B, class C
#define TAPELESS_TYPE_NAMES_1 A
#define TAPELESS_TYPE_NAMES_2 A, B
#define TAPELESS_TYPE_NAMES_3 A, B, C
#define TAPELESS_DECLARE_1(X) [[maybe_unused]] const A& X
#define TAPELESS_DECLARE_2(X, Y) [[maybe_unused]] const A &X, [[maybe_unused]] const B &Y
#define TAPELESS_DECLARE_3(X, Y, Z) \
    [[maybe_unused]] const A &X, [[maybe_unused]] const B &Y, [[maybe_unused]] const C &Z
#define TAPELESS_DECLARE_BY_VALUE_1(X) [[maybe_unused]] A X
#define TAPELESS_DECLARE_BY_VALUE_2(X, Y) [[maybe_unused]] A X, [[maybe_unused]] B Y
#define TAPELESS_DECLARE_BY_VALUE_3(X, Y, Z) [[maybe_unused]] A X, [[maybe_unused]] B Y, [[maybe_unused]] C Z
#define TAPELESS_LAST_TYPE_1 A
#define TAPELESS_LAST_TYPE_2 B
#define TAPELESS_LAST_TYPE_3 C
#define TAPELESS_PARTIAL_0(...) TAPELESS_PARTIAL_0_(__VA_ARGS__, none)
#define TAPELESS_PARTIAL_0_(P, ...) P
#define TAPELESS_PARTIAL_1(...) TAPELESS_PARTIAL_1_(__VA_ARGS__, none, none)
#define TAPELESS_PARTIAL_1_(P, Q, ...) Q
#define TAPELESS_PARTIAL_2(...) TAPELESS_PARTIAL_2_(__VA_ARGS__, none, none, none)
#define TAPELESS_PARTIAL_2_(P, Q, R, ...) R
#define TAPELESS_TEXT(...) #__VA_ARGS__
// The parameters of a row's value or partial, declared from its list of operands.
#define TAPELESS_DECLARE(OPERANDS) \
    TAPELESS_CALL(TAPELESS_JOIN(TAPELESS_DECLARE_, TAPELESS_CALL(TAPELESS_COUNT, OPERANDS)), OPERANDS)
#define TAPELESS_DECLARE_BY_VALUE(OPERANDS) \
    TAPELESS_CALL(TAPELESS_JOIN(TAPELESS_DECLARE_BY_VALUE_, TAPELESS_CALL(TAPELESS_COUNT, OPERANDS)), OPERANDS)
#define TAPELESS_LAST_TYPE(OPERANDS) TAPELESS_JOIN(TAPELESS_LAST_TYPE_, TAPELESS_CALL(TAPELESS_COUNT, OPERANDS))
#define TAPELESS_TYPES(OPERANDS) TAPELESS_JOIN(TAPELESS_TYPES_, TAPELESS_CALL(TAPELESS_COUNT, OPERANDS))
#define TAPELESS_TYPE_NAMES(OPERANDS) TAPELESS_JOIN(TAPELESS_TYPE_NAMES_, TAPELESS_CALL(TAPELESS_COUNT, OPERANDS))

// ROWS and OP are the namespaces that a row goes to. The row as a struct, OP::NAME. Operands of a value come by value: a reference would make the evaluator's registers
// escape until the call is inlined, for which the compilers pay with quadratic time. The struct stands in ROWS under another name, since inside of a struct called
// `sin` that name would mean the struct itself. Unused: an evaluator passes three operands to every operation.
#define TAPELESS_ROW_STRUCT(ROWS, NAME, OPERANDS, VALUE, PARTIALS, ...)                                            \
    namespace ROWS {                                                                                         \
    struct NAME##_row {                                                                                      \
        static constexpr const char name[] = #NAME;                                                          \
        static constexpr const char operands_text[] = TAPELESS_TEXT OPERANDS;                                \
        static constexpr const char partials_text[] = TAPELESS_TEXT PARTIALS;                                \
        static constexpr int arity = TAPELESS_CALL(TAPELESS_COUNT, OPERANDS);                                \
        static_assert(TAPELESS_CALL(TAPELESS_COUNT, PARTIALS) == arity,                                      \
                      "tapeless: a row has one partial derivative for each operand, none where there is no such."); \
        static constexpr ::tapeless::operation_properties properties{__VA_ARGS__};                           \
        TAPELESS_ANY_NUMBER                                                                                  \
        template <TAPELESS_TYPES(OPERANDS), class... Unused>                                                 \
        TAPELESS_INLINE static constexpr auto value(TAPELESS_DECLARE_BY_VALUE(OPERANDS), Unused...) {        \
            TAPELESS_CONTRACT                                                                                \
            if constexpr (properties.result == ::tapeless::kind::real) return static_cast<TAPELESS_LAST_TYPE(OPERANDS)>(VALUE); \
            else return VALUE;                                                                               \
        }                                                                                                    \
        template <TAPELESS_TYPES(OPERANDS), class Y>                                                         \
        static constexpr auto partial(::tapeless::operand<0>, TAPELESS_DECLARE(OPERANDS), [[maybe_unused]] const Y& y) { \
            return TAPELESS_PARTIAL_0 PARTIALS;                                                              \
        }                                                                                                    \
        template <TAPELESS_TYPES(OPERANDS), class Y>                                                         \
        static constexpr auto partial(::tapeless::operand<1>, TAPELESS_DECLARE(OPERANDS), [[maybe_unused]] const Y& y) { \
            return TAPELESS_PARTIAL_1 PARTIALS;                                                              \
        }                                                                                                    \
        template <TAPELESS_TYPES(OPERANDS), class Y>                                                         \
        static constexpr auto partial(::tapeless::operand<2>, TAPELESS_DECLARE(OPERANDS), [[maybe_unused]] const Y& y) { \
            return TAPELESS_PARTIAL_2 PARTIALS;                                                              \
        }                                                                                                    \
    };                                                                                                       \
    static_assert(sizeof(::tapeless::detail::operation_entry<NAME##_row>) != 0);                             \
    }

// The function `NAME` for operands that stand for nodes.
#define TAPELESS_ROW_FUNCTION(ROWS, OP, NAME, OPERANDS, ...)                              \
    namespace ROWS {                                                                      \
    struct NAME##_row;                                                                    \
    }                                                                                     \
    namespace OP {                                                                        \
    using NAME = ROWS::NAME##_row;                                                        \
    }                                                                                     \
    template <TAPELESS_TYPES(OPERANDS)>                                                   \
        requires ::tapeless::detail::symbolic<TAPELESS_TYPE_NAMES(OPERANDS)>              \
    constexpr ::tapeless::detail::recorded_as<OP::NAME, TAPELESS_TYPE_NAMES(OPERANDS)> NAME(TAPELESS_DECLARE(OPERANDS)) { \
        return ::tapeless::detail::record<OP::NAME, TAPELESS_TYPE_NAMES(OPERANDS)> OPERANDS; \
    }

// The function `NAME` for plain numbers, where the standard library has none.
#define TAPELESS_ROW_NUMBER_FUNCTION(OP, NAME, OPERANDS, ...)                                 \
    TAPELESS_ANY_NUMBER                                                                   \
    template <TAPELESS_TYPES(OPERANDS)>                                                   \
        requires(!::tapeless::detail::symbolic<TAPELESS_TYPE_NAMES(OPERANDS)>)            \
    TAPELESS_HOST_DEVICE constexpr auto NAME(TAPELESS_DECLARE(OPERANDS)) {                                     \
        return ::tapeless::detail::on_numbers<OP::NAME> OPERANDS;                         \
    }
