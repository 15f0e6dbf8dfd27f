// SPDX-License-Identifier: BSL-1.0
// A call of a function of arrays, or of its gradient, on arrays in a device's memory: one kernel for each group of passes of its plan.
#pragma once

#include <tapeless/device/array_outputs.hpp>
#include <tapeless/device/array_run.hpp>
#include <tapeless/device/call.hpp>
#include <tapeless/function/array_program.hpp>

#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace tapeless::detail {

/// An argument as the host's calls know it: a device's memory as a view of elements, which the host does not read, or as a number, whose value it does not know.
template <class One>
decltype(auto) as_host_argument(const One& argument) {
    if constexpr (device_memory<One>) {
        const auto view = device_view_of(argument);
        using value_type = typename One::value_type;
        constexpr int rank = decltype(view)::rank;
        if constexpr (rank == 0) return value_type{};
        else return array_view<const value_type, rank>(view.data(), view.shape(), view.strides());
    } else {
        return (argument);
    }
}
template <class One>
using host_argument = std::remove_cvref_t<decltype(as_host_argument(std::declval<const One&>()))>;

template <class Self, class... Argument>
concept device_array_program = (device_memory<Argument> || ...) && calls_array_program<typename Self::function, host_argument<Argument>...>();

template <class Self, class System, class... Argument>
    requires device_array_program<Self, Argument...>
struct device_call<Self, System, Argument...> : array_program_arguments<typename Self::function, typename Self::choice, Self::with_value, planned_on_device<System>, host_argument<Argument>...> {
    using base = array_program_arguments<typename Self::function, typename Self::choice, Self::with_value, planned_on_device<System>, host_argument<Argument>...>;
    using typename base::all_positions, typename base::inputs, typename base::recording;

public:
    using typename base::program, typename base::planned, typename base::number, typename base::frame;
    using policy = execution::device_policy<System>;

    static auto get(const policy& on, const Argument&... argument) {
        constexpr bool proper = is_proper();
        if constexpr (!proper) return typename Self::template stand_in<typename number_in<host_argument<Argument>>::type...>{};
        else if constexpr (is_value) return value(on, places_of(argument...), as_host_argument(argument)...);
        else return gradient(on, places_of(argument...), sequence{}, as_host_argument(argument)...);
    }

    /// To memory of the caller's, the shape of which is checked before anything is queued: of a device for arrays, of a device, with one element, or of the host
    /// for numbers. With one memory more than arguments that are differentiated by, the first one is for the value, which is returned otherwise. The host waits
    /// where it is to get a number.
    template <class... Memory>
    static auto write(const policy& on, const std::tuple<Memory...>& memory, const Argument&... argument) {
        if constexpr (constexpr bool proper = is_proper(); proper) {
            if constexpr (is_value) {
                static_assert(sizeof...(Memory) == 1, "tapeless: into(…) takes, for the value of a function of arrays, one memory.");
                if constexpr (sizeof...(Memory) == 1) write_value(on, places_of(argument...), std::get<0>(memory), as_host_argument(argument)...);
            } else {
                constexpr bool has_value = Self::with_value && sizeof...(Memory) == choice::count + 1;
                constexpr bool fits = has_value || sizeof...(Memory) == choice::count;
                static_assert(fits, "tapeless: into(…) takes, for a function of arrays, one memory for each argument that is differentiated by.");
                if constexpr (fits) return write_gradient<has_value>(on, places_of(argument...), memory, sequence{}, as_host_argument(argument)...);
            }
        }
    }

private:
    using choice = chosen_arguments<typename Self::choice, sizeof...(Argument)>;
    using sequence = typename choice::sequence;
    static constexpr bool is_value = std::is_same_v<typename Self::choice, wrt_none>;
    static constexpr int first_output = Self::with_value && !is_value ? 1 : 0;
    template <int Position>
    using argument_at = std::tuple_element_t<Position, std::tuple<host_argument<Argument>...>>;

