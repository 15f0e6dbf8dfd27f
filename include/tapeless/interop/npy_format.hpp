// SPDX-License-Identifier: BSL-1.0
// What precedes the elements in numpy's .npy: magic, version, and a dictionary in Python's syntax of their type, order and shape.
// Source: numpy.lib.format, "NPY format", versions 1.0 and 2.0.
#pragma once

#include <tapeless/interop/byte_source.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace tapeless::detail {

/// numpy's codes of number types: kind and size in bytes.
struct npy_type {
    char kind;
    int size;

    /// As numpy calls it: `float32`.
    std::string name() const {
        if (kind == 'b') return "bool";
        return (kind == 'f' ? "float" : kind == 'i' ? "int" : "uint") + std::to_string(8 * size);
    }
    /// As a file has it: `<f4`.
    std::string text() const { return (size == 1 ? "|" : "<") + code(); }
    std::string code() const { return kind + std::to_string(size); }
};

template <class T>
constexpr npy_type npy_type_of() {
    static_assert(std::endian::native == std::endian::little, "tapeless: .npy is read and written on little-endian machines only.");
    constexpr char kind = std::is_same_v<T, bool> ? 'b' : std::is_floating_point_v<T> ? 'f' : std::is_signed_v<T> ? 'i' : 'u';
    return {kind, static_cast<int>(sizeof(T))};
}

struct npy_header {
    std::string type;
    bool is_by_columns = false;
    std::vector<std::ptrdiff_t> shape;
    std::uint64_t type_at = 0, shape_at = 0;  ///< where they stand in the file
};

/// Reads the dictionary: keys in any order, spaces anywhere, both kinds of quotes.
class npy_dictionary {
public:
    npy_dictionary(const byte_source& source, std::string_view text, std::uint64_t begin) : source_(source), text_(text), begin_(begin) {}

    npy_header parse() {
        npy_header header;
        expect("{");
        while (!take('}')) {
            const std::uint64_t at = place();
            const std::string key = string("a key in quotes");
            expect(":");
            const std::uint64_t value_at = place();
            if (once(key, "descr", has_type_, at)) {
                header.type_at = value_at;
                header.type = string("a type such as '<f4'");
            } else if (once(key, "fortran_order", has_order_, at)) {
                header.is_by_columns = truth();
            } else if (once(key, "shape", has_shape_, at)) {
                header.shape_at = value_at;
                header.shape = shape();
            } else {
                source_.fail(at, "expected the key 'descr', 'fortran_order' or 'shape', found " + quoted(key));
            }
            if (!take(',') && next() != '}') fail("',' or '}'");
        }
        skip_spaces();
        if (at_ != text_.size()) fail("spaces after the dictionary");
        for (const auto& [is_there, key] : {std::pair(has_type_, "descr"), std::pair(has_order_, "fortran_order"), std::pair(has_shape_, "shape")})
            if (!is_there) source_.fail(begin_, "expected a dictionary with the key '" + std::string(key) + "', found none");
        return header;
    }
    static std::string quoted(std::string_view text) {
        constexpr std::size_t longest = 40;
        std::string result = "'";
        for (const char c : text.substr(0, longest)) result += c >= ' ' && c <= '~' ? c : '?';
        return result + (text.size() > longest ? "…'" : "'");
    }

private:
    static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
    static bool is_digit(char c) { return c >= '0' && c <= '9'; }
    /// '\0' at the end.
    char next() {
        skip_spaces();
        return at_ < text_.size() ? text_[at_] : '\0';
    }
    void skip_spaces() {
        while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    }
    bool take(char c) {
        if (next() != c) return false;
        ++at_;
        return true;
    }
    void expect(const char* c) {
        if (!take(*c)) fail(std::string("'") + c + "'");
    }
    /// Where the next sign stands in the file.
    std::uint64_t place() {
        skip_spaces();
        return begin_ + at_;
    }
    [[noreturn]] void fail(const std::string& expected) {
        skip_spaces();
        source_.fail(begin_ + at_, "expected " + expected + ", found " + (at_ < text_.size() ? quoted(text_.substr(at_, 1)) : "the end of the header"));
    }
    bool once(const std::string& key, const char* name, bool& is_there, std::uint64_t at) {
        if (key != name) return false;
        if (is_there) source_.fail(at, "expected the key '" + key + "' once, found it twice");
        return is_there = true;
    }
    std::string string(const char* expected) {
        const char quote = next();
        if (quote != '\'' && quote != '"') fail(expected);
        const std::size_t end = text_.find_first_of(quote == '"' ? "\"\\\n" : "'\\\n", at_ + 1);
        if (end == text_.npos || text_[end] != quote) {
            at_ = end == text_.npos ? text_.size() : end;
            fail(std::string("the quote that ends ") + expected);
        }
        std::string result(text_.substr(at_ + 1, end - at_ - 1));
        at_ = end + 1;
        return result;
    }
    bool truth() {
        skip_spaces();
        for (const std::string_view word : {"True", "False"})
            if (text_.substr(at_, word.size()) == word) {
                at_ += word.size();
                return word == "True";
            }
        fail("True or False");
    }
    std::vector<std::ptrdiff_t> shape() {
        std::vector<std::ptrdiff_t> result;
        expect("(");
        while (!take(')')) {
            // As many as numpy itself allows.
            if (result.size() == 64) fail("at most 64 dimensions");
            result.push_back(size());
            if (take(',')) continue;
            if (next() != ')') fail("',' or ')'");
            if (result.size() == 1) fail("',' after the only size");
        }
        return result;
    }
    std::ptrdiff_t size() {
        if (!is_digit(next())) fail("a size of at least 0");
        constexpr std::ptrdiff_t largest = std::numeric_limits<std::ptrdiff_t>::max();
        std::ptrdiff_t value = 0;
        for (; at_ < text_.size() && is_digit(text_[at_]); ++at_) {
            const int digit = text_[at_] - '0';
            if (value > (largest - digit) / 10) fail("a size of at most " + std::to_string(largest));
            value = value * 10 + digit;
        }
        // numpy under Python 2 wrote 3L.
        if (at_ < text_.size() && text_[at_] == 'L') ++at_;
        return value;
    }

