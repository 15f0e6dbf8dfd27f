// SPDX-License-Identifier: BSL-1.0
// Statements of Variables in a file that knows no device, in a program with one that does.
#include "statements.hpp"

float without_devices() { return mixed::value_of_statements(); }
bool is_refused(const tapeless::Variable<float, 2>& on_device) {
    try {
        const tapeless::Variable y = on_device * 3;
    } catch (const tapeless::variable_error&) {
        return true;
    }
    return false;
}
