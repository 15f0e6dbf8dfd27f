// SPDX-License-Identifier: BSL-1.0
// What graph/node.hpp must not include.
#pragma once
