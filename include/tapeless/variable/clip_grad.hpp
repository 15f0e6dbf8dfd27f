// SPDX-License-Identifier: BSL-1.0
// Gradients that are too large made smaller, in place, between backward and an optimizer's step, as torch.nn.utils does it.
#pragma once

#include <tapeless/variable/parameter.hpp>

#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace tapeless {

struct clip_grad_norm_options {
    double norm_type = 2;             ///< the order of the norm; infinity: the largest absolute value
    bool error_if_nonfinite = false;  ///< throws a variable_error before anything is changed
};

namespace detail {

/// join(… join(0, map(element)) …) of all elements, in double whatever their type: squares of floats overflow early.
template <class T, class Map, class Join>
double joined(const placed_elements<T>& of, const Map& map, const Join& join) {
    // Several results side by side, so that each need not wait for the one before.
    constexpr std::ptrdiff_t count = 8;
    double parts[count] = {};
    const auto add = [&](double& part, T element) { part = join(part, map(static_cast<double>(element))); };
    if (of.is_by_rows) {
        const std::ptrdiff_t size = of.size();
        std::ptrdiff_t k = 0;
        for (; k + count <= size; k += count)
            for (std::ptrdiff_t j = 0; j < count; ++j) add(parts[j], of.data[k + j]);
        for (; k < size; ++k) add(parts[0], of.data[k]);
    } else {
        for_each_element(of, [&](T element) { add(parts[0], element); });
    }
    double result = 0;
    for (const double part : parts) result = join(result, part);
    return result;
}

/// The sum of |element|^order of elements on a device, for which the host waits; in double, too. By rows, so that many blocks of threads have a part.
template <class T>
double sum_of_powers(const placed_elements<T>& of, double order) {
    constexpr std::ptrdiff_t row = 4096;
    constexpr auto number = element_type_of<double>;
    const value_device& device = *of.device;
    const std::ptrdiff_t count = of.size(), rows = (count + row - 1) / row;
    const auto powers = zeros_of<double, 1>(&device, {rows * row}), sums = new_node_on<body<double, 1>>(&device, extents<1>{rows});
    const auto total = new_node_on<body<double, 0>>(&device, extents<0>{});
    device.sum_elements(copied_elements<4>(of.shape, strides_by_rows(of.shape), of.strides, false), number, powers->data, element_type_of<T>, of.data);
    device.update(update_rule<double>(power_step<double>{order}), {powers->data, powers->data, {}, count});
    element_sums of_rows, of_all;
    of_rows.put_before(rows, 1, row);
    of_rows.put_term_before(row, 1);
    device.sum_elements(of_rows, number, sums->data, number, powers->data);
    of_all.put_term_before(rows, 1);
    device.sum_elements(of_all, number, total->data, number, sums->data);
    return item_of(*total);
}

/// Calls visitor with the gradient of each parameter that has one.
template <class Visitor>
void for_each_gradient(const std::vector<parameter>& parameters, const Visitor& visitor) {
    for (const parameter& each : parameters)
        each.visit([&](const auto& variable) {
            if (const auto gradient = variable.gradient(); gradient.data != nullptr) visitor(variable, gradient);
        });
}

/// The norm of all gradients as one vector.
inline double norm_of_gradients(const std::vector<parameter>& parameters, double order) {
    const auto over_all = [&](const auto& map, const auto& join) {
        double result = 0;
        for_each_gradient(parameters, [&](const auto&, const auto& gradient) {
            if (gradient.device && !std::isfinite(order)) throw variable_error(error_text::not_on_a_device("the largest absolute gradient", gradient.device->name()));
            result = join(result, gradient.device ? sum_of_powers(gradient, order) : joined(gradient, map, join));
        });
        return result;
    };
    const auto sum = [](double a, double b) { return a + b; };
    if (order == 2) return std::sqrt(over_all([](double x) { return x * x; }, sum));
    // A NaN stays.
    if (order == std::numeric_limits<double>::infinity()) return over_all([](double x) { return std::abs(x); }, [](double a, double b) { return b > a || b != b ? b : a; });
    return std::pow(over_all([order](double x) { return std::pow(std::abs(x), order); }, sum), 1 / order);
}

}  // namespace detail

/// Scales all gradients so that their norm, as one vector, is at most max_norm. Returns the norm that they had.
inline double clip_grad_norm_(const std::vector<parameter>& parameters, double max_norm, const clip_grad_norm_options& options = {}) {
    const double norm = detail::norm_of_gradients(parameters, options.norm_type);
    if (options.error_if_nonfinite && !std::isfinite(norm)) throw variable_error(error_text::norm_is_not_finite(options.norm_type));
    const double factor = max_norm / (norm + 1e-6);
    if (factor >= 1) return norm;
    detail::for_each_gradient(parameters, [&]<class T>(const detail::parameter_of<T>& variable, const detail::placed_elements<T>& gradient) {
        detail::update_elements(detail::scaling_step<T>{static_cast<T>(factor)}, gradient, gradient);
        variable.increase_version_of_gradient();
    });
    return norm;
}

/// Brings each element of the gradients into [-clip_value, clip_value].
inline void clip_grad_value_(const std::vector<parameter>& parameters, double clip_value) {
    detail::for_each_gradient(parameters, [&]<class T>(const detail::parameter_of<T>& variable, const detail::placed_elements<T>& gradient) {
        detail::update_elements(detail::limiting_step<T>{static_cast<T>(clip_value)}, gradient, gradient);
        variable.increase_version_of_gradient();
    });
}

}  // namespace tapeless
