// SPDX-License-Identifier: BSL-1.0
// A statement of elementwise operations: one loop for its values; one loop for the gradients of all operands, which computes again what it needs, and sums
// over what an operand was stretched along.
#pragma once

#include <tapeless/derive/derived.hpp>
#include <tapeless/evaluate/elements.hpp>
#include <tapeless/evaluate/execution.hpp>
#include <tapeless/evaluate/scalar.hpp>
#include <tapeless/record/trace.hpp>
#include <tapeless/variable/backward.hpp>
#include <tapeless/variable/error.hpp>
#include <tapeless/variable/expression.hpp>
#include <tapeless/variable/grad_mode.hpp>
#include <tapeless/variable/operand.hpp>

#include <array>
#include <tuple>
#include <utility>

namespace tapeless::detail {

/// The programs of a tree of elementwise operations, of which each leaf is a number.
template <class Tree, class... Leaf>
struct elementwise_programs {
    static constexpr int inputs = sizeof...(Leaf);

    struct value_function {
        template <class... Operand>
        constexpr auto operator()(const Operand&... operand) const {
            return as_number(function_of_tree<Tree>{}(operand...));
        }

    private:
        static constexpr term as_number(const term& x) { return x; }
        static constexpr term as_number(const condition& x) { return select(x, term(1), term(0)); }
    };
    struct seeded_function {
        template <class Seed, class... Operand>
        constexpr auto operator()(const Seed& seed, const Operand&... operand) const {
            return value_function{}(operand...) * seed;
        }
    };
    // The seed is input 0.
    struct wanted {
        static constexpr bool contains(std::int64_t input) {
            constexpr bool differentiable[] = {false, is_differentiable<Leaf>...};
            return differentiable[input];
        }
    };
    // A struct: nvcc 13.0 drops the packs of an alias that does not use its parameter.
    template <class>
    struct number {
        using type = double;
    };
    using value = recording<value_function, typename number<Leaf>::type...>;
    using gradient = jacobian_graph<recording<seeded_function, double, typename number<Leaf>::type...>, inputs + 1, wanted, false>;
    static constexpr int gradients = count_wanted<inputs + 1, wanted>();

    /// Which of the gradients is by a leaf.
    static constexpr int gradient_of(int leaf) {
        int which = 0;
        for (int k = 0; k < leaf; ++k) which += wanted::contains(k + 1);
        return which;
    }
    /// Whether the gradient by one leaf reads another one's value, or its own.
    struct readings {
        bool of[inputs][inputs];
    };
    static constexpr readings reads = [] {
        readings all{};
        for (int by = 0; by < inputs; ++by) {
            if (!wanted::contains(by + 1)) continue;
            bool is_read[gradient::flat.size + 1]{};
            is_read[gradient::flat.outputs[gradient_of(by)]] = true;
            for (index at = gradient::flat.size; at-- > 0;) {
                const graph_node& n = gradient::flat.nodes[at];
                if (!is_read[at]) continue;
                if (n.is_input()) {
                    if (n.bits > 0) all.of[by][n.bits - 1] = true;
                } else {
                    for (const index operand : n.operands)
                        if (operand >= 0) is_read[operand] = true;
                }
            }
        }
        return all;
    }();
    /// Whether one of the gradients that are wanted, which have a target, reads a leaf's value.
    [[gnu::always_inline]] static bool is_read(variable_node* const* targets, std::size_t leaf) {
        for (std::size_t by = 0; by < sizeof...(Leaf); ++by)
            if (reads.of[by][leaf] && targets[by] != nullptr) return true;
        return false;
    }
    static std::array<bool, inputs> are_read(const std::tuple<Leaf...>& leaves) {
        return [&]<std::size_t... K>(std::index_sequence<K...>) {
            variable_node* const targets[] = {gradient_target(std::get<K>(leaves))...};
            return std::array<bool, inputs>{is_read(targets, K)...};
        }(std::index_sequence_for<Leaf...>{});
    }
};

/// What backward keeps of the operands of an elementwise tree, and the loops over all elements. T: the number type that the statement is computed in.
template <class Tree, class T, class... Leaf>
class elementwise_operands {
    using programs = elementwise_programs<Tree, Leaf...>;
    static constexpr auto leaves = std::index_sequence_for<Leaf...>{};

public:
    template <class Node>
    void keep(Node& node, std::tuple<Leaf...>& operands) {
        [&]<std::size_t... K>(std::index_sequence<K...>) {
            variable_node* const targets[] = {gradient_target(std::get<K>(operands))...};
            const bool is_read[] = {programs::is_read(targets, K)...};
            (std::get<K>(operands_).hold(std::get<K>(operands), targets[K], is_read[K]), ...);
            (node.follow(targets[K]), ...);
            saves_ = (is_read[K] || ...);
        }(leaves);
    }
    /// Before `changed` is changed in place: what is kept of it is copied.
    void keep_copies_of(const variable_node* changed) {
        [&]<std::size_t... K>(std::index_sequence<K...>) { (std::get<K>(operands_).keep_copy_of(changed), ...); }(leaves);
    }
    void check() const {
        if (freed_) throw variable_error(error_text::second_backward());
        [&]<std::size_t... K>(std::index_sequence<K...>) { (std::get<K>(operands_).check(), ...); }(leaves);
    }
    void free() {
        if (!saves_) return;
        [&]<std::size_t... K>(std::index_sequence<K...>) { (std::get<K>(operands_).free(), ...); }(leaves);
        freed_ = true;
    }

