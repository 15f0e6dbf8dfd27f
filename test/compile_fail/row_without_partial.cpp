// SPDX-License-Identifier: BSL-1.0
// An operation with fewer partial derivatives than operands.
#include <tapeless/tapeless.hpp>

namespace own {
#ifdef MISTAKE
// expected: tapeless: a row has one partial derivative for each operand, none where there is no such.
TAPELESS_OPERATION(area, (a, b), a * b, (b))
#else
TAPELESS_OPERATION(area, (a, b), a * b, (b, a))
#endif
}  // namespace own

double height() { return tapeless::derivative([](auto a, auto b) { return own::area(a, b); }, tapeless::wrt<0>)(2.0, 3.0); }
