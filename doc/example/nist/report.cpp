// SPDX-License-Identifier: BSL-1.0
// Tables for people: 80 columns, colours only on a terminal.
#include "report.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include <unistd.h>

namespace nist {
namespace {

bool in_colour() {
    static const bool wanted = isatty(STDOUT_FILENO) && !std::getenv("NO_COLOR");
    return wanted;
}
std::string paint(const char* code, const std::string& what) {
    return in_colour() ? "\033[" + std::string(code) + "m" + what + "\033[0m" : what;
}
std::string bold(const std::string& what) { return paint("1", what); }
std::string faint(const std::string& what) { return paint("2", what); }

std::string digits_column(double fitted, double certified, double enough) {
    const double digits = agreeing_digits(fitted, certified);
    return paint(digits >= enough ? "32" : "1;31", text("%6.1f", digits));
}

void print_row(const std::string& label, double certified, const std::string& deviation, const std::array<double, start_count>& fitted,
               double enough) {
    std::printf("  %-3s %17.10e %5s", label.c_str(), certified, deviation.c_str());
    for (const double value : fitted) std::printf(" %17.10e %s", value, digits_column(value, certified, enough).c_str());
    std::printf("\n");
}

std::string start_text(const problem& data, int start) {
    std::string numbers;
    for (const parameter& p : data.parameters) numbers += (numbers.empty() ? "" : ", ") + text("%g", p.start[start]);
    return "start " + std::to_string(start + 1) + " (" + numbers + ")";
}

}  // namespace

std::string text(const char* format, double number) {
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, format, number);
    return buffer;
}

double agreeing_digits(double fitted, double certified) {
    constexpr double printed_digits = 11;
    if (!std::isfinite(fitted)) return 0;
    if (fitted == certified) return printed_digits;
    const double error = certified == 0 ? std::abs(fitted) : std::abs(fitted - certified) / std::abs(certified);
    return std::clamp(-std::log10(error), 0.0, printed_digits);
}

agreement worst_agreement(const problem& data, const fit& fitted) {
    agreement worst{agreeing_digits(fitted.parameters[0], data.parameters[0].certified), 0};
    for (std::size_t k = 1; k < data.parameters.size(); ++k) {
        const double digits = agreeing_digits(fitted.parameters[k], data.parameters[k].certified);
        if (digits < worst.digits) worst = {digits, static_cast<int>(k)};
    }
    return worst;
}

void print_table(const problem& data, const fits& fitted, double enough, const std::string& note) {
    std::string difficulty = data.difficulty;
    if (!difficulty.empty())
        difficulty = ", " + std::string(1, static_cast<char>(std::tolower(difficulty[0]))) + difficulty.substr(1) + " difficulty";
    std::printf("%s  %zu observations%s\n", bold(data.name).c_str(), data.observation_count(), difficulty.c_str());
    for (const std::string& line : data.formula) std::printf("  %s\n", line.c_str());
    for (int start = 0; start < start_count; ++start)
        std::printf("  %s: %d steps\n", start_text(data, start).c_str(), fitted[start].iterations);
    std::printf("%s\n", faint("              certified     ±      from start 1 digits      from start 2 digits").c_str());
    for (std::size_t k = 0; k < data.parameters.size(); ++k) {
        const parameter& p = data.parameters[k];
        print_row("b" + std::to_string(k + 1), p.certified, text("%.0e", p.standard_deviation),
                  {fitted[0].parameters[k], fitted[1].parameters[k]}, enough);
    }
    print_row("RSS", data.certified_sum_of_squares, "", {fitted[0].sum_of_squares, fitted[1].sum_of_squares}, 0);
    if (!note.empty()) std::printf("  note: %s\n", note.c_str());
    std::printf("\n");
}

std::string reason(const problem& data, const fit& fitted) {
    const std::string reached =
        "sum of squares " + text("%.10e", fitted.sum_of_squares) + ", certified " + text("%.10e", data.certified_sum_of_squares);
    switch (fitted.end) {
    case fit::ending::not_finite_at_start: return "the model or its derivative is not finite at the start";
    case fit::ending::iteration_limit: return "not converged in " + std::to_string(fitted.iterations) + " steps: " + reached;
    case fit::ending::converged: break;
    }
    if (fitted.sum_of_squares > data.certified_sum_of_squares * (1 + 1e-6)) return "ended in another minimum: " + reached;
    return "the minimum is too flat for more digits: " + reached;
}

void progress_line::show(const std::string& message) {
    using namespace std::chrono_literals;
    static const bool on_terminal = isatty(STDERR_FILENO);
    const auto now = std::chrono::steady_clock::now();
    if (!on_terminal || now - shown_ < 50ms) return;
    shown_ = now;
    visible_ = true;
    std::fprintf(stderr, "\r%s\033[K", message.c_str());
}

void progress_line::erase() {
    if (!std::exchange(visible_, false)) return;
    std::fprintf(stderr, "\r\033[K");
}

}  // namespace nist
