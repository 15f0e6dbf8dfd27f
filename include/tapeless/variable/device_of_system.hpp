// SPDX-License-Identifier: BSL-1.0
// The devices of a system, as Variables see them. All work goes to the default stream, or to the graph that a thread captures.
#pragma once

#include <tapeless/device/chosen_elements.hpp>
#include <tapeless/device/element_sums.hpp>
#include <tapeless/device/matrix_product.hpp>
#include <tapeless/device/pass_group.hpp>
#include <tapeless/variable/error.hpp>
#include <tapeless/variable/value_device.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <type_traits>

namespace tapeless::detail {

/// What products of matrices on a device, which is the current one, are made by; none: a kernel of our own. <tapeless/interop/cublas.hpp> makes it cuBLAS.
template <class System, class T>
inline void (*multiply_by_library)(const execution::matrix_product<T>& product, stream_handle stream, const statement& who) = nullptr;

/// An update of each element by one thread.
template <class T, class Rule>
struct device_update {
    static constexpr int block_size = threads_in_block;
    using number = T;
    struct arguments {
        Rule rule;
        update_places<T> places;
    };
    template <class Block>
    TAPELESS_HOST_DEVICE static void run(const Block& block, const arguments& of) {
        for_each_of_block(block, of.places.count, [&](std::int64_t at) {
            const auto& [value, gradient, remembered, count] = of.places;
            if constexpr (std::is_invocable_v<Rule, T&, const T&>) of.rule(value[at], gradient[at]);
            else if constexpr (std::is_invocable_v<Rule, T&, const T&, T&>) of.rule(value[at], gradient[at], remembered[0][at]);
            else if constexpr (std::is_invocable_v<Rule, T&, const T&, T&, T&>) of.rule(value[at], gradient[at], remembered[0][at], remembered[1][at]);
            else of.rule(value[at], gradient[at], remembered[0][at], remembered[1][at], remembered[2][at]);
        });
    }
};

template <class System>
class device_of_system final : public value_device {
public:
    /// Makes a device the current one of this thread, for a while.
    using current = typename System::current_device;
    using work = work_on<System>;
    static constexpr statement who{"tapeless::Variable"};

    explicit device_of_system(int index) : index_(index), name_("cuda:" + std::to_string(index)) {}
    /// One of the system's. Throws a variable_error if there is none. They are never destroyed: Variables of static life may be on them.
    static const device_of_system& at(int index) {
        static const std::deque<device_of_system>& all = *[] {
            auto* const made = new std::deque<device_of_system>;
            for (int k = 0; k < System::variable_device_count(); ++k) made->emplace_back(k);
            return made;
        }();
        if (all.empty()) throw variable_error(error_text::no_cuda());
        if (index < 0 || index >= static_cast<int>(all.size())) throw variable_error(error_text::no_such_device(index));
        return all[static_cast<std::size_t>(index)];
    }

