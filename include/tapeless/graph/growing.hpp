// SPDX-License-Identifier: BSL-1.0
// A growing array for use during compilation. std::vector would do; it costs the compilers' constexpr
// evaluators three times the steps, of which clang allows a million.
#pragma once

namespace tapeless::detail {

template <class T>
class growing {
public:
    constexpr explicit growing(int expected) : data_(new T[expected > 0 ? expected : 1]), capacity_(expected > 0 ? expected : 1) {}
    constexpr growing(int size, const T& value) : growing(size) {
        for (; size_ < size; ++size_) data_[size_] = value;
    }
    growing(const growing&) = delete;
    growing& operator=(const growing&) = delete;
    constexpr ~growing() { delete[] data_; }

    constexpr int size() const { return size_; }
    constexpr T& operator[](int k) { return data_[k]; }
    constexpr const T& operator[](int k) const { return data_[k]; }
    constexpr void push_back(const T& value) {
        if (size_ == capacity_) grow();
        data_[size_++] = value;
    }
    constexpr T pop_back() { return data_[--size_]; }
    constexpr void swap(growing& other) {
        T* const data = data_;
        data_ = other.data_;
        other.data_ = data;
        const int size = size_;
        size_ = other.size_;
        other.size_ = size;
        const int capacity = capacity_;
        capacity_ = other.capacity_;
        other.capacity_ = capacity;
    }

private:
    constexpr void grow() {
        capacity_ *= 2;
        T* const larger = new T[capacity_];
        for (int k = 0; k < size_; ++k) larger[k] = data_[k];
        delete[] data_;
        data_ = larger;
    }

    T* data_;
    int size_ = 0;
    int capacity_;
};

}  // namespace tapeless::detail