    /// Sends gradients on where all operands have one element.
    void send_number(backward_task& task, T seed) const {
        [&]<std::size_t... K>(std::index_sequence<K...>) {
            const T in[] = {seed, std::get<K>(operands_).template first_number<T>()...};
            T gradients[programs::gradients > 0 ? programs::gradients : 1];
            detail::evaluate<typename programs::gradient>(in, gradients);
            (std::get<K>(operands_).send(task, gradients[programs::wanted::contains(K + 1) ? programs::gradient_of(K) : 0]), ...);
        }(leaves);
    }
    /// The same for all elements. seed: along all axes of the operands' common shape, 0 apart along those that it is stretched along. reusable: the seed's
    /// memory, if nobody else needs it and it has this shape.
    template <int Rank>
    void send(backward_task& task, const extents<Rank>& shape, const element_source<T, Rank>& seed, handle_to<body<T, Rank>> reusable) const {
        [&]<std::size_t... K>(std::index_sequence<K...>) {
            std::array<element_sum<T, Rank>, programs::gradients> targets{};
            const gradient_memory<T, Rank> given{shape, std::move(reusable)};
            auto memory = std::tuple{std::get<K>(operands_).template target<T>(task, given, targets.data() + programs::gradient_of(K))...};
            const T numbers[] = {std::get<K>(operands_).template number_if_uniform<T>()...};
            element_runner<element_sum<T, Rank>, typename programs::gradient, T, Rank, false, is_uniform<Leaf>...>::template run<execution::sequential_policy>(
                shape, {seed, std::get<K>(operands_).template source<T, Rank>(numbers[K], seed)...}, targets);
            (std::get<K>(operands_).finish(task, std::get<K>(memory)), ...);
        }(leaves);
    }

    /// The same, recorded.
    template <int Rank>
    void send_recorded(backward_task& task, const extents<Rank>& shape, const recorded_input<T>& seed) const {
        [&]<std::size_t... K>(std::index_sequence<K...>) {
            const std::vector<recorded_input<T>> inputs{seed, std::get<K>(operands_).template recorded<T>()...};
            const int gradients[] = {programs::wanted::contains(K + 1) ? programs::gradient_of(K) : nowhere...};
            for (std::size_t k = 0; k < sizeof...(Leaf); ++k) {
                const recorded_input<T>& input = inputs[k + 1];
                if (gradients[k] == nowhere || !input.edge) continue;
                constexpr auto& flat = programs::gradient::flat;
                const interpreted_program program{{flat.nodes, flat.nodes + flat.size}, flat.outputs[gradients[k]]};
                input.send(task, input.edge.get(), input.make(task.template how<T>().of_elements(program, along_four(shape, 1)), inputs, input));
            }
        }(leaves);
    }