    int index() const { return index_; }
    /// Where work on it goes. Throws a variable_error while work of another device is captured.
    stream_handle stream() const {
        if (const auto* const graph = work::graph::now(); graph && graph->device() != index_) throw variable_error(error_text::captures_another_device(name_));
        return work::stream();
    }
    const void* system() const override { return &system_tag<System>; }
    const std::string& name() const override { return name_; }
    void synchronize() const override {
        const current scope(index_);
        work::copy_to_host(nullptr, nullptr, 0, nullptr, who);
    }
    std::shared_ptr<void> allocate(std::size_t bytes) const override {
        const current scope(index_);
        return owned(work::allocate(bytes, stream(), who));
    }
    std::shared_ptr<void> allocate_with(const void* from, std::size_t bytes) const override {
        const current scope(index_);
        stream();
        if (auto* const graph = work::graph::now()) return owned(graph->allocate_constant(from, bytes, true, who));
        auto memory = allocate(bytes);
        System::copy_from_host(memory.get(), from, bytes, nullptr, who);
        return memory;
    }
    void copy_to_host(void* to, const void* from, std::size_t bytes) const override {
        const current scope(index_);
        work::copy_to_host(to, from, bytes, stream(), who);
    }
    void copy_from_host(void* to, const void* from, std::size_t bytes) const override {
        const current scope(index_);
        work::copy_from_host(to, from, bytes, stream(), who);
    }
    void sum_elements(const element_sums& sums, element_type to_type, void* to, element_type from_type, const void* from) const override {
        if (sums.count() == 0) return;
        const current scope(index_);
        const bool has_kernel = with_type(to_type, [&]<class To>(std::type_identity<To>) {
            return with_type(from_type, [&]<class From>(std::type_identity<From>) {
                if constexpr (std::is_same_v<To, From> || (is_often_converted<To> && is_often_converted<From>)) {
                    queue_element_sums<System>(sums, static_cast<To*>(to), static_cast<const From*>(from), stream(), who);
                    return true;
                } else {
                    return false;
                }
            });
        });
        require(has_kernel);
    }
    void fill(element_type type, void* to, std::ptrdiff_t count, const void* number) const override {
        const current scope(index_);
        const bool has_kernel = with_type(type, [&]<class T>(std::type_identity<T>) {
            using filling = device_elements<T>;
            System::template launch_blocks<filling>({static_cast<T*>(to), *static_cast<const T*>(number), count}, filling::block_count(count), stream(), who);
            return true;
        });
        require(has_kernel);
    }
    void copy_chosen(const chosen_on_device& chosen, element_type type, void* to, const void* from) const override {
        const current scope(index_);
        const bool has_kernel = with_type(type, [&]<class T>(std::type_identity<T>) {
            queue_chosen_elements<System, T>({static_cast<T*>(to), static_cast<const T*>(from), chosen.places, chosen.count, chosen.run}, stream(), who);
            return true;
        });
        require(has_kernel);
    }
    void add_chosen(const chosen_on_device& chosen, element_type type, void* to, std::ptrdiff_t to_count, const void* from) const override {
        const current scope(index_);
        const bool has_kernel = with_type(type, [&]<class T>(std::type_identity<T>) {
            if constexpr (std::is_floating_point_v<T>)
                queue_sums_of_chosen<System, T>(static_cast<T*>(to), to_count, static_cast<const T*>(from), chosen.places, chosen.count, chosen.run, stream(), who);
            return std::is_floating_point_v<T>;
        });
        require(has_kernel);
    }
    void update(const update_rule<float>& rule, const update_places<float>& places) const override { queue_update(rule, places); }
    void update(const update_rule<double>& rule, const update_places<double>& places) const override { queue_update(rule, places); }
    void multiply(const execution::matrix_product<float>& product) const override { queue_product(product); }
    void multiply(const execution::matrix_product<double>& product) const override { queue_product(product); }
    std::unique_ptr<captured_work> capture(const std::function<void()>& statements) const override {
        if (work::graph::now()) throw variable_error(error_text::captures_already());
        const current scope(index_);
        return std::make_unique<captured>(index_, statements);
    }
    bool is_capturing() const override { return work::graph::now() != nullptr; }

private:
    class captured final : public captured_work {
    public:
        captured(int device, const std::function<void()>& statements) : graph_(device, who, statements) {}
        void launch() override {
            if (work::graph::now()) throw variable_error(error_text::captures_replay());
            const current scope(graph_.device());
            graph_.launch(nullptr, who);
        }

    private:
        typename work::graph graph_;
    };
    std::shared_ptr<void> owned(void* memory) const {
        return std::shared_ptr<void>(memory, [index = index_](void* memory) {
            const current scope(index);
            work::deallocate(memory, nullptr);
        });
    }
    void require(bool has_kernel) const {
        if (!has_kernel) throw variable_error(error_text::not_on_a_device("what is asked of this number type", name_));
    }
    template <class T>
    static constexpr bool is_often_converted = std::is_floating_point_v<T> || std::is_same_v<T, bool> || std::is_same_v<T, std::int32_t> || std::is_same_v<T, std::int64_t> || std::is_same_v<T, std::uint8_t>;
    template <class Call>
    static bool with_type(element_type type, const Call& call) {
        switch (type) {
            case element_type::boolean: return call(std::type_identity<bool>{});
            case element_type::uint8: return call(std::type_identity<std::uint8_t>{});
            case element_type::int8: return call(std::type_identity<std::int8_t>{});
            case element_type::int16: return call(std::type_identity<std::int16_t>{});
            case element_type::int32: return call(std::type_identity<std::int32_t>{});
            case element_type::int64: return call(std::type_identity<std::int64_t>{});
            case element_type::float32: return call(std::type_identity<float>{});
            case element_type::float64: return call(std::type_identity<double>{});
            case element_type::unknown: return false;
        }
        return false;
    }
    template <class T>
    void queue_update(const update_rule<T>& rule, const update_places<T>& places) const {
        const current scope(index_);
        std::visit([&]<class Rule>(const Rule& one) {
            System::template launch_blocks<device_update<T, Rule>>({one, places}, blocks_of(places.count), stream(), who);
        }, rule);
    }
    template <class T>
    void queue_product(const execution::matrix_product<T>& product) const {
        const current scope(index_);
        if (multiply_by_library<System, T>) return multiply_by_library<System, T>(product, stream(), who);
        using code = device_matrix_product<T>;
        const auto arguments = code::of(product);
        System::template launch_blocks<code>(arguments, code::block_count(arguments), stream(), who);
    }

    const int index_;
    const std::string name_;
};

}  // namespace tapeless::detail
