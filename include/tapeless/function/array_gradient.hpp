// SPDX-License-Identifier: BSL-1.0
// A call of the gradient of a function of arrays: from the outputs of its array program to a result, or to memory of the caller's.
#pragma once

#include <tapeless/function/array_program.hpp>

#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace tapeless::detail {

/// A call of the gradient.
template <class Function, class Wrt, bool WithValue, class Policy, class... Argument>
class array_gradient_call : public array_program_arguments<Function, Wrt, WithValue, Policy, Argument...> {
    using base = array_program_arguments<Function, Wrt, WithValue, Policy, Argument...>;
    using typename base::inputs;
    using typename base::all_positions;
    using sequence = typename chosen_arguments<Wrt, sizeof...(Argument)>::sequence;
    template <int Position>
    using argument_at = std::tuple_element_t<Position, std::tuple<Argument...>>;

    // What the derivative by an argument is returned as.
    template <class One, class Number>
    struct result {
        using type = One;
    };
    template <array_like One, class Number>
    struct result<One, Number> {
        using type = array<Number, view_type<One>::rank>;
    };
    template <int Position>
    using result_at = typename result<argument_at<Position>, typename common_number<typename number_in<Argument>::type...>::type>::type;
    template <int... Position>
    static auto gradient_of(std::integer_sequence<int, Position...>) -> by_argument_t<result_at<Position>...>;

public:
    using typename base::program, typename base::planned, typename base::number, typename base::frame, typename base::row;
    using gradient = decltype(gradient_of(sequence{}));

    static auto get(const char* name, const Argument&... argument) {
        const std::tuple<const Argument&...> arguments(argument...);
        if constexpr (base::may_be_row)
            if (row r; base::bind_row(r, all_positions{}, argument...)) return with_results_of_row(r, arguments, sequence{});
        return with_results(name, arguments, sequence{});
    }

    /// memory: one for each argument that is differentiated by, in the order of the choice. Returns the value, if asked for.
    template <class... Memory>
    static auto write(const char* name, const std::tuple<Memory...>& memory, const Argument&... argument) {
        const std::tuple<const Argument&...> arguments(argument...);
        return into(name, memory, arguments, sequence{}, std::make_integer_sequence<int, sizeof...(Memory)>{});
    }

private:
    template <class Arguments>
    static void bind_all(frame& f, const char* name, const Arguments& arguments) {
        std::apply([&](const auto&... each) { base::bind(f, name, all_positions{}, each...); }, arguments);
    }
    template <class... Result>
    static auto returned(const number* results, std::tuple<Result...>& each) {
        if constexpr (WithValue) return value_with_gradient<number, gradient>{results[0], std::apply([](auto&... one) { return gradient{std::move(one)...}; }, each)};
        else return std::apply([](auto&... one) { return gradient{std::move(one)...}; }, each);
    }
    template <class Arguments, int... Position>
    static auto with_results_of_row(row& r, const Arguments& arguments, std::integer_sequence<int, Position...>) {
        std::tuple<result_at<Position>...> results{make_room<result_at<Position>>(std::get<Position>(arguments))...};
        (bind_result_of_row<Position>(r, std::get<index_of<Position>(sequence{})>(results)), ...);
        r.run();
        (read_numbers<Position>(r.results, std::get<index_of<Position>(sequence{})>(results)), ...);
        return returned(r.results, results);
    }
    template <int Position, class Memory>
    static bool bind_result_of_row(row& r, Memory& memory) {
        bool fits = true;
        if constexpr (array_like<argument_at<Position>>) {
            const auto view = view_of(memory);
            for_each<program::output_count>([&](auto k) {
                if constexpr (is_output_of_array(k, inputs::arrays_before(Position))) fits = r.bind_output(k, view);
            });
        }
        return fits;
    }
    template <class Arguments, int... Position>
    [[gnu::noinline]] static auto with_results(const char* name, const Arguments& arguments, std::integer_sequence<int, Position...>) {
        frame f;
        bind_all(f, name, arguments);
        std::tuple<result_at<Position>...> results{make_room<result_at<Position>>(std::get<Position>(arguments))...};
        (bind_result<Position>(f, std::get<Position>(arguments), std::get<index_of<Position>(sequence{})>(results)), ...);
        array_run<planned, number, Policy>::run(f, [&] { (clear<Position>(std::get<index_of<Position>(sequence{})>(results)), ...); });
        (read_numbers<Position>(f.results, std::get<index_of<Position>(sequence{})>(results)), ...);
        return returned(f.results, results);
    }
    template <int Position, int... Chosen>
    static constexpr int index_of(std::integer_sequence<int, Chosen...>) {
        const int chosen[] = {Chosen...};
        int k = 0;
        while (chosen[k] != Position) ++k;
        return k;
    }
    template <class Result, class One>
    static Result make_room([[maybe_unused]] const One& argument) {
        if constexpr (array_like<One>) return Result(view_of(argument).shape());
        else return Result{};
    }

