// SPDX-License-Identifier: BSL-1.0
// NIST's models of the miscellaneous class. b counts from 0 here, from 1 in NIST's formulas.
#include "model.hpp"

#include <numbers>

namespace nist {
namespace {

constexpr double pi = std::numbers::pi;

constexpr auto seasons = [](auto b, auto x) {
    const auto wave = [x](auto period, auto cosine, auto sine) {
        return cosine * cos(2 * pi * x / period) + sine * sin(2 * pi * x / period);
    };
    return b[0] + wave(12, b[1], b[2]) + wave(b[3], b[4], b[5]) + wave(b[6], b[7], b[8]);
};

constexpr model models[] = {
    entry<3>("Bennett5", [](auto b, auto x) { return b[0] * pow(b[1] + x, -1 / b[2]); }),
    entry<2>("DanWood", [](auto b, auto x) { return b[0] * pow(x, b[1]); }),
    entry<9>("ENSO", seasons),
    entry<2>("Misra1b", [](auto b, auto x) { return b[0] * (1 - pow(1 + b[1] * x / 2, -2)); }),
    entry<2>("Misra1c", [](auto b, auto x) { return b[0] * (1 - 1 / sqrt(1 + 2 * b[1] * x)); }),
    entry<2>("Misra1d", [](auto b, auto x) { return b[0] * b[1] * x / (1 + b[1] * x); }),
    entry<4>("Roszman1", [](auto b, auto x) { return b[0] - b[1] * x - atan(b[2] / (x - b[3])) / pi; }),
};

}  // namespace

std::span<const model> miscellaneous_models() { return models; }

}  // namespace nist
