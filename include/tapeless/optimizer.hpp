// SPDX-License-Identifier: BSL-1.0
// Optimizers of Variables, schedules of their learning rates, and the clipping of gradients. Needs what variable.hpp needs. L-BFGS: interop/lbfgs.hpp.
#pragma once

#include <tapeless/variable/adam.hpp>
#include <tapeless/variable/arrival.hpp>
#include <tapeless/variable/clip_grad.hpp>
#include <tapeless/variable/learning_rate_schedule.hpp>
#include <tapeless/variable/sgd.hpp>
