// SPDX-License-Identifier: BSL-1.0
// What record/trace.hpp must not include.
#pragma once
