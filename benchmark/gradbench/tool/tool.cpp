// SPDX-License-Identifier: BSL-1.0
#include "tool.hpp"

#include <nlohmann/json.hpp>

#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace gradbench {

struct input::document {
    nlohmann::json json;
};

namespace {

using nlohmann::json;

std::string named(const char* field) { return "\"" + std::string(field) + "\""; }

const json& at(const json& object, const char* field) {
    if (!object.is_object()) throw error("the input is no object of named fields");
    const auto found = object.find(field);
    if (found == object.end()) throw error("the input has no field " + named(field));
    return *found;
}

double number_in(const json& value, const std::string& name) {
    if (!value.is_number()) throw error(name + " is no number");
    return value.get<double>();
}

void append_numbers(std::vector<double>& to, const json& list, const std::string& name) {
    if (!list.is_array()) throw error(name + " is no list of numbers");
    for (const json& each : list) to.push_back(number_in(each, "an element of " + name));
}

template <class Element>
std::string list(std::span<const Element> elements) {
    std::string result = "[";
    for (const Element& each : elements) {
        if (result.size() > 1) result += ',';
        if constexpr (std::is_same_v<Element, double>) result += text(each);
        else result += std::to_string(each);
    }
    return result + "]";
}

json parsed(const char* file) {
    if (!std::filesystem::is_regular_file(file)) throw error("there is no file " + std::string(file));
    std::ifstream stream(file);
    if (!stream) throw error("the file " + std::string(file) + " cannot be read");
    try {
        return json::parse(stream);
    } catch (const json::parse_error& reason) {
        throw error(std::string(file) + " is no JSON: " + reason.what());
    }
}

using clock = std::chrono::steady_clock;

long long nanoseconds_since(clock::time_point start) { return std::chrono::duration_cast<std::chrono::nanoseconds>(clock::now() - start).count(); }

void print_time(const char* name, long long nanoseconds) { std::printf("{\"name\": \"%s\", \"nanoseconds\": %lld}\n", name, nanoseconds); }

void run(const function& chosen, const char* file) {
    const input::document document{parsed(file)};
    const input given(document);
    const auto prepare = chosen.read(given);
    const bool is_object = document.json.is_object();
    const std::ptrdiff_t least_runs = is_object && document.json.contains("min_runs") ? given.integer("min_runs", 1) : 1;
    const double least_seconds = is_object && document.json.contains("min_seconds") ? given.number("min_seconds") : 0;

    const auto start = clock::now();
    const std::unique_ptr<evaluation> function = prepare();
    const long long preparation = nanoseconds_since(start);
    std::vector<long long> times;
    double seconds = 0;
    while (static_cast<std::ptrdiff_t>(times.size()) < least_runs || seconds < least_seconds) {
        const auto begin = clock::now();
        function->run();
        times.push_back(nanoseconds_since(begin));
        seconds += static_cast<double>(times.back()) * 1e-9;
    }

    std::printf("%s\n", function->output().c_str());
    print_time("prepare", preparation);
    for (const long long each : times) print_time("evaluate", each);
}

}  // namespace

double input::number() const { return number_in(document_.json, "the input"); }
double input::number(const char* field) const { return number_in(at(document_.json, field), named(field)); }

std::ptrdiff_t input::integer(const char* field, std::ptrdiff_t at_least) const {
    const json& value = at(document_.json, field);
    if (!value.is_number_integer()) throw error(named(field) + " is no integer");
    const auto result = value.get<std::ptrdiff_t>();
    if (result < at_least) throw error(named(field) + " is " + std::to_string(result) + ", and has to be at least " + std::to_string(at_least));
    return result;
}

std::vector<double> input::numbers(const char* field) const {
    std::vector<double> result;
    append_numbers(result, at(document_.json, field), named(field));
    return result;
}
std::vector<double> input::numbers(const char* field, std::ptrdiff_t length) const {
    std::vector<double> result = numbers(field);
    if (std::ssize(result) != length) throw error(named(field) + " has " + std::to_string(result.size()) + " numbers, not " + std::to_string(length));
    return result;
}

matrix input::matrix(const char* field) const {
    const json& value = at(document_.json, field);
    const auto rows = [&] { return named(field) + " is no list of rows of numbers"; };
    if (!value.is_array()) throw error(rows());
    gradbench::matrix result;
    result.rows = static_cast<std::ptrdiff_t>(value.size());
    for (const json& row : value) {
        if (!row.is_array()) throw error(rows());
        const auto length = static_cast<std::ptrdiff_t>(row.size());
        if (&row == &value.front()) result.columns = length;
        if (length != result.columns) throw error(named(field) + " has rows of " + std::to_string(result.columns) + " and of " + std::to_string(length) + " numbers");
        append_numbers(result.numbers, row, named(field));
    }
    return result;
}
matrix input::matrix(const char* field, std::ptrdiff_t rows, std::ptrdiff_t columns) const {
    gradbench::matrix result = matrix(field);
    const auto shape = [](std::ptrdiff_t a, const char* of, std::ptrdiff_t b) { return std::to_string(a) + of + std::to_string(b); };
    if (result.rows != rows || (rows > 0 && result.columns != columns))
        throw error(named(field) + " has " + shape(result.rows, " rows of ", result.columns) + " numbers, not " + shape(rows, " of ", columns));
    result.columns = columns;
    return result;
}

// JSON has no infinities and no NaN.
std::string text(double number) {
    if (!std::isfinite(number)) return "null";
    char buffer[32];
    return {buffer, std::to_chars(buffer, buffer + sizeof buffer, number).ptr};
}
std::string text(std::ptrdiff_t number) { return std::to_string(number); }
std::string text(std::span<const double> numbers) { return list(numbers); }
std::string text(std::span<const int> numbers) { return list(numbers); }

std::string text_of_rows(std::span<const double> numbers, std::ptrdiff_t rows, std::ptrdiff_t columns) {
    const auto length = static_cast<std::size_t>(columns);
    std::string result = "[";
    for (std::size_t row = 0; row < static_cast<std::size_t>(rows); ++row) result += (row > 0 ? "," : "") + list(numbers.subspan(row * length, length));
    return result + "]";
}

std::string text(std::initializer_list<std::pair<const char*, std::string>> fields) {
    std::string result = "{";
    for (const auto& [name, value] : fields) result += (result.size() > 1 ? ",\"" : "\"") + std::string(name) + "\":" + value;
    return result + "}";
}

int tool(int argument_count, char** arguments, std::initializer_list<function> functions) try {
    if (argument_count != 3) throw error("to be called with two arguments, FILE and FUNCTION");
    std::string names;
    for (const function& each : functions) {
        if (each.name == std::string(arguments[2])) {
            run(each, arguments[1]);
            return EXIT_SUCCESS;
        }
        names += (names.empty() ? "" : ", ") + std::string(each.name);
    }
    throw error("there is no function \"" + std::string(arguments[2]) + "\"; there are: " + names);
} catch (const std::exception& reason) {
    std::fprintf(stderr, "%s: %s\n", std::filesystem::path(arguments[0]).filename().c_str(), reason.what());
    return EXIT_FAILURE;
}

}  // namespace gradbench
