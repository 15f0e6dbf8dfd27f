// SPDX-License-Identifier: BSL-1.0
// A mistake for folder_order.cmake to find: two headers include each other.
#pragma once

#include <tapeless/graph/graph.hpp>