    const byte_source& source_;
    std::string_view text_;
    std::uint64_t begin_;
    std::size_t at_ = 0;
    bool has_type_ = false, has_order_ = false, has_shape_ = false;
};

inline constexpr std::string_view npy_magic("\x93NUMPY", 6);

inline npy_header read_npy_header(byte_source& source) {
    const std::string magic = source.text(npy_magic.size(), "magic");
    if (magic.starts_with("PK")) source.fail(0, "expected the magic of .npy, found that of .npz; read it by npz_reader");
    if (magic != npy_magic) source.fail(0, "expected the magic " + npy_dictionary::quoted(npy_magic) + ", found " + npy_dictionary::quoted(magic));
    const std::string version = source.text(2, "version");
    const int major = static_cast<unsigned char>(version[0]), minor = static_cast<unsigned char>(version[1]);
    if ((major != 1 && major != 2) || minor != 0) source.fail(6, "expected version 1.0 or 2.0, found " + std::to_string(major) + "." + std::to_string(minor));
    const std::string length_bytes = source.text(major == 1 ? 2 : 4, "the header's length");
    std::size_t length = 0;
    for (std::size_t k = length_bytes.size(); k-- > 0;) length = length << 8 | static_cast<unsigned char>(length_bytes[k]);
    const std::uint64_t begin = source.position();
    const std::string text = source.text(length, "header");
    return npy_dictionary(source, text, begin).parse();
}

/// Throws if the elements are of another type, or of another number of dimensions.
inline void check_npy_header(const byte_source& source, const npy_header& header, npy_type type, std::size_t rank) {
    const std::string_view found = header.type;
    const bool names_order = !found.empty() && std::string_view("<>|=").find(found[0]) != found.npos;
    const std::string_view code = found.substr(names_order ? 1 : 0);
    const std::string expected = "expected " + type.name() + " (" + npy_dictionary::quoted(type.text()) + "), found ";
    if (code != type.code()) {
        for (const npy_type each : {npy_type{'b', 1}, {'f', 4}, {'f', 8}, {'i', 1}, {'i', 2}, {'i', 4}, {'i', 8}, {'u', 1}, {'u', 2}, {'u', 4}, {'u', 8}})
            if (code == each.code()) source.fail(header.type_at, expected + each.name() + " (" + npy_dictionary::quoted(found) + ")");
        source.fail(header.type_at, expected + npy_dictionary::quoted(found) + ", which no Variable is of");
    }
    if (found[0] == '>' && type.size > 1) source.fail(header.type_at, expected + npy_dictionary::quoted(found) + ", with the bytes of a number in the other order");
    if (header.shape.size() != rank)
        source.fail(header.shape_at, "expected " + std::to_string(rank) + (rank == 1 ? " dimension" : " dimensions") + ", found " + std::to_string(header.shape.size()) +
                                         ": the shape " + shape_text(header.shape).text);
}

/// How many bytes elements of this shape take. Throws if their strides could not be counted, even if there are none.
inline std::size_t npy_bytes(const byte_source& source, const npy_header& header, npy_type type) {
    std::ptrdiff_t most = type.size;
    bool is_empty = false;
    for (const std::ptrdiff_t size : header.shape) {
        if (size == 0) is_empty = true;
        else if (most > std::numeric_limits<std::ptrdiff_t>::max() / size) source.fail(header.shape_at, "expected a shape that fits in memory, found " + shape_text(header.shape).text);
        else most *= size;
    }
    return is_empty ? 0 : static_cast<std::size_t>(most);
}

/// What precedes elements by rows. Version 1.0: with the dimensions of a Variable it never takes the 65536 bytes that need 2.0.
inline std::string npy_preamble(npy_type type, std::span<const std::ptrdiff_t> shape) {
    std::string sizes;
    for (const std::ptrdiff_t size : shape) sizes += (sizes.empty() ? "" : " ") + std::to_string(size) + ",";
    if (shape.size() > 1) sizes.pop_back();
    std::string dictionary = "{'descr': '" + type.text() + "', 'fortran_order': False, 'shape': (" + sizes + "), }";
    // The elements begin at a multiple of 64 bytes.
    const std::size_t begin = npy_magic.size() + 4;
    dictionary.resize((begin + dictionary.size() + 64) / 64 * 64 - begin - 1, ' ');
    dictionary += '\n';
    std::string result(npy_magic);
    result += {'\1', '\0', static_cast<char>(dictionary.size() & 255), static_cast<char>(dictionary.size() >> 8)};
    return result + dictionary;
}

}  // namespace tapeless::detail
