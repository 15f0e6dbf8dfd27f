// SPDX-License-Identifier: BSL-1.0
// explain: the plan of a call with arrays as text.
#pragma once

#include <tapeless/function/array_call.hpp>
#include <tapeless/graph/print.hpp>

#include <sstream>
#include <string>
#include <vector>

namespace tapeless {
namespace detail {

/// Writes the plan of an array program: axes are called i, j, k, …, arguments x0, x1, …, what passes leave to each other t0, t1, ….
template <class Planned>
class plan_printer {
public:
    explicit plan_printer(std::vector<int> argument_of_array, std::vector<std::string> numbers)
        : argument_of_array_(std::move(argument_of_array)), numbers_(std::move(numbers)) {}

    std::string print() {
        std::string text;
        for_each<Planned::sizes.groups>([&](auto group) {
            constexpr pass_group g = Planned::plan.groups[group];
            if constexpr (g.count > 1) text += "in tiles along " + axis_name(g.axis) + ":\n";
            if constexpr (Planned::plan.passes[g.first].by_itself != nowhere) text += print_by_itself<g.first>();
            else for_each<g.count>([&](auto member) { text += print_pass<g.first + member>(g.count > 1 ? "    " : ""); });
        });
        return text;
    }

private:
    static std::string axis_name(int axis) { return axis < 18 ? std::string(1, static_cast<char>('i' + axis)) : "i" + std::to_string(axis); }
    static std::string axes_text(axis_set axes) {
        std::string text;
        for (; axes != 0; axes &= axes - 1) text += (text.empty() ? "" : ", ") + axis_name(std::countr_zero(axes));
        return text;
    }
    static std::string slice_text(int slice) {
        if (slice == nowhere) return "";
        const axis_slice& s = Planned::flat.slices[slice];
        return slice_text(s.of) + "(" + std::to_string(s.start) + ":" + (s.to_the_end ? "" : std::to_string(s.stop)) + (s.step == 1 ? "" : ":" + std::to_string(s.step)) + ")";
    }
    std::string access_text(const array_access& access) const {
        if (access.is_of_places()) return "place " + std::to_string(access.reshaped_axis) + " of (" + dimensions_text(access) + ")";
        return "x" + std::to_string(argument_of_array_[access.array]) + "[" + dimensions_text(access) + "]";
    }
    std::string dimensions_text(const array_access& access) const {
        std::string text;
        for (int d = 0; d < access.rank; ++d) {
            const dimension_access& dimension = access.dimensions[d];
            text += d ? ", " : "";
            if (dimension.indices != nowhere) text += access_text(Planned::flat.accesses[dimension.indices]);
            else if (dimension.part != nowhere) text += axis_name(dimension.axis) + " (part " + std::to_string(dimension.part % axis_concatenation::most_parts) + ")";
            else if (dimension.axis == nowhere) text += dimension.slice == nowhere ? "0" : std::to_string(Planned::flat.slices[dimension.slice].start);
            else text += axis_name(dimension.axis) + slice_text(dimension.slice);
        }
        return text;
    }
    static std::string buffer_text(int buffer) {
        const axis_set axes = Planned::plan.buffers[buffer].axes;
        return "t" + std::to_string(buffer) + (axes == 0 ? "" : "[" + axes_text(axes) + "]");
    }
    static int scan_buffer(std::uint64_t which) {
        index at = 0;
        while (!is_a<op::scan>(Planned::graph.nodes[at]) || Planned::graph.nodes[at].bits != which) ++at;
        return Planned::buffer_of(at);
    }
    std::string load_text(index node, int scan) const {
        const graph_node& n = Planned::graph.nodes[node];
        if (is_a<op::element>(n)) return access_text(Planned::flat.accesses[n.bits]);
        if (n.is_input()) return numbers_[n.bits];
        if (is_a<op::extent>(n)) return "extent(" + axis_name(static_cast<int>(n.bits)) + ")";
        if (is_a<op::position>(n)) return axis_name(static_cast<int>(n.bits));
        if (is_a<op::carried>(n) && Planned::flat.scans[n.bits].group == scan) return buffer_text(scan_buffer(n.bits)) + " a step before";
        return buffer_text(Planned::buffer_of(node));
    }
    std::string operand_text(index node) const {
        const graph_node& n = Planned::graph.nodes[node];
        if (!n.is_constant()) return load_text(node, nowhere);
        std::ostringstream text;
        text << graph_builder::value_of_bits(n.bits);
        return text.str();
    }
    std::string target_text(const pass_sink& sink) const {
        if (sink.kind != pass_sink::output) return buffer_text(sink.target);
        const array_output& output = Planned::outputs.of[sink.target];
        if (output.to == array_output::value) return "value";
        return "derivative by " + (output.to == array_output::number ? numbers_[output.which] : access_text(Planned::flat.accesses[output.which]));
    }

