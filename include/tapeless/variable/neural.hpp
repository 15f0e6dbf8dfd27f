// SPDX-License-Identifier: BSL-1.0
// What neural networks are made of: activations, losses, normalisation, dropout, convolution.
#pragma once

#include <tapeless/variable/copied_elements.hpp>
#include <tapeless/variable/creation.hpp>
#include <tapeless/variable/matmul.hpp>

#include <algorithm>
#include <memory>
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
/// The same without a choice of elements, which a device would sort for: each row's score is compared with all classes. What is none of them makes it NaN.
struct cross_entropy_on_device {
    static constexpr std::string_view name = "NllLoss";
    template <class Scores, class Classes>
    constexpr auto operator()(const Scores& scores, const Classes& classes) const {
        const auto is_it = expand_dims(classes, axis<1>) == iota(scores, axis<1>);
        return -mean(sum(where(is_it, log_softmax(scores, axis<1>), 0.0), axis<1>) / sum(where(is_it, 1.0, 0.0), axis<1>));
    }
};
template <class System>
using cross_entropy_on = std::conditional_t<std::is_same_v<System, no_device>, cross_entropy_function, cross_entropy_on_device>;
struct layer_norm_function {
    static constexpr std::string_view name = "NativeLayerNorm";
    template <class X, class Weight, class Bias, class Epsilon>
    constexpr auto operator()(const X& x, const Weight& weight, const Bias& bias, const Epsilon& epsilon) const {
        const auto centered = x - mean(x, axis<-1>, keepdims);
        return centered / sqrt(mean(centered * centered, axis<-1>, keepdims) + epsilon) * weight + bias;
    }
};
}  // namespace detail

namespace detail {

/// Throws if there is not one class for each row of scores, or none of such a number; of classes on a device the host does not know the numbers.
inline void check_classes(const extents<2>& scores, const Variable<std::int64_t, 1>& classes) {
    if (classes.numel() != scores[0]) throw variable_error(error_text::batch_sizes_differ(scores[0], classes.numel()));
    if (classes.is_cuda()) return;
    const auto all = classes.state()->view();
    for (std::ptrdiff_t k = 0; k < classes.numel(); ++k)
        if (all(k) < 0 || all(k) >= scores[1]) throw variable_error(error_text::no_such_class(all(k)));
}

}  // namespace detail

/// The mean over the rows of `scores` of -log(softmax(row)[class]).
/// scores: samples by classes. classes: one for each sample; one that there is no score for is an error. On a device classes are not checked: one that there is no
/// score for makes the result NaN.
template <detail::in_statement Scores, class System = typename detail::variable_system<Scores>::type>
    requires(detail::rank_in_expression<Scores> == 2)
auto cross_entropy(const Scores& scores, const Variable<std::int64_t, 1>& classes) {
    if constexpr (detail::is_variable<Scores>) {
        detail::check_classes(scores.shape(), classes);
        return apply(detail::cross_entropy_on<System>{}, scores, classes);
    } else if constexpr (Scores::tree::is_elementwise) {
        detail::check_classes(detail::broadcast_shape<typename Scores::tree, 2>(scores.leaves), classes);
        return apply(detail::cross_entropy_on<System>{}, scores, classes);
    } else {
        return cross_entropy(Variable<typename Scores::value_type, 2>(scores), classes);
    }
}
/// (x - mean) / sqrt(variance + epsilon) * weight + bias along the last dimension. J. Ba, J. Kiros, G. Hinton, Layer Normalization (2016).
template <detail::in_statement X, class T>
auto layer_norm(const X& x, const Variable<T, 1>& weight, const Variable<T, 1>& bias, double epsilon = 1e-5) {
    return apply(detail::layer_norm_function{}, x, weight, bias, epsilon);
}
/// Each element 0 with the probability `rate`, else divided by 1 - rate; the default stream draws. N. Srivastava and others, Dropout (2014).
template <class T, int Rank, class System = typename detail::variable_system<T>::type>
Variable<T, Rank> dropout(const Variable<T, Rank>& x, double rate = 0.5, bool is_training = true) {
    if (rate < 0 || rate > 1) throw variable_error("dropout probability has to be between 0 and 1, but got " + std::to_string(rate));
    if (!is_training || rate == 0) return x;
    Variable<T, Rank> factors(detail::new_node<detail::body<T, Rank>>(x.shape()));
    default_generator().uniform(factors.data_pointer(), factors.numel());
    const T kept = rate < 1 ? static_cast<T>(1 / (1 - rate)) : T(0);
    std::for_each_n(factors.data_pointer(), factors.numel(), [&](T& factor) { factor = static_cast<double>(factor) < rate ? T(0) : kept; });
    return x * Variable<T, Rank>(detail::moved_to(x.state()->device(), factors.state()));
}

namespace detail {

/// The places in images with a border of zeros that a window is moved over: element (c, y, x) of window (i, j) for all of them.
struct window_geometry {
    static constexpr bool fills_all = false;
    std::ptrdiff_t images, channels, height, width, rows, columns, stride, padding;
    std::ptrdiff_t out_height() const { return (height + 2 * padding - rows) / stride + 1; }
    std::ptrdiff_t out_width() const { return (width + 2 * padding - columns) / stride + 1; }
    std::ptrdiff_t window_size() const { return channels * rows * columns; }

    /// Calls visitor(entry of the matrices of windows, pixel) where there is a pixel: one row of an image's matrix for each pixel of a window, one column for each window.
    template <class Visitor>
    void for_each(const Visitor& visitor) const {
        const std::ptrdiff_t windows = out_height() * out_width();
        for (std::ptrdiff_t n = 0; n < images; ++n)
            for (std::ptrdiff_t of_window = 0; of_window < window_size(); ++of_window) {
                const std::ptrdiff_t c = of_window / (rows * columns), r = of_window / columns % rows, q = of_window % columns;
                const std::ptrdiff_t row = (n * window_size() + of_window) * windows, channel = (n * channels + c) * height;
                for (std::ptrdiff_t i = 0; i < out_height(); ++i) {
                    const std::ptrdiff_t y = i * stride - padding + r;
                    if (y < 0 || y >= height) continue;
                    for (std::ptrdiff_t j = 0; j < out_width(); ++j) {
                        const std::ptrdiff_t x = j * stride - padding + q;
                        if (x >= 0 && x < width) visitor(row + i * out_width() + j, (channel + y) * width + x);
                    }
                }
            }
    }
};

/// The windows of each image as the columns of a matrix ("im2col"): a convolution is then a product of matrices.
template <class T>
Variable<T, 3> windows_of(const Variable<T, 4>& images, const window_geometry& geometry) {
    const extents<3> shape{images.shape()[0], geometry.window_size(), geometry.out_height() * geometry.out_width()};
    return copied<3, false>(images, shape, std::make_shared<const window_geometry>(geometry), "Im2ColBackward0");
}

}  // namespace detail

/// Cross-correlation of images with kernels, by a product of matrices.
/// images: count, channels, height, width. kernels: channels of the result, channels, height, width. bias: one for each channel of the result.
template <class T, class System = typename detail::variable_system<T>::type>
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
    const detail::window_geometry geometry{image[0], image[1], image[2], image[3], kernel[2], kernel[3], stride, padding};
    const auto matrix = kernels.reshape(kernel[0], geometry.window_size());
    const auto product = matmul(matrix, detail::windows_of(images, geometry)).reshape(image[0], kernel[0], geometry.out_height(), geometry.out_width());
    if (bias.is_none()) return product;
    return product + bias.reshape(kernel[0], 1, 1);
}

}  // namespace tapeless