    /// The value where all operands have one element.
    static T number_of(const std::tuple<Leaf...>& operands) {
        T result;
        [&]<std::size_t... K>(std::index_sequence<K...>) {
            const T in[] = {first_number<T>(std::get<K>(operands))...};
            detail::evaluate<typename programs::value>(in, &result);
        }(leaves);
        return result;
    }
    /// Writes the values of all elements.
    template <int Rank, class Target>
    static void evaluate_to(const extents<Rank>& shape, const Target& target, const std::tuple<Leaf...>& operands) {
        [&]<std::size_t... K>(std::index_sequence<K...>) {
            const T numbers[] = {number_if_uniform<T>(std::get<K>(operands))...};
            element_runner<Target, typename programs::value, T, Rank, is_uniform<Leaf>...>::template run<execution::sequential_policy>(
                shape, {source_of<T, Rank>(std::get<K>(operands), numbers[K])...}, {target});
        }(leaves);
    }

private:
    std::tuple<operand_of<Leaf>...> operands_;
    bool saves_ = false, freed_ = false;
};

template <class Tree, class T, int Rank, class... Leaf>
class elementwise_node final : public body<T, Rank> {
    using operands = elementwise_operands<Tree, T, Leaf...>;

public:
    using body<T, Rank>::body;

    /// Keeps what backward needs of the operands.
    void record(std::tuple<Leaf...>& leaves) {
        operands_.keep(*this, leaves);
        this->set_made(true);
    }
    void keep_copies_of(const variable_node& changed) { operands_.keep_copies_of(&changed); }

    const char* name() const override {
        static const std::string text = node_name(Tree::function::name);
        return text.c_str();
    }

    void run(backward_task& task) override {
        operands_.check();
        receive(task, *this);
        auto& arrived = task.arrived(*this);
        if constexpr (Rank == 0) {
            operands_.send_number(task, arrived.take_number());
        } else {
            auto seed = arrived.take();
            if (seed->size() == 1) {
                operands_.send_number(task, *seed->data);
            } else {
                const bool is_free = !seed->is_held_elsewhere() && seed->is_by_rows();
                const extents<Rank> shape = seed->shape;
                const auto source = element_source<T, Rank>::of(static_cast<const T*>(seed->data), seed->strides);
                // Moved: the gradient that it becomes is added to in place only while nobody else holds it.
                handle_to<body<T, Rank>> reusable;
                if (is_free) reusable = std::move(seed);
                operands_.template send<Rank>(task, shape, source, std::move(reusable));
            }
        }
        if (!task.retains_graph) operands_.free();
    }
    void run_recorded(backward_task& task, const handle_to<variable_node>& seed) override {
        operands_.check();
        const handle_to<body<T, Rank>> typed(static_cast<body<T, Rank>*>(seed.get()));
        operands_.template send_recorded<Rank>(task, typed->shape, recorded_input<T>::template of<Rank>(typed));
    }

    static void evaluate_to(body<T, Rank>& result, const std::tuple<Leaf...>& leaves) {
        if (result.size() == 1) *result.data = operands::number_of(leaves);
        else if constexpr (Rank > 0) operands::template evaluate_to<Rank>(result.shape, element_target<T, Rank>{result.data, result.strides}, leaves);
    }

private:
    operands operands_;
};

/// As PyTorch numbers them: over all dimensions, or over some.
constexpr const char* name_of_reduction(bool is_mean, bool is_over_all) {
    return is_mean ? (is_over_all ? "MeanBackward0" : "MeanBackward1") : (is_over_all ? "SumBackward0" : "SumBackward1");
}

/// The sum or mean of an elementwise tree over the dimensions in `Reduced`, a bit for each of `Wide`; kept as dimensions of one step if Rank is Wide. One loop
/// each, without memory for the elements.
template <class Tree, class T, int Wide, unsigned Reduced, bool IsMean, int Rank, class... Leaf>
class reduced_node final : public body<T, Rank> {
    using operands = elementwise_operands<Tree, T, Leaf...>;

public:
    using body<T, Rank>::body;

