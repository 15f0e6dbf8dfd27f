// SPDX-License-Identifier: BSL-1.0
// A gradient of many nodes and inputs for nvcc, whose front end copies constant arrays whenever it reads an element (graph/pack.hpp).
#include <tapeless/tapeless.hpp>

#include <array>

constexpr auto chained = []<class T>(const std::array<T, 60>& x) {
    T t = x[0];
    for (int k = 0; k + 1 < 60; ++k) t = sin(t) * x[k] + t * exp(x[k + 1]);
    return t;
};

std::array<double, 60> gradient_of_chained(const std::array<double, 60>& x) { return tapeless::gradient(chained)(x); }

// A graph as a type, such as a kernel takes.
using graph_of_gradient = decltype(tapeless::graph_of<std::array<double, 60>>(tapeless::gradient(chained)));
static_assert(graph_of_gradient::flat.size > 500);
