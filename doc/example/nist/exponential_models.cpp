// SPDX-License-Identifier: BSL-1.0
// NIST's models of the exponential class. b counts from 0 here, from 1 in NIST's formulas.
#include "model.hpp"

#include <cmath>

namespace nist {
namespace {

constexpr auto square = [](auto t) { return t * t; };

constexpr auto saturation = [](auto b, auto x) { return b[0] * (1 - exp(-b[1] * x)); };

constexpr auto chwirut = [](auto b, auto x) { return exp(-b[0] * x) / (b[1] + b[2] * x); };

constexpr auto three_decays = [](auto b, auto x) { return b[0] * exp(-b[1] * x) + b[2] * exp(-b[3] * x) + b[4] * exp(-b[5] * x); };

constexpr auto two_peaks = [](auto b, auto x) {
    return b[0] * exp(-b[1] * x) + b[2] * exp(-square((x - b[3]) / b[4])) + b[5] * exp(-square((x - b[6]) / b[7]));
};

constexpr model nelson = [] {
    model row = entry<3, 2>("Nelson", [](auto b, auto x) { return b[0] - b[1] * x[0] * exp(-b[2] * x[1]); });
    row.response = [](double observed) { return std::log(observed); };
    row.response_label = "log of ";
    return row;
}();

constexpr model models[] = {
    entry<2>("BoxBOD", saturation),
    entry<2>("Misra1a", saturation),
    entry<3>("Chwirut1", chwirut),
    entry<3>("Chwirut2", chwirut),
    entry<3>("Eckerle4", [](auto b, auto x) { return b[0] / b[1] * exp(-0.5 * square((x - b[2]) / b[1])); }),
    entry<8>("Gauss1", two_peaks),
    entry<8>("Gauss2", two_peaks),
    entry<8>("Gauss3", two_peaks),
    entry<6>("Lanczos1", three_decays),
    entry<6>("Lanczos2", three_decays),
    entry<6>("Lanczos3", three_decays),
    entry<3>("MGH10", [](auto b, auto x) { return b[0] * exp(b[1] / (x + b[2])); }),
    entry<5>("MGH17", [](auto b, auto x) { return b[0] + b[1] * exp(-x * b[3]) + b[2] * exp(-x * b[4]); }),
    nelson,
    entry<3>("Rat42", [](auto b, auto x) { return b[0] / (1 + exp(b[1] - b[2] * x)); }),
    entry<4>("Rat43", [](auto b, auto x) { return b[0] / pow(1 + exp(b[1] - b[2] * x), 1 / b[3]); }),
};

}  // namespace

std::span<const model> exponential_models() { return models; }

}  // namespace nist
