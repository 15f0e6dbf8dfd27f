// SPDX-License-Identifier: BSL-1.0
// Products of matrices, batched. By loops of our own, or by a library: including <tapeless/interop/cblas.hpp> makes it CBLAS.
#pragma once

#include <tapeless/evaluate/multiply.hpp>
#include <tapeless/variable/views.hpp>

#include <algorithm>
#include <utility>

namespace tapeless {
namespace detail {

/// The last two dimensions of an array whose others are batches.
template <class T>
struct matrix_batch {
    const T* data;
    std::ptrdiff_t rows, columns, row_stride, column_stride;
    std::ptrdiff_t batch_strides[2];  ///< of the first of four dimensions, and of the second

    template <int Rank>
    static matrix_batch of(const body<T, Rank>& x) {
        matrix_batch m{x.data, x.shape[Rank - 2], x.shape[Rank - 1], x.strides[Rank - 2], x.strides[Rank - 1], {}};
        for (int d = 0; d < Rank - 2; ++d) m.batch_strides[4 - Rank + d] = x.shape[d] == 1 ? 0 : x.strides[d];
        return m;
    }
    matrix_batch transposed() const { return {data, columns, rows, column_stride, row_stride, {batch_strides[0], batch_strides[1]}}; }
    execution::matrix_factor<T> factor(std::ptrdiff_t first, std::ptrdiff_t second) const {
        const bool is_transposed = !is_plain();
        return {data + first * batch_strides[0] + second * batch_strides[1], std::max<std::ptrdiff_t>(is_transposed ? column_stride : row_stride, is_transposed ? rows : columns), is_transposed};
    }
    /// Whether a library can read it where it is.
    bool is_readable() const { return is_plain() || ((row_stride == 1 || rows == 1) && (column_stride >= rows || columns == 1)); }

private:
    bool is_plain() const { return (column_stride == 1 || columns == 1) && (row_stride >= columns || rows == 1); }
};

/// On a device; none: on the host.
template <class T>
void multiply(const value_device* device, const execution::matrix_product<T>& product) {
    if constexpr (std::is_floating_point_v<T>)
        if (device) return device->multiply(product);
    multiply_matrices<T>(product);
}

/// c = a b for each step of the batches, c by rows, and where `c` has one step of a batch, the sum over that.
template <class T, int Rank>
void multiply_batches(const matrix_batch<T>& a, const matrix_batch<T>& b, std::ptrdiff_t first_count, std::ptrdiff_t second_count, body<T, Rank>& c, bool adds) {
    const auto to = matrix_batch<T>::of(c);
    const bool is_sum = (first_count > 1 && to.batch_strides[0] == 0) || (second_count > 1 && to.batch_strides[1] == 0);
    const bool has_no_terms = a.columns == 0 || first_count == 0 || second_count == 0;
    if ((is_sum || has_no_terms) && !adds) fill_elements(c, T{});
    if (a.rows == 0 || b.columns == 0 || a.columns == 0) return;
    for (std::ptrdiff_t i = 0; i < first_count; ++i)
        for (std::ptrdiff_t j = 0; j < second_count; ++j)
            multiply(c.device(), execution::matrix_product<T>{a.rows, b.columns, a.columns, a.factor(i, j), b.factor(i, j), c.data + i * to.batch_strides[0] + j * to.batch_strides[1],
                                                              std::max<std::ptrdiff_t>(1, b.columns), adds || is_sum});
}

/// Reads an array as matrices; copies it first where it lies otherwise.
template <class T, int Rank>
class readable_matrices {
public:
    explicit readable_matrices(const handle_to<body<T, Rank>>& x) : kept_(matrix_batch<T>::of(*x).is_readable() ? x : clone_of(*x)) {}
    matrix_batch<T> batch() const { return matrix_batch<T>::of(*kept_); }

private:
    handle_to<body<T, Rank>> kept_;
};

template <class T, int A, int B>
class matmul_node final : public body<T, std::max(A, B)> {
public:
    static constexpr int rank = std::max(A, B);
    using body<T, rank>::body;

