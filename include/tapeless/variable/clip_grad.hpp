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
    if (of.device) throw variable_error(error_text::not_on_a_device("the norm of gradients", of.device->name()));
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
        for_each_gradient(parameters, [&](const auto&, const auto& gradient) { result = join(result, joined(gradient, map, join)); });
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