    template <int Position, class One, class Memory>
    static void bind_result(frame& f, const One&, Memory& memory) {
        if constexpr (array_like<One>) {
            const auto view = view_of(memory);
            for_each<program::output_count>([&](auto k) {
                if constexpr (is_output_of_array(k, inputs::arrays_before(Position))) f.template bind_output<k>(view);
            });
        }
    }
    // Memory that is added to.
    template <int Position, class Memory>
    static void clear([[maybe_unused]] Memory& memory) {
        constexpr bool adds = [] {
            for (int k = 0; k < program::output_count; ++k)
                if (array_like<argument_at<Position>> && is_output_of_array(k, inputs::arrays_before(Position)) && program::adds_to_array(k)) return true;
            return false;
        }();
        if constexpr (adds) for_each_element(view_of(memory), [](number& element) { element = 0; });
    }
    static constexpr bool is_output_of_array(int output, int array) {
        return program::outputs.of[output].to == array_output::array && program::source.accesses[program::outputs.of[output].which].array == array;
    }
    static constexpr int output_of_number(int number) {
        int k = 0;
        while (program::outputs.of[k].to != array_output::number || program::outputs.of[k].which != number) ++k;
        return k;
    }
    template <int Position, class One>
    static void read_numbers(const number* results, One& result) {
        if constexpr (!owning_array<One>) {
            if constexpr (structure<One>::count > 0) {
                constexpr int first = output_of_number(inputs::numbers_before(Position));
                result = structure<One>::template build<One, first>(read_result<number_of<One>>{results});
            }
        }
    }
    template <class To>
    struct read_result {
        const number* results;
        template <int Output>
        constexpr To operator()(at<Output>) const {
            return static_cast<To>(results[Output]);
        }
    };

