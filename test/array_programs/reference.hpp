// SPDX-License-Identifier: BSL-1.0
// Compares functions of arrays and their gradients with what PyTorch says of them. reference.txt has the cases of each test under the test's name;
// reference.py writes it. Each case runs twice: from dense arrays to results that the library makes, and from arrays in a foreign order in memory,
// with strides of either sign, to such memory. With TAPELESS_TEST_ON_DEVICE it runs on a device, in whose place the host is, if the program is one for devices.
#pragma once

#include <tapeless/arrays.hpp>
#ifdef TAPELESS_TEST_ON_DEVICE
#include <tapeless/device_arrays.hpp>
#endif

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <map>
#include <sstream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace array_programs {

// What a program takes, as in check<matrix, vector>(f).
template <class Element, int Rank>
struct input {
    using element = Element;
    static constexpr int rank = Rank;
};
template <int Rank>
using array = input<double, Rank>;
using number = array<0>;
using vector = array<1>;
using matrix = array<2>;
/// Whole numbers, which are not differentiated by.
using labels = input<int, 1>;

struct reference_input {
    std::vector<std::ptrdiff_t> shape;
    std::vector<double> elements, gradient;
};
struct reference_case {
    double value;
    std::vector<reference_input> inputs;
};

inline std::string to_string(const std::vector<std::ptrdiff_t>& shape) {
    std::string text;
    for (const std::ptrdiff_t extent : shape) text += (text.empty() ? "" : ", ") + std::to_string(extent);
    return "(" + text + ")";
}

/// Lines: a program's name; for each of its cases "case", the value and the number of inputs; for each input its rank and extents, its elements,
/// and the gradient by it ("-" where there is none).
class reference_file {
public:
    reference_file() {
        std::ifstream file(std::string(__FILE__).substr(0, std::string(__FILE__).rfind('/') + 1) + "reference.txt");
        BOOST_REQUIRE_MESSAGE(file, "reference.txt is beside reference.hpp");
        std::vector<reference_case>* cases = nullptr;
        for (std::string line; std::getline(file, line);) {
            if (line[0] == '#') continue;
            if (line.rfind("case ", 0) != 0) {
                cases = &programs_[line];
                continue;
            }
            std::istringstream words(line.substr(5));
            std::string value;
            std::size_t count = 0;
            words >> value >> count;
            reference_case& now = cases->emplace_back();
            now.value = std::strtod(value.c_str(), nullptr);
            for (now.inputs.resize(count); reference_input& one : now.inputs) one = read_input(file);
        }
    }
    const std::vector<reference_case>& cases(const std::string& program) const {
        const auto found = programs_.find(program);
        BOOST_REQUIRE_MESSAGE(found != programs_.end(), program << " is in reference.txt");
        return found->second;
    }

private:
    // Not operator>>, which reads neither nan nor inf.
    static std::vector<double> read_numbers(std::istream& file) {
        std::string line, word;
        std::getline(file, line);
        std::vector<double> numbers;
        for (std::istringstream words(line); words >> word;) numbers.push_back(std::strtod(word.c_str(), nullptr));
        return numbers;
    }
    static reference_input read_input(std::istream& file) {
        reference_input one;
        const std::vector<double> shape = read_numbers(file);
        one.shape.assign(shape.begin() + 1, shape.end());
        one.elements = read_numbers(file);
        one.gradient = read_numbers(file);
        return one;
    }
    std::map<std::string, std::vector<reference_case>> programs_;
};

inline const std::vector<reference_case>& cases_of_this_test() {
    static const reference_file file;
    const auto& test = boost::unit_test::framework::current_test_case();
    return file.cases(boost::unit_test::framework::get<boost::unit_test::test_suite>(test.p_parent_id).p_name.get() + "/" + test.p_name.get());
}

inline bool agree(double found, double expected, double error) {
    if (std::isnan(expected) || std::isnan(found)) return std::isnan(expected) && std::isnan(found);
    if (std::isinf(expected) || std::isinf(found)) return expected == found;
    return std::abs(found - expected) <= error;
}
inline double greatest_magnitude(const std::vector<double>& numbers) {
    double greatest = 0;
    for (const double x : numbers)
        if (std::isfinite(x)) greatest = std::max(greatest, std::abs(x));
    return greatest;
}

/// Elements in memory: one after the other, or the first index the fastest, every other number only, and the last dimension from its end.
template <class T>
class placed {
public:
    placed(const std::vector<std::ptrdiff_t>& shape, bool dense, T between) : shape_(shape), strides_(shape.size()), between_(between) {
        const int rank = static_cast<int>(shape.size());
        std::ptrdiff_t size = dense ? 1 : 2;
        for (int k = 0; k < rank; ++k) {
            const int dimension = dense ? rank - 1 - k : k;
            strides_[dimension] = size;
            size *= shape[dimension];
        }
        if (!dense && rank > 0 && shape.back() > 0) {
            first_ = (shape.back() - 1) * strides_.back();
            strides_.back() = -strides_.back();
        }
        memory_.assign(static_cast<std::size_t>(size) + 2, between);
    }
    placed(const std::vector<std::ptrdiff_t>& shape, bool dense, T between, const std::vector<double>& elements) : placed(shape, dense, between) {
        for (std::size_t k = 0; k < elements.size(); ++k) (*this)[k] = static_cast<T>(elements[k]);
    }

