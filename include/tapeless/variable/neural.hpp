// SPDX-License-Identifier: BSL-1.0
// What neural networks are made of: activations, losses, normalisation, dropout, convolution.
#pragma once

#include <tapeless/variable/creation.hpp>
#include <tapeless/variable/matmul.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

namespace tapeless {

// An activation is a function of the recording library's, under its own name in the graph.
#define TAPELESS_ACTIVATION(FUNCTION)                                       \
    namespace detail {                                                      \
    struct FUNCTION##_call {                                                \
        static constexpr bool is_elementwise = true;                        \
        static constexpr std::string_view name = #FUNCTION;                 \
        template <int Rank>                                                 \
        static constexpr int rank = Rank;                                   \
        template <class X>                                                  \
        constexpr auto operator()(const X& x) const {                       \
            return FUNCTION(x);                                             \
        }                                                                   \
    };                                                                      \
    }                                                                       \
    template <detail::in_statement X>                                       \
    auto FUNCTION(const X& x) {                                             \
        return detail::express<detail::FUNCTION##_call, false>(x);          \
    }
TAPELESS_ACTIVATION(relu)
TAPELESS_ACTIVATION(sigmoid)
TAPELESS_ACTIVATION(softplus)
TAPELESS_ACTIVATION(silu)
TAPELESS_ACTIVATION(gelu)
#undef TAPELESS_ACTIVATION

/// The mean of the squared differences.
template <detail::in_statement A, detail::in_statement B>
auto mse_loss(const A& prediction, const B& target) {
    return mean((prediction - target) * (prediction - target));
}

namespace detail {
struct cross_entropy_function {
    static constexpr std::string_view name = "NllLoss";
    template <class Scores, class Classes>
    constexpr auto operator()(const Scores& scores, const Classes& classes) const {
        return -mean(pick(log_softmax(scores, axis<1>), classes));
    }
};
struct layer_norm_function {
    static constexpr std::string_view name = "NativeLayerNorm";
    template <class X, class Weight, class Bias, class Epsilon>
    constexpr auto operator()(const X& x, const Weight& weight, const Bias& bias, const Epsilon& epsilon) const {
        const auto centered = x - mean(x, axis<-1>, keepdims);
        return centered / sqrt(mean(centered * centered, axis<-1>, keepdims) + epsilon) * weight + bias;
    }
};
}  // namespace detail

/// The mean over the rows of `scores` of -log(softmax(row)[class]).
/// scores: samples by classes. classes: one for each sample; one that there is no score for is an error.
template <detail::in_statement Scores>
    requires(detail::rank_in_expression<Scores> == 2)
auto cross_entropy(const Scores& scores, const Variable<std::int64_t, 1>& classes) {
    return apply(detail::cross_entropy_function{}, scores, classes);
}
/// (x - mean) / sqrt(variance + epsilon) * weight + bias along the last dimension. J. Ba, J. Kiros, G. Hinton, Layer Normalization (2016).
template <detail::in_statement X, class T>
auto layer_norm(const X& x, const Variable<T, 1>& weight, const Variable<T, 1>& bias, double epsilon = 1e-5) {
    return apply(detail::layer_norm_function{}, x, weight, bias, epsilon);
}
/// Each element 0 with the probability `rate`, else divided by 1 - rate; the default stream draws. N. Srivastava and others, Dropout (2014).
template <class T, int Rank>
Variable<T, Rank> dropout(const Variable<T, Rank>& x, double rate = 0.5, bool is_training = true) {
    if (rate < 0 || rate > 1) throw variable_error("dropout probability has to be between 0 and 1, but got " + std::to_string(rate));
    if (!is_training || rate == 0) return x;
    Variable<T, Rank> factors(detail::new_node<detail::body<T, Rank>>(x.shape()));
    default_generator().uniform(factors.data_pointer(), factors.numel());
    const T kept = rate < 1 ? static_cast<T>(1 / (1 - rate)) : T(0);
    std::for_each_n(factors.data_pointer(), factors.numel(), [&](T& factor) { factor = static_cast<double>(factor) < rate ? T(0) : kept; });
    return x * factors;
}

namespace detail {

/// The places in an image with a border of zeros that a window is moved over: element (c, y, x) of window (i, j) for all of them.
struct window_geometry {
    std::ptrdiff_t channels, height, width, rows, columns, stride, padding;
    std::ptrdiff_t out_height() const { return (height + 2 * padding - rows) / stride + 1; }
    std::ptrdiff_t out_width() const { return (width + 2 * padding - columns) / stride + 1; }
    std::ptrdiff_t window_size() const { return channels * rows * columns; }

