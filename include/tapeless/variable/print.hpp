// SPDX-License-Identifier: BSL-1.0
// Variables as text, as PyTorch prints tensors.
#pragma once

#include <tapeless/variable/variable.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <ostream>
#include <string>
#include <vector>

namespace tapeless {
namespace detail {

/// How all elements of a tensor are written: PyTorch's torch/_tensor_str.py, its class _Formatter, with its default options.
class element_format {
public:
    static constexpr int precision = 4, line_width = 80, edge_items = 3;
    static constexpr std::ptrdiff_t threshold = 1000;

    template <class T>
    explicit element_format(const std::vector<T>& elements) {
        if constexpr (!std::is_floating_point_v<T>) {
            for (const T each : elements) width_ = std::max(width_, (*this)(each).size());
            return;
        } else {
            is_floating_ = true;
            choose(elements);
        }
    }

    template <class T>
    std::string operator()(T value) const {
        std::string text;
        if constexpr (std::is_same_v<T, bool>) text = value ? "True" : "False";
        else if constexpr (std::is_integral_v<T>) text = std::to_string(value);
        else text = of_number(static_cast<double>(value));
        return text.size() < width_ ? std::string(width_ - text.size(), ' ') + text : text;
    }
    /// How many elements stand on a line.
    int per_line(int indent) const {
        return std::max(1, (line_width - indent) / (static_cast<int>(width_) + 2));
    }

private:
    template <class T>
    void choose(const std::vector<T>& elements) {
        std::vector<double> finite;
        double least = std::numeric_limits<double>::infinity(), greatest = 0;
        for (const T each : elements) {
            const double size = std::abs(static_cast<double>(each));
            if (!std::isfinite(size) || size == 0) continue;
            finite.push_back(static_cast<double>(each));
            least = std::min(least, size);
            greatest = std::max(greatest, size);
        }
        if (!finite.empty()) {
            is_integral_ = std::all_of(finite.begin(), finite.end(), [](double x) { return x == std::ceil(x); });
            // The ratio in the tensor's own precision, as PyTorch does.
            const bool is_wide = static_cast<double>(static_cast<T>(greatest) / static_cast<T>(least)) > 1000.0 || greatest > 1e8;
            is_scientific_ = is_wide || (!is_integral_ && least < 1e-4);
        }
        // Zeros, infinities and NaN do not count.
        for (const double each : finite) width_ = std::max(width_, of_number(each).size());
    }
    std::string of_number(double value) const {
        if (std::isnan(value)) return "nan";
        if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
        char text[400];
        if (is_scientific_) std::snprintf(text, sizeof text, "%.*e", precision, value);
        else if (is_integral_) std::snprintf(text, sizeof text, "%.0f.", value);
        else std::snprintf(text, sizeof text, "%.*f", precision, value);
        return text;
    }

    bool is_floating_ = false, is_integral_ = true, is_scientific_ = false;
    std::size_t width_ = 0;
};

/// The elements that are printed, and their text in brackets.
template <class T, int Rank>
class tensor_text {
public:
    tensor_text(const array_view<const T, Rank>& elements, int indent) : elements_(elements), is_summary_(elements.size() > element_format::threshold), format_(shown()), text_(text_from(0, elements.data(), indent)) {}
    const std::string& text() const { return text_; }

private:
    static constexpr int edge = element_format::edge_items;

    bool is_cut(int dimension) const { return is_summary_ && elements_.shape()[dimension] > 2 * edge; }
    template <class Visitor>
    void for_each_shown(int dimension, const Visitor& visitor) const {
        const std::ptrdiff_t count = elements_.shape()[dimension];
        for (std::ptrdiff_t k = 0; k < count; ++k) {
            if (is_cut(dimension) && k == edge) k = count - edge;
            visitor(k);
        }
    }
    std::vector<T> shown() const {
        std::vector<T> all;
        collect(0, elements_.data(), all);
        return all;
    }
    void collect(int dimension, const T* first, std::vector<T>& all) const {
        for_each_shown(dimension, [&](std::ptrdiff_t k) {
            const T* const at = first + k * elements_.strides()[dimension];
            if (dimension == Rank - 1) all.push_back(*at);
            else collect(dimension + 1, at, all);
        });
    }

