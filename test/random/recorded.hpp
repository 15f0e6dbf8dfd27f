// SPDX-License-Identifier: BSL-1.0
// A number that writes down what is done to it, at run time and as it stands: no folding, no sharing, no laws. The reference
// evaluates a random program from this list, in many digits and with ADOL-C. Uses nothing of the library.
#pragma once

#include <vector>

namespace random_programs {

enum class operation {
    input,
    literal,
#define OPERATION(NAME, ...) NAME,
#include "operations.def"
};

const char* name_of(operation);

struct step {
    operation what;
    int operands[3];
    double literal;
};

/// What a program does, in order. Inputs come first.
struct recording {
    std::vector<step> steps;
    std::vector<int> outputs;
    int input_count = 0;
};

class recorded {
public:
    /// A literal of the program.
    recorded(double literal = 0);
    explicit recorded(operation what, int a = -1, int b = -1, int c = -1);

    int position() const { return position_; }

    recorded& operator+=(const recorded& other) { return *this = *this + other; }
    recorded& operator-=(const recorded& other) { return *this = *this - other; }
    recorded& operator*=(const recorded& other) { return *this = *this * other; }
    recorded& operator/=(const recorded& other) { return *this = *this / other; }

#define OPERATOR_2(NAME, SIGN) \
    friend recorded operator SIGN(const recorded& a, const recorded& b) { return recorded(operation::NAME, a.position(), b.position()); }
#define OPERATOR_1(NAME, SIGN) \
    friend recorded operator SIGN(const recorded& a) { return recorded(operation::NAME, a.position()); }
#define FUNCTION_1(NAME) \
    friend recorded NAME(const recorded& a) { return recorded(operation::NAME, a.position()); }
#define FUNCTION_2(NAME) \
    friend recorded NAME(const recorded& a, const recorded& b) { return recorded(operation::NAME, a.position(), b.position()); }
#define FUNCTION_3(NAME)                                                            \
    friend recorded NAME(const recorded& a, const recorded& b, const recorded& c) { \
        return recorded(operation::NAME, a.position(), b.position(), c.position()); \
    }
#include "operations.def"

private:
    int position_;
};

/// The outcome of a comparison.
struct recorded_condition : recorded {
    using recorded::recorded;
};

#define SELECT(NAME)                                                                                  \
    inline recorded NAME(const recorded_condition& condition, const recorded& a, const recorded& b) { \
        return recorded(operation::NAME, condition.position(), a.position(), b.position());           \
    }
#define COMPARISON(NAME, SIGN)                                                  \
    inline recorded_condition NAME(const recorded& a, const recorded& b) {      \
        return recorded_condition(operation::NAME, a.position(), b.position()); \
    }                                                                           \
    inline recorded_condition operator SIGN(const recorded& a, const recorded& b) { return NAME(a, b); }
#define LOGIC_1(NAME, SIGN)                                                                                                   \
    inline recorded_condition NAME(const recorded_condition& a) { return recorded_condition(operation::NAME, a.position()); } \
    inline recorded_condition operator SIGN(const recorded_condition& a) { return NAME(a); }
#define LOGIC_2(NAME, SIGN)                                                                    \
    inline recorded_condition NAME(const recorded_condition& a, const recorded_condition& b) { \
        return recorded_condition(operation::NAME, a.position(), b.position());                \
    }                                                                                          \
    inline recorded_condition operator SIGN(const recorded_condition& a, const recorded_condition& b) { return NAME(a, b); }
#include "operations.def"

/// Starts a recording and makes its inputs; what recorded numbers do goes there until the next call.
std::vector<recorded> start(recording&, int input_count);

}  // namespace random_programs
