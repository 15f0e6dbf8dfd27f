// SPDX-License-Identifier: BSL-1.0
// A mistake for folder_order.cmake to find: graph includes function.
#pragma once

#include <tapeless/function/gradient.hpp>