    /// Calls visitor(entry of the matrix of windows, pixel) where there is a pixel: one row of the matrix for each pixel of a window, one column for each window.
    template <class Visitor>
    void for_each(const Visitor& visitor) const {
        const std::ptrdiff_t windows = out_height() * out_width();
        for (std::ptrdiff_t c = 0; c < channels; ++c)
            for (std::ptrdiff_t r = 0; r < rows; ++r)
                for (std::ptrdiff_t q = 0; q < columns; ++q) {
                    const std::ptrdiff_t row = (c * rows + r) * columns + q;
                    for (std::ptrdiff_t i = 0; i < out_height(); ++i) {
                        const std::ptrdiff_t y = i * stride - padding + r;
                        if (y < 0 || y >= height) continue;
                        for (std::ptrdiff_t j = 0; j < out_width(); ++j) {
                            const std::ptrdiff_t x = j * stride - padding + q;
                            if (x >= 0 && x < width) visitor(row * windows + i * out_width() + j, (c * height + y) * width + x);
                        }
                    }
                }
    }
};

/// The windows of each image as the columns of a matrix ("im2col"): a convolution is then a product of matrices.
template <class T>
class windows_node final : public body<T, 3> {
public:
    using body<T, 3>::body;
    void record(const Variable<T, 4>& images, const window_geometry& geometry) {
        edge_ = edge_to(images.state()->gradient_target());
        shape_ = images.shape();
        geometry_ = geometry;
        this->follow(edge_.get());
        this->require_grad(true);
    }
    bool is_leaf() const override { return false; }
    const char* name() const override { return "Im2ColBackward0"; }
    void run(backward_task& task) override {
        receive(task, *this);
        auto seed = task.arrived(*this).take();
        if (!seed->is_by_rows()) seed = clone_of(*seed);
        auto gradient = zeros_of<T, 4>(shape_);
        const std::ptrdiff_t of_image = shape_[1] * shape_[2] * shape_[3], of_windows = seed->shape[1] * seed->shape[2];
        for (std::ptrdiff_t n = 0; n < shape_[0]; ++n)
            geometry_.for_each([&](std::ptrdiff_t entry, std::ptrdiff_t pixel) { gradient->data[n * of_image + pixel] += seed->data[n * of_windows + entry]; });
        task.template reach<T, 4>(edge_.get()).add(gradient);
    }

private:
    edge_to edge_;
    extents<4> shape_{};
    window_geometry geometry_{};
};

template <class T>
Variable<T, 3> windows_of(const Variable<T, 4>& images, const window_geometry& geometry) {
    const extents<3> shape{images.shape()[0], geometry.window_size(), geometry.out_height() * geometry.out_width()};
    const auto rows = images.contiguous();
    const auto fill = [&](T* to) {
        std::fill_n(to, size_of(shape), T{});
        const std::ptrdiff_t of_image = geometry.channels * geometry.height * geometry.width;
        for (std::ptrdiff_t n = 0; n < shape[0]; ++n)
            geometry.for_each([&](std::ptrdiff_t entry, std::ptrdiff_t pixel) { to[n * shape[1] * shape[2] + entry] = rows.data_pointer()[n * of_image + pixel]; });
    };
    if (is_grad_enabled() && images.requires_grad()) {
        auto result = new_node<windows_node<T>>(shape);
        fill(result->data);
        result->record(images, geometry);
        return Variable<T, 3>(handle_to<body<T, 3>>(std::move(result)));
    }
    Variable<T, 3> result(new_body<T, 3>(shape));
    fill(result.data_pointer());
    return result;
}

}  // namespace detail

/// Cross-correlation of images with kernels, by a product of matrices.
/// images: count, channels, height, width. kernels: channels of the result, channels, height, width. bias: one for each channel of the result.
template <class T>
Variable<T, 4> conv2d(const Variable<T, 4>& images, const Variable<T, 4>& kernels, const Variable<T, 1>& bias = nullptr, std::ptrdiff_t stride = 1, std::ptrdiff_t padding = 0) {
    const auto& image = images.shape();
    const auto& kernel = kernels.shape();
    if (image[1] != kernel[1])
        throw variable_error("Given groups=1, weight of size " + detail::shape_text(kernel).text + ", expected input" + detail::shape_text(image).text + " to have " + std::to_string(kernel[1]) +
                             " channels, but got " + std::to_string(image[1]) + " channels instead");
    if (stride < 1) throw variable_error("non-positive stride is not supported");
    if (padding < 0) throw variable_error("negative padding is not supported");
    if (image[2] + 2 * padding < kernel[2] || image[3] + 2 * padding < kernel[3])
        throw variable_error("Calculated padded input size per channel: (" + std::to_string(image[2] + 2 * padding) + " x " + std::to_string(image[3] + 2 * padding) + "). Kernel size: (" +
                             std::to_string(kernel[2]) + " x " + std::to_string(kernel[3]) + "). Kernel size can't be greater than actual input size");
    const detail::window_geometry geometry{image[1], image[2], image[3], kernel[2], kernel[3], stride, padding};
    const auto matrix = kernels.reshape(kernel[0], geometry.window_size());
    const auto product = matmul(matrix, detail::windows_of(images, geometry)).reshape(image[0], kernel[0], geometry.out_height(), geometry.out_width());
    if (bias.is_none()) return product;
    return product + bias.reshape(kernel[0], 1, 1);
}

}  // namespace tapeless
