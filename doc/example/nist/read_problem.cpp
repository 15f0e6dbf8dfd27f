// SPDX-License-Identifier: BSL-1.0
// Reads a data set of NIST's Statistical Reference Datasets (StRD), nonlinear regression, in NIST's own text format.
// The model's formula is kept as text only: model.hpp has the models.
#include "problem.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string_view>
#include <utility>

namespace nist {
namespace {

std::vector<std::string> words_in(const std::string& line) {
    std::istringstream stream(line);
    std::vector<std::string> words;
    for (std::string word; stream >> word;) words.push_back(word);
    return words;
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

/// What stands behind `key` in the line; nothing if the line does not begin with it.
std::optional<std::string> after(const std::string& line, std::string_view key) {
    if (line.compare(0, key.size(), key) != 0) return {};
    return line.substr(key.size());
}

/// "volume" from "1 Response  (y = volume)".
std::optional<std::string> meaning_in(const std::string& line, std::string_view what) {
    if (line.find(what) == std::string::npos) return {};
    const auto equals = line.find('='), end = line.find_first_of(";)", equals);
    if (equals == std::string::npos || end == std::string::npos) return {};
    return joined(words_in(line.substr(equals + 1, end - equals - 1)));
}

class reader {
public:
    explicit reader(const std::string& path) : path_(path), file_(path) {
        if (!file_) throw input_error(path + ": cannot be opened");
    }

    problem read() {
        read_header();
        read_observations();
        if (result_.name.empty()) fail_file("no line \"Dataset Name:\"");
        return std::move(result_);
    }

private:
    bool next() {
        ++line_number_;
        if (!std::getline(file_, line_)) return false;
        if (!line_.empty() && line_.back() == '\r') line_.pop_back();
        return true;
    }

    /// Up to the line over the observations, "Data: y x": the second that begins with "Data:".
    void read_header() {
        bool described = false, in_formula = false;
        while (next()) {
            if (line_.find("Starting") != std::string::npos) in_formula = false;
            if (in_formula && !words_in(line_).empty()) result_.formula.push_back(joined(words_in(line_)));
            if (line_.find("Parameters (") != std::string::npos) in_formula = true;
            if (const auto at = line_.find(" Level of Difficulty"); at != std::string::npos)
                result_.difficulty = joined(words_in(line_.substr(0, at)));
            if (const auto label = meaning_in(line_, "Response")) result_.response_label = *label;
            if (const auto label = meaning_in(line_, "Predictor")) result_.predictor_label = *label;
            if (const auto name = after(line_, "Dataset Name:")) read_name(*name);
            if (const auto sum = after(line_, "Residual Sum of Squares:"))
                result_.certified_sum_of_squares = numbers_in(*sum, 1, "the sum of squares")[0];
            if (const auto count = after(line_, "Number of Observations:")) observation_count_ = numbers_in(*count, 1, "their number")[0];
            if (is_parameter()) read_parameter();
            if (const auto columns = after(line_, "Data:"); columns && std::exchange(described, true)) {
                result_.predictor_count = static_cast<int>(words_in(*columns).size()) - 1;
                if (result_.predictor_count < 1) fail("the line over the observations names no predictor");
                return;
            }
        }
        fail_file("it ends before the observations (a second line that begins with \"Data:\")");
    }

    void read_observations() {
        if (result_.parameters.empty()) fail_file("no parameters (lines \"b1 = …\") before the observations");
        const std::size_t columns = result_.predictor_count + 1;
        while (next()) {
            if (words_in(line_).empty()) continue;
            const std::vector<double> row = numbers_in(line_, columns, "an observation");
            result_.response.push_back(row[0]);
            result_.predictors.insert(result_.predictors.end(), row.begin() + 1, row.end());
        }
        if (observation_count_ && *observation_count_ != static_cast<double>(result_.observation_count()))
            fail_file("it says " + std::to_string(static_cast<long>(*observation_count_)) + " observations and has " +
                      std::to_string(result_.observation_count()));
        if (result_.observation_count() < result_.parameters.size()) fail_file("fewer observations than parameters");
    }

    void read_name(const std::string& text) {
        const std::vector<std::string> words = words_in(text);
        if (words.empty()) fail("the name of the data set is missing");
        result_.name = words[0];
    }

    bool is_parameter() const {
        const std::vector<std::string> words = words_in(line_);
        return words.size() > 1 && words[1] == "=" && words[0].size() > 1 && words[0][0] == 'b' &&
               words[0].find_first_not_of("0123456789", 1) == std::string::npos;
    }

    void read_parameter() {
        const std::string expected = "b" + std::to_string(result_.parameters.size() + 1);
        if (words_in(line_)[0] != expected) fail("expected parameter " + expected);
        const std::vector<double> row =
            numbers_in(line_.substr(line_.find('=') + 1), 4, "two starts, the certified value and its standard deviation");
        result_.parameters.push_back({{row[0], row[1]}, row[2], row[3]});
    }

    std::vector<double> numbers_in(const std::string& text, std::size_t count, const std::string& what) const {
        std::vector<double> numbers;
        for (const std::string& word : words_in(text)) {
            double number = 0;
            const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
            if (error != std::errc() || end != word.data() + word.size()) fail("\"" + word + "\" is not a number (" + what + ")");
            numbers.push_back(number);
        }
        if (numbers.size() != count)
            fail("expected " + std::to_string(count) + (count == 1 ? " number (" : " numbers (") + what + "), found " +
                 std::to_string(numbers.size()));
        return numbers;
    }

    [[noreturn]] void fail(const std::string& message) const {
        throw input_error(path_ + ":" + std::to_string(line_number_) + ": " + message);
    }
    [[noreturn]] void fail_file(const std::string& message) const { throw input_error(path_ + ": " + message); }

    std::string path_;
    std::ifstream file_;
    std::string line_;
    int line_number_ = 0;
    std::optional<double> observation_count_;
    problem result_;
};

}  // namespace

problem read_problem(const std::string& path) { return reader(path).read(); }

std::vector<std::string> data_files(const std::string& folder) {
    namespace fs = std::filesystem;
    std::error_code error;
    if (!fs::exists(folder, error)) throw input_error(folder + ": no such folder");
    if (!fs::is_directory(folder, error)) throw input_error(folder + ": not a folder");
    std::vector<std::string> files;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error))
        if (entry.path().extension() == ".dat") files.push_back(entry.path().string());
    if (error) throw input_error(folder + ": " + error.message());
    if (files.empty()) throw input_error(folder + ": no *.dat file in this folder");
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace nist
