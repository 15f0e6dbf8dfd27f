// SPDX-License-Identifier: BSL-1.0
// The main program of every contest: checks each contender's error, times those that are right, with interleaved
// repetitions, and prints contender, time, ratio to the fastest of those whose name begins with hand_written, and error.
#include "contest.hpp"

#include <cstdio>
#include <cstdlib>
#include <map>

namespace contest {

std::vector<contender>& contenders() {
    static std::vector<contender> all;
    return all;
}

problem_of_this_binary& this_problem() {
    static problem_of_this_binary problem;
    return problem;
}

namespace {

/// The worst error of an entry, in units in its last place, and the worst error relative to the largest entry of its row.
/// In ulp only entries within 1e-15 of the largest: those of the chain by its start reach 1e-150, below the reference's own error.
struct error {
    double in_ulp = 0;
    double in_norm = 0;
};

// A NaN must not pass as small.
void raise(double& worst, double found) { worst = found <= worst ? worst : found; }

error compare(const answers& given, const answers& right) {
    error worst;
    const std::size_t rows = right.numbers.size() / right.row;
    if (given.numbers.size() != rows * given.row) return {INFINITY, INFINITY};
    for (std::size_t row = 0; row < rows; ++row) {
        double largest = 0;
        for (std::size_t k = 0; k < given.row; ++k) largest = std::max(largest, std::abs(right.numbers[row * right.row + k]));
        for (std::size_t k = 0; k < given.row; ++k) {
            const double expected = right.numbers[row * right.row + k];
            const double difference = std::abs(given.numbers[row * given.row + k] - expected);
            const double ulp = std::nextafter(std::abs(expected), INFINITY) - std::abs(expected);
            if (std::abs(expected) >= 1e-15 * largest) raise(worst.in_ulp, difference / ulp);
            raise(worst.in_norm, difference / largest);
        }
    }
    return worst;
}

// Far above the rounding errors of every problem here, far below those of a wrong formula.
constexpr double tolerance = 1e-11;

struct standing {
    std::vector<double> nanoseconds;
    double fastest() const { return *std::min_element(nanoseconds.begin(), nanoseconds.end()); }
    double median() const {
        std::vector<double> sorted = nanoseconds;
        std::sort(sorted.begin(), sorted.end());
        return (sorted[(sorted.size() - 1) / 2] + sorted[sorted.size() / 2]) / 2;
    }
};

class table : public benchmark::BenchmarkReporter {
public:
    explicit table(std::map<std::string, error> errors) : errors_(std::move(errors)) {}

    bool ReportContext(const Context&) override { return true; }

    // Processor time, not the clock's: the repetitions of a contender that is interrupted stay comparable.
    void ReportRuns(const std::vector<Run>& runs) override {
        for (const Run& run : runs)
            if (run.run_type == Run::RT_Iteration)
                standings_[run.run_name.function_name].nanoseconds.push_back(run.GetAdjustedCPUTime() / this_problem().points);
    }

    void Finalize() override {
        std::vector<std::pair<std::string, standing>> order(standings_.begin(), standings_.end());
        std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.second.fastest() < b.second.fastest(); });
        const auto hand_written = std::find_if(order.begin(), order.end(), [](const auto& one) { return one.first.rfind("hand_written", 0) == 0; });
        const bool compared = hand_written != order.end();
        std::printf("\n%s\n\n", this_problem().title.c_str());
        std::printf("| %-24s | %10s | %11s | %21s | %12s | %11s | %12s |\n", "contender", "fastest ns", "median ns", "ratio to hand-written",
                    "(of medians)", "error (ulp)", "(of largest)");
        std::printf("|%s|%s:|%s:|%s:|%s:|%s:|%s:|\n", std::string(26, '-').c_str(), std::string(11, '-').c_str(), std::string(12, '-').c_str(),
                    std::string(22, '-').c_str(), std::string(13, '-').c_str(), std::string(12, '-').c_str(), std::string(13, '-').c_str());
        for (const auto& [name, times] : order)
            std::printf("| %-24s | %10.1f | %11.1f | %21.2f | %12.2f | %11.1f | %12.1e |\n", name.c_str(), times.fastest(), times.median(),
                        compared ? times.fastest() / hand_written->second.fastest() : NAN,
                        compared ? times.median() / hand_written->second.median() : NAN, errors_.at(name).in_ulp, errors_.at(name).in_norm);
    }

private:
    std::map<std::string, error> errors_;
    std::map<std::string, standing> standings_;
};

}  // namespace
}  // namespace contest

int main(int argument_count, char** arguments) {
    using namespace contest;
    // Defaults that the command line overrides: many short repetitions, shuffled among the contenders.
    std::vector<std::string> flags = {arguments[0], "--benchmark_enable_random_interleaving=true", "--benchmark_repetitions=30",
                                      "--benchmark_min_time=0.02"};
    flags.insert(flags.end(), arguments + 1, arguments + argument_count);
    std::vector<char*> pointers;
    for (std::string& flag : flags) pointers.push_back(flag.data());
    int count = static_cast<int>(pointers.size());
    benchmark::Initialize(&count, pointers.data());
    if (benchmark::ReportUnrecognizedArguments(count, pointers.data())) return EXIT_FAILURE;

    const answers right = this_problem().reference();
    std::map<std::string, error> errors;
    bool all_right = true;
    for (const contender& one : contenders()) {
        const error found = errors[one.name] = compare(one.answer(), right);
        if (found.in_norm <= tolerance) {
            benchmark::RegisterBenchmark(one.name.c_str(), one.time);
        } else {
            std::fprintf(stderr, "%s is wrong, by %.1e of the largest entry: not timed.\n", one.name.c_str(), found.in_norm);
            all_right = false;
        }
    }
    table standings(errors);
    benchmark::RunSpecifiedBenchmarks(&standings);
    benchmark::Shutdown();
    return all_right ? EXIT_SUCCESS : EXIT_FAILURE;
}