    static bool is_written_by_pass(int output) {
        bool is_written = false;
        for (int k = 0; k < Planned::sizes.sinks; ++k) is_written = is_written || (Planned::plan.sinks[k].kind == pass_sink::output && Planned::plan.sinks[k].target == output);
        return is_written;
    }
    template <int Pass>
    std::string print_by_itself() const {
        constexpr array_pass pass = Planned::plan.passes[Pass];
        const graph_node& n = Planned::graph.nodes[pass.by_itself];
        const pass_sink& sink = Planned::sink(pass, 0);
        const int output = Planned::plan.buffers[sink.target].output;
        const std::string result = output == nowhere || is_written_by_pass(output) ? "" : target_text({pass_sink::output, pass.by_itself, output}) + " = ";
        if (is_a<op::selection>(n)) {
            const axis_set summed = axes_over(n) & ~(axis_set(1) << selected_axis(n));
            return "step by step as named:\n    " + result + target_text(sink) + " = " + (summed == 0 ? "" : "sum over " + axes_text(summed) + " of ") + operand_text(n.operands[0]) + " where " +
                   axis_name(selected_axis(n)) + " is " + operand_text(n.operands[1]) + "\n";
        }
        return "by the policy:\n    " + result + target_text(sink) + " = sum over " + axes_text(static_cast<axis_set>(n.bits)) + " of " + load_text(n.operands[0], nowhere) + " * " +
               load_text(n.operands[1], nowhere) + "\n";
    }
    template <int Pass>
    std::string print_pass(const std::string& indent) const {
        constexpr array_pass pass = Planned::plan.passes[Pass];
        std::string text = indent;
        if constexpr (pass.rank == 0) {
            text += "once:\n";
        } else {
            text += "for ";
            for (int k = 0; k < pass.rank; ++k) text += (k ? ", " : "") + axis_name(pass.loops[k]);
            if constexpr (pass.scan == nowhere) text += " (registers along " + axis_name(pass.loops[pass.rank - 1]) + "):\n";
            else text += (linear_recurrence<Planned, Pass>::exists ? " (several steps at once along " : " (one step after the other along ") + axis_name(Planned::flat.scans[pass.scan].axis) + (Planned::flat.scans[pass.scan].backward ? ", backwards" : "") +
                         (pass.rank > 1 ? "; registers along " + axis_name(pass.loops[pass.rank - 1]) + "):\n" : "):\n");
        }
        std::vector<std::string> names;
        for (int k = 0; k < pass.load_count; ++k) names.push_back(load_text(Planned::plan.loads[pass.first_load + k], pass.scan));
        using program = pass_program<Planned, Pass>;
        for (int k = 0; k < pass.sink_count; ++k) {
            const pass_sink& sink = Planned::sink(pass, k);
            const printed_graph g{program::flat.nodes, program::flat.size, program::flat.outputs + k, 1, names, {}};
            std::string formula = graph_printer(g, notation::text).print();
            for (std::size_t at = formula.find('\n'); at != std::string::npos; at = formula.find('\n', at + 2)) formula.replace(at, 1, "; ");
            const char* how = " = ";
            if (sink.kind == pass_sink::output && Planned::adds(sink.target)) how = " += ";
            text += indent + "    " + target_text(sink) + how;
            if (sink.kind == pass_sink::reduce) {
                const array_buffer& buffer = Planned::plan.buffers[sink.target];
                text += std::string(buffer.reduction->name) + " over " + axes_text(pass.space & ~buffer.axes) + " of ";
            }
            text += formula + "\n";
        }
        return text;
    }

    std::vector<int> argument_of_array_;
    std::vector<std::string> numbers_;
};

template <class Argument>
void append_numbers(std::vector<std::string>& names, int argument) {
    if constexpr (!array_like<Argument>) {
        constexpr int count = structure<Argument>::count;
        for (int k = 0; k < count; ++k) names.push_back("x" + std::to_string(argument) + (count == 1 ? "" : "[" + std::to_string(k) + "]"));
    }
}

template <class Policy, class... Argument, class Function>
std::string explain_call(const Function&) {
    constexpr bool is_program = calls_array_program<typename Function::function, Argument...>();
    static_assert(is_program, "tapeless::explain: takes the gradient of a function of arrays, and the types of the arguments.");
    if constexpr (is_program) {
        using call = array_gradient_call<typename Function::function, typename Function::choice, Function::with_value, Policy, Argument...>;
        std::vector<int> argument_of_array;
        std::vector<std::string> numbers;
        int position = 0;
        ((array_like<Argument> ? argument_of_array.push_back(position) : append_numbers<Argument>(numbers, position), ++position), ...);
        return plan_printer<typename call::planned>(std::move(argument_of_array), std::move(numbers)).print();
    } else {
        return "";
    }
}

}  // namespace detail

/// How `gradient(f)` or `value_and_gradient(f)` of a function of arrays runs on arguments of these types: which loops there are, what each reads and computes,
/// what is kept between them. Axes are called i, j, k, …, arguments x0, x1, …, kept values t0, t1, …. Of a function of numbers, which runs in one loop
/// over all elements: its derivative's formula is what to_string prints.
/// Example: doc/example/arrays.cpp
template <class... Argument, class Function>
std::string explain(const Function& f) {
    return detail::explain_call<execution::sequential_policy, Argument...>(f);
}
/// The same for these arguments.
template <class Function, class... Argument>
    requires(sizeof...(Argument) > 0)
std::string explain(const Function& f, const Argument&...) {
    return explain<Argument...>(f);
}
/// How the call with a policy runs, whose products of matrices may be its own.
template <class Function, detail::execution_policy Policy, class... Argument>
std::string explain(const Function& f, const Policy&, const Argument&...) {
    return detail::explain_call<Policy, Argument...>(f);
}

}  // namespace tapeless
