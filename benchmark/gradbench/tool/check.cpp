// SPDX-License-Identifier: BSL-1.0
// check TOOL CASES: runs a tool on each of the cases of a JSON file, written by case/generate.py, and compares what it prints.
#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

using nlohmann::json;

namespace {

// Of the largest number of a list: far above rounding errors, far below those of a wrong formula.
constexpr double tolerance = 1e-11;

double largest_in(const json& value) {
    double largest = value.is_number() ? std::abs(value.get<double>()) : 0;
    if (value.is_structured())
        for (const json& each : value) largest = std::max(largest, largest_in(each));
    return largest;
}

/// Numbers are as near to those expected as the largest of their list allows; all else is equal.
bool is_near(const json& given, const json& expected, double scale) {
    if (expected.is_number_integer()) return given.is_number_integer() && given == expected;
    if (expected.is_number()) return given.is_number() && std::abs(given.get<double>() - expected.get<double>()) <= tolerance * scale;
    if (!expected.is_structured()) return given == expected;
    if (given.type() != expected.type() || given.size() != expected.size()) return false;
    for (const auto& [key, value] : expected.items()) {
        if (expected.is_object() && !given.contains(key)) return false;
        const json& other = expected.is_object() ? given[key] : given[std::stoul(key)];
        if (!is_near(other, value, expected.is_object() ? largest_in(value) : scale)) return false;
    }
    return true;
}

struct answer {
    int status = 0;
    std::string printed;
};

std::string contents(const std::filesystem::path& file) {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
}

class tool {
public:
    tool(const std::string& program, const std::filesystem::path& cases) : program_(program), scratch_(std::filesystem::path(program + ".case")), name_(cases.stem().string()) {
        std::filesystem::create_directories(scratch_);
    }
    ~tool() { std::filesystem::remove_all(scratch_); }

    /// Empty if all is well, or what is wrong.
    std::string check(const json& one) const {
        const auto file = scratch_ / "input.json";
        std::filesystem::remove(file);
        if (one.contains("input")) std::ofstream(file) << one["input"];
        else if (one.contains("text")) std::ofstream(file) << one["text"].get<std::string>();
        const auto printed = scratch_ / "printed", complaint = scratch_ / "complaint";
        const std::string command = "'" + program_ + "' '" + file.string() + "' '" + one["function"].get<std::string>() + "' >'" + printed.string() + "' 2>'" + complaint.string() + "'";
        const int status = std::system(command.c_str());
        if (one.contains("error")) {
            const std::string said = contents(complaint), wanted = name_ + ": " + one["error"].get<std::string>();
            if (WEXITSTATUS(status) != 1 || !contents(printed).empty()) return "did not fail with status 1 and nothing printed";
            if (said.rfind(wanted, 0) != 0 || said.back() != '\n') return "said\n" + said + "instead of\n" + wanted;
            return {};
        }
        if (status != 0) return "failed: " + contents(complaint);
        return check_printed(contents(printed), one);
    }

private:
    static std::string check_printed(const std::string& printed, const json& one) {
        std::istringstream lines(printed);
        std::string line;
        std::getline(lines, line);
        if (!is_near(json::parse(line), one["output"], largest_in(one["output"]))) return "printed " + line + " instead of " + one["output"].dump();
        int runs = -1;
        for (; std::getline(lines, line); ++runs) {
            const json time = json::parse(line);
            if (time.size() != 2 || time["name"] != (runs < 0 ? "prepare" : "evaluate") || !time["nanoseconds"].is_number_integer()) return "printed as a time " + line;
        }
        const int least = one["input"].is_object() ? one["input"].value("min_runs", 1) : 1;
        const bool may_be_more = one["input"].is_object() && one["input"].contains("min_seconds");
        return runs == least || (runs > least && may_be_more) ? "" : "ran " + std::to_string(runs) + " times instead of " + std::to_string(least);
    }

    std::string program_;
    std::filesystem::path scratch_;
    std::string name_;
};

}  // namespace

int main(int argument_count, char** arguments) {
    if (argument_count != 3) return EXIT_FAILURE;
    const json cases = json::parse(contents(arguments[2]));
    const tool checked(arguments[1], arguments[2]);
    bool all_right = !cases.empty();
    for (const json& one : cases)
        if (const std::string wrong = checked.check(one); !wrong.empty()) {
            std::cerr << arguments[2] << ", \"" << one["name"].get<std::string>() << "\": " << wrong << '\n';
            all_right = false;
        }
    return all_right ? EXIT_SUCCESS : EXIT_FAILURE;
}
