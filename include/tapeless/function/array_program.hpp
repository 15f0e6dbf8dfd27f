// SPDX-License-Identifier: BSL-1.0
// The gradient of a function of arrays, such as [](auto w, auto X, auto y) { return mean(log1p(exp(-y * dot(X, w)))); }, or its value: from arguments to the
// frame of an array program, and from its outputs to a result.
#pragma once

#include <tapeless/derive/array_derived.hpp>
#include <tapeless/evaluate/array_run.hpp>
#include <tapeless/function/gradient.hpp>
#include <tapeless/record/array_trace.hpp>

#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace tapeless::detail {

template <class Function, class... Shape>
constexpr int array_nodes() {
    return array_recording<Function, Shape...>::record([](array_builder& g, index, const int*, axis_set) { return g.size(); });
}
template <class Function, class... Shape>
concept array_recordable = requires { typename constant_expression<array_nodes<Function, Shape...>()>; };

/// Whether a recorded function, whose result has so many dimensions, does to each element what a function of numbers would: nothing but elementwise operations,
/// on arrays as they are.
template <class Flat>
constexpr bool is_elementwise(const Flat& flat, int array_count, int rank) {
    for (index at = 0; at < flat.graph.size; ++at) {
        const graph_node& n = flat.graph.nodes[at];
        if (is_reduction(n) || is_a<op::scan>(n) || is_a<op::extent>(n) || is_a<op::position>(n)) return false;
    }
    if (Flat::sizes.accesses != array_count) return false;
    for (int k = 0; k < array_count; ++k) {
        const array_access& access = flat.accesses[k];
        if (!is_whole(access, flat.accesses)) return false;
        // One of more dimensions than the result is not used.
        for (int d = 0; d < access.rank && access.rank <= rank; ++d)
            if (access.dimensions[d].axis != flat.result_axes[rank - access.rank + d]) return false;
    }
    return true;
}

template <class Result>
inline constexpr bool returns_one_value = is_array_value<Result> || std::is_arithmetic_v<Result>;

/// Whether a call on arrays is that of a function of arrays, and not of a function of numbers on every element.
template <class Function, class... Argument>
constexpr bool calls_array_program() {
    if constexpr (!captureless<Function>) return false;
    else if constexpr (!takes_arrays<Function, array_shape_of<Argument>...>) return false;
    else if constexpr (!returns_one_value<array_result<Function, array_shape_of<Argument>...>>) return false;
    else if constexpr (!array_recordable<Function, array_shape_of<Argument>...>) return false;
    else {
        using recording = array_recording<Function, array_shape_of<Argument>...>;
        return !is_elementwise(recording::recorded, recording::array_count, recording::rank);
    }
}

/// The number type of an argument: of an array, of its elements.
template <class Argument>
struct number_in {
    using type = number_of<Argument>;
};
template <array_like Argument>
struct number_in<Argument> {
    using type = typename view_type<Argument>::value_type;
};

template <class Wrt, class... Shape>
struct wanted_in_program {
    using chosen = chosen_arguments<Wrt, sizeof...(Shape)>;
    static constexpr bool contains_number(int number) {
        const int counts[] = {array_terms<Shape>::numbers...};
        int argument = 0;
        for (; number >= counts[argument]; ++argument) number -= counts[argument];
        return chosen::contains(argument);
    }
    static constexpr bool contains_array(int array) {
        const int counts[] = {array_terms<Shape>::arrays...};
        int argument = 0;
        for (; array >= counts[argument]; ++argument) array -= counts[argument];
        return chosen::contains(argument);
    }
};

/// The first thing wrong with a call of a function of arrays.
template <class Function, class Wrt, class... Argument>
constexpr misuse diagnose_array_program() {
    constexpr int count = sizeof...(Argument);
    using recording = array_recording<Function, array_shape_of<Argument>...>;
    constexpr bool integral[] = {std::numeric_limits<typename number_in<Argument>::type>::is_integer..., false};
    bool by_integer = false;
    for (int k = 0; k < count; ++k) by_integer = by_integer || (integral[k] && chosen_arguments<Wrt, count>::contains(k));
    if (!chosen_arguments<Wrt, count>::in_range) return misuse::choice;
    if (by_integer) return misuse::integer;
    if (recording::rank != 0 && !std::is_same_v<Wrt, wrt_none>) return misuse::array_result;
    return misuse::no;
}

