// SPDX-License-Identifier: BSL-1.0
// The pass that follows a product of matrices and does no more than to add a row to all of its rows, and perhaps to cut off what is negative: libraries do that
// while they write the product.
#pragma once

#include <tapeless/device/product_run.hpp>
#include <tapeless/evaluate/array_frame.hpp>
#include <tapeless/graph/space.hpp>
#include <tapeless/plan/planned.hpp>

#include <bit>
#include <cstdint>

namespace tapeless {
namespace execution {

/// A row as long as those of the product, which is added to each of them; then, if `relu`, what is negative becomes 0.
template <class T>
struct product_epilogue {
    const T* bias;
    bool relu;
};

}  // namespace execution

namespace detail {

/// Whether a system's library takes such an epilogue.
template <class System, class T>
concept multiplies_with_epilogue = requires(const execution::matrix_product<T>& product, const execution::product_epilogue<T>& epilogue, stream_handle stream, const statement& who) {
    System::multiply(product, epilogue, stream, who);
};

/// The pass; nowhere: what follows is more than an epilogue. bias: the node of the row.
struct pass_of_epilogue {
    int pass = nowhere;
    index bias = nowhere;
    bool relu = false;
};

template <class Planned, int Product>
class epilogue_finder {
    static constexpr auto& plan = Planned::plan;
    static constexpr index product = plan.passes[Product].by_itself;
    static constexpr graph_node node = Planned::graph.nodes[product];
    static constexpr index load(const array_pass& pass, int k) { return Planned::plan.loads[pass.first_load + k]; }

    /// The one pass that reads the product.
    static constexpr int reader = [] {
        int found = nowhere, count = 0;
        for (int pass = 0; pass < Planned::sizes.passes; ++pass)
            for (int k = 0; k < plan.passes[pass].load_count; ++k)
                if (load(plan.passes[pass], k) == product) found = pass, ++count;
        for (int pass = 0; pass < Planned::sizes.passes; ++pass)
            if (const index at = plan.passes[pass].by_itself; at != nowhere)
                for (const index operand : Planned::graph.nodes[at].operands) count += operand == product ? 2 : 0;
        return count == 1 ? found : nowhere;
    }();
    static constexpr bool is_one_matrix() {
        const axis_set a = Planned::masks.of[node.operands[0]], b = Planned::masks.of[node.operands[1]];
        return std::popcount(a) == 2 && std::popcount(b) == 2 && std::popcount(a & b) == 1 && (a & b) == static_cast<axis_set>(node.bits);
    }
    static constexpr bool is_alone(const array_pass& pass) {
        if (pass.rank != 2 || pass.load_count != 2 || pass.sink_count != 1 || pass.scan != nowhere || pass.by_itself != nowhere || plan.groups[pass.group].count != 1) return false;
        const pass_sink& sink = Planned::sink(pass, 0);
        return sink.kind == pass_sink::output ? !Planned::adds(sink.target) : sink.kind == pass_sink::store && !plan.buffers[sink.target].is_local;
    }
    /// Along one of the result's axes; whether that is the one in which it is contiguous is not known yet.
    static constexpr bool is_row(index at) {
        const graph_node& n = Planned::graph.nodes[at];
        return is_a<op::element>(n) && std::popcount(Planned::masks.of[at]) == 1 && !Planned::flat.accesses[n.bits].is_irregular();
    }
    template <class Flat>
    static constexpr bool is_zero(const Flat& flat, index at) {
        return flat.nodes[at].is_constant() && graph_builder::value_of_bits(flat.nodes[at].bits) == 0;
    }
    /// What relu is taken of; itself if there is none.
    template <class Flat>
    static constexpr index inside_relu(const Flat& flat, index at) {
        const graph_node& n = flat.nodes[at];
        if (is_a<op::max>(n)) return is_zero(flat, n.operands[1]) ? n.operands[0] : is_zero(flat, n.operands[0]) ? n.operands[1] : at;
        if (!is_a<op::select>(n) || !is_zero(flat, n.operands[1])) return at;
        const graph_node& condition = flat.nodes[n.operands[0]];
        return is_a<op::less_equal>(condition) && condition.operands[0] == n.operands[2] && is_zero(flat, condition.operands[1]) ? n.operands[2] : at;
    }

public:
    static constexpr pass_of_epilogue found() {
        if constexpr (reader != nowhere && is_one_matrix() && is_alone(plan.passes[reader == nowhere ? 0 : reader])) {
            constexpr array_pass pass = plan.passes[reader];
            const auto& flat = pass_program<Planned, reader>::flat;
            const index other = load(pass, 0) == product ? load(pass, 1) : load(pass, 0), output = flat.outputs[0], sum = inside_relu(flat, output);
            const graph_node& n = flat.nodes[sum];
            if (is_row(other) && is_a<op::add>(n) && flat.nodes[n.operands[0]].is_input() && flat.nodes[n.operands[1]].is_input() && n.operands[0] != n.operands[1]) return {reader, other, sum != output};
        }
        return {};
    }
};

/// The library of a system's, with an epilogue for each product.
template <class T, class System>
class device_epilogue_library : public device_product_library<T, System> {
public:
    device_epilogue_library(const execution::product_epilogue<T>& epilogue, stream_handle stream, const statement& who) : device_product_library<T, System>(stream, who), epilogue_(epilogue) {}
    void multiply(const execution::matrix_product<T>& product) const { System::multiply(product, epilogue_, this->stream_, this->who_); }

private:
    execution::product_epilogue<T> epilogue_;
};

/// Queues a product and the pass that follows it by one call of the library's, if they lie in memory as that needs it: rows of some numbers that follow each other,
/// and the row that is added too. Returns whether it has.
template <class Planned, class T, class System, int Product>
bool queue_with_epilogue([[maybe_unused]] const array_frame<Planned, T>& f, [[maybe_unused]] stream_handle stream, [[maybe_unused]] const statement& who) {
    constexpr pass_of_epilogue epilogue = epilogue_finder<Planned, Product>::found();
    if constexpr (epilogue.pass == nowhere) {
        return false;
    } else {
        constexpr axis_set row = Planned::masks.of[epilogue.bias], rows = Planned::plan.passes[epilogue.pass].space & ~row;
        constexpr int along = std::countr_zero(row), across = std::countr_zero(rows), inner = std::countr_zero(static_cast<axis_set>(Planned::graph.nodes[Planned::plan.passes[Product].by_itself].bits));
        constexpr pass_sink sink = Planned::sink(Planned::plan.passes[epilogue.pass], 0);
        const auto bias = f.template source<epilogue.bias>();
        const auto to = f.template target<sink.kind, sink.target>();
        if (f.extent[along] < 2 || f.extent[across] < 2 || f.extent[inner] == 0) return false;
        if (!bias.holds_t || bias.strides[along] != 1 || to.data == nullptr || to.strides[along] != 1 || to.strides[across] < f.extent[along] || to.strides[across] > longest_of_library) return false;
        product_runner<Planned, T, Product>::template run<epilogue.pass>(f, device_epilogue_library<T, System>({static_cast<const T*>(bias.data), epilogue.relu}, stream, who));
        return true;
    }
}

}  // namespace detail
}  // namespace tapeless
