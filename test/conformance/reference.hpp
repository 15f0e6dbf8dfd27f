// SPDX-License-Identifier: BSL-1.0
// Compares programs on Variables with the same programs in PyTorch: reference.txt has the results of each under its name; reference.py writes it.
#pragma once

#ifdef TAPELESS_TEST_ON_DEVICE
#include "../variable/guarded_device.hpp"
#else
#include <tapeless/variable.hpp>
#endif

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace conformance {

using namespace tapeless;

/// A leaf of the given sizes: first, first + step, … by rows.
template <class T = float, class... Size>
auto ramp(double step, double first, Size... sizes) {
    constexpr int rank = sizeof...(Size);
    std::vector<T> elements(static_cast<std::size_t>((std::ptrdiff_t(1) * ... * sizes)));
    for (std::size_t k = 0; k < elements.size(); ++k) elements[k] = static_cast<T>(first + step * static_cast<double>(k));
    return Variable<T, rank>(array_view<const T, rank>(elements.data(), {static_cast<std::ptrdiff_t>(sizes)...}), requires_grad);
}
/// first, first + 1, … by rows, as a seed.
template <class T, int Rank>
Variable<T, Rank> ramp_like(const Variable<T, Rank>& x, double first = 0) {
    if constexpr (Rank == 0) {
        return Variable<T, 0>(static_cast<T>(first));
    } else {
        std::vector<T> elements(static_cast<std::size_t>(x.numel()));
        for (std::size_t k = 0; k < elements.size(); ++k) elements[k] = static_cast<T>(first + static_cast<double>(k));
        return Variable<T, Rank>(array_view<const T, Rank>(elements.data(), x.shape()));
    }
}

using reference_file = std::map<std::string, std::vector<std::string>>;
/// The lines of each program.
inline const reference_file& references() {
    static const auto all = [] {
        const std::string path = __FILE__;
        std::ifstream file(path.substr(0, path.rfind('/') + 1) + "reference.txt");
        BOOST_REQUIRE_MESSAGE(file, "reference.txt is beside reference.hpp");
        reference_file programs;
        std::vector<std::string>* lines = nullptr;
        for (std::string line; std::getline(file, line);) {
            if (line.starts_with("== ")) lines = &programs[line.substr(3)];
            else lines->push_back(line);
        }
        return programs;
    }();
    return all;
}
/// The programs that have a test.
inline std::set<std::string>& tested() {
    static std::set<std::string> names;
    return names;
}

/// Numbers as reference.txt has them.
struct array_of_numbers {
    std::string type, shape;
    std::vector<double> elements;
    double epsilon = 0;  ///< of the type, if it rounds

    template <class T, int Rank>
    static array_of_numbers of(const Variable<T, Rank>& x) {
        const Variable<T, Rank> rows = x.copy().cpu();
        return {detail::type_name<T>(), detail::shape_text(x.shape()).text, {rows.data_pointer(), rows.data_pointer() + rows.numel()},
                std::is_floating_point_v<T> ? static_cast<double>(std::numeric_limits<T>::epsilon()) : 0};
    }
    static array_of_numbers of(const std::string& line) {
        array_of_numbers found;
        const auto type_end = line.find(' '), shape_end = line.find(']');
        found.type = line.substr(0, type_end);
        found.shape = line.substr(type_end + 1, shape_end - type_end);
        // Not operator>>, which reads neither nan nor inf.
        std::istringstream words(line.substr(shape_end + 1));
        for (std::string word; words >> word;) found.elements.push_back(std::strtod(word.c_str(), nullptr));
        return found;
    }
};
inline std::string difference(const array_of_numbers& found, const array_of_numbers& expected, double units, bool of_greatest) {
    std::ostringstream wrong;
    wrong.precision(17);
    if (found.type != expected.type || found.shape != expected.shape || found.elements.size() != expected.elements.size()) {
        wrong << found.type << ' ' << found.shape << " should be " << expected.type << ' ' << expected.shape;
        return wrong.str();
    }
    double greatest = 0;
    for (const double x : expected.elements)
        if (std::isfinite(x)) greatest = std::max(greatest, std::abs(x));
    for (std::size_t k = 0; k < expected.elements.size(); ++k) {
        const double x = found.elements[k], y = expected.elements[k];
        const bool agree = std::isfinite(x) && std::isfinite(y) ? std::abs(x - y) <= units * found.epsilon * (of_greatest ? greatest : std::abs(y)) : x == y || (std::isnan(x) && std::isnan(y));
        if (!agree) wrong << "\n  [" << k << "] " << x << " should be " << y;
    }
    return wrong.str();
}

inline std::string printed(const std::string& text) { return text; }
inline std::string printed(bool truth) { return truth ? "True" : "False"; }
inline std::string printed(int number) { return std::to_string(number); }
inline std::string printed(const grad_function& function) { return function.name(); }
template <class T, int Rank>
std::string printed(const Variable<T, Rank>& x) {
    return to_string(x);
}
#ifdef TAPELESS_TEST_ON_DEVICE
/// Without what says that it is on a device, and without spaces and line breaks, which depend on it.
inline std::string compared_text(std::string text) {
    const std::string device = ", device='cuda:0'";
    if (const auto at = text.find(device); at != std::string::npos) text.erase(at, device.size());
    std::string words;
    for (std::size_t k = 0; k < text.size(); ++k) {
        if (text.compare(k, 2, "\\n") == 0) ++k;
        else if (text[k] != ' ') words += text[k];
    }
    return words;
}
#else
inline std::string compared_text(const std::string& text) { return text; }
#endif

/// Whether a device has no such operation yet.
inline bool is_left_out(const variable_error& error) { return std::string(error.what()).find("does not run on a device yet") != std::string::npos; }
/// At the start of a program about what the host checks, and a device does not.
inline void needs_the_host() {
#ifdef TAPELESS_TEST_ON_DEVICE
    throw variable_error("this check does not run on a device yet");
#endif
}
/// How many programs have run to their end, and how many have not, since a device lacks an operation.
inline int programs_run = 0, programs_left_out = 0;

/// The results that PyTorch has for a program, to be compared one after the other.
class program {
public:
    explicit program(const char* name) : lines_(found(name)) {}

    /// Elements, each within 4 units in the last place of PyTorch's.
    template <class... Value>
    void numbers(const Value&... value) {
        (compare(value, 4, false), ...);
    }
    /// Elements within so many units in the last place.
    template <class... Value>
    void numbers_within(double units, const Value&... value) {
        (compare(value, units, false), ...);
    }
    /// Elements that are sums: the error is relative to the greatest one, 8 units in its last place.
    template <class... Value>
    void sums(const Value&... value) {
        (compare(value, 8, true), ...);
    }
    template <class... Value>
    void sums_within(double units, const Value&... value) {
        (compare(value, units, true), ...);
    }
    /// The exact text of a Variable, a grad_fn, a truth.
    template <class... Value>
    void text(const Value&... value) {
        (compare_text(printed(value), next("text ")), ...);
    }
    /// The exact text of the variable_error that a call throws.
    template <class Call>
    void error(const Call& call) {
        std::string found = "no error";
        try {
            call();
        } catch (const variable_error& error) {
            found = error.what();
            if (is_left_out(error)) throw;
        }
        compare_text(found, next("error "));
    }
    void run(void (*test)(program&)) {
#ifdef TAPELESS_TEST_ON_DEVICE
        try {
            const tapeless::cuda::new_variables scope;
            test(*this);
        } catch (const variable_error& error) {
            if (!is_left_out(error)) throw;
            ++programs_left_out;
            BOOST_TEST_MESSAGE(error.what());
            return;
        }
#else
        test(*this);
#endif
        ++programs_run;
        finish();
    }

private:
    void finish() const { BOOST_CHECK_MESSAGE(next_ == lines_.size(), lines_.size() - next_ << " results of PyTorch's are left, from: " << lines_[std::min(next_, lines_.size() - 1)]); }

    static const std::vector<std::string>& found(const std::string& name) {
        const auto found = references().find(name);
        BOOST_REQUIRE_MESSAGE(found != references().end(), name << " is in reference.txt");
        return found->second;
    }
    static void compare_text(const std::string& found, const std::string& expected) { BOOST_CHECK_EQUAL(compared_text(with_escapes(found)), compared_text(expected)); }
    static std::string with_escapes(const std::string& text) {
        std::string all;
        for (const char each : text) all += each == '\n' ? std::string("\\n") : std::string(1, each);
        return all;
    }
    std::string next(const std::string& kind) {
        BOOST_REQUIRE_MESSAGE(next_ < lines_.size(), "PyTorch has one more result");
        const std::string& line = lines_[next_++];
        return line.starts_with(kind) ? line.substr(kind.size()) : "(" + line + ")";
    }
    template <class T, int Rank>
    void compare(const Variable<T, Rank>& value, double units, bool of_greatest) {
        if (value.is_none()) {
            compare_text("", next("none"));
            return;
        }
        const std::string line = next("numbers ");
        const std::string wrong = difference(array_of_numbers::of(value), array_of_numbers::of(line), units, of_greatest);
        BOOST_CHECK_MESSAGE(wrong.empty(), "result " << next_ << ": " << wrong);
    }

    const std::vector<std::string>& lines_;
    std::size_t next_ = 0;
};

struct registration {
    explicit registration(const char* name) { tested().insert(name); }
};

}  // namespace conformance

/// A test of the program of that name, whose results are in `torch`.
#define PROGRAM(NAME)                                                        \
    static void NAME##_runs(conformance::program& torch);              \
    static const conformance::registration NAME##_registration(#NAME); \
    BOOST_AUTO_TEST_CASE(NAME) {                                             \
        conformance::program torch(#NAME);                             \
        torch.run(NAME##_runs);                                              \
    }                                                                        \
    static void NAME##_runs(conformance::program& torch)
