// SPDX-License-Identifier: BSL-1.0
// A call with arrays among its arguments: of a function of numbers, on every element; or of a function of arrays, as a whole. And `.into(…)`, which
// writes to memory of the caller's.
#pragma once

#include <tapeless/function/array_gradient.hpp>
#include <tapeless/function/array_value.hpp>
#include <tapeless/function/elementwise.hpp>
#include <tapeless/function/number_memory.hpp>

#include <array>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace tapeless {
namespace detail {

template <class Self, class Policy, class... Argument>
struct array_call {
    static constexpr bool is_program = calls_array_program<typename Self::function, Argument...>(), is_value = std::is_same_v<typename Self::choice, wrt_none>;

    /// Whether something is thrown while the function is recorded.
    static constexpr bool is_broken = [] {
        if constexpr (is_program || !captureless<typename Self::function>) return false;
        else if constexpr (!takes_arrays<typename Self::function, array_shape_of<Argument>...>) return false;
        else if constexpr (!returns_one_value<array_result<typename Self::function, array_shape_of<Argument>...>>) return false;
        else return !array_recordable<typename Self::function, array_shape_of<Argument>...>;
    }();

    static auto get(const Argument&... argument) {
        constexpr bool proper = is_proper();
        show_what_is_thrown();
        if constexpr (!proper) return typename Self::template stand_in<Argument...>{};
        else if constexpr (is_program && is_value) return array_value_call<typename Self::function, Policy, Argument...>::get(Self::name, argument...);
        else if constexpr (is_program) return array_gradient_call<typename Self::function, typename Self::choice, Self::with_value, Policy, Argument...>::get(Self::name, argument...);
        else return array_results<typename Self::template program<element<Argument>...>, typename Self::template layout<element<Argument>...>, Policy, Argument...>::get(Self::name, argument...);
    }

    /// Compiled for its error alone: nothing that is_proper calls may have one.
    static void show_what_is_thrown() {
        if constexpr (is_broken) [[maybe_unused]] constexpr int nodes = array_nodes<typename Self::function, array_shape_of<Argument>...>();
    }
    /// A static_assert says what is wrong with a call.
    static constexpr bool is_proper() {
        static_assert(!is_broken, "tapeless: the function of arrays is not constexpr, or does what arrays of these dimensions do not allow: the compiler says next what is thrown.");
        if constexpr (is_broken) return false;
        else if constexpr (is_program) return Self::template is_proper_program<Argument...>();
        else return Self::template is_proper<element<Argument>...>();
    }
};

}  // namespace detail

/// Views of memory that results are written to, bound to a function object: what `.into(…)` returns.
template <class Function, class... View>
class into_memory {
public:
    explicit into_memory(const View&... memory) : memory_(memory...) {}

    /// Of a function of numbers: writes the results for all elements. Each memory has the shape that the arguments stretch to, which is checked
    /// before anything is written; it may be that of an argument of the same strides, and must not overlap one otherwise.
    /// Of a function of arrays: writes the gradient by each argument of the choice, and returns the value if that is asked for.
    template <class... Argument>
    auto operator()(const Argument&... argument) const {
        return call<execution::sequential_policy>(argument...);
    }
    /// The same on the threads of a policy, `execution::par`, or by calls of its own, `execution::device`.
    template <detail::execution_policy Policy, class... Argument>
    auto operator()([[maybe_unused]] const Policy& policy, const Argument&... argument) const {
        if constexpr (detail::makes_calls<Policy>) return Policy::template call<Function, Argument...>::write(policy, memory_, argument...);
        else return call<Policy>(argument...);
    }

private:
    template <class Policy, class... Argument>
    auto call(const Argument&... argument) const {
        using call = detail::array_call<Function, Policy, Argument...>;
        constexpr bool proper = call::is_proper();
        call::show_what_is_thrown();
        if constexpr (!proper) return;
        else if constexpr (call::is_program && call::is_value) return write_value<Policy>(argument...);
        else if constexpr (call::is_program) return write_gradient<Policy>(argument...);
        else write<Policy>(argument...);
    }

    template <class Policy, class... Argument>
    void write(const Argument&... argument) const {
        using call = detail::element_call<Argument...>;
        using program = typename Function::template program<detail::element<Argument>...>;
        constexpr bool fits = sizeof...(View) == program::output_count;
        static_assert(fits, "tapeless: into(…) takes one memory for each result: the values first, then one for each number that is differentiated by.");
        constexpr bool same = ((View::rank == call::rank && std::is_same_v<typename View::value_type, typename call::number>) && ...);
        static_assert(same, "tapeless: into(…) takes memory of the rank and of the number type that the arguments have together.");
        if constexpr (fits && same) {
            const auto shape = call::shape(Function::name, argument...);
            std::array<detail::element_target<typename call::number, call::rank>, program::output_count> targets;
            [&]<std::size_t... K>(std::index_sequence<K...>) {
                (check(shape, std::get<K>(memory_), static_cast<int>(K)), ...);
                ((targets[K] = {std::get<K>(memory_).data(), std::get<K>(memory_).strides()}), ...);
            }(std::index_sequence_for<View...>{});
            call::template run<program, Policy>(shape, targets, argument...);
        }
    }

    template <class Policy, class... Argument>
    auto write_gradient(const Argument&... argument) const {
        using choice = detail::chosen_arguments<typename Function::choice, sizeof...(Argument)>;
        constexpr bool fits = sizeof...(View) == choice::count;
        static_assert(fits, "tapeless: into(…) takes, for a function of arrays, one memory for each argument that is differentiated by.");
        if constexpr (fits)
            return detail::array_gradient_call<typename Function::function, typename Function::choice, Function::with_value, Policy, Argument...>::write(Function::name, memory_, argument...);
    }

    template <class Policy, class... Argument>
    void write_value(const Argument&... argument) const {
        static_assert(sizeof...(View) == 1, "tapeless: into(…) takes, for the value of a function of arrays, one memory.");
        if constexpr (sizeof...(View) == 1) detail::array_value_call<typename Function::function, Policy, Argument...>::write(Function::name, std::get<0>(memory_), argument...);
    }

    template <std::size_t Rank, class Memory>
    static void check(const extents<Rank>& shape, const Memory& memory, int position) {
        if (!detail::same_shape(memory.shape(), shape))
            throw shape_error(std::string(Function::name) + ": memory " + std::to_string(position) + " of into(…) has the shape " + to_string(memory.shape()) +
                              "; the results have " + to_string(shape) + ".");
    }
    std::tuple<View...> memory_;
};

namespace detail {

template <class Memory>
constexpr auto memory_of(Memory& memory) {
    if constexpr (array_like<std::remove_cvref_t<Memory>>) return view_of(memory);
    else return number_memory<Memory>{&memory};
}

template <class Function, class... Memory>
struct memory_binding {
    static auto make(Memory&... memory) {
        constexpr bool are_memory = ((array_like<std::remove_cvref_t<Memory>> || (std::is_arithmetic_v<std::remove_reference_t<Memory>> && std::is_lvalue_reference_v<Memory>)) && ...);
        static_assert(are_memory, "tapeless: into(…) takes arrays or views of memory, and variables for numbers.");
        if constexpr (are_memory) return into_memory<Function, decltype(memory_of(memory))...>(memory_of(memory)...);
        else return [](const auto&...) {};
    }
};

}  // namespace detail

}  // namespace tapeless
