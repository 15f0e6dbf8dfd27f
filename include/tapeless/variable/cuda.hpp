// SPDX-License-Identifier: BSL-1.0
// The CUDA devices that Variables can be on: none in a file without <tapeless/device_variables.hpp>.
#pragma once

#include <tapeless/variable/variable_system.hpp>

#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

namespace tapeless::cuda {

/// How many there are. A host in place of a device does not count.
template <class Any = void, class System = typename detail::variable_system<Any>::type>
int device_count() {
    return System::device_count();
}
/// Whether there is one.
template <class Any = void, class System = typename detail::variable_system<Any>::type>
bool is_available() {
    return device_count<Any>() > 0;
}
/// Waits for all that has been queued on a device, the current one unless its number is given.
template <class Any = void, class System = typename detail::variable_system<Any>::type>
void synchronize(int device = System::current_device()) {
    System::device(device).synchronize();
}

/// Until the end of its scope, this thread makes new Variables on a device, the current one unless its number is given, as in PyTorch's `with torch.device("cuda")`:
/// `const cuda::new_variables scope;`. Throws a variable_error if there is no such device.
class new_variables {
public:
    template <class Any = void, class System = typename detail::variable_system<Any>::type>
    explicit new_variables(int device = System::current_device()) : before_(std::exchange(detail::device_of_new_variables, &System::device(device))) {}
    new_variables(const new_variables&) = delete;
    new_variables& operator=(const new_variables&) = delete;
    ~new_variables() { detail::device_of_new_variables = before_; }

private:
    const detail::value_device* before_;
};

/// Statements on a device that run again and again as a whole, with one call of CUDA's: `cuda::graph step([&] { optimizer.zero_grad(); loss = …; loss.backward(); optimizer.step(); });`
/// calls them once, without running what they queue, and `step.replay()` runs that. It reads and writes the memory of then: give it other data in place. What the host
/// works out, such as numbers of its own, shapes and branches, stays as it was. Memory that the statements ask for is the graph's, and the same at each run.
/// What was there before has to live as long as it is run.
/// Errors: a device_error where a statement waits for the device, as item() does; a variable_error where an optimizer's first step would be in it, a replay, another
/// graph or another device. Nothing is captured then, and what the statements have assigned is NaN.
class graph {
public:
    /// device: where they run, the current one unless its number is given.
    template <class Statements, class Any = void, class System = typename detail::variable_system<Any>::type>
        requires std::is_invocable_v<Statements&>
    explicit graph(Statements&& statements, int device = System::current_device()) : work_(System::device(device).capture(std::ref(statements))) {}

    /// Queues one run.
    void replay() { work_->launch(); }

private:
    std::unique_ptr<detail::captured_work> work_;
};

}  // namespace tapeless::cuda
