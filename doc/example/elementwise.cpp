// SPDX-License-Identifier: BSL-1.0
// A function of numbers, called with arrays: prices of many options and what they are sensitive to, one call an element.
#include <tapeless/arrays.hpp>

#include <cstdio>
#include <numbers>
#include <vector>

// The Black-Scholes price of a European call by spot, strike, rate, volatility and time.
constexpr auto price = [](auto S, auto K, auto r, auto sigma, auto T) {
    const auto cumulative = [](auto d) { return 0.5 * erfc(-d * (0.5 * std::numbers::sqrt2)); };
    const auto deviation = sigma * sqrt(T);
    const auto d1 = (log(S / K) + (r + 0.5 * sigma * sigma) * T) / deviation;
    return S * cumulative(d1) - K * exp(-r * T) * cumulative(d1 - deviation);
};

int main() {
    const std::vector<double> spots{90, 95, 100, 105, 110};

    // Arrays and numbers mix; each result is an array.
    const auto [prices, sensitivities] = tapeless::value_and_gradient(price, tapeless::wrt<0, 3>)(spots, 100.0, 0.03, 0.2, 0.5);
    const auto& [delta, vega] = sensitivities;
    for (int k = 0; k < prices.size(); ++k) std::printf("spot %3.0f: price %7.4f, delta %.4f, vega %7.4f\n", spots[k], prices[k], delta[k], vega[k]);

    // A column of times and a row of spots broadcast to a table, as in numpy. The memory is the caller's; nothing is allocated.
    const double times[2][1] = {{0.25}, {1}};
    double deltas[2][5];
    tapeless::derivative(price, tapeless::wrt<0>).into(deltas)(spots, 100.0, 0.03, 0.2, times);
    for (const auto& row : deltas) std::printf("delta: %.4f %.4f %.4f %.4f %.4f\n", row[0], row[1], row[2], row[3], row[4]);

    try {
        tapeless::derivative(price, tapeless::wrt<0>)(spots, std::vector<double>(3), 0.03, 0.2, 0.5);
    } catch (const tapeless::shape_error& error) {
        std::printf("%s\n", error.what());
    }
}