    std::string text_from(int dimension, const T* first, int indent) const {
        std::vector<std::string> parts;
        for_each_shown(dimension, [&](std::ptrdiff_t k) {
            if (is_cut(dimension) && k == elements_.shape()[dimension] - edge) parts.push_back(dimension == Rank - 1 ? " ..." : "...");
            const T* const at = first + k * elements_.strides()[dimension];
            parts.push_back(dimension == Rank - 1 ? format_(*at) : text_from(dimension + 1, at, indent + 1));
        });
        if (dimension == Rank - 1) return row(parts, indent);
        const std::string between = ",\n" + std::string(static_cast<std::size_t>(Rank - dimension - 2), '\n') + std::string(static_cast<std::size_t>(indent + 1), ' ');
        return "[" + joined(parts.begin(), parts.end(), between) + "]";
    }
    std::string row(const std::vector<std::string>& parts, int indent) const {
        // The dots, with a space before, count as one element.
        const auto per_line = static_cast<std::ptrdiff_t>(format_.per_line(indent));
        const auto count = static_cast<std::ptrdiff_t>(parts.size());
        std::vector<std::string> lines;
        for (std::ptrdiff_t k = 0; k < count; k += per_line) lines.push_back(joined(parts.begin() + k, parts.begin() + std::min(count, k + per_line), ", "));
        return "[" + joined(lines.begin(), lines.end(), ",\n" + std::string(static_cast<std::size_t>(indent + 1), ' ')) + "]";
    }
    template <class Iterator>
    static std::string joined(Iterator first, Iterator last, const std::string& between) {
        std::string all;
        for (Iterator each = first; each != last; ++each) all += (each == first ? "" : between) + *each;
        return all;
    }

    array_view<const T, Rank> elements_;
    bool is_summary_;
    element_format format_;
    std::string text_;
};

/// What follows the elements, on the same line if it fits: PyTorch's _add_suffixes.
inline std::string with_suffixes(std::string text, const std::vector<std::string>& suffixes, int indent) {
    const std::size_t last_line = text.rfind('\n');
    std::size_t line = text.size() - (last_line == std::string::npos ? 0 : last_line + 1) + 2;
    for (const std::string& suffix : suffixes) {
        if (line + suffix.size() + 2 > element_format::line_width) {
            text += ",\n" + std::string(static_cast<std::size_t>(indent), ' ') + suffix;
            line = static_cast<std::size_t>(indent) + suffix.size();
        } else {
            text += ", " + suffix;
            line += suffix.size() + 2;
        }
    }
    return text + ")";
}

}  // namespace detail

/// As PyTorch prints it: four digits after the point, scientific where the sizes differ much, rows that are wrapped at 80 columns, and from 1,001 elements on three
/// at each end of a dimension; then what is special about it.
template <class T, int Rank>
std::string to_string(const Variable<T, Rank>& x) {
    if (x.is_none()) return "None";
    std::vector<std::string> suffixes;
    if (x.is_cuda()) suffixes.push_back("device='" + x.device() + "'");
    const auto elements = detail::moved_to(nullptr, x.state());
    std::string text = "tensor(";
    constexpr int indent = 7;
    constexpr bool has_default_type = std::is_same_v<T, float> || std::is_same_v<T, std::int64_t> || std::is_same_v<T, bool>;
    if (x.numel() == 0) {
        text += "[]";
        if (Rank != 1) suffixes.push_back("size=(" + [&] {
            std::string sizes;
            for (const std::ptrdiff_t extent : x.shape()) sizes += (sizes.empty() ? "" : ", ") + std::to_string(extent);
            return sizes;
        }() + ")");
    } else if constexpr (Rank == 0) {
        const std::vector<T> one{x.item()};
        text += detail::element_format(one)(x.item());
    } else {
        text += detail::tensor_text<T, Rank>(array_view<const T, Rank>(elements->data, elements->shape, elements->strides), indent).text();
    }
    if (!has_default_type || (x.numel() == 0 && !std::is_same_v<T, float>)) suffixes.push_back(std::string("dtype=torch.") + detail::type_name<T>());
    if (const grad_function function = x.grad_fn()) suffixes.push_back("grad_fn=<" + function.name() + ">");
    else if (x.requires_grad()) suffixes.push_back("requires_grad=True");
    return detail::with_suffixes(std::move(text), suffixes, indent);
}
template <class T, int Rank>
std::ostream& operator<<(std::ostream& out, const Variable<T, Rank>& x) {
    return out << to_string(x);
}
/// `<AddBackward0>`, or `None`.
inline std::ostream& operator<<(std::ostream& out, const grad_function& function) {
    return out << (function ? "<" + function.name() + ">" : "None");
}

}  // namespace tapeless
