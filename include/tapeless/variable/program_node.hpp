// SPDX-License-Identifier: BSL-1.0
// A statement with reductions, products or any function of arrays in it: the array programs of its value and of its gradients, which a compiler has fused.
#pragma once

#include <tapeless/function/array_call.hpp>
#include <tapeless/function/gradient.hpp>
#include <tapeless/function/value.hpp>
#include <tapeless/record/array_reductions.hpp>
#include <tapeless/variable/operand.hpp>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace tapeless::detail {

/// The product of a seed and of what a function gives, as one number.
template <class Function>
struct seeded_program {
    template <class Seed, class... Operand>
    constexpr auto operator()(const Seed& seed, const Operand&... operand) const {
        return sum(array_term<Seed::rank>(Function{}(operand...)) * seed);
    }
};

/// A leaf as an argument of a program: an array, or a number of type T.
template <class T, class Leaf>
auto program_argument(const Leaf& leaf) {
    if constexpr (is_uniform<Leaf>) {
        return first_number<T>(leaf);
    } else {
        using body_type = std::remove_cvref_t<decltype(*leaf.state())>;
        return array_view<const typename Leaf::value_type, body_type::rank>(leaf.state()->data, leaf.state()->shape, leaf.state()->strides);
    }
}
template <class T, class Leaf>
using program_argument_of = decltype(program_argument<T>(std::declval<const Leaf&>()));

/// A recorded array program by value. Each leaf is a number or an array.
template <class Flat>
interpreted_arrays arrays_by_value(const Flat& flat, int rank, std::vector<std::ptrdiff_t>&& extent, std::initializer_list<bool> is_number) {
    constexpr auto copied = [](const auto& table, int count) { return std::vector(table, table + count); };
    interpreted_arrays result{copied(flat.graph.nodes, flat.graph.size), copied(flat.accesses, Flat::sizes.accesses), copied(flat.slices, Flat::sizes.slices), copied(flat.concatenations, Flat::sizes.concatenations),
                              copied(flat.reshapings, Flat::sizes.reshapings), copied(flat.scans, Flat::sizes.scans), std::move(extent), {}, {}, {}};
    for (int input = 0; const bool number : is_number) (number ? result.input_of_number : result.input_of_array).push_back(input++);
    array_access places{.array = nowhere, .rank = rank};
    for (int d = 0; d < rank; ++d) places.dimensions[d].axis = flat.result_axes[d];
    result.outputs.push_back({flat.graph.outputs[0], places});
    return result;
}

/// Calls visitor(positions, first, second) for each two of the elements of a tuple, the position of the first being before that of the second.
template <int... Position, class Visitor, class Tuple>
void for_each_pair_of([[maybe_unused]] const Visitor& visitor, [[maybe_unused]] Tuple& all) {
    static constexpr int positions[] = {Position..., 0};
    constexpr std::size_t count = sizeof...(Position);
    [&]<std::size_t... K>(std::index_sequence<K...>) {
        const auto visit = [&]<std::size_t First, std::size_t Second>(std::index_sequence<First, Second>) {
            if constexpr (First < Second) visitor(std::integer_sequence<int, positions[First], positions[Second]>{}, std::get<First>(all), std::get<Second>(all));
        };
        (visit(std::index_sequence<K / count, K % count>{}), ...);
    }(std::make_index_sequence<count * count>{});
}

/// How programs of Variables run: on the host, by loops.
struct programs_on_host {
    template <class Function, class T, class... Leaf>
    using call = array_value_call<Function, execution::sequential_policy, program_argument_of<T, Leaf>...>;

