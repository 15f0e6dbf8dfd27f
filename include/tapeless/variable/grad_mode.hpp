// SPDX-License-Identifier: BSL-1.0
// Whether statements are recorded: each thread's own setting.
#pragma once

#include <utility>

namespace tapeless {

namespace detail {
inline thread_local bool records_gradients = true;
}

/// Whether statements of this thread are recorded for backward.
inline bool is_grad_enabled() { return detail::records_gradients; }

/// Until the end of its scope, statements of this thread are recorded or not: `const grad_mode scope(false);`
class grad_mode {
public:
    explicit grad_mode(bool records) : before_(std::exchange(detail::records_gradients, records)) {}
    ~grad_mode() { detail::records_gradients = before_; }
    grad_mode(const grad_mode&) = delete;
    grad_mode& operator=(const grad_mode&) = delete;

private:
    bool before_;
};

/// Until the end of its scope, statements of this thread are not recorded: `const no_grad scope;`
class no_grad : grad_mode {
public:
    no_grad() : grad_mode(false) {}
};

}  // namespace tapeless
