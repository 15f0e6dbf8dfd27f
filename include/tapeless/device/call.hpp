// SPDX-License-Identifier: BSL-1.0
// A call of a function of numbers on every element of arrays in a device's memory: one kernel, which is queued. And `.into(…)`, which writes to
// memory of the caller's.
#pragma once

#include <tapeless/device/kernel.hpp>
#include <tapeless/device/memory.hpp>
#include <tapeless/device/policy.hpp>
#include <tapeless/function/derived_function.hpp>
#include <tapeless/function/number_memory.hpp>

#include <boost/mp11/algorithm.hpp>

#include <algorithm>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace tapeless {
namespace detail {

/// The element types of an argument's inputs.
template <class Argument>
struct inputs_of {
    using type = boost::mp11::mp_repeat_c<boost::mp11::mp_list<uniform>, structure<Argument>::count>;
};
template <device_memory Argument>
struct inputs_of<Argument> {
    using type = boost::mp11::mp_list<typename Argument::value_type>;
};

template <class Self, class System, class... Argument>
    requires(!(device_memory<Argument> || ...))
struct device_call<Self, System, Argument...> {
    using policy = execution::device_policy<System>;
    static auto get(const policy&, const Argument&...) {
        static_assert(sizeof(Self) == 0, "tapeless: execution::device is for calls with arrays in the memory of a device; none of the arguments is one.");
        return typename Self::template stand_in<element<Argument>...>{};
    }
    template <class Memory>
    static void write(const policy& on, const Memory&, const Argument&... argument) {
        get(on, argument...);
    }
};

template <class Self, class System, class... Argument>
struct device_call {
    static constexpr int rank = std::max({element_of<Argument>::rank...});
    using number = common_number_of<element<Argument>...>;
    using array_type = device_array<number, rank, System>;
    using policy = execution::device_policy<System>;

    static auto get(const policy& on, const Argument&... argument) {
        constexpr bool proper = is_proper();
        if constexpr (!proper) {
            return typename Self::template stand_in<element<Argument>...>{};
        } else {
            const auto shape = shape_of_all(argument...);
            array_type rows[program::output_count];
            number* results[program::output_count];
            for (int k = 0; k < program::output_count; ++k) {
                rows[k] = array_type(shape, on.stream(), on.statement_of(Self::name));
                results[k] = rows[k].data();
            }
            launch(on, shape, results, argument...);
            return Self::template layout<element<Argument>...>::build(array_row<array_type>{rows});
        }
    }

    /// To memory of the caller's, the shape of which is checked before anything is queued.
    template <class... View>
    static void write(const policy& on, const std::tuple<View...>& memory, const Argument&... argument) {
        if constexpr (constexpr bool proper = is_proper(); proper) {
            constexpr bool on_device = (device_memory<View> && ...);
            static_assert(on_device, "tapeless: into(…) takes, for a function of numbers on every element, memory of a device for each result.");
            constexpr bool fits = on_device && sizeof...(View) == program::output_count;
            static_assert(fits || !on_device, "tapeless: into(…) takes one memory for each result: the values first, then one for each number that is differentiated by.");
            constexpr bool same = ((View::rank == rank && std::is_same_v<typename View::value_type, number>) && ...);
            static_assert(same, "tapeless: into(…) takes memory of the rank and of the number type that the arguments have together.");
            if constexpr (fits && same) {
                const auto shape = shape_of_all(argument...);
                number* results[program::output_count];
                [&]<std::size_t... K>(std::index_sequence<K...>) {
                    (check(shape, std::get<K>(memory), static_cast<int>(K)), ...);
                    ((results[K] = std::get<K>(memory).data()), ...);
                }(std::index_sequence_for<View...>{});
                launch(on, shape, results, argument...);
            }
        }
    }

private:
    using program = typename Self::template program<element<Argument>...>;

    static constexpr bool is_proper() {
        constexpr bool no_host_arrays = !(array_like<Argument> || ...);
        static_assert(no_host_arrays, "tapeless: execution::device takes arrays in the memory of a device, such as thrust::device_vector; one of the arguments is in the host's.");
        constexpr bool one_rank = ((!device_memory<Argument> || element_of<Argument>::rank == rank) && ...);
        static_assert(one_rank, "tapeless: arrays in the memory of a device have as many axes as each other, since they do not broadcast yet.");
        if constexpr (no_host_arrays && one_rank) {
            if constexpr (!Self::template is_proper<element<Argument>...>()) return false;
            else {
                constexpr bool in_registers = std::is_same_v<number, float> || std::is_same_v<number, double>;
                static_assert(in_registers, "tapeless: a device computes in float or double; the arguments have another number type together.");
                return in_registers;
            }
        }
        return false;
    }

