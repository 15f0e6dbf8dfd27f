// SPDX-License-Identifier: BSL-1.0
// Whether Variables can move to a GPU. They cannot yet: there is none.
#pragma once

namespace tapeless::cuda {

/// How many CUDA devices Variables can move to.
inline int device_count() { return 0; }
/// Whether there is one.
inline bool is_available() { return device_count() > 0; }

}  // namespace tapeless::cuda