    void record(std::tuple<Leaf...>& leaves, const extents<Wide>& wide) {
        operands_.keep(*this, leaves);
        wide_ = wide;
        this->set_made(true);
    }
    const char* name() const override {
        return name_of_reduction(IsMean, Rank == 0);
    }

    void run(backward_task& task) override {
        operands_.check();
        receive(task, *this);
        auto seed = task.arrived(*this).take();
        if constexpr (IsMean) {
            const T scale = T(1) / static_cast<T>(reduced_size(wide_));
            if (seed->is_held_elsewhere()) seed = clone_of(*seed);
            for_each_pair(*seed, *seed, [&](T& x, const T&) { x *= scale; });
        }
        operands_.template send<Wide>(task, wide_, element_source<T, Wide>::of(static_cast<const T*>(seed->data), widened(*seed)), handle_to<body<T, Wide>>());
        if (!task.retains_graph) operands_.free();
    }
    void run_recorded(backward_task& task, const handle_to<variable_node>& seed) override {
        operands_.check();
        handle_to<body<T, Rank>> typed(static_cast<body<T, Rank>*>(seed.get()));
        if constexpr (IsMean) typed = recorded_multiple<T, Rank>(task.template how<T>(), typed, T(1) / static_cast<T>(reduced_size(wide_)));
        operands_.template send_recorded<Wide>(task, wide_, stretched_seed(typed));
    }

    static void evaluate_to(body<T, Rank>& result, const extents<Wide>& wide, const std::tuple<Leaf...>& leaves) {
        std::fill_n(result.data, result.size(), T{});
        T lost{};
        operands::template evaluate_to<Wide>(wide, element_sum<T, Wide>{result.data, widened(result), true, result.size() == 1 ? &lost : nullptr}, leaves);
        if (result.size() == 1) *result.data = with_lost(*result.data, lost);
        if constexpr (IsMean)
            for (std::ptrdiff_t k = 0; k < result.size(); ++k) result.data[k] /= static_cast<T>(reduced_size(wide));
    }
    static extents<Rank> shape(const extents<Wide>& wide) {
        extents<Rank> result{};
        for (int d = 0, next = 0; d < Wide; ++d) {
            const bool is_reduced = Reduced >> d & 1;
            if constexpr (Rank == Wide) result[d] = is_reduced ? 1 : wide[d];
            else if constexpr (Rank > 0)
                if (!is_reduced) result[next++] = wide[d];
        }
        return result;
    }

private:
    static std::ptrdiff_t reduced_size(const extents<Wide>& wide) {
        std::ptrdiff_t size = 1;
        for (int d = 0; d < Wide; ++d)
            if (Reduced >> d & 1) size *= wide[d];
        return size;
    }
    // The seed along all dimensions of the operands.
    static recorded_input<T> stretched_seed(const handle_to<body<T, Rank>>& seed);
    // The strides along all dimensions: 0 along those that are reduced.
    static extents<Wide> widened([[maybe_unused]] const body<T, Rank>& narrow) {
        extents<Wide> strides{};
        if constexpr (Rank > 0)
            for (int d = 0, next = 0; d < Wide; ++d) {
                if (Rank == Wide) next = d;
                if (!(Reduced >> d & 1)) strides[d] = narrow.strides[next++];
            }
        return strides;
    }

    operands operands_;
    extents<Wide> wide_{};
};

}  // namespace tapeless::detail
