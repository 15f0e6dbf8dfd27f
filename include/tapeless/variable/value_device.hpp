// SPDX-License-Identifier: BSL-1.0
// A device that values of Variables are on, as those see it who do not know which system runs it: memory, elements that are copied, added, chosen or filled
// in, products of matrices, and the steps of optimizers.
#pragma once

#include <tapeless/evaluate/element_sums.hpp>
#include <tapeless/evaluate/execution.hpp>
#include <tapeless/variable/update_rules.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <type_traits>

namespace tapeless::detail {

/// What the elements in a device's memory are.
enum class element_type { boolean, uint8, int8, int16, int32, int64, float32, float64, unknown };
template <class T>
inline constexpr element_type element_type_of = [] {
    if (std::is_same_v<T, bool>) return element_type::boolean;
    if (std::is_floating_point_v<T>) return sizeof(T) == 4 ? element_type::float32 : sizeof(T) == 8 ? element_type::float64 : element_type::unknown;
    if (std::is_unsigned_v<T>) return sizeof(T) == 1 ? element_type::uint8 : element_type::unknown;
    return sizeof(T) == 1 ? element_type::int8 : sizeof(T) == 2 ? element_type::int16 : sizeof(T) == 4 ? element_type::int32 : element_type::int64;
}();

/// Runs of `run` elements of an array by rows, from `count` places in it on, which are a list in the device's memory; no_element: zeros.
struct chosen_on_device {
    static constexpr std::int64_t no_element = std::numeric_limits<std::int64_t>::min();
    const std::int64_t* places;
    std::ptrdiff_t count, run;
};

template <class System>
inline constexpr char system_tag = 0;

/// Work on a device that was captured.
class captured_work {
public:
    virtual ~captured_work() = default;
    /// Queues it as a whole.
    virtual void launch() = 0;
};

/// Everything is queued in the order of the calls, but for copies to the host, which wait for it.
class value_device {
public:
    value_device() = default;
    value_device(const value_device&) = delete;
    value_device& operator=(const value_device&) = delete;
    virtual ~value_device() = default;

    /// What runs it: the address of its system_tag.
    virtual const void* system() const = 0;
    /// As PyTorch writes it, such as "cuda:0".
    virtual const std::string& name() const = 0;
    /// Waits for all that has been queued.
    virtual void synchronize() const = 0;
    /// Memory without values yet, which is given back when nobody holds it any more.
    virtual std::shared_ptr<void> allocate(std::size_t bytes) const = 0;
    /// Memory with these bytes of the host's in it, which stay what kernels make of them, also where a graph is captured.
    virtual std::shared_ptr<void> allocate_with(const void* from, std::size_t bytes) const = 0;
    virtual void copy_to_host(void* to, const void* from, std::size_t bytes) const = 0;
    virtual void copy_from_host(void* to, const void* from, std::size_t bytes) const = 0;
    /// Numbers as another type where both are not the same. Throws a variable_error if it has no kernel for them.
    virtual void sum_elements(const element_sums& sums, element_type to_type, void* to, element_type from_type, const void* from) const = 0;
    /// So many elements in a row, all one number of that type, which is the host's.
    virtual void fill(element_type type, void* to, std::ptrdiff_t count, const void* number) const = 0;
    /// Copies what is chosen; or adds it to where it is chosen from, of which there are so many elements.
    virtual void copy_chosen(const chosen_on_device& chosen, element_type type, void* to, const void* from) const = 0;
    virtual void add_chosen(const chosen_on_device& chosen, element_type type, void* to, std::ptrdiff_t to_count, const void* from) const = 0;
    virtual void update(const update_rule<float>& rule, const update_places<float>& places) const = 0;
    virtual void update(const update_rule<double>& rule, const update_places<double>& places) const = 0;
    virtual void multiply(const execution::matrix_product<float>& product) const = 0;
    virtual void multiply(const execution::matrix_product<double>& product) const = 0;
    /// Calls statements(), the work of which on this device does not run, but is kept. Throws a variable_error while that happens already.
    virtual std::unique_ptr<captured_work> capture(const std::function<void()>& statements) const = 0;
    /// Whether this thread does that.
    virtual bool is_capturing() const = 0;
};

/// Where this thread makes new Variables; none: on the host.
inline constinit thread_local const value_device* device_of_new_variables = nullptr;

}  // namespace tapeless::detail
