// SPDX-License-Identifier: BSL-1.0
// Draws SVG by hand: two plots over one axis, the fit above its residuals.
#include "draw.hpp"

#include "report.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

namespace nist {
namespace {

constexpr double width = 720, left = 72;
constexpr const char* ink = "#1f2933";
constexpr const char* faint_ink = "#66707a";
constexpr const char* grid_ink = "#e4e7eb";
constexpr const char* observed_ink = "#2c6fad";
constexpr const char* fitted_ink = "#d1495b";

struct range {
    double low = INFINITY, high = -INFINITY;
    void include(double value) {
        if (!std::isfinite(value)) return;
        low = std::min(low, value);
        high = std::max(high, value);
    }
    range padded(double share) const {
        const double pad = high > low ? share * (high - low) : std::max(1.0, std::abs(low));
        return {low - pad, high + pad};
    }
};

/// One plot's area on the page and what numbers it shows.
struct plot {
    range x, y;
    double top, bottom, right;
    double across(double value) const { return left + (value - x.low) / (x.high - x.low) * (right - left); }
    double up(double value) const { return bottom - (value - y.low) / (y.high - y.low) * (bottom - top); }
};

std::string number(double value) { return text("%.2f", value); }

std::string escaped(const std::string& words) {
    std::string result;
    for (const char c : words) result += c == '<' ? "&lt;" : c == '&' ? "&amp;" : std::string(1, c);
    return result;
}

void write(std::ostream& svg, double x, double y, const std::string& words, const std::string& style) {
    svg << "<text x='" << number(x) << "' y='" << number(y) << "' " << style << ">" << escaped(words) << "</text>\n";
}

/// Multiples of 1, 2 or 5 times a power of ten, about `wanted` of them.
std::vector<double> ticks(const range& shown, int wanted) {
    const double rough = (shown.high - shown.low) / wanted, power = std::pow(10, std::floor(std::log10(rough)));
    const double step = power * (rough / power < 1.5 ? 1 : rough / power < 3.5 ? 2 : rough / power < 7.5 ? 5 : 10);
    std::vector<double> at;
    for (double k = std::ceil(shown.low / step); k * step <= shown.high; ++k) at.push_back(k * step + 0.0);  // + 0.0: not -0
    return at;
}

void draw_horizontal_grid(std::ostream& svg, const plot& area, int wanted) {
    for (const double tick : ticks(area.y, wanted)) {
        svg << "<path d='M" << left << " " << number(area.up(tick)) << "H" << area.right << "' stroke='" << grid_ink << "'/>\n";
        write(svg, left - 8, area.up(tick) + 4, text("%.6g", tick), "text-anchor='end'");
    }
}

void draw_vertical_grid(std::ostream& svg, const plot& area, bool labelled) {
    for (const double tick : ticks(area.x, 8)) {
        svg << "<path d='M" << number(area.across(tick)) << " " << area.top << "V" << area.bottom << "' stroke='" << grid_ink << "'/>\n";
        if (labelled) write(svg, area.across(tick), area.bottom + 18, text("%.6g", tick), "text-anchor='middle'");
    }
}

void draw_point(std::ostream& svg, const plot& area, double x, double y, double radius) {
    svg << "<circle cx='" << number(area.across(x)) << "' cy='" << number(area.up(y)) << "' r='" << radius << "'/>\n";
}

/// The model at the first predictor `x`, all others as in the observation `like`.
class curve {
public:
    curve(const problem& data, const model& fitted, const Eigen::VectorXd& parameters)
        : data_(data), fitted_(fitted), parameters_(parameters), gradient_(parameters.size()) {}
    double operator()(double x, std::size_t like) {
        std::vector<double> predictors(data_.predictors_of(like), data_.predictors_of(like) + data_.predictor_count);
        predictors[0] = x;
        return fitted_.value_and_gradient(parameters_.data(), predictors.data(), gradient_.data());
    }
    double residual(std::size_t observation) {
        return fitted_.response(data_.response[observation]) - (*this)(data_.predictors_of(observation)[0], observation);
    }

private:
    const problem& data_;
    const model& fitted_;
    const Eigen::VectorXd& parameters_;
    std::vector<double> gradient_;
};

}  // namespace

void draw(std::ostream& svg, const problem& data, const model& fitted, const Eigen::VectorXd& parameters) {
    curve model_at(data, fitted, parameters);
    const double formula_bottom = 34 + 17 * static_cast<double>(data.formula.size());
    // Several curves are labelled at their ends.
    const double right = width - (data.predictor_count == 1 ? 28 : 72);
    plot upper{{}, {}, formula_bottom + 34, formula_bottom + 34 + 270, right};
    plot lower{{}, {}, upper.bottom + 38, upper.bottom + 38 + 76, right};
    const double height = lower.bottom + 52;

    // One curve for all observations that differ in the first predictor only.
    std::map<std::vector<double>, std::size_t> curves;
    for (std::size_t k = 0; k < data.observation_count(); ++k) {
        curves.emplace(std::vector(data.predictors_of(k) + 1, data.predictors_of(k) + data.predictor_count), k);
        upper.x.include(data.predictors_of(k)[0]);
        upper.y.include(fitted.response(data.response[k]));
        lower.y.include(model_at.residual(k));
    }
    constexpr int samples = 600;
    const range drawn = upper.x;
    const auto sample = [&](int k) { return drawn.low + (drawn.high - drawn.low) * k / samples; };
    for (const auto& [others, like] : curves)
        for (int k = 0; k <= samples; ++k) upper.y.include(model_at(sample(k), like));
    const double largest_residual = std::max(std::abs(lower.y.low), std::abs(lower.y.high));
    upper.x = lower.x = upper.x.padded(0.03);
    upper.y = upper.y.padded(0.06);
    lower.y = range{-largest_residual, largest_residual}.padded(0.1);

    svg << "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 " << width << " " << height << "' width='" << width << "' height='"
        << height << "' font-family='Helvetica, Arial, sans-serif' font-size='12' fill='" << faint_ink
        << "'>\n<rect width='100%' height='100%' fill='white'/>\n";
    write(svg, 20, 28, data.name, "font-size='18' font-weight='bold' fill='" + std::string(ink) + "'");
    for (std::size_t line = 0; line < data.formula.size(); ++line)
        write(svg, 20, 48 + 17 * static_cast<double>(line), data.formula[line],
              "font-family='DejaVu Sans Mono, Menlo, Consolas, monospace'");
    svg << "<circle cx='" << width - 178 << "' cy='24' r='4' fill='none' stroke-width='1.5' stroke='" << observed_ink << "'/>\n";
    write(svg, width - 168, 28, "observed", "");
    svg << "<path d='M" << width - 104 << " 24h22' stroke-width='2' stroke='" << fitted_ink << "'/>\n";
    write(svg, width - 76, 28, "fitted", "");

    draw_horizontal_grid(svg, upper, 6);
    draw_vertical_grid(svg, upper, false);
    draw_horizontal_grid(svg, lower, 3);
    draw_vertical_grid(svg, lower, true);
    write(svg, 20, upper.top - 12, std::string(fitted.response_label) + data.response_label, "fill='" + std::string(ink) + "'");
    write(svg, 20, lower.top - 12, "residual", "fill='" + std::string(ink) + "'");
    write(svg, lower.right, lower.bottom + 40, data.predictor_label, "text-anchor='end' fill='" + std::string(ink) + "'");
    svg << "<path d='M" << left << " " << number(lower.up(0)) << "H" << lower.right << "' stroke-width='1.5' stroke='" << fitted_ink
        << "'/>\n";

    for (const auto& [others, like] : curves) {
        svg << "<path fill='none' stroke-linejoin='round' stroke-width='2' stroke='" << fitted_ink << "' d='";
        bool pen_down = false;
        for (int k = 0; k <= samples; ++k) {
            const double value = model_at(sample(k), like);
            if (std::isfinite(value)) svg << (pen_down ? "L" : "M") << number(upper.across(sample(k))) << " " << number(upper.up(value));
            pen_down = std::isfinite(value);
        }
        svg << "'/>\n";
        if (!others.empty())
            write(svg, upper.across(drawn.high) + 5, upper.up(model_at(drawn.high, like)) + 4, text("x2 = %g", others[0]), "");
    }
    const double radius = data.observation_count() > 100 ? 2.5 : 4;
    svg << "<g fill='white' fill-opacity='0.5' stroke='" << observed_ink << "' stroke-width='" << (radius > 3 ? 1.5 : 1.1) << "'>\n";
    for (std::size_t k = 0; k < data.observation_count(); ++k) {
        draw_point(svg, upper, data.predictors_of(k)[0], fitted.response(data.response[k]), radius);
        draw_point(svg, lower, data.predictors_of(k)[0], model_at.residual(k), radius * 0.75);
    }
    svg << "</g>\n</svg>\n";
}

}  // namespace nist
