// SPDX-License-Identifier: BSL-1.0
// A call of a function of arrays without its gradient.
#pragma once

#include <tapeless/function/array_program.hpp>

#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace tapeless::detail {

/// A call of the function itself, whose result is a number or an array.
template <class Function, class Policy, class... Argument>
class array_value_call : public array_program_arguments<Function, wrt_none, true, Policy, Argument...> {
    using base = array_program_arguments<Function, wrt_none, true, Policy, Argument...>;
    using base::bind;
    using typename base::all_positions;

public:
    using typename base::recording, typename base::planned, typename base::number, typename base::frame, typename base::row;
    static constexpr int rank = recording::rank;

    static auto get(const char* name, const Argument&... argument) {
        if constexpr (may_be_row) {
            if (row r; base::bind_row(r, all_positions{}, argument...)) {
                if constexpr (rank == 0) {
                    r.run();
                    return r.results[0];
                } else {
                    array<number, 1> result({r.count});
                    r.bind_output(0, view_of(result));
                    r.run();
                    return result;
                }
            }
        }
        return get_by_frame(name, argument...);
    }
    [[gnu::noinline]] static auto get_by_frame(const char* name, const Argument&... argument) {
        frame f;
        bind(f, name, all_positions{}, argument...);
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
    /// Of a result that is an array: in memory that `make`, given its shape, returns a pointer to, as something with a view().
    template <class Make>
    static auto get_in(const char* name, const Make& make, const Argument&... argument) {
        frame f;
        bind(f, name, all_positions{}, argument...);
        auto result = make(shape(f));
        f.bind_output_along(0, recording::recorded.result_axes, result->view());
        array_run<planned, number, Policy>::run(f);
        return result;
    }
    /// How long the axes of the recorded graph are. Elements and numbers are not read.
    static std::vector<std::ptrdiff_t> axis_extents(const char* name, const Argument&... argument) {
        frame f;
        base::template bind<false>(f, name, all_positions{}, argument...);
        return std::vector<std::ptrdiff_t>(f.extent, f.extent + recording::recorded.axis_count);
    }
    /// memory: of the shape of the result; none of the arguments' own.
    template <class Memory>
    static void write(const char* name, const Memory& memory, const Argument&... argument) {
        static_assert(Memory::rank == rank && std::is_same_v<typename Memory::value_type, number>,
                      "tapeless: into(…) takes, for the value of a function of arrays, memory of the rank of the result, and of the number type that the arguments have together.");
        if constexpr (rank == 0) {
            *memory.data() = get(name, argument...);
        } else {
            if constexpr (may_be_row)
                if (row r; base::bind_row(r, all_positions{}, argument...) && r.bind_output(0, memory) && !(overlap(memory, argument) || ...)) return r.run();
            write_by_frame(name, memory, argument...);
        }
    }

private:
    /// A result that is a number, or an array along the row.
    static constexpr bool may_be_row = base::may_be_row && (rank == 0 || (rank == 1 && recording::recorded.result_axes[0] == 0));

    template <class Memory>
    [[gnu::noinline]] static void write_by_frame(const char* name, const Memory& memory, const Argument&... argument) {
        frame f;
        bind(f, name, all_positions{}, argument...);
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
    static extents<rank> shape(const frame& f) {
        extents<rank> all{};
        for (int d = 0; d < rank; ++d) all[d] = recording::recorded.result_axes[d] == nowhere ? 1 : f.extent[recording::recorded.result_axes[d]];
        return all;
    }
};

}  // namespace tapeless::detail
