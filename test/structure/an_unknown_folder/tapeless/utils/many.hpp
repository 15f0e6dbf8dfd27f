// SPDX-License-Identifier: BSL-1.0
// A mistake for folder_order.cmake to find: a folder without a place in the order.
#pragma once