    /// By position in the order of the last index.
    T& operator[](std::size_t position) { return memory_[offset(position)]; }
    std::vector<double> elements() const {
        std::ptrdiff_t size = 1;
        for (const std::ptrdiff_t extent : shape_) size *= extent;
        std::vector<double> all(static_cast<std::size_t>(size));
        for (std::size_t k = 0; k < all.size(); ++k) all[k] = static_cast<double>(memory_[offset(k)]);
        return all;
    }
    /// The numbers that belong to no element are what they were.
    bool is_untouched_between() const {
        placed rest = *this;
        for (std::size_t k = 0, size = elements().size(); k < size; ++k) rest[k] = between_;
        return std::all_of(rest.memory_.begin(), rest.memory_.end(), [&](T x) { return x == between_; });
    }

    template <int Rank>
    tapeless::array_view<T, Rank> view() {
        tapeless::extents<Rank> shape, strides;
        std::copy(shape_.begin(), shape_.end(), shape.begin());
        std::copy(strides_.begin(), strides_.end(), strides.begin());
        return {memory_.data() + first_, shape, strides};
    }

private:
    std::size_t offset(std::size_t position) const {
        std::ptrdiff_t at = first_;
        for (std::size_t d = shape_.size(); d-- > 0; position /= static_cast<std::size_t>(shape_[d]))
            at += static_cast<std::ptrdiff_t>(position % static_cast<std::size_t>(shape_[d])) * strides_[d];
        return static_cast<std::size_t>(at);
    }
    std::vector<std::ptrdiff_t> shape_, strides_;
    T between_;
    std::ptrdiff_t first_ = 0;
    std::vector<T> memory_;
};

inline void compare(const char* what, const std::vector<double>& found, const std::vector<double>& expected, double tolerance) {
    BOOST_TEST_REQUIRE(found.size() == expected.size());
    // A result that cancels to exactly 0 in PyTorch may be a rounding error here.
    const double error = tolerance * std::max(greatest_magnitude(expected), 1e-3);
    std::ostringstream wrong;
    wrong.precision(17);
    for (std::size_t k = 0; k < found.size(); ++k)
        if (!agree(found[k], expected[k], error)) wrong << "\n  [" << k << "] " << found[k] << " should be " << expected[k];
    BOOST_TEST(wrong.str().empty(), what << ":" << wrong.str());
}

template <class Input, class T>
auto argument(placed<T>& elements) {
    if constexpr (Input::rank == 0) return elements[0];
    else return elements.template view<Input::rank>();
}
template <class Input, class T>
decltype(auto) memory(placed<T>& elements) {
    if constexpr (Input::rank == 0) return (elements[0]);
    else return elements.template view<Input::rank>();
}
inline std::vector<double> elements_of(double x) {
    return {x};
}
template <int Rank>
std::vector<double> elements_of(const tapeless::array<double, Rank>& x) {
    return {x.begin(), x.end()};
}
inline std::vector<std::ptrdiff_t> shape_of(double) {
    return {};
}
template <int Rank>
std::vector<std::ptrdiff_t> shape_of(const tapeless::array<double, Rank>& x) {
    return {x.shape().begin(), x.shape().end()};
}

#ifdef TAPELESS_TEST_ON_DEVICE
inline int programs_run = 0, programs_left_out = 0;
#endif

template <class... Input>
struct program {
    static constexpr std::size_t count = sizeof...(Input);
    static constexpr bool is_real[count] = {std::is_floating_point_v<typename Input::element>...};
    template <std::size_t... K>
    static constexpr auto real_inputs(std::index_sequence<K...>) {
        return std::tuple_cat(std::conditional_t<is_real[K], std::tuple<std::integral_constant<int, K>>, std::tuple<>>{}...);
    }
    using real = decltype(real_inputs(std::index_sequence_for<Input...>{}));
    static constexpr std::size_t real_count = std::tuple_size_v<real>;
    template <std::size_t K>
    using real_input = std::tuple_element_t<std::tuple_element_t<K, real>::value, std::tuple<Input...>>;

    template <class Function>
    static auto differentiated(Function f) {
        if constexpr (real_count == count) return tapeless::value_and_gradient(f);
        else return by(f, std::make_index_sequence<real_count>{});
    }
    template <class Function, std::size_t... K>
    static auto by(Function f, std::index_sequence<K...>) {
        return tapeless::value_and_gradient(f, tapeless::wrt<std::tuple_element_t<K, real>::value...>);
    }

