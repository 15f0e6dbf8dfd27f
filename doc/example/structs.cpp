// SPDX-License-Identifier: BSL-1.0
// A struct of numbers as an argument: its gradient is such a struct.
#include <tapeless/interop/hana.hpp>
#include <tapeless/tapeless.hpp>

#include <boost/hana/define_struct.hpp>

#include <cstdio>

template <class T>
struct spring {
    BOOST_HANA_DEFINE_STRUCT(spring, (T, stiffness), (T, length));
};

constexpr auto energy = [](const auto& s, auto x) { return s.stiffness * (x - s.length) * (x - s.length) / 2; };

int main() {
    const auto by_spring = tapeless::gradient(energy, tapeless::wrt<0>)(spring<double>{3.0, 1.0}, 1.5);
    std::printf("by stiffness %.3f, by length %.3f\n", by_spring.stiffness, by_spring.length);
}
