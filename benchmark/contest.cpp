// SPDX-License-Identifier: BSL-1.0
// The main program of every contest: checks each contender's error, times those that are right, with interleaved
// repetitions, and prints contender, time, ratio to the fastest of those whose name begins with the problem's baseline, and error.
// With the one argument --check it only checks, and only the first race.
#include "race.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <string_view>

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

/// Nothing where nothing was given.
std::optional<error> compare(const answers& given, const answers& right) {
    if (given.empty()) return {};
    if (given.size() > right.size()) return error{INFINITY, INFINITY};
    error worst;
    for (std::size_t row = 0; row < given.size(); ++row) {
        if (given[row].size() > right[row].size()) return error{INFINITY, INFINITY};
        double largest = 0;
        for (std::size_t k = 0; k < given[row].size(); ++k) largest = std::max(largest, std::abs(right[row][k]));
        for (std::size_t k = 0; k < given[row].size(); ++k) {
            const double expected = right[row][k];
            const double difference = std::abs(given[row][k] - expected);
            const double ulp = std::nextafter(std::abs(expected), INFINITY) - std::abs(expected);
            if (std::abs(expected) >= 1e-15 * largest) raise(worst.in_ulp, difference / ulp);
            raise(worst.in_norm, difference / largest);
        }
    }
    return worst;
}

using errors = std::map<std::string, std::optional<error>>;

struct standing {
    std::vector<double> nanoseconds;
    double fastest() const { return *std::min_element(nanoseconds.begin(), nanoseconds.end()); }
    double median() const {
        std::vector<double> sorted = nanoseconds;
        std::sort(sorted.begin(), sorted.end());
        return (sorted[(sorted.size() - 1) / 2] + sorted[sorted.size() / 2]) / 2;
    }
};

std::string ratio_title() {
    std::string baseline = this_problem().baseline;
    std::replace(baseline.begin(), baseline.end(), '_', '-');
    return "ratio to " + baseline;
}

/// The columns of the table that this binary prints.
struct column {
    std::string title;
    int width;
};
std::vector<column> columns() {
    int longest = 24;
    for (const contender& one : contenders()) longest = std::max(longest, static_cast<int>(one.name.size()));
    const std::string ratio = ratio_title();
    std::vector<column> all{{"contender", -longest}, {"fastest ns", 10}, {"median ns", 11}, {ratio, 21}, {"(of medians)", 12}, {"error (ulp)", 11}, {"(of largest)", 12}};
    const auto& races = this_problem().races;
    if (std::any_of(races.begin(), races.end(), [](const race& one) { return one.bytes > 0; })) all.insert(all.begin() + 5, {"GB/s", 6});
    if (std::any_of(contenders().begin(), contenders().end(), [](const contender& one) { return static_cast<bool>(one.bytes_held); })) all.push_back({"bytes held", 10});
    if (!races.front().size.empty()) all.insert(all.begin(), {"size", 13});
    return all;
}
void print_row(const std::map<std::string, std::string>& cells) {
    for (const column& one : columns()) std::printf("| %*s ", one.width, cells.at(one.title).c_str());
    std::printf("|\n");
}
void print_head() {
    std::printf("\n%s\n\n", this_problem().title.c_str());
    std::map<std::string, std::string> titles;
    for (const column& one : columns()) titles[one.title] = one.title;
    print_row(titles);
    for (const column& one : columns()) std::printf("|%s%s", std::string(static_cast<std::size_t>(std::abs(one.width)) + (one.width < 0 ? 2 : 1), '-').c_str(), one.width < 0 ? "" : ":");
    std::printf("|\n");
}
std::string text(const char* format, double number) {
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, format, number);
    return buffer;
}

/// Prints the rows of one race.
class table : public benchmark::BenchmarkReporter {
public:
    table(const race& of, const errors& found) : race_(of), errors_(found) {}

    bool ReportContext(const Context&) override { return true; }

    // Processor time, not the clock's: the repetitions of a contender that is interrupted stay comparable. On several processors only the clock knows.
    void ReportRuns(const std::vector<Run>& runs) override {
        for (const Run& run : runs)
            if (run.run_type == Run::RT_Iteration) {
                const bool by_clock = run.run_name.time_type == "real_time";
                const std::string& name = run.run_name.function_name;
                standings_[name.substr(0, name.find('/'))].nanoseconds.push_back((by_clock ? run.GetAdjustedRealTime() : run.GetAdjustedCPUTime()) / race_.calls);
            }
    }