    template <class One>
    static constexpr bool is_in_registers() {
        if constexpr (device_memory<One>) return std::is_same_v<typename One::value_type, number> || is_device_integer<typename One::value_type>;
        else return true;
    }
    static constexpr bool is_proper() {
        constexpr bool no_host_arrays = !(array_like<Argument> || ...);
        static_assert(no_host_arrays, "tapeless: execution::device takes arrays in the memory of a device, such as thrust::device_vector; one of the arguments is in the host's.");
        if constexpr (no_host_arrays) {
            constexpr bool one_type = (std::is_same_v<number, float> || std::is_same_v<number, double>) && (is_in_registers<Argument>() && ...);
            static_assert(one_type, "tapeless: a function of arrays takes, on a device, arrays of one number type, float or double; a literal 1.0 among the arguments is a double.");
            if constexpr (one_type) return Self::template is_proper_program<host_argument<Argument>...>();
        }
        return false;
    }

    using run_on_device = device_array_run<planned, number, System>;
    using number_places = typename run_on_device::number_places;
    using array_outputs = device_array_outputs<program, planned, number, System>;
    static number_places places_of(const Argument&... argument) {
        number_places places{};
        [&]<int... Position>(std::integer_sequence<int, Position...>) { (add_place<Position>(places, argument), ...); }(all_positions{});
        return places;
    }
    template <int Position, class One>
    static void add_place([[maybe_unused]] number_places& places, [[maybe_unused]] const One& argument) {
        if constexpr (device_memory<One>)
            if constexpr (element_of<One>::rank == 0) places[inputs::numbers_before(Position)] = argument.data();
    }

    // A call in the making: the frame, and memory for what it owns.
    struct started {
        frame f;
        device_array<number, 1, System> numbers;  ///< outputs that are numbers
    };
    static void start(started& call, const policy& on, const host_argument<Argument>&... argument) {
        base::template bind<false>(call.f, Self::name, all_positions{}, argument...);
        check_selections<planned>(call.f);
        call.numbers = device_array<number, 1, System>({program::output_count}, on.stream(), on.statement_of(Self::name));
        for (int k = 0; k < program::output_count; ++k) call.f.outputs[k] = {call.numbers.data() + k, {}};
    }
    static void run(started& call, const policy& on, const number_places& places) { run_on_device::run(call.f, places, on.stream(), on.statement_of(Self::name)); }

    static constexpr int value_rank = recording::rank;
    static extents<value_rank> value_shape(const frame& f) {
        extents<value_rank> all{};
        for (int d = 0; d < value_rank; ++d) all[d] = recording::recorded.result_axes[d] == nowhere ? 1 : f.extent[recording::recorded.result_axes[d]];
        return all;
    }
    static auto value(const policy& on, const number_places& places, const host_argument<Argument>&... argument) {
        started call;
        start(call, on, argument...);
        if constexpr (value_rank == 0) {
            run(call, on, places);
            return call.numbers.to_host()(0);
        } else {
            const auto shape = value_shape(call.f);
            device_array<number, value_rank, System> result(shape, on.stream(), on.statement_of(Self::name));
            call.f.bind_output_along(0, recording::recorded.result_axes, array_view<number, value_rank>(result.data(), shape));
            run(call, on, places);
            return result;
        }
    }
    template <class Memory>
    static void write_value(const policy& on, const number_places& places, const Memory& memory, const host_argument<Argument>&... argument) {
        constexpr bool fits = is_device<Memory> ? is_written<Memory>() && (value_rank == 0 ? is_of_number<Memory> : Memory::rank == value_rank) : value_rank == 0;
        static_assert(fits, "tapeless: into(…) takes, for the value of a function of arrays, memory of a device that may be written, of the rank of the result and of the number type that the arguments have together.");
        if constexpr (fits) {
            started call;
            start(call, on, argument...);
            if constexpr (value_rank == 0) {
                bind_number(call, 0, memory);
                run(call, on, places);
                if constexpr (!is_device<Memory>) *memory.data() = static_cast<typename Memory::value_type>(call.numbers.to_host()(0));
            } else {
                const auto shape = value_shape(call.f);
                if (!same_shape(memory.shape(), shape)) throw_shape(0, memory.shape(), "the result has " + tapeless::to_string(shape));
                check_place(0, memory, argument...);
                call.f.bind_output_along(0, recording::recorded.result_axes, array_view<number, value_rank>(memory.data(), shape));
                run(call, on, places);
            }
        }
    }

