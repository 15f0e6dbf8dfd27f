// SPDX-License-Identifier: BSL-1.0
// Writes random programs as C++ source: generic functions of 1 to 6 inputs and 5 to 200 operations.
//   generate SEED FIRST COUNT FILE [OPERATIONS]
// writes the programs FIRST, …, FIRST + COUNT - 1 of a seed. A program depends on the seed and its number alone, and with
// OPERATIONS given it ends after that many: its beginning is the same, so a failure can be cut down by hand.
// A statement is kept only if at all points its value is finite and neither it nor its slope is large, and if no
// comparison, kink or jump comes near: every operation occurs raw where its operand happens to lie in its domain, and on a wrapped operand
// elsewhere.
#include "draft.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <random>

namespace random_programs {
namespace {

// Not the distributions of <random>: those differ between standard libraries.
class chance {
public:
    explicit chance(std::uint64_t seed) : engine_(seed) {}
    int below(int count) { return static_cast<int>(engine_() >> 33) % count; }
    int between(int low, int high) { return low + below(high - low + 1); }
    double uniform() { return static_cast<double>(engine_() >> 11) * 0x1p-53; }
    bool happens(double probability) { return uniform() < probability; }
    template <class List>
    auto one_of(const List& list) {
        return *(std::begin(list) + below(static_cast<int>(std::size(list))));
    }

private:
    std::mt19937_64 engine_;
};

using unary = draft (*)(const draft&);
#define CALL(NAME) [](const draft& x) { return NAME(x); }
#define WRAP(EXPRESSION) [](const draft& t) -> draft { return EXPRESSION; }

/// Where an operand has to lie, and how any number is brought there.
struct domain {
    double low, high;
    std::vector<unary> wraps;

