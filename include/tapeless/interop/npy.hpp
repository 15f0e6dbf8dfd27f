// SPDX-License-Identifier: BSL-1.0
// save and load: one Variable as numpy's .npy, in a file, a stream or memory. Several in one file: npz.hpp.
#pragma once

#include <tapeless/interop/byte_source.hpp>
#include <tapeless/interop/npy_format.hpp>
#include <tapeless/variable/arrival.hpp>
#include <tapeless/variable/variable.hpp>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <fstream>
#include <istream>
#include <ostream>
#include <span>
#include <string>
#include <system_error>
#include <type_traits>

namespace tapeless {
namespace detail {

/// The same values by rows on the host, no part of a graph.
template <class T, int Rank>
Variable<T, Rank> by_rows(const Variable<T, Rank>& variable) {
    // Of None, shape() throws.
    variable.shape();
    const Variable<T, Rank> here(moved_to(nullptr, variable.state()));
    return here.state()->is_by_rows() ? here : here.copy();
}
template <class T, int Rank>
void write_npy(std::ostream& to, const Variable<T, Rank>& by_rows) {
    const std::string preamble = npy_preamble(npy_type_of<T>(), by_rows.shape());
    to.write(preamble.data(), static_cast<std::streamsize>(preamble.size()));
    to.write(reinterpret_cast<const char*>(by_rows.data_pointer()), static_cast<std::streamsize>(static_cast<std::size_t>(by_rows.numel()) * sizeof(T)));
}

/// To numpy any byte but 0 is true; as a bool it would be none.
// Not inline: of a single number g++ 12 would warn that registers are longer.
[[gnu::noinline]] inline void make_bools(char* memory, std::size_t count) {
    std::transform(memory, memory + count, memory, [](char byte) { return static_cast<char>(byte != 0); });
}

template <class T, int Rank>
Variable<T, Rank> read_npy(byte_source& source) {
    constexpr npy_type type = npy_type_of<T>();
    const npy_header header = read_npy_header(source);
    check_npy_header(source, header, type, Rank);
    const std::size_t bytes = npy_bytes(source, header, type);
    const std::string what = "elements, " + type.name() + " of shape " + shape_text(header.shape).text;
    source.require(bytes, what);

    extents<Rank> shape{};
    for (std::size_t k = 0; k < Rank; ++k) shape[header.is_by_columns ? Rank - 1 - k : k] = header.shape[k];
    const auto read = new_node<body<T, Rank>>(shape);
    char* const memory = reinterpret_cast<char*>(read->data);
    source.read(memory, bytes, what);
    if constexpr (std::is_same_v<T, bool>) make_bools(memory, bytes);
    if constexpr (Rank > 1)
        if (header.is_by_columns) {
            // What lies by columns is the transposed of what lies by rows.
            std::reverse(read->shape.begin(), read->shape.end());
            std::reverse(read->strides.begin(), read->strides.end());
            return Variable<T, Rank>(clone_of(*read));
        }
    return Variable<T, Rank>(read);
}

inline std::string system_text() { return errno == 0 ? "" : ": " + std::generic_category().message(errno); }

}  // namespace detail

/// Writes the values as numpy's .npy, by rows; whether gradients are wanted is not written.
/// Throws a variable_error if the file cannot be written. Example: doc/example/save_load.cpp
template <class T, int Rank>
void save(const std::string& path, const Variable<T, Rank>& variable) {
    const Variable<T, Rank> rows = detail::by_rows(variable);
    errno = 0;
    std::ofstream file(path, std::ios::binary);
    detail::write_npy(file, rows);
    file.close();
    if (!file) throw variable_error(path + ": cannot be written" + detail::system_text());
}
template <class T, int Rank>
void save(std::ostream& stream, const Variable<T, Rank>& variable) {
    detail::write_npy(stream, detail::by_rows(variable));
    if (!stream) throw variable_error("the stream cannot be written");
}

/// The array in a .npy file, by rows, without gradient. Type and dimensions are those of the file: `load<double, 2>("x.npy")`.
/// Throws a variable_error that names the file, the byte, and what was expected there.
template <class T = float, int Rank = 1>
Variable<T, Rank> load(const std::string& path) {
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (!file) throw variable_error(path + ": cannot be opened" + detail::system_text());
    detail::stream_source source(file, path);
    auto result = detail::read_npy<T, Rank>(source);
    source.expect_end();
    return result;
}
/// What begins where the stream is; leaves it after the last element. name: for errors.
template <class T = float, int Rank = 1>
Variable<T, Rank> load(std::istream& stream, const std::string& name = "stream") {
    detail::stream_source source(stream, name);
    return detail::read_npy<T, Rank>(source);
}
/// What is all of these bytes.
template <class T = float, int Rank = 1>
Variable<T, Rank> load(std::span<const std::byte> bytes, const std::string& name = "memory") {
    detail::memory_source source(bytes, name);
    auto result = detail::read_npy<T, Rank>(source);
    source.expect_end();
    return result;
}

}  // namespace tapeless