    // What the derivative by an argument is returned as.
    template <class One>
    struct result {
        using type = One;
    };
    template <array_like One>
    struct result<One> {
        using type = device_array<number, One::rank, System>;
    };
    template <int Position>
    using result_at = typename result<argument_at<Position>>::type;

    template <int... Position>
    static auto gradient(const policy& on, const number_places& places, std::integer_sequence<int, Position...>, const host_argument<Argument>&... argument) {
        using by_argument = by_argument_t<result_at<Position>...>;
        const std::tuple<const host_argument<Argument>&...> arguments(argument...);
        started call;
        start(call, on, argument...);
        std::tuple<result_at<Position>...> results{make_room<Position>(on, std::get<Position>(arguments))...};
        array_outputs arrays(call.f, on.stream(), on.statement_of(Self::name));
        (bind_result<Position>(call, arrays, std::get<index_of<Position>()>(results)), ...);
        run(call, on, places);
        arrays.add_up();
        constexpr bool has_numbers = Self::with_value || (!array_like<argument_at<Position>> || ...);
        number host[program::output_count + 1] = {};
        if constexpr (has_numbers) copy_numbers(call, host);
        (take_numbers<Position>(host, std::get<index_of<Position>()>(results)), ...);
        auto all = std::apply([](auto&... one) { return by_argument{std::move(one)...}; }, results);
        if constexpr (Self::with_value) return value_with_gradient<number, by_argument>{host[0], std::move(all)};
        else return all;
    }
    template <bool HasValue, class... Memory, int... Position>
    static auto write_gradient(const policy& on, const number_places& places, const std::tuple<Memory...>& memory, std::integer_sequence<int, Position...>, const host_argument<Argument>&... argument) {
        constexpr int first = HasValue ? 1 : 0;
        const std::tuple<const host_argument<Argument>&...> arguments(argument...);
        constexpr bool fit = (fits_argument<Position, std::tuple_element_t<static_cast<std::size_t>(first + index_of<Position>()), std::tuple<Memory...>>>() && ...);
        static_assert(fit, "tapeless: into(…) takes, for each array that is differentiated by, memory of a device that may be written, of its rank and of the number type that the arguments have together; for each number a variable, or one element of a device.");
        if constexpr (fit) {
            started call;
            start(call, on, argument...);
            (check_memory<Position>(first + index_of<Position>(), std::get<first + index_of<Position>()>(memory), std::get<Position>(arguments), argument...), ...);
            if constexpr (HasValue) bind_number(call, 0, std::get<0>(memory));
            array_outputs arrays(call.f, on.stream(), on.statement_of(Self::name));
            (bind_result<Position>(call, arrays, std::get<first + index_of<Position>()>(memory)), ...);
            run(call, on, places);
            arrays.add_up();
            constexpr bool waits = (Self::with_value && !HasValue) || !(device_memory<Memory> && ...);
            number host[program::output_count + 1] = {};
            if constexpr (waits) copy_numbers(call, host);
            (write_numbers<Position>(host, std::get<first + index_of<Position>()>(memory)), ...);
            if constexpr (HasValue) {
                using first_memory = std::tuple_element_t<0, std::tuple<Memory...>>;
                if constexpr (!is_device<first_memory>) *std::get<0>(memory).data() = static_cast<typename first_memory::value_type>(host[0]);
            } else if constexpr (Self::with_value) {
                return host[0];
            }
        }
    }