/// Whether memory is an argument's too.
template <class Memory, class One>
bool overlap(const Memory& memory, [[maybe_unused]] const One& argument) {
    if constexpr (array_like<One>) {
        const auto [first, last] = bytes_of(memory);
        const auto [begin, end] = bytes_of(view_of(argument));
        return first < end && begin < last;
    } else {
        return false;
    }
}

/// A call of a function of arrays, or of its gradient.
template <class Function, class Wrt, bool WithValue, class... Argument>
class array_program_arguments {
protected:
    using inputs = array_inputs<array_shape_of<Argument>...>;
    using recording = array_recording<Function, array_shape_of<Argument>...>;
    using wanted = wanted_in_program<Wrt, array_shape_of<Argument>...>;

public:
    struct program : array_gradient_graph<recording, wanted, WithValue> {
        static constexpr int number_count = recording::number_count, array_count = recording::array_count;
    };
    using planned = detail::planned<program>;
    using number = typename common_number<typename number_in<Argument>::type...>::type;
    using frame = array_frame<planned, number>;

protected:
    template <int... Position>
    static void bind(frame& f, const char* name, std::integer_sequence<int, Position...>, const Argument&... argument) {
        (bind_one<Position>(f, argument), ...);
        f.measure(name);
        for (int k = 0; k < program::output_count; ++k) {
            f.outputs[k] = {f.results + k, {}};
            f.results[k] = 0;
        }
    }

private:
    template <int Position, class One>
    static void bind_one(frame& f, const One& argument) {
        if constexpr (array_like<One>) f.template bind<inputs::arrays_before(Position)>(Position, view_of(argument));
        else structure<One>::template visit<inputs::numbers_before(Position)>(argument, write_to_row<number>{f.numbers});
    }
};

/// A call of the gradient.
template <class Function, class Wrt, bool WithValue, class Policy, class... Argument>
class array_program_call : public array_program_arguments<Function, Wrt, WithValue, Argument...> {
    using base = array_program_arguments<Function, Wrt, WithValue, Argument...>;
    using typename base::inputs;
    using base::bind;
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
    using typename base::program, typename base::planned, typename base::number, typename base::frame;
    using gradient = decltype(gradient_of(sequence{}));

    static auto get(const char* name, const Argument&... argument) {
        frame f;
        bind(f, name, std::make_integer_sequence<int, sizeof...(Argument)>{}, argument...);
        const std::tuple<const Argument&...> arguments(argument...);
        return with_results(f, arguments, sequence{});
    }

