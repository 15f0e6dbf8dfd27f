// SPDX-License-Identifier: BSL-1.0
// PyTorch has no such numbers, and numpy's files none that every machine reads alike.
#include <tapeless/variable.hpp>

#ifdef MISTAKE
// expected: tapeless: a Variable is of float, double, an integer type or bool.
using number = long double;
#else
using number = double;
#endif

int main() {
    tapeless::Variable<number, 2> x;
    return static_cast<int>(x.numel());
}