    /// The value, as the body of an array that `Node` is.
    template <class Node, class Function, class T, int Rank, class... Leaf>
    handle_to<Node> evaluate(const std::tuple<Leaf...>& operands) const {
        return std::apply([](const auto&... leaf) {
            const auto make = [](const extents<Rank>& shape) { return new_node<Node>(shape); };
            if constexpr (Rank > 0) {
                return call<Function, T, Leaf...>::get_in("tapeless::Variable", make, program_argument<T>(leaf)...);
            } else {
                const auto result = make({});
                result->number = static_cast<T>(call<Function, T, Leaf...>::get("tapeless::Variable", program_argument<T>(leaf)...));
                return result;
            }
        }, operands);
    }
    /// Memory for the gradient by an operand, wanted or not.
    template <class T, class One>
    auto memory_for(const One& leaf, bool) const {
        return new_node<body<T, One::rank>>(leaf.state()->shape);
    }
    /// Whether two gradients may have one memory, for their sum.
    template <class Function, class T, int Rank, int First, int Second, int... Position, class Leaves>
    static constexpr bool adds_up(Leaves) {
        return false;
    }
    /// The gradients by the operands at these positions, times a seed, to memory for each.
    template <class Function, int... Position, class T, int Rank, class... Leaf, class... Memory>
    void differentiate(const body<T, Rank>& seed, const std::tuple<Leaf...>& operands, const std::tuple<Memory...>& memory) const {
        std::apply([&](const auto&... leaf) {
            std::apply([&](const auto&... each) {
                auto targets = std::tuple<decltype(target_of(*each))...>(target_of(*each)...);
                std::apply([&](auto&... target) { gradient(seeded_program<Function>{}, wrt<Position + 1 ...>).into(target...)(argument_of_seed(seed), program_argument<T>(leaf)...); }, targets);
            }, memory);
        }, operands);
    }

private:
    template <class T, int Rank>
    static auto argument_of_seed(const body<T, Rank>& seed) {
        if constexpr (Rank == 0) return *seed.data;
        else return array_view<const T, Rank>(seed.data, seed.shape, seed.strides);
    }
    template <class T, int R>
    static decltype(auto) target_of(body<T, R>& memory) {
        if constexpr (R == 0) return (memory.number);
        else return memory.view();
    }
};

/// Programs: how they run. T: the number type that the program computes in. Function: of array terms. HasProducts: the gradient by one operand may cost far more than that by
/// another one, so that one that is wanted alone has a program of its own; each program costs a second to compile.
template <class Programs, class Function, bool HasProducts, class T, int Rank, class... Leaf>
class program_node final : public body<T, Rank> {
    static constexpr auto leaves = std::index_sequence_for<Leaf...>{};

public:
    using body<T, Rank>::body;

    /// is_read: of each operand, whether one of the gradients that are wanted reads its values.
    void record(const Programs& programs, std::tuple<Leaf...>& operands, const char* name, const std::array<bool, sizeof...(Leaf)>& is_read) {
        programs_ = programs;
        name_ = name;
        [&]<std::size_t... K>(std::index_sequence<K...>) {
            ((edges_[K] = edge_of(std::get<K>(operands))), ...);
            (forget_unless(is_read[K], std::get<K>(operands)), ...);
            ((versions_[K] = version_of(std::get<K>(operands))), ...);
            (this->follow(edges_[K].get()), ...);
        }(leaves);
        saves_ = std::find(is_read.begin(), is_read.end(), true) != is_read.end();
        operands_.emplace(std::move(operands));
        this->set_made(true);
    }
    /// Before `changed` is changed in place: what is kept of it is copied.
    void keep_copies_of(const variable_node& changed) {
        [&]<std::size_t... K>(std::index_sequence<K...>) { (keep_copy_of(changed, std::get<K>(*operands_), versions_[K]), ...); }(leaves);
    }
    const char* name() const override { return name_; }

    void run(backward_task& task) override {
        check();
        receive(task, *this);
        const auto seed = task.arrived(*this).take();
        const int wanted = static_cast<int>(std::count_if(edges_.begin(), edges_.end(), [](const edge_to& edge) { return static_cast<bool>(edge); }));
        if (HasProducts && wanted == 1) {
            [&]<std::size_t... K>(std::index_sequence<K...>) { ((edges_[K] ? send_one<K, Leaf>(task, *seed) : void()), ...); }(leaves);
        } else {
            send_all(task, *seed, typename differentiable<0, Leaf...>::positions{});
        }
        if (!task.retains_graph && saves_) operands_.reset();
    }