    /// memory: one for each argument that is differentiated by, in the order of the choice. Returns the value, if asked for.
    template <class... Memory>
    static auto write(const char* name, const std::tuple<Memory...>& memory, const Argument&... argument) {
        frame f;
        bind(f, name, std::make_integer_sequence<int, sizeof...(Argument)>{}, argument...);
        const std::tuple<const Argument&...> arguments(argument...);
        return into(f, name, memory, arguments, sequence{}, std::make_integer_sequence<int, sizeof...(Memory)>{});
    }

private:
    template <class Arguments, int... Position>
    static auto with_results(frame& f, const Arguments& arguments, std::integer_sequence<int, Position...>) {
        std::tuple<result_at<Position>...> results{make_room<result_at<Position>>(std::get<Position>(arguments))...};
        (bind_result<Position>(f, std::get<Position>(arguments), std::get<index_of<Position>(sequence{})>(results)), ...);
        array_run<planned, number, Policy>::run(f, [&] { (clear<Position>(std::get<index_of<Position>(sequence{})>(results)), ...); });
        (read_numbers<Position>(f, std::get<index_of<Position>(sequence{})>(results)), ...);
        if constexpr (WithValue) return value_with_gradient<number, gradient>{f.results[0], std::apply([](auto&... each) { return gradient{std::move(each)...}; }, results)};
        else return std::apply([](auto&... each) { return gradient{std::move(each)...}; }, results);
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
    static void read_numbers(const frame& f, One& result) {
        if constexpr (!owning_array<One>) {
            if constexpr (structure<One>::count > 0) {
                constexpr int first = output_of_number(inputs::numbers_before(Position));
                result = structure<One>::template build<One, first>(read_result<number_of<One>>{f.results});
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
    static auto into(frame& f, const char* name, const Memories& memory, const Arguments& arguments, std::integer_sequence<int, Position...>,
                     std::integer_sequence<int, K...>) {
        (check_memory<Position>(name, K, std::get<Position>(arguments), std::get<K>(memory)), ...);
        // Memory that is an argument's too is written at the end: other elements may still need what it holds.
        std::tuple<result_at<Position>...> apart;
        const bool moved[] = {keep_apart<Position>(std::get<Position>(arguments), std::get<K>(memory), std::get<K>(apart), arguments)...};
        (bind_memory<Position>(f, std::get<Position>(arguments), std::get<K>(memory), std::get<K>(apart), moved[K]), ...);
        array_run<planned, number, Policy>::run(f, [&] { (clear_memory<Position>(std::get<K>(memory), std::get<K>(apart), moved[K]), ...); });
        (write_back<Position>(f, std::get<K>(memory), std::get<K>(apart), moved[K]), ...);
        if constexpr (WithValue) return f.results[0];
    }
    template <int Position, class One, class Memory>
    static void check_memory(const char* name, int k, [[maybe_unused]] const One& argument, [[maybe_unused]] const Memory& memory) {
        if constexpr (array_like<One>) {
            static_assert(Memory::rank == view_type<One>::rank && std::is_same_v<typename Memory::value_type, number>,
                          "tapeless: into(…) takes, for a function of arrays, memory of the shape of each argument that is differentiated by: of its "
                          "rank, and of the number type that the arguments have together; for a number, a number.");
            if (!same_shape(memory.shape(), view_of(argument).shape()))
                throw shape_error(std::string(name) + ": memory " + std::to_string(k) + " of into(…) has the shape " + to_string(memory.shape()) +
                                  "; the argument has " + to_string(view_of(argument).shape()) + ".");
        }
    }
    template <int Position, class One, class Memory, class Result, class Arguments>
    static bool keep_apart(const One&, const Memory& memory, [[maybe_unused]] Result& apart, const Arguments& arguments) {
        if constexpr (array_like<One>) {
            const bool overlaps = std::apply([&](const auto&... each) { return (overlap(memory, each) || ...); }, arguments);
            if (overlaps) apart = Result(memory.shape());
            return overlaps;
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
            *memory.data() = static_cast<typename Memory::value_type>(f.results[output_of_number(inputs::numbers_before(Position))]);
        } else if (moved) {
            const number* from = apart.data();
            for_each_element(memory, [&](number& to) { to = *from++; });
        }
    }
};

/// A call of the function itself, whose result is a number or an array.
template <class Function, class Policy, class... Argument>
class array_value_call : public array_program_arguments<Function, wrt_none, true, Argument...> {
    using base = array_program_arguments<Function, wrt_none, true, Argument...>;
    using typename base::recording;
    using base::bind;

public:
    using typename base::planned, typename base::number, typename base::frame;
    static constexpr int rank = recording::rank;

    static auto get(const char* name, const Argument&... argument) {
        frame f;
        bind(f, name, std::make_integer_sequence<int, sizeof...(Argument)>{}, argument...);
        if constexpr (rank == 0) {
            array_run<planned, number, Policy>::run(f);
            return f.results[0];
        } else {
            array<number, rank> result(shape(f));
            f.bind_output_along(0, recording::recorded.result_axes, view_of(result));
            array_run<planned, number, Policy>::run(f);
            return result;
        }
    }
    /// memory: of the shape of the result; none of the arguments' own.
    template <class Memory>
    static void write(const char* name, const Memory& memory, const Argument&... argument) {
        static_assert(Memory::rank == rank && std::is_same_v<typename Memory::value_type, number>,
                      "tapeless: into(…) takes, for the value of a function of arrays, memory of the rank of the result, and of the number type that the arguments have together.");
        if constexpr (rank == 0) {
            *memory.data() = get(name, argument...);
        } else {
            frame f;
            bind(f, name, std::make_integer_sequence<int, sizeof...(Argument)>{}, argument...);
            if (!same_shape(memory.shape(), shape(f)))
                throw shape_error(std::string(name) + ": the memory of into(…) has the shape " + to_string(memory.shape()) + "; the result has " + to_string(shape(f)) + ".");
            // Other elements may still need what it holds.
            if ((overlap(memory, argument) || ...)) {
                const auto apart = get(name, argument...);
                const number* from = apart.data();
                return for_each_element(memory, [&](number& to) { to = *from++; });
            }
            f.bind_output_along(0, recording::recorded.result_axes, memory);
            array_run<planned, number, Policy>::run(f);
        }
    }

private:
    static extents<rank> shape(const frame& f) {
        extents<rank> all{};
        for (int d = 0; d < rank; ++d) all[d] = recording::recorded.result_axes[d] == nowhere ? 1 : f.extent[recording::recorded.result_axes[d]];
        return all;
    }
};

}  // namespace tapeless::detail
