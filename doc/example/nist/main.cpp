// SPDX-License-Identifier: BSL-1.0
// Fits NIST's certified nonlinear-regression problems from both of NIST's starting points and compares the
// digits. Every model is one lambda: tapeless makes its gradient, and its second derivative along a step, while this compiles.
#include "draw.hpp"
#include "misprint.hpp"
#include "report.hpp"

#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>

namespace {

using namespace nist;

constexpr double enough_digits = 4;
constexpr const char* usage =
    "demo_nist [--output FOLDER] [FOLDER | FILE.dat]...\n"
    "\n"
    "Fits NIST's certified nonlinear-regression problems: all *.dat files of the folders,\n"
    "or three built-in problems if none is given. Draws each fit as NAME.svg.\n"
    "\n"
    "  --output FOLDER   where the drawings go; by default the current folder\n"
    "  --help            this text\n"
    "\n"
    "Exit status: 0 if every start agrees with NIST to 4 digits in every parameter, 1 if\n"
    "one does not, 2 if the input is wrong.\n"
    "Data: https://www.itl.nist.gov/div898/strd/nls/nls_main.shtml\n";

struct arguments {
    std::vector<std::string> paths;
    std::string output = ".";
    bool help = false;
};

arguments parse(int count, char** values) {
    arguments result;
    for (int k = 1; k < count; ++k) {
        const std::string word = values[k];
        if (word == "--help" || word == "-h") result.help = true;
        else if (word == "--output" && k + 1 < count) result.output = values[++k];
        else if (word == "--output") throw input_error("--output needs a folder");
        else if (word.starts_with("-")) throw input_error(word + ": no such option; see --help");
        else result.paths.push_back(word);
    }
    return result;
}

std::vector<problem> problems_at(const std::vector<std::string>& paths) {
    if (paths.empty()) return built_in_problems();
    std::vector<problem> problems;
    for (const std::string& path : paths) {
        const bool file = std::filesystem::is_regular_file(path);
        for (const std::string& each : file ? std::vector{path} : data_files(path)) {
            problems.push_back(read_problem(each));
            const problem& read = problems.back();
            const model* known = find_model(read.name);
            if (!known) throw input_error(each + ": no model for a data set called \"" + read.name + "\"");
            if (known->parameter_count != static_cast<int>(read.parameters.size()) || known->predictor_count != read.predictor_count)
                throw input_error(each + ": the model of " + read.name + " has " + std::to_string(known->parameter_count) +
                                  " parameters and " + std::to_string(known->predictor_count) + " predictors, the file has " +
                                  std::to_string(read.parameters.size()) + " and " + std::to_string(read.predictor_count));
        }
    }
    return problems;
}

Eigen::VectorXd start_of(const problem& data, int start) {
    Eigen::VectorXd b(static_cast<Eigen::Index>(data.parameters.size()));
    for (Eigen::Index k = 0; k < b.size(); ++k) b[k] = data.parameters[k].start[start];
    return b;
}

void save_drawing(const std::string& folder, const problem& data, const model& fitted, const Eigen::VectorXd& parameters) {
    const std::filesystem::path path = std::filesystem::path(folder) / (data.name + ".svg");
    std::ofstream file(path);
    draw(file, data, fitted, parameters);
    file.close();
    if (!file) throw input_error(path.string() + ": cannot be written");
}

/// What the last lines say.
struct tally {
    int starts = 0, successes = 0;
    double fewest_digits = 11;
    std::string where;
    std::vector<std::string> failures;

    void add(const problem& data, int start, const fit& fitted) {
        const agreement worst = worst_agreement(data, fitted);
        const std::string name = data.name + ", start " + std::to_string(start + 1);
        const std::string which = name + ", b" + std::to_string(worst.parameter + 1);
        ++starts;
        if (worst.digits >= enough_digits) ++successes;
        else failures.push_back(which + ", " + text("%.1f", worst.digits) + " digits: " + reason(data, fitted));
        if (where.empty() || worst.digits < fewest_digits) {
            fewest_digits = worst.digits;
            where = which;
        }
    }
    void print() const {
        if (!failures.empty()) std::printf("Starts that do not agree with NIST:\n");
        for (const std::string& failure : failures) std::printf("  %s\n", failure.c_str());
        std::printf("%d of %d starts agree to %g digits; smallest LRE %.1f (%s).\n", successes, starts, enough_digits,
                    fewest_digits, where.c_str());
    }
};

int run(const arguments& given) {
    std::vector<problem> problems = problems_at(given.paths);
    std::error_code error;
    std::filesystem::create_directories(given.output, error);
    if (error) throw input_error(given.output + ": cannot be created: " + error.message());
    progress_line progress;
    tally total;
    for (problem& data : problems) {
        const model& fitted = *find_model(data.name);
        const std::string note = correct_misprint(data, fitted);
        fits found;
        for (int start = 0; start < start_count; ++start) {
            found[start] = levenberg_marquardt(fitted, data, start_of(data, start), [&](int step, double sum) {
                progress.show("[" + std::to_string(total.starts + start + 1) + "/" + std::to_string(start_count * problems.size()) + "] " +
                              data.name + ", start " + std::to_string(start + 1) + ": step " + std::to_string(step) + ", sum of squares " +
                              text("%.6e", sum));
            });
        }
        progress.erase();
        print_table(data, found, enough_digits, note);
        std::fflush(stdout);
        for (int start = 0; start < start_count; ++start) total.add(data, start, found[start]);
        const fit& best = found[0].sum_of_squares <= found[1].sum_of_squares ? found[0] : found[1];
        save_drawing(given.output, data, fitted, best.parameters);
    }
    const std::string drawings = problems.size() == 1 ? problems[0].name + ".svg" : "*.svg";
    std::printf("Drawings: %s\n", (std::filesystem::path(given.output) / drawings).c_str());
    total.print();
    return total.successes == total.starts ? 0 : 1;
}

}  // namespace

int main(int count, char** values) {
    try {
        const arguments given = parse(count, values);
        if (given.help) return std::printf("%s", usage), 0;
        return run(given);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "demo_nist: %s\n", error.what());
        return 2;
    }
}
