// SPDX-License-Identifier: BSL-1.0
// execution::device: what says that a call runs on a device, and on which stream.
#pragma once

#include <tapeless/device/capture.hpp>
#include <tapeless/device/cuda_system.hpp>
#include <tapeless/device/thrust_system.hpp>

#include <source_location>

namespace tapeless {
namespace detail {

template <class Self, class System, class... Argument>
struct device_call;

#ifdef __CUDACC__
using device_system = cuda_system;
#elif defined(THRUST_DEVICE_SYSTEM) && THRUST_DEVICE_SYSTEM != THRUST_DEVICE_SYSTEM_CUDA
using device_system = thrust_system<THRUST_DEVICE_SYSTEM>;
#else
using device_system = host_system;
#endif

/// A system whose threads add to one place of memory in any order.
template <class System>
struct atomic_system : System {
    using adds_by_atomics = void;
};

}  // namespace detail

namespace execution {

/// Queues calls on a stream of the current device: `gradient(f)(execution::device, x, y)`. The default is CUDA's default stream.
template <class System>
class device_policy {
public:
    static constexpr bool is_parallel = true;
    /// Calls are made by this instead of the host's loops.
    template <class Self, class... Argument>
    using call = detail::device_call<Self, System, Argument...>;

    constexpr device_policy() = default;
    /// On a stream of CUDA's, a cudaStream_t. Errors name the place of this call.
    constexpr device_policy on(detail::stream_handle stream, std::source_location place = std::source_location::current()) const {
        return device_policy(stream, place.file_name(), place.line());
    }
    detail::stream_handle stream() const { return stream_ ? stream_ : detail::work_on<System>::stream(); }
    constexpr detail::statement statement_of(const char* call) const { return {call, file_, line_}; }

    /// As another system.
    template <class Other>
    constexpr device_policy<Other> by() const {
        return device_policy<Other>(stream_, file_, line_);
    }

private:
    template <class Other>
    friend class device_policy;
    constexpr device_policy(detail::stream_handle stream, const char* file, unsigned line) : stream_(stream), file_(file), line_(line) {}
    detail::stream_handle stream_ = nullptr;
    const char* file_ = nullptr;
    unsigned line_ = 0;
};
/// The host takes the device's place in a file that is not compiled by nvcc, on the threads of Thrust's device system if `THRUST_DEVICE_SYSTEM` names one.
inline constexpr device_policy<detail::device_system> device{};

/// The same policy, where derivatives by elements that indices choose are added up by atomic additions: faster where few indices are equal, but not the same bits on
/// every run. `gradient(f)(execution::with_atomics(execution::device), table, indices)`.
template <class System>
constexpr device_policy<detail::atomic_system<System>> with_atomics(const device_policy<System>& policy) {
    return policy.template by<detail::atomic_system<System>>();
}

/// How many devices `execution::device` can run on; 0 without a driver, and in a file that is not compiled by nvcc.
inline int device_count() { return detail::device_system::device_count(); }

}  // namespace execution
}  // namespace tapeless
