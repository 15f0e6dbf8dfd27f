// SPDX-License-Identifier: BSL-1.0
// What is thrown when a device refuses, and the statement that it names.
#pragma once

#include <stdexcept>
#include <string>

namespace tapeless {

/// A device that refused: a kernel that did not start, memory that ran out. Thrown before or in place of the work; what was queued before it runs on.
class device_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

namespace detail {

/// Who asks something of a device. `file` is null where the caller's place is not known.
struct statement {
    const char* call;
    const char* file = nullptr;
    unsigned line = 0;
};

inline std::string text_of(const statement& who) {
    return std::string(who.call) + (who.file ? " (" + std::string(who.file) + ":" + std::to_string(who.line) + ")" : "");
}

}  // namespace detail
}  // namespace tapeless