    void run_recorded(backward_task& task, const handle_to<variable_node>& seed) override {
        check();
        using call = programs_on_host::call<Function, T, Leaf...>;
        auto extent = std::apply([](const auto&... leaf) { return call::axis_extents("tapeless::Variable", argument_of_shape(leaf)...); }, *operands_);
        const auto program = task.template how<T>().of_arrays(arrays_by_value(call::recording::recorded, Rank, std::move(extent), {is_uniform<Leaf>...}));
        const auto inputs = [&]<std::size_t... K>(std::index_sequence<K...>) { return std::vector{recorded_leaf(std::get<K>(*operands_), edges_[K])...}; }(leaves);
        send_recorded(task, *program, inputs, recorded_input<T>::template of<Rank>(handle_to<body<T, Rank>>(static_cast<body<T, Rank>*>(seed.get()))));
    }

private:
    // The positions of the leaves that have gradients.
    template <int At, class... Rest>
    struct differentiable {
        using positions = std::integer_sequence<int>;
    };
    template <int Value, class Sequence>
    struct prepended;
    template <int Value, int... Rest>
    struct prepended<Value, std::integer_sequence<int, Rest...>> {
        using type = std::integer_sequence<int, Value, Rest...>;
    };
    template <int At, class First, class... Rest>
    struct differentiable<At, First, Rest...> {
        using rest = typename differentiable<At + 1, Rest...>::positions;
        using positions = typename std::conditional_t<is_differentiable<First>, prepended<At, rest>, std::type_identity<rest>>::type;
    };

    template <class One>
    static edge_to edge_of(const One& leaf) {
        if constexpr (is_differentiable<One>) return edge_to(leaf.state()->gradient_target());
        else return {};
    }
    /// For its shape alone: the host may not read it.
    template <class One>
    static auto argument_of_shape(const One& leaf) {
        if constexpr (is_uniform<One>) return program_argument_of<T, One>{};
        else return program_argument<T>(leaf);
    }
    template <class One>
    static recorded_input<T> recorded_leaf(const One& leaf, const edge_to& edge) {
        if constexpr (is_variable<One>) return recorded_input<T>::template of<typename One::value_type, One::rank>(leaf.state(), edge, leaf.state()->shape);
        else return recorded_input<T>::of_number(static_cast<T>(leaf));
    }
    /// Keeps the shape alone; of integers the values, too, in whose place no number can be read.
    template <class One>
    static void forget_unless(bool is_read, [[maybe_unused]] One& leaf) {
        if constexpr (is_variable<One> && is_differentiable<One>) {
            if (is_read) return;
            using own = body<typename One::value_type, One::rank>;
            const auto shape_alone = handle_to<own>::adopt(new own(leaf.state()->shape, typename own::no_memory{}));
            shape_alone->set_device(leaf.state()->device());
            shape_alone->data = nullptr;
            leaf = One(shape_alone);
        }
    }
    template <class One>
    static std::uint32_t version_of(const One& leaf) {
        if constexpr (is_variable<One>) return leaf.state()->version();
        else return 0;
    }
    void check() const {
        if (!operands_) throw variable_error(error_text::second_backward());
        [&]<std::size_t... K>(std::index_sequence<K...>) { (check_one(std::get<K>(*operands_), versions_[K]), ...); }(leaves);
    }
    template <class One>
    static void keep_copy_of([[maybe_unused]] const variable_node& changed, [[maybe_unused]] One& leaf, [[maybe_unused]] std::uint32_t& version) {
        if constexpr (is_variable<One>) {
            if (leaf.state().get() != &changed) return;
            leaf = One(clone_of(*leaf.state()));
            version = leaf.version();
        }
    }
    template <class One>
    static void check_one([[maybe_unused]] const One& leaf, [[maybe_unused]] std::uint32_t expected) {
        if constexpr (is_variable<One>)
            if (leaf.state()->version() != expected)
                throw variable_error(error_text::changed_in_place<typename One::value_type>(leaf.state()->shape, leaf.state()->made_by(), leaf.state()->version(), expected));
    }

