// SPDX-License-Identifier: BSL-1.0
// What every problem is written with: the protocol of GradBench's C++ tools, its JSON on the way in and on the way out. A problem is one file, whose main
// program lists its functions; none of them needs to know the JSON library, which alone takes g++ 3 s a file.
#pragma once

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace gradbench {

/// What is wrong with a call, in a sentence: printed, and the status is 1.
struct error : std::runtime_error {
    using runtime_error::runtime_error;
};

/// Rows of the same length, one after the other.
struct matrix {
    std::vector<double> numbers;
    std::ptrdiff_t rows = 0, columns = 0;
};

/// The JSON of a problem. Whatever is not there, or of another shape, throws an error that names the field.
class input {
public:
    struct document;
    explicit input(const document& of) : document_(of) {}

    /// The document itself, where that is a number.
    double number() const;
    double number(const char* field) const;
    std::ptrdiff_t integer(const char* field, std::ptrdiff_t at_least = 0) const;
    std::vector<double> numbers(const char* field) const;
    std::vector<double> numbers(const char* field, std::ptrdiff_t length) const;
    gradbench::matrix matrix(const char* field) const;
    gradbench::matrix matrix(const char* field, std::ptrdiff_t rows, std::ptrdiff_t columns) const;

private:
    const document& document_;
};

/// JSON text: of a number the shortest that is read back as the same.
std::string text(double);
std::string text(std::ptrdiff_t);
std::string text(std::span<const double>);
std::string text(std::span<const int>);
std::string text_of_rows(std::span<const double>, std::ptrdiff_t rows, std::ptrdiff_t columns);
std::string text(std::initializer_list<std::pair<const char*, std::string>> fields);

/// One function of a problem, with the memory that it needs.
struct evaluation {
    virtual ~evaluation() = default;
    /// What is timed.
    virtual void run() = 0;
    /// The result of the last run as JSON.
    virtual std::string output() const = 0;
};

struct function {
    const char* name;
    /// Reads the input; what that returns makes the evaluation, which is timed as "prepare".
    std::function<std::function<std::unique_ptr<evaluation>()>(const input&)> read;
};

/// Problem: made of an input. Evaluation: made of a problem, which outlives it.
template <class Problem, class Evaluation>
function one(const char* name) {
    return {name, [](const input& given) {
                const auto problem = std::make_shared<const Problem>(given);
                return [problem]() -> std::unique_ptr<evaluation> { return std::make_unique<Evaluation>(*problem); };
            }};
}
/// A function of the problem that this tool does not have.
inline function absent(const char* name, const char* why) {
    return {name, [name, why](const input&) -> std::function<std::unique_ptr<evaluation>()> { throw error("the function \"" + std::string(name) + "\" is not here: " + why + "."); }};
}

/// The main program: TOOL FILE FUNCTION. Runs the function at least min_runs times (1, if the input does not say) and min_seconds long (0), prints its output,
/// and then a line of JSON for the time of its preparation and of each run.
int tool(int argument_count, char** arguments, std::initializer_list<function> functions);

}  // namespace gradbench