    template <class Memories, class Arguments, int... Position, int... K>
    static auto into(const char* name, const Memories& memory, const Arguments& arguments, std::integer_sequence<int, Position...>,
                     std::integer_sequence<int, K...>) {
        constexpr bool fits = (is_memory_for<std::tuple_element_t<Position, Arguments>, std::tuple_element_t<K, Memories>> && ...);
        static_assert(fits, "tapeless: into(…) takes, for a function of arrays, memory of the shape of each argument that is differentiated by: of its "
                            "rank, and of the number type that the arguments have together; for a number, a number.");
        if constexpr (fits) {
            if constexpr (base::may_be_row) {
                row r;
                if (std::apply([&](const auto&... each) { return base::bind_row(r, all_positions{}, each...); }, arguments) &&
                    (bind_result_of_row<Position>(r, std::get<K>(memory)) && ...) && !(overlaps(std::get<K>(memory), arguments) || ...)) {
                    r.run();
                    (write_number<Position>(r.results, std::get<K>(memory)), ...);
                    if constexpr (WithValue) return r.results[0];
                    else return;
                }
            }
            return fill<Position...>(name, memory, arguments, std::integer_sequence<int, K...>{});
        } else if constexpr (WithValue) {
            return number{};
        }
    }
    template <int Position, class Memory>
    static void write_number(const number* results, const Memory& memory) {
        if constexpr (Memory::rank == 0) *memory.data() = static_cast<typename Memory::value_type>(results[output_of_number(inputs::numbers_before(Position))]);
    }
    template <class Memory, class Arguments>
    static bool overlaps(const Memory& memory, const Arguments& arguments) {
        if constexpr (Memory::rank > 0) return std::apply([&](const auto&... each) { return (overlap(memory, each) || ...); }, arguments);
        else return false;
    }
    template <class One, class Memory>
    static constexpr bool is_memory_for = [] {
        using one = std::remove_cvref_t<One>;
        using memory = std::remove_cvref_t<Memory>;
        if constexpr (array_like<one>) return memory::rank == view_type<one>::rank && std::is_same_v<typename memory::value_type, number>;
        else return true;
    }();
    template <int... Position, class Memories, class Arguments, int... K>
    [[gnu::noinline]] static auto fill(const char* name, const Memories& memory, const Arguments& arguments, std::integer_sequence<int, K...>) {
        frame f;
        bind_all(f, name, arguments);
        (check_memory(name, K, std::get<Position>(arguments), std::get<K>(memory)), ...);
        // Memory that is an argument's too is written at the end: other elements may still need what it holds.
        std::tuple<result_at<Position>...> apart;
        const bool moved[] = {keep_apart<Position>(std::get<Position>(arguments), std::get<K>(memory), std::get<K>(apart), arguments)...};
        (bind_memory<Position>(f, std::get<Position>(arguments), std::get<K>(memory), std::get<K>(apart), moved[K]), ...);
        array_run<planned, number, Policy>::run(f, [&] { (clear_memory<Position>(std::get<K>(memory), std::get<K>(apart), moved[K]), ...); });
        (write_back<Position>(f, std::get<K>(memory), std::get<K>(apart), moved[K]), ...);
        if constexpr (WithValue) return f.results[0];
    }
    template <class One, class Memory>
    static void check_memory(const char* name, int k, [[maybe_unused]] const One& argument, [[maybe_unused]] const Memory& memory) {
        if constexpr (array_like<One>) {
            if (!same_shape(memory.shape(), view_of(argument).shape()))
                throw shape_error(std::string(name) + ": memory " + std::to_string(k) + " of into(…) has the shape " + to_string(memory.shape()) +
                                  "; the argument has " + to_string(view_of(argument).shape()) + ".");
        }
    }
    template <int Position, class One, class Memory, class Result, class Arguments>
    static bool keep_apart(const One&, const Memory& memory, [[maybe_unused]] Result& apart, const Arguments& arguments) {
        if constexpr (array_like<One>) {
            const bool moved = overlaps(memory, arguments);
            if (moved) apart = Result(memory.shape());
            return moved;
        } else {
            return false;
        }
    }
    template <int Position, class One, class Memory, class Result>
    static void bind_memory(frame& f, const One& argument, const Memory& memory, [[maybe_unused]] Result& apart, [[maybe_unused]] bool moved) {
        if constexpr (array_like<One>) {
            if (moved) bind_result<Position>(f, argument, apart);
            else bind_result<Position>(f, argument, memory);
        }
    }
    template <int Position, class Memory, class Result>
    static void clear_memory(const Memory& memory, [[maybe_unused]] Result& apart, bool moved) {
        if (!moved) clear<Position>(memory);
        else if constexpr (Memory::rank > 0) clear<Position>(apart);
    }
    template <int Position, class Memory, class Result>
    static void write_back(const frame& f, const Memory& memory, [[maybe_unused]] const Result& apart, [[maybe_unused]] bool moved) {
        if constexpr (Memory::rank == 0) {
            write_number<Position>(f.results, memory);
        } else if (moved) {
            const number* from = apart.data();
            for_each_element(memory, [&](number& to) { to = *from++; });
        }
    }
};

}  // namespace tapeless::detail
