// SPDX-License-Identifier: BSL-1.0
// A parameter: a Variable of whatever rank, of float or double, as those see it who change many of them alike: optimizers and the clipping of gradients.
#pragma once

#include <tapeless/evaluate/lanes.hpp>
#include <tapeless/variable/variable.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace tapeless {
namespace detail {

/// Where the elements of a Variable lie, in four dimensions: those before its first have one step.
template <class T>
struct placed_elements {
    T* data = nullptr;  ///< none: there are no elements
    const value_device* device = nullptr;
    extents<4> shape{1, 1, 1, 1}, strides{};
    bool is_by_rows = true;

    placed_elements() = default;
    template <int Rank>
    explicit placed_elements(const body<T, Rank>& of) : data(of.data), device(of.device()), is_by_rows(of.is_by_rows()) {
        std::copy(of.shape.begin(), of.shape.end(), shape.end() - Rank);
        std::copy(of.strides.begin(), of.strides.end(), strides.end() - Rank);
    }
    std::ptrdiff_t size() const { return size_of(shape); }
};

/// A parameter of number type T. That it is const says that it stays the same Variable, whose values change.
template <class T>
class parameter_of {
public:
    virtual ~parameter_of() = default;
    virtual const void* identity() const = 0;
    virtual placed_elements<T> values() const = 0;
    virtual placed_elements<T> gradient() const = 0;
    virtual void clear_gradient() const = 0;
    /// To be called whenever the values have been changed.
    virtual void increase_version() const = 0;
    virtual void increase_version_of_gradient() const = 0;
};

template <class T, int Rank>
class variable_parameter final : public parameter_of<T> {
public:
    explicit variable_parameter(const Variable<T, Rank>& variable) : state_(variable.state()) {}
    const void* identity() const override { return state_.get(); }
    placed_elements<T> values() const override { return placed_elements<T>(*state_); }
    placed_elements<T> gradient() const override { return state_->grad ? placed_elements<T>(*state_->grad) : placed_elements<T>(); }
    void clear_gradient() const override { state_->grad = nullptr; }
    void increase_version() const override { ++state_->version(); }
    void increase_version_of_gradient() const override { ++state_->grad->version(); }

private:
    handle_to<body<T, Rank>> state_;
};

}  // namespace detail

/// A handle on a Variable: changing the parameter changes the Variable.
class parameter {
public:
    /// variable: a leaf, or one that retains its gradient. Throws a variable_error otherwise.
    template <std::floating_point T, int Rank>
    parameter(const Variable<T, Rank>& variable) {
        if (!variable.is_leaf() && !variable.retains_grad()) throw variable_error(error_text::optimizes_no_leaf());
        for (int k = 0; k < Rank; ++k)
            if (variable.strides()[k] == 0 && variable.shape()[k] > 1) throw variable_error(error_text::written_elements_overlap());
        variable_ = std::make_shared<const detail::variable_parameter<T, Rank>>(variable);
    }
    /// Calls visitor with a detail::parameter_of<float> or of <double>, and returns what that returns.
    template <class Visitor>
    decltype(auto) visit(const Visitor& visitor) const {
        return std::visit([&](const auto& variable) -> decltype(auto) { return visitor(*variable); }, variable_);
    }
    bool has_gradient() const {
        return visit([](const auto& variable) { return variable.gradient().data != nullptr; });
    }
    void zero_grad() const {
        visit([](const auto& variable) { variable.clear_gradient(); });
    }
    std::ptrdiff_t numel() const {
        return visit([](const auto& variable) { return variable.values().size(); });
    }
    /// Whether both are the same Variable.
    friend bool operator==(const parameter& a, const parameter& b) { return a.identity() == b.identity(); }

private:
    template <class T>
    using pointer_to = std::shared_ptr<const detail::parameter_of<T>>;

    const void* identity() const {
        return visit([](const auto& variable) { return variable.identity(); });
    }

    std::variant<pointer_to<float>, pointer_to<double>> variable_;
};

/// Several parameters, each of them once.
class parameter_list {
public:
    const std::vector<parameter>& parameters() const { return parameters_; }
    /// Throws a variable_error if it is one of them already.
    void add(const parameter& another) {
        if (std::find(parameters_.begin(), parameters_.end(), another) != parameters_.end()) throw variable_error(error_text::parameter_twice());
        parameters_.push_back(another);
    }
    /// Makes all gradients None.
    void zero_grad() {
        for (const parameter& each : parameters_) each.zero_grad();
    }

protected:
    parameter_list() = default;
    ~parameter_list() = default;
    parameter_list(const parameter_list&) = delete;
    parameter_list& operator=(const parameter_list&) = delete;