    bool holds(const draft& x) const {
        return std::all_of(x.column.begin(), x.column.end(), [&](double value) { return value >= low && value <= high; });
    }
};
const domain anywhere{-50, 50, {WRAP(t)}};
const domain moderate{
    -3, 3, {WRAP(sin(t)), WRAP(2 * atan(t)), WRAP(tanh(t)), WRAP(asinh(t)), WRAP(cbrt(t)), WRAP(t / 16), WRAP(log1p(t * t) / 2)}};
const domain positive{0.05,
                      50,
                      {WRAP(0.5 + t * t), WRAP(exp(sin(t))), WRAP(2 + cos(t)), WRAP(sqrt(1 + t * t)), WRAP(hypot(t, 1.5)),
                       WRAP(0.1 + abs(t)), WRAP(cosh(tanh(t))), WRAP(1.5 - tanh(t)), WRAP(exp2(-t / 8))}};
const domain unit{-0.95,
                  0.95,
                  {WRAP(0.9 * sin(t)), WRAP(0.99 * tanh(0.5 * t)), WRAP(t / (1 + t * t)), WRAP(0.6 * atan(t)), WRAP(0.9 * erf(t)),
                   WRAP(0.8 * exp_minus_square(t))}};
const domain above_one{
    1.05, 50, {WRAP(1.25 + t * t), WRAP(1.1 + abs(t)), WRAP(exp(sin(t)) + 1), WRAP(hypot(t, 1.25)), WRAP(1.1 * cosh(sin(t)))}};
const domain above_minus_one{-0.9, 50, {WRAP(t * t), WRAP(0.75 * sin(t)), WRAP(abs(t) - 0.5), WRAP(expm1(sin(t)))}};
const domain below_a_half_pi{-1.3, 1.3, {WRAP(sin(t)), WRAP(0.8 * atan(t)), WRAP(tanh(t)), WRAP(t / (1 + t * t))}};
const domain no_pole{0.1, 20, {WRAP(0.5 + t * t), WRAP(exp(sin(t))), WRAP(2 + cos(t)), WRAP(0.3 + abs(t))}};

struct function_of_one {
    unary call;
    const domain& operand;
    bool needs_gamma = false;
};
const function_of_one functions_of_one[] = {
    {CALL(sqrt), positive},
    {CALL(cbrt), anywhere},
    {CALL(exp), moderate},
    {CALL(exp2), moderate},
    {CALL(expm1), moderate},
    {CALL(log), positive},
    {CALL(log2), positive},
    {CALL(log10), positive},
    {CALL(log1p), above_minus_one},
    {CALL(sin), anywhere},
    {CALL(cos), anywhere},
    {CALL(tan), below_a_half_pi},
    {CALL(asin), unit},
    {CALL(acos), unit},
    {CALL(atan), anywhere},
    {CALL(sinh), moderate},
    {CALL(cosh), moderate},
    {CALL(tanh), moderate},
    {CALL(asinh), anywhere},
    {CALL(acosh), above_one},
    {CALL(atanh), unit},
    {CALL(exp_minus_square), moderate},
    {CALL(one_minus_square), moderate},
    {CALL(sech_squared), moderate},
    {CALL(erf), moderate},
    {CALL(erfc), moderate},
    {CALL(lgamma), no_pole, true},
    {CALL(digamma), no_pole, true},
    {CALL(abs), anywhere},
    {CALL(sign), anywhere},
    {CALL(floor), anywhere},
    {CALL(-), anywhere},
    {CALL(lgamma), moderate, true},
    {CALL(digamma), moderate, true},
    {CALL(-), anywhere},
    {WRAP(polygamma(1, t)), no_pole, true},
    {WRAP(polygamma(2, t)), no_pole, true},
    {WRAP(polygamma(3, t)), no_pole, true},
    {WRAP(pow(t, 2)), anywhere},
    {WRAP(pow(t, 3)), anywhere},
    {WRAP(pow(t, -1)), anywhere},
    {WRAP(pow(t, -2)), anywhere},
    {WRAP(pow(t, 7)), moderate},
    {WRAP(pow(t, 11)), unit},
    {WRAP(pow(t, 0)), anywhere},
    {WRAP(pow(t, 1)), anywhere},
    {WRAP(pow(t, 0.5)), positive},
    {WRAP(pow(t, 1.7)), positive},
    {WRAP(pow(t, -0.3)), positive},
    {WRAP(pow(2.5, t)), moderate},
    {WRAP(t * t), anywhere},
    {WRAP(1 / t), anywhere},
    {WRAP(-1 / t), anywhere},
};

/// A branch of select that is NaN or infinite wherever the condition does not hold.
struct guarded_branch {
    draft_condition (*condition)(const draft&);
    unary branch;
};
#define WHERE(EXPRESSION) [](const draft& t) -> draft_condition { return EXPRESSION; }
const guarded_branch guarded_branches[] = {
    {WHERE(t > 0), WRAP(log(t))},
    {WHERE(t >= 0), WRAP(sqrt(t))},
    {WHERE(t > 0), WRAP(pow(t, 1.5))},
    {WHERE(abs(t) < 1), WRAP(asin(t))},
    {WHERE(t > 1), WRAP(acosh(t))},
    {WHERE(t > -1), WRAP(log1p(t))},
    {WHERE(t * t > 1), WRAP(sqrt(t * t - 1))},
    {WHERE(t < 2), WRAP(exp(t))},
    {WHERE(floor(t) != 0), WRAP(t / floor(t))},
    {WHERE(t > 0 && t < 1), WRAP(atanh(t) + log(t))},
    {WHERE(t < 1), WRAP(1 / (t - 1))},
    {WHERE(!(t < 0) || t < -5), WRAP(sqrt(abs(t)))},
};

using binary = draft (*)(const draft&, const draft&);
#define WRAP_2(EXPRESSION) [](const draft& a, const draft& b) -> draft { return EXPRESSION; }
struct helper {
    const char* body;
    binary value;
};
#define HELPER(EXPRESSION) \
    { #EXPRESSION, WRAP_2(EXPRESSION) }
const helper helpers[] = {
    HELPER(a * b / (1 + a * a + b * b)), HELPER(sin(a) * cos(b) - a), HELPER(hypot(a, b) + 0.5 * a),
    HELPER(tanh(a + b) - tanh(a - b)),   HELPER(log(1 + a * a) * b),  HELPER(select(a < b, a * b, a - b)),
    HELPER(sqrt(1 + a * a) - max(a, b)),
};

/// What a loop does to its sum a, with a number b from outside and the counter k.
#define UPDATE(EXPRESSION) [](const draft& a, const draft& b, const draft& k) -> draft { return static_cast<void>(k), EXPRESSION; }
draft (*const loop_bodies[])(const draft&, const draft&, const draft&) = {
    UPDATE(sin(a * b + k)),   UPDATE(a + b * cos(a) / (k + 1)),  UPDATE(0.5 * a + b / (1 + a * a)), UPDATE(a*(1.1 + tanh(b - a))),
    UPDATE(0.25 * a * a - b), UPDATE(max(a, b * 0.5) - 0.3 * k), UPDATE(atan2(a + k, 2 + b * b)),
};

const double constants[] = {0, 1, -1, 2, 0.5, 3, -2, 4, 10, -0.25, 0.1, 1.7, -3.3, 0.75, 1e-3, 3.141592653589793};

class writer {
public:
    writer(std::uint64_t seed, int number, int only_operations)
        : chance_(seed * 0x9e3779b97f4a7c15u + static_cast<std::uint64_t>(number)), number_(number) {
        input_count_ = chance_.between(1, 6);
        output_count_ = chance_.happens(0.7) ? 1 : chance_.between(2, 4);
        takes_array_ = chance_.happens(0.25);
        has_gamma_ = chance_.happens(0.35);
        // Sizes spread evenly over the orders of magnitude: many small programs compile as fast as a few large ones.
        target_ = static_cast<int>(std::lround(5 * std::pow(40, chance_.uniform())));
        if (only_operations > 0) target_ = only_operations;
        choose_points();
        choose_wrt();
    }

    void write(std::ostream& out) {
        int attempts = 0;
        // What is not used yet is summed up at the end: an operation each.
        while (operations_ + closing_operations() < target_ && ++attempts < 4000) add_statement();
        const std::string result = closing();
        std::string parameters;
        if (takes_array_) parameters = "const auto& x";
        else
            for (int k = 0; k < input_count_; ++k) parameters += (k ? ", auto x" : "auto x") + std::to_string(k);
        std::string source = "[](" + parameters + ") {\n";
        if (body_.find("T ") != std::string::npos || body_.find("<T") != std::string::npos)
            source += takes_array_ ? "    using T = std::remove_cvref_t<decltype(x[0])>;\n" : "    using T = decltype(x0);\n";
        source += body_ + "    return " + result + ";\n}";
        const std::string id = std::to_string(number_);
        out << "\n// " << operations_ << " operations.\nconstexpr auto program_" << id << " = " << source
            << ";\nconst registration register_" << id << "({" << id << ", R\"source(" << source << ")source\",\n    {";
        for (const auto& point : points_) {
            out << "{";
            for (std::size_t k = 0; k < point.size(); ++k) out << (k ? ", " : "") << point[k];
            out << "}, ";
        }
        out << "},\n    {" << wrt_text() << "},\n";
        const std::string runner =
            takes_array_ ? "of_array<decltype(program_" + id + "), " + std::to_string(input_count_) + ">"
                         : "of_arguments<decltype(program_" + id + "), " + std::to_string(input_count_) + ", " + wrt_text() + ">";
        out << "    " << runner << "::record,\n    " << runner << "::differentiate});\n";
    }

private:
    static constexpr int most_operations = 200;
    static constexpr int point_count = 3;

    void choose_points() {
        for (int p = 0; p < point_count; ++p) {
            std::vector<double> point;
            for (int k = 0; k < input_count_; ++k) {
                const double width = chance_.happens(0.2) ? 6 : 2;
                const double size = 0.05 + width * chance_.uniform();
                point.push_back(std::round((chance_.happens(0.5) ? size : -size) * 1000) / 1000);
            }
            points_.push_back(point);
        }
        column_size = point_count * (1 + input_count_);
        for (int k = 0; k < input_count_; ++k) {
            draft input(0);
            for (int p = 0; p < point_count; ++p)
                for (int neighbour = 0; neighbour <= input_count_; ++neighbour)
                    input.column[p * (1 + input_count_) + neighbour] = points_[p][k] + (neighbour == k + 1 ? sample_points::distance : 0);
            keep(input.named(takes_array_ ? "x[" + std::to_string(k) + "]" : "x" + std::to_string(k)));
        }
    }

    void choose_wrt() {
        for (int k = 0; k < input_count_; ++k) wrt_.push_back(k);
        if (takes_array_ || !chance_.happens(0.3)) return;
        for (int k = input_count_ - 1; k > 0; --k) std::swap(wrt_[k], wrt_[chance_.below(k + 1)]);
        wrt_.resize(chance_.between(1, input_count_));
    }
    std::string wrt_text() const {
        std::string text;
        for (int k : wrt_) text += (text.empty() ? "" : ", ") + std::to_string(k);
        return text;
    }

    void keep(const draft& variable) {
        variables_.push_back(variable);
        used_.push_back(false);
    }
    static bool names(const std::string& statement, const std::string& variable) {
        for (std::size_t at = statement.find(variable); at != std::string::npos; at = statement.find(variable, at + 1)) {
            const std::size_t end = at + variable.size();
            if (variable.back() == ']' || end == statement.size() || !std::isdigit(static_cast<unsigned char>(statement[end]))) return true;
        }
        return false;
    }
    int closing_operations() const {
        const int unused = static_cast<int>(std::count(used_.begin(), used_.end(), false));
        return std::max(0, unused - output_count_);
    }

    /// Prefers what is recent or not used yet, so that nearly all of a program matters for its result.
    draft variable() {
        const int count = static_cast<int>(variables_.size());
        int chosen = chance_.below(count);
        if (chance_.happens(0.5)) chosen = std::max(chosen, chance_.below(count));
        for (int trial = 0; trial < 4 && used_[chosen]; ++trial) chosen = chance_.below(count);
        return variables_[chosen];
    }
    draft constant() { return chance_.one_of(constants); }

    draft operand(int depth) {
        if (depth > 0 && chance_.happens(0.35)) return expression(depth - 1);
        // The same text once more: an equal subexpression that is written twice.
        if (!written_.empty() && chance_.happens(0.05)) return chance_.one_of(written_);
        return variable();
    }
    draft within(const domain& where, const draft& x) {
        if (where.holds(x)) return x;
        return chance_.one_of(where.wraps)(x);
    }

    draft_condition condition(int depth) {
        const int what = chance_.below(depth > 0 ? 11 : 8);
        if (what == 8) return condition(depth - 1) && condition(depth - 1);
        if (what == 9) return condition(depth - 1) || condition(depth - 1);
        if (what == 10) return !condition(depth - 1);
        const draft a = variable(), b = chance_.happens(0.4) ? constant() : variable();
        switch (what) {
            case 0:
                return a < b;
            case 1:
                return a <= b;
            case 2:
                return a > b;
            case 3:
                return a >= b;
            case 4:
                return floor(a) == draft(chance_.between(-2, 1));
            case 5:
                return floor(a) != draft(chance_.between(-2, 1));
            case 6:
                return equal_to(floor(a), draft(chance_.between(-2, 1)));
            default:
                return b < a;
        }
    }

    draft expression(int depth) {
        const int what = chance_.below(100);
        if (what < 38) {
            const function_of_one* chosen = chance_.one_of(pointers_to(functions_of_one));
            while (chosen->needs_gamma && !has_gamma_) chosen = chance_.one_of(pointers_to(functions_of_one));
            const function_of_one& function = *chosen;
            return function.call(within(function.operand, operand(depth)));
        }
        if (what < 60) {
            const draft a = operand(depth), b = operand(depth);
            switch (chance_.below(6)) {
                case 0:
                    return a + b;
                case 1:
                    return a - b;
                case 2:
                    return a * b;
                case 3:
                    return a / (chance_.happens(0.5) ? b : within(positive, b));
                case 4:
                    return a * b;
                default:
                    return a / within(positive, b);
            }
        }
        if (what < 72) {
            const draft a = operand(depth), b = constant();
            switch (chance_.below(7)) {
                case 0:
                    return a + b;
                case 1:
                    return a - b;
                case 2:
                    return b - a;
                case 3:
                    return a * b;
                case 4:
                    return b * a;
                case 5:
                    return a / b;
                default:
                    return b / a;
            }
        }
        if (what < 86) {
            const draft a = operand(depth), b = operand(depth);
            switch (chance_.below(9)) {
                case 0:
                    return atan2(a, b);
                case 1:
                    return hypot(a, b);
                case 2:
                    return min(a, b);
                case 3:
                    return max(a, b);
                case 4:
                    return copysign(a, b);
                case 5: {
                    // One after the other: the order of arguments, and with it the program, is the compiler's choice.
                    const draft base = within(positive, a);
                    return pow(base, within(moderate, b));
                }
                case 6:
                    return fma(a, b, operand(depth));
                case 7:
                    return chance_.happens(0.5) ? min(a, constant()) : max(constant(), a);
                default:
                    return fma(a, constant(), b);
            }
        }
        if (what < 93) {
            const draft a = chance_.happens(0.15) ? constant() : operand(depth);
            const draft b = operand(depth);
            return select(condition(1), a, b);
        }
        const guarded_branch& guarded = *chance_.one_of(pointers_to(guarded_branches));
        const draft t = variable();
        const draft_condition where = guarded.condition(t);
        if (chance_.happens(0.3)) return select(!where, operand(depth), guarded.branch(t));
        return select(where, guarded.branch(t), operand(depth));
    }
    template <class Row, std::size_t Size>
    static std::vector<const Row*> pointers_to(const Row (&rows)[Size]) {
        std::vector<const Row*> pointers;
        for (const Row& row : rows) pointers.push_back(&row);
        return pointers;
    }

    bool is_sane(const draft& x) {
        if (std::count(x.at_edge.begin(), x.at_edge.end(), false) != static_cast<std::ptrdiff_t>(column_size)) return false;
        int points_that_vary = 0;
        for (int p = 0; p < point_count; ++p) {
            const double here = x.column[p * (1 + input_count_)];
            bool varies = false;
            if (!(std::abs(here) <= 50)) return false;
            for (int k = 1; k <= input_count_; ++k) {
                const double change = std::abs(x.column[p * (1 + input_count_) + k] - here);
                if (!(change <= 200 * sample_points::distance)) return false;
                varies = varies || change > 1e-4 * sample_points::distance;
            }
            points_that_vary += varies;
        }
        // A variable without slope makes what it is computed from useless for a test of derivatives; a few are welcome.
        return 2 * points_that_vary > point_count || chance_.happens(0.02);
    }

    /// Takes a statement into the program if its value is sane and there is room for it.
    bool take(const draft& value, const std::string& name, const std::string& statement) {
        if (!is_sane(value) || operations_ + value.operations + closing_operations() + 1 > std::max(target_, 8) + 4 ||
            operations_ + value.operations + closing_operations() + 1 > most_operations)
            return false;
        for (std::size_t k = 0; k < variables_.size(); ++k) used_[k] = used_[k] || names(statement, variables_[k].text);
        operations_ += value.operations;
        body_ += "    " + statement + "\n";
        keep(value.named(name));
        return true;
    }

    void add_statement() {
        const std::string id = std::to_string(variables_.size()), name = "v" + id;
        const int what = chance_.below(100);
        if (what < 85) {
            const draft value = expression(2);
            if (take(value, name, "const auto " + name + " = " + value.text + ";") && value.operations < 6) written_.push_back(value);
        } else if (what < 90) {
            add_loop(name);
        } else if (what < 94) {
            add_array(name, "w" + id);
        } else {
            add_helper(name, "h" + id);
        }
    }

    void add_loop(const std::string& name) {
        const auto update = chance_.one_of(loop_bodies);
        const int trips = chance_.between(2, 4);
        const draft first = variable(), other = variable();
        draft sum = first;
        for (int k = 0; k < trips; ++k) {
            const draft next = update(sum.named(name), other, draft(k).named("k"));
            const int operations = sum.operations + next.operations;
            sum = next;
            sum.operations = operations;
        }
        take(sum, name,
             "T " + name + " = " + first.text + ";\n    for (int k = 0; k < " + std::to_string(trips) + "; ++k) " + name + " = " +
                 update(first.named(name), other, draft(0).named("k")).text + ";");
    }

    void add_array(const std::string& name, const std::string& array) {
        const draft elements[] = {variable(), variable(), variable()};
        const bool horner = chance_.happens(0.5);
        const draft point = variable();
        draft sum(0);
        for (const draft& element : elements) sum = horner ? sum * (point / 4) + element : sum + element * element;
        const std::string step = horner ? name + " = " + name + " * (" + point.text + " / 4) + w" : name + " += w * w";
        take(sum, name,
             "const std::array<T, 3> " + array + "{" + elements[0].text + ", " + elements[1].text + ", " + elements[2].text + "};\n    T " +
                 name + " = 0;\n    for (const T& w : " + array + ") " + step + ";");
    }

    void add_helper(const std::string& name, const std::string& function) {
        const helper& chosen = *chance_.one_of(pointers_to(helpers));
        const draft a = variable(), b = variable(), c = variable();
        const draft inner = chosen.value(a, b), outer = chosen.value(inner, c);
        take(outer, name,
             "const auto " + function + " = [](auto a, auto b) { return " + chosen.body + "; };\n    const auto " + name + " = " +
                 function + "(" + function + "(" + a.text + ", " + b.text + "), " + c.text + ");");
    }

    /// The outputs: everything that is not used yet, dealt out to them.
    std::string closing() {
        std::vector<std::string> rests(output_count_);
        int next = 0;
        for (std::size_t k = 0; k < variables_.size(); ++k) {
            if (used_[k]) continue;
            std::string& rest = rests[next++ % output_count_];
            if (!rest.empty()) ++operations_;
            rest += (rest.empty() ? "" : chance_.happens(0.5) ? " + " : " - ") + variables_[k].text;
        }
        for (std::string& rest : rests)
            if (rest.empty()) rest = chance_.one_of(variables_).text;
        if (output_count_ == 1) return rests[0];
        std::string text = "std::array{";
        for (int k = 0; k < output_count_; ++k) text += (k ? ", " : "") + rests[k];
        return text + "}";
    }

    chance chance_;
    int number_;
    int input_count_, output_count_, target_;
    bool takes_array_;
    bool has_gamma_;  ///< may call what ADOL-C lacks
    std::vector<std::vector<double>> points_;
    std::vector<int> wrt_;
    std::vector<draft> variables_, written_;
    std::vector<bool> used_;
    std::string body_;
    int operations_ = 0;
};

}  // namespace
}  // namespace random_programs

int main(int count, char** arguments) {
    if (count < 5 || count > 6) {
        std::cerr << "usage: generate SEED FIRST COUNT FILE [OPERATIONS]\n";
        return 2;
    }
    const std::uint64_t seed = std::strtoull(arguments[1], nullptr, 10);
    const int first = std::atoi(arguments[2]), programs = std::atoi(arguments[3]);
    std::ofstream out(arguments[4]);
    out << "// Programs " << first << " to " << first + programs - 1 << " of seed " << seed << ", written by test/random/generate.cpp.\n"
        << "#include \"program.hpp\"\n\nnamespace random_programs {\nnamespace {\n";
    for (int number = first; number < first + programs; ++number)
        random_programs::writer(seed, number, count == 6 ? std::atoi(arguments[5]) : 0).write(out);
    out << "\n}  // namespace\n}  // namespace random_programs\n";
    out.close();
    if (!out) {
        std::cerr << "generate: cannot write " << arguments[4] << "\n";
        return 1;
    }
}