    void record(const handle_to<body<T, A>>& a, const handle_to<body<T, B>>& b) {
        a_.keep(*this, a, b->requires_grad());
        b_.keep(*this, b, a->requires_grad());
        this->set_made(true);
    }
    // PyTorch gives the product of batches its shape last.
    const char* name() const override { return rank == 2 ? "MmBackward0" : "UnsafeViewBackward0"; }
    void run(backward_task& task) override {
        if (freed_) throw variable_error(error_text::second_backward());
        a_.check();
        b_.check();
        receive(task, *this);
        const readable_matrices<T, rank> seed(task.arrived(*this).take());
        const auto counts = batch_counts();
        if (a_.edge) {
            const readable_matrices<T, B> other(b_.saved);
            a_.send(task, [&](body<T, A>& to, bool adds) { multiply_batches(seed.batch(), other.batch().transposed(), counts.first, counts.second, to, adds); });
        }
        if (b_.edge) {
            const readable_matrices<T, A> other(a_.saved);
            b_.send(task, [&](body<T, B>& to, bool adds) { multiply_batches(other.batch().transposed(), seed.batch(), counts.first, counts.second, to, adds); });
        }
        if (task.retains_graph) return;
        freed_ = true;
        a_.saved = nullptr;
        b_.saved = nullptr;
    }
    void run_recorded(backward_task& task, const handle_to<variable_node>& seed) override;
    std::pair<std::ptrdiff_t, std::ptrdiff_t> batch_counts() const { return batch_counts(*this); }
    static std::pair<std::ptrdiff_t, std::ptrdiff_t> batch_counts(const body<T, rank>& result) { return {rank > 3 ? result.shape[0] : 1, rank > 2 ? result.shape[rank - 3] : 1}; }

private:
    template <int R>
    struct factor {
        edge_to edge;
        handle_to<body<T, R>> saved;
        std::uint32_t version = 0;

        void keep(variable_node& owner, const handle_to<body<T, R>>& x, bool is_read) {
            edge = edge_to(x->gradient_target());
            owner.follow(edge.get());
            if (!is_read) return;
            saved = x;
            version = x->version();
        }
        void check() const {
            if (saved && saved->version() != version) throw variable_error(error_text::changed_in_place<T>(saved->shape, saved->made_by(), saved->version(), version));
        }
        const extents<R>& shape() const { return target().shape; }
        const value_device* edge_device() const { return target().device(); }
        const body<T, R>& target() const { return static_cast<const body<T, R>&>(*edge.get()); }
        template <class Write>
        void send(backward_task& task, const Write& write) const {
            auto& sum = task.reach<T, R>(edge.get()).array;
            const bool adds = static_cast<bool>(sum);
            if (!adds) sum = new_node_on<body<T, R>>(edge_device(), shape());
            else if (sum->is_held_elsewhere() || !sum->is_by_rows()) sum = clone_of(*sum);
            write(*sum, adds);
        }
    };

