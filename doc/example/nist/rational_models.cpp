// SPDX-License-Identifier: BSL-1.0
// NIST's models of the rational class. b counts from 0 here, from 1 in NIST's formulas.
#include "model.hpp"

namespace nist {
namespace {

constexpr auto cubic_by_cubic = [](auto b, auto x) {
    return (b[0] + x * (b[1] + x * (b[2] + x * b[3]))) / (1 + x * (b[4] + x * (b[5] + x * b[6])));
};

constexpr model models[] = {
    entry<7>("Hahn1", cubic_by_cubic),
    entry<5>("Kirby2", [](auto b, auto x) { return (b[0] + x * (b[1] + x * b[2])) / (1 + x * (b[3] + x * b[4])); }),
    entry<4>("MGH09", [](auto b, auto x) { return b[0] * (x * x + x * b[1]) / (x * x + x * b[2] + b[3]); }),
    entry<7>("Thurber", cubic_by_cubic),
};

}  // namespace

std::span<const model> rational_models() { return models; }

const model* find_model(std::string_view name) {
    for (std::span<const model> models_of_class : {exponential_models(), rational_models(), miscellaneous_models()})
        for (const model& candidate : models_of_class)
            if (candidate.name == name) return &candidate;
    return nullptr;
}

}  // namespace nist