    void Finalize() override {
        std::vector<std::pair<std::string, standing>> order(standings_.begin(), standings_.end());
        std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.second.fastest() < b.second.fastest(); });
        const auto baseline = std::find_if(order.begin(), order.end(), [](const auto& one) { return one.first.rfind(this_problem().baseline, 0) == 0; });
        const bool compared = baseline != order.end();
        for (const auto& [name, times] : order) {
            const std::optional<error>& found = errors_.at(name);
            print_row({{"size", race_.size},
                       {"contender", name},
                       {"fastest ns", text("%.1f", times.fastest())},
                       {"median ns", text("%.1f", times.median())},
                       {ratio_title(), text("%.2f", compared ? times.fastest() / baseline->second.fastest() : NAN)},
                       {"(of medians)", text("%.2f", compared ? times.median() / baseline->second.median() : NAN)},
                       {"GB/s", text("%.1f", race_.bytes / times.fastest())},
                       {"error (ulp)", found ? text("%.1f", found->in_ulp) : "-"},
                       {"bytes held", bytes_held(name)},
                       {"(of largest)", found ? text("%.1e", found->in_norm) : "-"}});
        }
        std::fflush(stdout);
    }

private:
    std::string bytes_held(const std::string& name) const {
        const auto one = std::find_if(contenders().begin(), contenders().end(), [&](const contender& each) { return each.name == name; });
        // Of the first race alone: what that has freed may lie in a pool from then on.
        return one->bytes_held && &race_ == &this_problem().races.front() ? text("%.0f", one->bytes_held(0)) : "-";
    }

    const race& race_;
    const errors& errors_;
    std::map<std::string, standing> standings_;
};

/// The errors of those that are right. Says who is wrong.
errors check(int race) {
    errors passed;
    const answers right = this_problem().races[race].reference();
    for (const contender& one : contenders()) {
        if (race < one.first_race) continue;
        const std::optional<error> found = compare(one.answer(race), right);
        if (!found || found->in_norm <= this_problem().races[race].tolerance) passed[one.name] = found;
        else std::fprintf(stderr, "%s is wrong, by %.1e of the largest entry: not timed.\n", one.name.c_str(), found->in_norm);
    }
    return passed;
}

void time(int race, const errors& passed) {
    const std::string& size = this_problem().races[race].size;
    for (const contender& one : contenders()) {
        if (!passed.contains(one.name)) continue;
        // What --benchmark_filter chooses by.
        const std::string name = size.empty() ? one.name : one.name + "/" + size;
        auto* const registered = benchmark::RegisterBenchmark(name.c_str(), [&one, race](benchmark::State& state) { one.time(race, state); });
        if (one.on_all_cores) registered->UseRealTime();
    }
    table standings(this_problem().races[race], passed);
    benchmark::RunSpecifiedBenchmarks(&standings);
    benchmark::ClearRegisteredBenchmarks();
}

bool all_take_part(int race, const errors& passed) {
    return std::all_of(contenders().begin(), contenders().end(), [&](const contender& one) { return race < one.first_race || passed.contains(one.name); });
}

}  // namespace
}  // namespace contest

int main(int argument_count, char** arguments) {
    using namespace contest;
    if (argument_count == 2 && arguments[1] == std::string_view("--check")) return all_take_part(0, check(0)) ? EXIT_SUCCESS : EXIT_FAILURE;

    // Defaults that the command line overrides: many short repetitions, shuffled among the contenders.
    std::vector<std::string> flags = {arguments[0], "--benchmark_enable_random_interleaving=true", "--benchmark_repetitions=30",
                                      "--benchmark_min_time=0.02"};
    flags.insert(flags.end(), arguments + 1, arguments + argument_count);
    std::vector<char*> pointers;
    for (std::string& flag : flags) pointers.push_back(flag.data());
    int count = static_cast<int>(pointers.size());
    benchmark::Initialize(&count, pointers.data());
    if (benchmark::ReportUnrecognizedArguments(count, pointers.data())) return EXIT_FAILURE;

    print_head();
    bool all_right = true;
    for (int race = 0; race < static_cast<int>(this_problem().races.size()); ++race) {
        const errors passed = check(race);
        all_right = all_right && all_take_part(race, passed);
        time(race, passed);
    }
    benchmark::Shutdown();
    return all_right ? EXIT_SUCCESS : EXIT_FAILURE;
}
