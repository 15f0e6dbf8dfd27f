// SPDX-License-Identifier: BSL-1.0
// A growing array for use during compilation. std::vector would do; it costs the compilers' constexpr
// evaluators ten times the steps, of which clang allows a million. For the same reason the members are public: a call
// of operator[] costs as much as the statement that it stands in.
#pragma once

namespace tapeless::detail {

template <class T>
struct growing {
    T* data;
    int size = 0;
    int capacity;

    constexpr explicit growing(int expected) : data(new T[expected > 0 ? expected : 1]), capacity(expected > 0 ? expected : 1) {}
    /// `count` zeros: unlike any other value they cost no steps.
    static constexpr growing zeros(int count) { return growing(new T[count > 0 ? count : 1](), count); }
    growing(const growing&) = delete;
    growing& operator=(const growing&) = delete;
    constexpr ~growing() { delete[] data; }

    constexpr void push_back(const T& value) {
        if (size == capacity) grow();
        data[size++] = value;
    }

    /// Where an element stands that equals this one; it is appended if there is none.
    constexpr int place_of(const T& value) {
        int k = 0;
        while (k < size && !(data[k] == value)) ++k;
        if (k == size) push_back(value);
        return k;
    }

    constexpr void grow() {
        capacity *= 2;
        T* const larger = new T[capacity];
        for (int k = 0; k < size; ++k) larger[k] = data[k];
        delete[] data;
        data = larger;
    }

private:
    constexpr growing(T* zeros, int count) : data(zeros), size(count), capacity(count > 0 ? count : 1) {}
};

}  // namespace tapeless::detail
