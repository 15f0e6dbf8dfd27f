// SPDX-License-Identifier: BSL-1.0
// Memory for the results of calls on arrays, whose header is missing.
#ifndef MISTAKE
#include <tapeless/arrays.hpp>
#else
// expected: tapeless: into(…) is for functions on arrays; include <tapeless/arrays.hpp>.
#include <tapeless/tapeless.hpp>
#endif

#include <vector>

constexpr auto square = [](auto x) { return x * x; };

void slopes(const std::vector<double>& x, std::vector<double>& dx) { tapeless::gradient(square).into(dx)(x); }