    factor<A> a_;
    factor<B> b_;
    bool freed_ = false;
};

/// What stands in a statement as a Variable.
template <class T, int Rank>
const Variable<T, Rank>& as_variable(const Variable<T, Rank>& x) {
    return x;
}
template <class Tree, int Rank, bool IsTruth, class... Leaf, class System = typename variable_system<Tree>::type>
auto as_variable(const variable_expression<Tree, Rank, IsTruth, Leaf...>& x) {
    return Variable(x);
}

template <class T, int A, int B>
auto product_of_matrices(const Variable<T, A>& a, const Variable<T, B>& b) {
    using node_type = matmul_node<T, A, B>;
    constexpr int rank = node_type::rank;
    if (a.shape()[A - 1] != b.shape()[B - 2])
        throw variable_error(error_text::matrices_do_not_multiply(a.shape()[A - 2], a.shape()[A - 1], b.shape()[B - 2], b.shape()[B - 1]));
    extents<rank> shape{};
    for (int d = 0; d < rank - 2; ++d) {
        const std::ptrdiff_t of_a = d < rank - A ? 1 : a.shape()[d - (rank - A)], of_b = d < rank - B ? 1 : b.shape()[d - (rank - B)];
        if (of_a != of_b && of_a != 1 && of_b != 1) throw variable_error(error_text::sizes_do_not_broadcast(of_a, of_b, d));
        shape[d] = of_a == 1 ? of_b : of_a;
    }
    shape[rank - 2] = a.shape()[A - 2];
    shape[rank - 1] = b.shape()[B - 1];
    const value_device* const device = common_device({a.state()->device(), b.state()->device()});
    const auto evaluate = [&](body<T, rank>& result) {
        const readable_matrices<T, A> left(a.state());
        const readable_matrices<T, B> right(b.state());
        const auto [first, second] = node_type::batch_counts(result);
        multiply_batches(left.batch(), right.batch(), first, second, result, false);
    };
    if (is_grad_enabled() && (a.requires_grad() || b.requires_grad())) {
        auto result = new_node_on<node_type>(device, shape);
        evaluate(*result);
        result->record(a.state(), b.state());
        return Variable<T, rank>(handle_to<body<T, rank>>(std::move(result)));
    }
    Variable<T, rank> result(new_node_on<body<T, rank>>(device, shape));
    evaluate(*result.state());
    return result;
}

/// The sum over the batches that a factor was stretched along.
template <class T, int Rank, int R>
handle_to<body<T, R>> summed_to(const interpreter<T>& how, const Variable<T, Rank>& gradient, const extents<static_cast<std::size_t>(R)>& shape) {
    static const auto itself = [] {
        graph_builder g(2);
        const index input = g.input(0);
        return interpreted_program{{g.nodes(), g.nodes() + g.size()}, input};
    }();
    const auto input = recorded_input<T>::template of<Rank>(gradient.state());
    return interpreted_node<T, R>::make(how.of_elements(itself, input.shape), {input}, shape, input.device);
}

template <class T, int A, int B>
void matmul_node<T, A, B>::run_recorded(backward_task& task, const handle_to<variable_node>& seed) {
    if (freed_) throw variable_error(error_text::second_backward());
    a_.check();
    b_.check();
    const Variable<T, rank> gradient(handle_to<body<T, rank>>(static_cast<body<T, rank>*>(seed.get())));
    if (a_.edge) {
        const auto product = product_of_matrices(gradient, Variable<T, B>(b_.saved).transpose(-2, -1));
        task.template reach_recorded<T, A>(a_.edge.get(), summed_to<T, rank, A>(task.template how<T>(), product, a_.shape()));
    }
    if (b_.edge) {
        const auto product = product_of_matrices(Variable<T, A>(a_.saved).transpose(-2, -1), gradient);
        task.template reach_recorded<T, B>(b_.edge.get(), summed_to<T, rank, B>(task.template how<T>(), product, b_.shape()));
    }
}

}  // namespace detail

/// numpy's matmul: the sum of products over the last dimension of a and the last but one of b, or its only one; the dimensions before are batches, which broadcast.
/// One node of its own: expressions in it are evaluated first.
/// Errors: a variable_error where the shapes do not fit; the number types must be the same.
template <detail::in_statement Left, detail::in_statement Right, class System = typename detail::variable_system<Left>::type>
    requires(detail::rank_in_expression<Left> > 0 && detail::rank_in_expression<Right> > 0)
auto matmul(const Left& left, const Right& right) {
    const auto& a = detail::as_variable(left);
    const auto& b = detail::as_variable(right);
    using one = typename std::remove_cvref_t<decltype(a)>::value_type;
    using other = typename std::remove_cvref_t<decltype(b)>::value_type;
    static_assert(std::is_same_v<one, other>, "tapeless::matmul: expected the same number type in both factors, as PyTorch does.");
    if constexpr (std::remove_cvref_t<decltype(a)>::rank == 1 && std::remove_cvref_t<decltype(b)>::rank == 1) return Variable(sum(a * b));
    else if constexpr (std::remove_cvref_t<decltype(a)>::rank == 1) return detail::product_of_matrices(a.unsqueeze(0), b).squeeze(-2);
    else if constexpr (std::remove_cvref_t<decltype(b)>::rank == 1) return detail::product_of_matrices(a, b.unsqueeze(1)).squeeze(-1);
    else return detail::product_of_matrices(a, b);
}

}  // namespace tapeless