    /// The shape of each array.
    static extents<rank> shape_of_all(const Argument&... argument) {
        extents<rank> all{};
        int position = 0, first = -1;
        (compare(all, first, position++, argument), ...);
        return all;
    }
    template <class One>
    static void compare(extents<rank>& all, int& first, int position, const One& argument) {
        if constexpr (device_memory<One>) {
            const auto view = device_view_of(argument);
            const auto shape = view.shape();
            if (!view.is_by_rows()) throw shape_error(std::string(Self::name) + ": argument " + std::to_string(position) + " has gaps; for a function of numbers on every element it lies by rows.");
            if (first < 0) {
                first = position;
                all = shape;
            } else if (!same_shape(shape, all)) {
                throw shape_error(std::string(Self::name) + ": argument " + std::to_string(position) + " has the shape " + tapeless::to_string(shape) + ", argument " +
                                  std::to_string(first) + " " + tapeless::to_string(all) + "; on a device arrays do not broadcast.");
            }
        }
    }
    template <class Memory>
    static void check(const extents<rank>& shape, const Memory& memory, int position) {
        if (!same_shape(memory.shape(), shape))
            throw shape_error(std::string(Self::name) + ": memory " + std::to_string(position) + " of into(…) has the shape " + tapeless::to_string(memory.shape()) +
                              "; the results have " + tapeless::to_string(shape) + ".");
        if (!memory.is_by_rows()) throw shape_error(std::string(Self::name) + ": memory " + std::to_string(position) + " of into(…) has gaps; its elements lie by rows.");
    }

    static void launch(const policy& on, const extents<rank>& shape, number* const* results, const Argument&... argument) {
        using inputs = boost::mp11::mp_append<typename inputs_of<Argument>::type...>;
        using thread = boost::mp11::mp_apply<element_thread, boost::mp11::mp_append<boost::mp11::mp_list<graph_type_of<program>, number>, inputs>>;
        typename thread::arguments all{};
        int next = 0;
        (append(all, next, argument), ...);
        std::copy_n(results, thread::output_count, all.results);
        all.count = size_of(shape);
        all.is_aligned = thread::is_aligned(all);
        System::template launch<thread>(all, thread::block_count(all), on.stream(), on.statement_of(Self::name));
    }
    template <class Arguments, class One>
    static void append(Arguments& all, int& next, const One& argument) {
        if constexpr (device_memory<One>) {
            all.arrays[next++] = device_view_of(argument).data();
        } else {
            structure<One>::template visit<0>(argument, [&](const auto& value, auto) { all.numbers[next++] = static_cast<number>(value); });
        }
    }
};

}  // namespace detail

/// Views of a device's memory that results are written to, bound to a function object: what `.into(…)` returns.
template <class Function, class... View>
class into_device_memory {
public:
    explicit into_device_memory(const View&... memory) : memory_(memory...) {}

    /// Queues one kernel that writes the results for all elements. Each memory has the arguments' shape, which is checked before; it may be that of
    /// an argument, and must not overlap one otherwise. Nothing is allocated and nothing is waited for.
    /// Of a function of arrays (tapeless/device_arrays.hpp): writes the gradient by each argument of the choice, and returns the value if that is asked for.
    template <class System, class... Argument>
    auto operator()(const execution::device_policy<System>& policy, const Argument&... argument) const {
        return detail::device_call<Function, System, Argument...>::write(policy, memory_, argument...);
    }

private:
    std::tuple<View...> memory_;
};

namespace detail {

template <class Memory>
constexpr auto device_memory_of(Memory& memory) {
    if constexpr (device_memory<std::remove_const_t<Memory>>) return device_view_of(memory);
    else return number_memory<Memory>{&memory};
}

template <class Function, class... Memory>
    requires(device_memory<std::remove_cvref_t<Memory>> || ...)
struct memory_binding<Function, Memory...> {
    static auto make(Memory&... memory) {
        constexpr bool no_host_arrays = ((device_memory<std::remove_cvref_t<Memory>> || (std::is_arithmetic_v<std::remove_reference_t<Memory>> && std::is_lvalue_reference_v<Memory>)) && ...);
        static_assert(no_host_arrays, "tapeless: into(…) takes memory of a device for each result, or of the host for each; variables for numbers.");
        if constexpr (no_host_arrays) return into_device_memory<Function, decltype(device_memory_of(memory))...>(device_memory_of(memory)...);
        else return [](const auto&...) {};
    }
};

}  // namespace detail
}  // namespace tapeless
