// SPDX-License-Identifier: BSL-1.0
// A mistake for folder_order.cmake to find: record includes its sibling derive.
#pragma once

#include <tapeless/derive/reverse.hpp>
