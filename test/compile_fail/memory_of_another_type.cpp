// SPDX-License-Identifier: BSL-1.0
// Memory of floats for results of double.
#include <tapeless/arrays.hpp>

#include <vector>

constexpr auto square = [](auto x) { return x * x; };

#ifdef MISTAKE
// expected: tapeless: into(…) takes memory of the rank and of the number type that the arguments have together.
using number = float;
#else
using number = double;
#endif

void slope(std::vector<number>& by_x, const std::vector<double>& x) { tapeless::derivative(square).into(by_x)(x); }