    template <class Function, std::size_t... K, std::size_t... Real>
    static void check_dense(Function f, const reference_case& reference, double tolerance, std::index_sequence<K...>, std::index_sequence<Real...>) {
        std::tuple arguments{placed<typename Input::element>(reference.inputs[K].shape, true, {}, reference.inputs[K].elements)...};
        const auto result = differentiated(f)(argument<Input>(std::get<K>(arguments))...);
        compare("value", {result.value}, {reference.value}, tolerance);
        const auto gradients = [&] {
            if constexpr (real_count == 1) return std::tie(result.gradient);
            else return std::tie(std::get<Real>(result.gradient)...);
        }();
        const auto compare_one = [&](const auto& found, const reference_input& expected, std::size_t input) {
            BOOST_TEST(shape_of(found) == expected.shape);
            compare(("gradient by input " + std::to_string(input)).c_str(), elements_of(found), expected.gradient, tolerance);
        };
        (compare_one(std::get<Real>(gradients), reference.inputs[std::tuple_element_t<Real, real>::value], std::tuple_element_t<Real, real>::value), ...);
    }

    template <class Function, std::size_t... K, std::size_t... Real>
    static void check_scattered(Function f, const reference_case& reference, double tolerance, std::index_sequence<K...>, std::index_sequence<Real...>) {
        // A value that no element has: -7 among the arguments, 77 among the results.
        std::tuple arguments{placed<typename Input::element>(reference.inputs[K].shape, false, -7, reference.inputs[K].elements)...};
        std::vector<placed<double>> results{placed<double>(reference.inputs[std::tuple_element_t<Real, real>::value].shape, false, 77.0)...};
        const double value = differentiated(f).into(memory<real_input<Real>>(results[Real])...)(argument<Input>(std::get<K>(arguments))...);
        compare("value, scattered", {value}, {reference.value}, tolerance);
        for (std::size_t k = 0; k < real_count; ++k) {
            const std::size_t inputs[] = {std::tuple_element_t<Real, real>::value...};
            compare(("gradient by input " + std::to_string(inputs[k]) + ", scattered").c_str(), results[k].elements(), reference.inputs[inputs[k]].gradient, tolerance);
            BOOST_TEST(results[k].is_untouched_between());
        }
    }

#ifdef TAPELESS_TEST_ON_DEVICE
    template <class One>
    static auto on_device(placed<typename One::element>& elements) {
        if constexpr (One::rank == 0) {
            return elements[0];
        } else {
            const auto view = elements.template view<One::rank>();
            return tapeless::device_view<const typename One::element, One::rank>(view.data(), view.shape());
        }
    }
    template <class Function, std::size_t... K, std::size_t... Real>
    static void check_on_device(Function f, const reference_case& reference, double tolerance, std::index_sequence<K...>, std::index_sequence<Real...>) {
        std::tuple arguments{placed<typename Input::element>(reference.inputs[K].shape, true, 0, reference.inputs[K].elements)...};
        using call = tapeless::detail::device_call<decltype(differentiated(f)), tapeless::detail::host_system, decltype(on_device<Input>(std::get<K>(arguments)))...>;
        if constexpr (requires { typename call::planned; }) {
            std::vector<placed<double>> results{placed<double>(reference.inputs[std::tuple_element_t<Real, real>::value].shape, true, 77.0)...};
            double value = 77;
            const auto into = [&](auto&&... memory) { differentiated(f).into(tapeless::device_view<double>(&value, 1), memory...)(tapeless::execution::device, on_device<Input>(std::get<K>(arguments))...); };
            into(result_on_device<real_input<Real>>(results[Real])...);
            ++programs_run;
            compare("value, on a device", {value}, {reference.value}, tolerance);
            for (std::size_t k = 0; k < real_count; ++k) {
                const std::size_t inputs[] = {std::tuple_element_t<Real, real>::value...};
                compare(("gradient by input " + std::to_string(inputs[k]) + ", on a device").c_str(), results[k].elements(), reference.inputs[inputs[k]].gradient, tolerance);
            }
            return;
        }
        ++programs_left_out;
    }
    template <class One>
    static decltype(auto) result_on_device(placed<double>& elements) {
        if constexpr (One::rank == 0) {
            return (elements[0]);
        } else {
            const auto view = elements.template view<One::rank>();
            return tapeless::device_view<double, One::rank>(view.data(), view.shape());
        }
    }
#endif
};

/// Runs the cases of this test. tolerance: of the error, relative to the greatest number of each result.
template <class... Input, class Function>
void check(Function f, double tolerance = 1e-12) {
    for (const reference_case& reference : cases_of_this_test()) {
        std::string shapes;
        for (const reference_input& one : reference.inputs) shapes += " " + to_string(one.shape);
        BOOST_TEST_CONTEXT("shapes" << shapes) {
            BOOST_TEST_REQUIRE(reference.inputs.size() == sizeof...(Input));
            using checked = program<Input...>;
#ifdef TAPELESS_TEST_ON_DEVICE
            checked::check_on_device(f, reference, tolerance, std::index_sequence_for<Input...>{}, std::make_index_sequence<checked::real_count>{});
#else
            checked::check_dense(f, reference, tolerance, std::index_sequence_for<Input...>{}, std::make_index_sequence<checked::real_count>{});
            checked::check_scattered(f, reference, tolerance, std::index_sequence_for<Input...>{}, std::make_index_sequence<checked::real_count>{});
#endif
        }
    }
}

}  // namespace array_programs