    /// Throws a variable_error if there are none.
    void add_all(const std::vector<parameter>& list) {
        if (list.empty()) throw variable_error(error_text::no_parameters());
        for (const parameter& each : list) add(each);
    }

private:
    std::vector<parameter> parameters_;
};

namespace detail {

/// Calls visitor with pointers to the elements of two arrays of the same shape, pair by pair, by rows.
template <class T, class Visitor>
void for_each_place(const placed_elements<T>& one, const placed_elements<T>& other, const Visitor& visitor) {
    const auto offset = [](const extents<4>& strides, std::ptrdiff_t a, std::ptrdiff_t b, std::ptrdiff_t c, std::ptrdiff_t d) {
        return a * strides[0] + b * strides[1] + c * strides[2] + d * strides[3];
    };
    for (std::ptrdiff_t a = 0; a < one.shape[0]; ++a)
        for (std::ptrdiff_t b = 0; b < one.shape[1]; ++b)
            for (std::ptrdiff_t c = 0; c < one.shape[2]; ++c)
                for (std::ptrdiff_t d = 0; d < one.shape[3]; ++d) visitor(one.data + offset(one.strides, a, b, c, d), other.data + offset(other.strides, a, b, c, d));
}

/// Calls visitor with the elements of one array, by rows.
template <class T, class Visitor>
void for_each_element(const placed_elements<T>& of, const Visitor& visitor) {
    for_each_place(of, of, [&](T* element, const T*) { visitor(*element); });
}

template <class Numbers, class T>
Numbers loaded(const T* from) {
    if constexpr (std::is_same_v<Numbers, T>) return *from;
    else return Numbers::load(from);
}
template <class T>
void store(const T& value, T* to) {
    *to = value;
}
template <class T>
void store(const lanes<T>& values, T* to) {
    values.store(to);
}

/// Calls update(element, constant element, state…) for as many elements as Numbers has, which may change the elements and the state.
template <class Numbers, class T, class Update, class... State>
void update_some(const Update& update, T* changed, const T* read, State*... state) {
    const auto run = [&](Numbers number, auto... states) {
        update(number, loaded<Numbers>(read), states...);
        store(number, changed);
        (store(states, state), ...);
    };
    run(loaded<Numbers>(changed), loaded<Numbers>(state)...);
}

/// Throws a variable_error where elements on a device do not lie by rows, or not all on it.
template <class T>
void check_updatable(const placed_elements<T>& changed, const placed_elements<T>& read) {
    if (read.data == nullptr) return;
    common_device({changed.device, read.device});
    if (changed.device && (!changed.is_by_rows || !read.is_by_rows)) throw variable_error(error_text::not_on_a_device("an update of elements that do not lie by rows", changed.device->name()));
}

/// The kernel of an update of elements on a device.
template <class T, class Update, class... State>
void update_on_device(const Update& update, const placed_elements<T>& changed, const placed_elements<T>& read, State*... state) {
    check_updatable(changed, read);
    changed.device->update(update_rule<T>(update), {changed.data, read.data, {state...}, changed.size()});
}

/// The one loop, or kernel, of an update: calls update(element, element to read, state…) with as many as a register holds, or with one.
/// update: by value, so that what is written cannot be a constant of its. changed, read: elements of the same shape. state: one for each element, by rows.
template <class T, class Update, class... State>
void update_elements(const Update update, const placed_elements<T>& changed, const placed_elements<T>& read, State*... state) {
    if (changed.device) return update_on_device(update, changed, read, state...);
    if (changed.is_by_rows && read.is_by_rows) {
        const std::ptrdiff_t size = changed.size();
        std::ptrdiff_t k = 0;
        for (; k + lanes<T>::count <= size; k += lanes<T>::count) update_some<lanes<T>>(update, changed.data + k, read.data + k, state + k...);
        for (; k < size; ++k) update_some<T>(update, changed.data + k, read.data + k, state + k...);
        return;
    }
    std::ptrdiff_t k = 0;
    for_each_place(changed, read, [&](T* to, const T* from) {
        update_some<T>(update, to, from, state + k...);
        ++k;
    });
}
/// What an optimizer remembers of each element of a parameter: numbers, 0 at first.
class element_state {
public:
    bool is_empty() const { return !memory_; }
    /// The numbers, one for each of these elements, on the same device. Always asked for with the same type and count. Throws a variable_error if they would be
    /// made while a graph is captured.
    template <class T>
    T* of(const placed_elements<T>& elements) {
        if (!memory_ && elements.device && elements.device->is_capturing()) throw variable_error(error_text::captures_first_step());
        if (!memory_) memory_ = zeros_of<T, 1>(elements.device, {elements.size()});
        return static_cast<body<T, 1>&>(*memory_).data;
    }

private:
    handle_to<variable_node> memory_;
};

}  // namespace detail
}  // namespace tapeless