    template <std::size_t Position, class One>
    void send_one(backward_task& task, const body<T, Rank>& seed) {
        if constexpr (HasProducts && is_differentiable<One>) send_all(task, seed, std::integer_sequence<int, static_cast<int>(Position)>{});
    }
    template <int... Position>
    void send_all(backward_task& task, const body<T, Rank>& seed, std::integer_sequence<int, Position...>) {
        std::tuple<decltype(programs_.template memory_for<T>(std::get<Position>(*operands_), true))...> memory;
        // A Variable that is named twice has one gradient.
        bool is_with_another[sizeof...(Leaf)] = {};
        const auto for_each_shared = [&](const auto& visitor) {
            for_each_pair_of<Position...>([&]<int First, int Second>(std::integer_sequence<int, First, Second>, auto& first, auto& second) {
                if constexpr (std::is_same_v<decltype(first), decltype(second)> && can_add_up<First, Second, Position...>())
                    if (edges_[First] && edges_[First].get() == edges_[Second].get() && !may_stretch(std::get<First>(*operands_).state()->shape)) visitor(first, second, is_with_another[Second]);
            }, memory);
        };
        for_each_shared([](auto&, auto&, bool& is_second) { is_second = true; });
        ((is_with_another[Position] ? void() : void(std::get<index_among<Position, Position...>()>(memory) = programs_.template memory_for<T>(std::get<Position>(*operands_), static_cast<bool>(edges_[Position])))), ...);
        for_each_shared([](auto& first, auto& second, bool&) { second = first; });
        programs_.template differentiate<Function, Position...>(seed, *operands_, memory);
        int next = 0;
        std::apply([&](auto&... each) { (send(task, std::array{Position...}[next++], is_with_another, std::move(each)), ...); }, memory);
    }
    template <int First, int Second, int... Position>
    static constexpr bool can_add_up() {
        if constexpr (is_array_leaf<First> && is_array_leaf<Second>) return Programs::template adds_up<Function, T, Rank, First, Second, Position...>(std::type_identity<std::tuple<Leaf...>>{});
        else return false;
    }
    template <int Which, int... Position>
    static constexpr std::size_t index_among() {
        std::size_t k = 0;
        for (const int each : {Position...}) {
            if (each == Which) break;
            ++k;
        }
        return k;
    }
    template <int Position>
    static constexpr bool is_array_leaf = rank_in_expression<std::tuple_element_t<static_cast<std::size_t>(Position), std::tuple<Leaf...>>> > 0;
    template <std::size_t R>
    static bool may_stretch(const extents<R>& shape) {
        return std::find(shape.begin(), shape.end(), 1) != shape.end();
    }
    template <int R>
    void send(backward_task& task, int position, const bool* is_with_another, handle_to<body<T, R>> gradient) {
        if (!edges_[position] || is_with_another[position]) return;
        // Of another number type than the program's: not known here.
        static_cast<void>(send_as<float, R>(task, position, gradient) || send_as<double, R>(task, position, gradient));
    }
    template <class U, int R>
    bool send_as(backward_task& task, int position, const handle_to<body<T, R>>& gradient) {
        constexpr bool is_this[] = {std::is_same_v<Leaf, Variable<U, R>>...};
        if (!is_this[position]) return false;
        auto& adjoint = task.reach<U, R>(edges_[position].get());
        // A number of the host's may be an operand on a device.
        const value_device* const device = static_cast<const body<U, R>&>(*edges_[position].get()).device();
        if constexpr (std::is_same_v<T, U>) adjoint.add(moved_to(device, gradient));
        else adjoint.add(moved_to(device, converted<U>(*gradient)));
        return true;
    }

    [[no_unique_address]] Programs programs_;
    const char* name_ = "";
    bool saves_ = true;
    std::array<edge_to, sizeof...(Leaf)> edges_;
    std::array<std::uint32_t, sizeof...(Leaf)> versions_{};
    std::optional<std::tuple<Leaf...>> operands_;  ///< empty: freed
};

}  // namespace tapeless::detail
