// SPDX-License-Identifier: BSL-1.0
// Random numbers by position: the k-th number of a stream is a function of the seed and of k alone, so that it does not depend on the device or on the threads.
// Philox4x32-10: J. Salmon, M. Moraes, R. Dror, D. Shaw, Parallel Random Numbers: As Easy as 1, 2, 3, SC11 (2011).
#pragma once

#include <array>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <type_traits>

namespace tapeless {

/// The four words of the block `counter` of the stream `key`.
constexpr std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) {
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t a = std::uint64_t(0xD2511F53) * counter[0], b = std::uint64_t(0xCD9E8D57) * counter[2];
        counter = {static_cast<std::uint32_t>(b >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(b), static_cast<std::uint32_t>(a >> 32) ^ counter[3] ^ key[1],
                   static_cast<std::uint32_t>(a)};
        key = {key[0] + 0x9E3779B9, key[1] + 0xBB67AE85};
    }
    return counter;
}

/// A stream of random numbers, and how far it has been used. Calls from several threads are safe; which of them gets which part is then not determined.
class generator {
public:
    explicit generator(std::uint64_t seed) : seed_(seed) {}
    /// Starts the stream of another seed.
    void manual_seed(std::uint64_t seed) {
        seed_ = seed;
        next_ = 0;
    }
    /// Writes `count` numbers that are uniform in [0, 1).
    template <class T>
    void uniform(T* to, std::ptrdiff_t count) {
        for_each_block<T>(count, [&](std::ptrdiff_t at, const auto& numbers, std::ptrdiff_t size) {
            for (std::ptrdiff_t k = 0; k < size; ++k) to[at + k] = numbers[k];
        });
    }
    /// Writes `count` numbers of the standard normal distribution. G. Box, M. Muller, A Note on the Generation of Random Normal Deviates (1958).
    template <class T>
    void normal(T* to, std::ptrdiff_t count) {
        for_each_block<T>(count, [&](std::ptrdiff_t at, const auto& numbers, std::ptrdiff_t size) {
            for (std::ptrdiff_t k = 0; k < size; ++k) {
                const T first = numbers[k & ~std::ptrdiff_t(1)], second = numbers[k | 1];
                // 1 - u is in (0, 1], where the logarithm is finite.
                const T radius = std::sqrt(-2 * std::log1p(-first)), angle = 2 * std::numbers::pi_v<T> * second;
                to[at + k] = radius * (k % 2 == 0 ? std::cos(angle) : std::sin(angle));
            }
        });
    }

private:
    template <class T>
    static constexpr int per_block = std::is_same_v<T, float> ? 4 : 2;

    template <class T>
    static std::array<T, per_block<T>> numbers_of(const std::array<std::uint32_t, 4>& words) {
        if constexpr (std::is_same_v<T, float>) {
            return {static_cast<float>(words[0] >> 8) * 0x1p-24f, static_cast<float>(words[1] >> 8) * 0x1p-24f, static_cast<float>(words[2] >> 8) * 0x1p-24f,
                    static_cast<float>(words[3] >> 8) * 0x1p-24f};
        } else {
            const auto number = [](std::uint32_t high, std::uint32_t low) { return static_cast<double>((std::uint64_t(high) << 32 | low) >> 11) * 0x1p-53; };
            return {number(words[0], words[1]), number(words[2], words[3])};
        }
    }
    template <class T, class Visitor>
    void for_each_block(std::ptrdiff_t count, const Visitor& visitor) {
        static_assert(std::is_same_v<T, float> || std::is_same_v<T, double>, "tapeless: random numbers are float or double.");
        const std::ptrdiff_t blocks = (count + per_block<T> - 1) / per_block<T>;
        const std::uint64_t seed = seed_, first = next_.fetch_add(static_cast<std::uint64_t>(blocks));
        for (std::ptrdiff_t block = 0; block < blocks; ++block) {
            const std::uint64_t counter = first + static_cast<std::uint64_t>(block);
            const auto words = philox({static_cast<std::uint32_t>(counter), static_cast<std::uint32_t>(counter >> 32), 0, 0}, {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)});
            const std::ptrdiff_t at = block * per_block<T>;
            visitor(at, numbers_of<T>(words), count - at < per_block<T> ? count - at : per_block<T>);
        }
    }

    std::atomic<std::uint64_t> seed_;
    std::atomic<std::uint64_t> next_ = 0;  ///< block
};

/// The stream of `rand`, `randn` and `dropout`.
inline generator& default_generator() {
    static generator instance(0);
    return instance;
}
/// Starts the default stream again: the same program then draws the same numbers.
inline void manual_seed(std::uint64_t seed) { default_generator().manual_seed(seed); }

}  // namespace tapeless
