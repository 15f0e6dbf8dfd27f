// SPDX-License-Identifier: BSL-1.0
// Recording: see recorded.hpp.
#include "recorded.hpp"

namespace random_programs {
namespace {

recording* current = nullptr;

int append(const step& next) {
    current->steps.push_back(next);
    return static_cast<int>(current->steps.size()) - 1;
}

}  // namespace

recorded::recorded(double literal) : position_(append({operation::literal, {-1, -1, -1}, literal})) {}
recorded::recorded(operation what, int a, int b, int c) : position_(append({what, {a, b, c}, 0})) {}

std::vector<recorded> start(recording& target, int input_count) {
    current = &target;
    target = {};
    target.input_count = input_count;
    std::vector<recorded> inputs;
    for (int k = 0; k < input_count; ++k) inputs.push_back(recorded(operation::input));
    return inputs;
}

const char* name_of(operation what) {
    static const char* const names[] = {
        "input",
        "literal",
#define OPERATION(NAME, ...) #NAME,
#include "operations.def"
    };
    return names[static_cast<int>(what)];
}

}  // namespace random_programs