    template <class Memory>
    static constexpr bool is_device = device_memory<Memory>;
    template <class Memory>
    static constexpr bool is_of_number = Memory::rank <= 1;
    template <class One>
    static constexpr int rank_of() {
        if constexpr (array_like<One>) return One::rank;
        else return 0;
    }
    /// Whether memory of a device may be written, in the number type of the call.
    template <class Memory>
    static constexpr bool is_written() {
        return std::is_same_v<decltype(std::declval<const Memory&>().data()), number*>;
    }
    template <int Position, class Memory>
    static constexpr bool fits_argument() {
        using one = argument_at<Position>;
        if constexpr (is_device<Memory>) return (array_like<one> ? Memory::rank == rank_of<one>() : is_of_number<Memory>) && (array_like<one> || std::is_arithmetic_v<one>) && is_written<Memory>();
        else return !array_like<one> && std::is_arithmetic_v<one>;
    }
    template <int Position>
    static constexpr int index_of() {
        return [&]<int... Chosen>(std::integer_sequence<int, Chosen...>) {
            const int chosen[] = {Chosen...};
            int k = 0;
            while (chosen[k] != Position) ++k;
            return k;
        }(sequence{});
    }
    template <int Position, class One>
    static result_at<Position> make_room(const policy& on, [[maybe_unused]] const One& argument) {
        if constexpr (array_like<One>) return result_at<Position>(argument.shape(), on.stream(), on.statement_of(Self::name));
        else return {};
    }
    template <std::size_t Rank>
    [[noreturn]] static void throw_shape(int k, const extents<Rank>& found, const std::string& wanted) {
        throw shape_error(std::string(Self::name) + ": memory " + std::to_string(k) + " of into(…) has the shape " + tapeless::to_string(found) + "; " + wanted + ".");
    }
    template <class Memory, class One>
    static bool overlaps(const Memory& memory, [[maybe_unused]] const One& argument) {
        if constexpr (is_device<Memory> && array_like<One>) {
            const auto [first, last] = bytes_of(argument);
            const auto [begin, end] = bytes_of(array_view<number, Memory::rank>(memory.data(), memory.shape()));
            return first < end && begin < last;
        } else {
            return false;
        }
    }
    template <int Position, class Memory, class One>
    static void check_memory(int k, const Memory& memory, const One& argument, const host_argument<Argument>&... all) {
        if constexpr (is_device<Memory> && array_like<One>) {
            if (!same_shape(memory.shape(), argument.shape())) throw_shape(k, memory.shape(), "the argument has " + tapeless::to_string(argument.shape()));
            check_place(k, memory, all...);
        }
    }
    template <class Memory>
    static void check_place(int k, const Memory& memory, const host_argument<Argument>&... all) {
        if (!memory.is_by_rows()) throw shape_error(std::string(Self::name) + ": memory " + std::to_string(k) + " of into(…) has gaps; on a device its elements lie by rows.");
        if ((overlaps(memory, all) || ...)) throw shape_error(std::string(Self::name) + ": the memory of into(…) is an argument's, too; on a device it must be apart.");
    }

    template <int Position, class Memory>
    static void bind_result(started& call, [[maybe_unused]] array_outputs& arrays, Memory& memory) {
        if constexpr (array_like<argument_at<Position>>) arrays.template bind<inputs::arrays_before(Position), argument_at<Position>::rank>(memory.data(), memory.shape());
        else if constexpr (device_memory<Memory>) bind_number(call, first_output + numbers_chosen_before(Position), memory);
    }

    // Numbers that are outputs.
    template <class Memory>
    static void bind_number(started& call, int output, const Memory& memory) {
        if constexpr (is_device<Memory>) {
            if (memory.size() != 1) throw shape_error(std::string(Self::name) + ": memory of into(…) for a number has the shape " + tapeless::to_string(memory.shape()) + "; a number takes one element.");
            call.f.outputs[output].data = memory.data();
        }
    }
    static void copy_numbers(const started& call, number* host) {
        const auto all = call.numbers.to_host();
        for (int k = 0; k < program::output_count; ++k) host[k] = all(k);
    }
    template <int Position, class Result>
    static void take_numbers(const number* host, Result& result) {
        if constexpr (!array_like<argument_at<Position>>) result = number_row<number>{host}.template build<Result, first_output + numbers_chosen_before(Position)>();
    }
    template <int Position, class Memory>
    static void write_numbers(const number* host, const Memory& memory) {
        if constexpr (!is_device<Memory>) *memory.data() = static_cast<typename Memory::value_type>(host[first_output + numbers_chosen_before(Position)]);
    }
    /// Outputs that are numbers come in the order of all numbers.
    static constexpr int numbers_chosen_before(int position) {
        int count = 0;
        for (int k = 0; k < inputs::numbers_before(position); ++k) count += base::wanted::contains_number(k);
        return count;
    }
};

}  // namespace tapeless::detail
