// SPDX-License-Identifier: BSL-1.0
// The gates of a unit, in the order in which ADBench stores their weights.
#pragma once

namespace lstm {

enum gate { forget, in, out, change, gates };

}  // namespace lstm
