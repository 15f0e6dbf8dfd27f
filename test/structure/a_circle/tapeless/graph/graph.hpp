// SPDX-License-Identifier: BSL-1.0
// Closes the circle.
#pragma once

#include <tapeless/graph/node.hpp>
