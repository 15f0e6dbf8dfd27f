// SPDX-License-Identifier: BSL-1.0
// save_npz and npz_reader: several Variables with names as numpy's .npz, a zip archive of .npy. Needs libzip: Debian's libzip-dev, -lzip.
#pragma once

#include <tapeless/interop/npy.hpp>

#include <zip.h>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tapeless {

class npz_entry;

namespace detail {

/// libzip's errors as ours.
class zip_failure {
public:
    zip_failure() { zip_error_init(&error_); }
    ~zip_failure() { zip_error_fini(&error_); }
    zip_failure(const zip_failure&) = delete;
    zip_failure& operator=(const zip_failure&) = delete;
    zip_error_t* get() { return &error_; }
    [[noreturn]] void raise(const std::string& where) { throw variable_error(where + ": " + zip_error_strerror(&error_)); }

private:
    zip_error_t error_;
};
struct zip_closer {
    void operator()(zip_t* archive) const { zip_discard(archive); }
    void operator()(zip_file_t* entry) const { zip_fclose(entry); }
    void operator()(zip_source_t* source) const { zip_source_free(source); }
};
using zip_archive = std::unique_ptr<zip_t, zip_closer>;
using zip_source = std::unique_ptr<zip_source_t, zip_closer>;

/// The archive takes over the source.
inline zip_archive open_zip(zip_source source, int flags, const std::string& name) {
    zip_failure failure;
    zip_archive archive(zip_open_from_source(source.get(), flags, failure.get()));
    if (!archive) failure.raise(name);
    static_cast<void>(source.release());
    return archive;
}

inline void write_zip(zip_archive archive, const std::vector<npz_entry>& entries, const std::string& name);

/// An entry of an archive, unpacked. Its archive must live longer.
class zip_entry_source final : public byte_source {
public:
    zip_entry_source(zip_t* archive, std::uint64_t index, const zip_stat_t& described, const std::string& name)
        : byte_source(name, described.size), entry_(zip_fopen_index(archive, index, 0)) {
        if (!entry_) throw variable_error(name + ": " + zip_error_strerror(zip_get_error(archive)));
    }

private:
    std::size_t read_some(char* to, std::size_t count) override {
        std::size_t got = 0;
        while (got < count) {
            const zip_int64_t part = zip_fread(entry_.get(), to + got, count - got);
            if (part < 0) fail(position(), zip_error_strerror(zip_file_get_error(entry_.get())));
            if (part == 0) break;
            got += static_cast<std::size_t>(part);
        }
        return got;
    }

    std::unique_ptr<zip_file_t, zip_closer> entry_;
};

}  // namespace detail

/// A Variable and its name in a .npz. Later changes in place of the Variable are seen, if it is on the host.
class npz_entry {
public:
    template <class T, int Rank>
    npz_entry(std::string name, const Variable<T, Rank>& variable) : name_(std::move(name)) {
        const Variable<T, Rank> rows = detail::by_rows(variable);
        preamble_ = detail::npy_preamble(detail::npy_type_of<T>(), rows.shape());
        values_ = {reinterpret_cast<const char*>(rows.data_pointer()), static_cast<std::size_t>(rows.numel()) * sizeof(T)};
        owner_ = detail::handle_to<detail::variable_node>(rows.state().get());
    }

    const std::string& name() const { return name_; }

private:
    friend void detail::write_zip(detail::zip_archive archive, const std::vector<npz_entry>& entries, const std::string& name);

    void add_to(zip_t* archive, const std::string& archive_name) const {
        const std::string where = archive_name + ": " + name_;
        if (name_.find('\0') != name_.npos) throw variable_error(where + ": expected a name without zero bytes");
        const zip_buffer_fragment_t parts[] = {fragment(preamble_), fragment(values_)};
        detail::zip_failure failure;
        detail::zip_source source(zip_source_buffer_fragment_create(parts, 2, 0, failure.get()));
        if (!source) failure.raise(where);
        const zip_int64_t added = zip_file_add(archive, (name_ + ".npy").c_str(), source.get(), ZIP_FL_ENC_UTF_8);
        if (added < 0) {
            zip_error_t* const error = zip_get_error(archive);
            throw variable_error(where + ": " + (zip_error_code_zip(error) == ZIP_ER_EXISTS ? "expected each name once, found it twice" : zip_error_strerror(error)));
        }
        static_cast<void>(source.release());
        const auto index = static_cast<zip_uint64_t>(added);
        // As numpy does, of 1980: the same values are the same bytes.
        constexpr zip_uint16_t first_of_january = 1 << 5 | 1;
        if (zip_set_file_compression(archive, index, ZIP_CM_STORE, 0) < 0 || zip_file_set_dostime(archive, index, 0, first_of_january, 0) < 0)
            throw variable_error(where + ": " + zip_error_strerror(zip_get_error(archive)));
    }
    /// Only read.
    static zip_buffer_fragment_t fragment(std::string_view bytes) {
        return {reinterpret_cast<zip_uint8_t*>(const_cast<char*>(bytes.data())), bytes.size()};
    }

    std::string name_, preamble_;
    std::string_view values_;
    detail::handle_to<detail::variable_node> owner_;  ///< of the values
};

namespace detail {

inline void write_zip(zip_archive archive, const std::vector<npz_entry>& entries, const std::string& name) {
    // libzip makes no archive of nothing.
    if (entries.empty()) throw variable_error(name + ": expected at least one Variable to save");
    for (const npz_entry& entry : entries) entry.add_to(archive.get(), name);
    if (zip_close(archive.get()) < 0) throw variable_error(name + ": cannot be written: " + zip_error_strerror(zip_get_error(archive.get())));
    static_cast<void>(archive.release());
}

}  // namespace detail

/// Writes Variables of any types and shapes as numpy's .npz, not compressed: `save_npz("model.npz", {{"w", w}, {"b", b}})`.
/// Throws a variable_error if two have the same name, or if the file cannot be written, which is then as it was before.
/// Example: doc/example/save_load.cpp
inline void save_npz(const std::string& path, const std::vector<npz_entry>& entries) {
    detail::zip_failure failure;
    detail::zip_source file(zip_source_file_create(path.c_str(), 0, -1, failure.get()));
    if (!file) failure.raise(path);
    detail::write_zip(detail::open_zip(std::move(file), ZIP_CREATE | ZIP_TRUNCATE, path), entries, path);
}
/// Puts the archive together in memory first.
inline void save_npz(std::ostream& stream, const std::vector<npz_entry>& entries) {
    const std::string name = "stream";
    detail::zip_failure failure;
    detail::zip_source written(zip_source_buffer_create(nullptr, 0, 0, failure.get()));
    if (!written) failure.raise(name);
    zip_source_keep(written.get());
    detail::write_zip(detail::open_zip(detail::zip_source(written.get()), ZIP_CREATE | ZIP_TRUNCATE, name), entries, name);
    if (zip_source_open(written.get()) < 0) throw variable_error(name + ": " + zip_error_strerror(zip_source_error(written.get())));
    std::vector<char> part(1 << 16);
    while (true) {
        const zip_int64_t count = zip_source_read(written.get(), part.data(), part.size());
        if (count < 0) throw variable_error(name + ": " + zip_error_strerror(zip_source_error(written.get())));
        if (count == 0) break;
        stream.write(part.data(), count);
    }
    zip_source_close(written.get());
    if (!stream) throw variable_error("the stream cannot be written");
}

/// Variables of a .npz, stored or compressed: `npz_reader("model.npz").get<float, 2>("w")`. For one thread at a time.
class npz_reader {
public:
    /// Throws a variable_error if there is no such file, or if it is no zip archive.
    explicit npz_reader(const std::string& path) : npz_reader(path, of_file(path)) {}
    /// Of all that is left in a stream.
    explicit npz_reader(std::istream& stream, const std::string& name = "stream") : npz_reader(std::vector<char>(std::istreambuf_iterator<char>(stream), {}), name) {}
    /// Of memory that lives as long as this.
    explicit npz_reader(std::span<const std::byte> bytes, const std::string& name = "memory") : npz_reader(name, of_memory(bytes, name)) {}

    /// In the order of the file. What is no .npy is left out.
    std::vector<std::string> names() const {
        std::vector<std::string> result;
        for (zip_int64_t k = 0; k < zip_get_num_entries(archive_.get(), 0); ++k) {
            const char* const name = zip_get_name(archive_.get(), static_cast<zip_uint64_t>(k), 0);
            if (const std::string_view entry = name ? name : ""; entry.ends_with(extension)) result.emplace_back(entry.substr(0, entry.size() - extension.size()));
        }
        return result;
    }
    bool contains(const std::string& name) const { return index_of(name) >= 0; }
    /// Type and dimensions are those of the file. Throws a variable_error that names the array, the byte, and what was expected there.
    template <class T = float, int Rank = 1>
    Variable<T, Rank> get(const std::string& name) const {
        auto source = entry(name);
        auto result = detail::read_npy<T, Rank>(source);
        // Where the checksum is compared, too.
        source.expect_end();
        return result;
    }

private:
    static constexpr std::string_view extension = ".npy";

    npz_reader(std::string name, detail::zip_source source) : name_(std::move(name)) {
        zip_stat_t described;
        if (zip_source_stat(source.get(), &described) == 0 && (described.valid & ZIP_STAT_SIZE) != 0) {
            size_ = described.size;
            // To libzip that is an archive.
            if (size_ == 0) throw variable_error(name_ + ": expected a zip archive, found no bytes");
        }
        archive_ = detail::open_zip(std::move(source), ZIP_RDONLY, name_);
    }
    npz_reader(std::vector<char> bytes, const std::string& name) : npz_reader(name, of_memory(std::as_bytes(std::span(bytes)), name)) { bytes_ = std::move(bytes); }

    static detail::zip_source of_file(const std::string& path) {
        detail::zip_failure failure;
        detail::zip_source source(zip_source_file_create(path.c_str(), 0, -1, failure.get()));
        if (!source) failure.raise(path);
        return source;
    }
    static detail::zip_source of_memory(std::span<const std::byte> bytes, const std::string& name) {
        detail::zip_failure failure;
        detail::zip_source source(zip_source_buffer_create(bytes.data(), bytes.size(), 0, failure.get()));
        if (!source) failure.raise(name);
        return source;
    }
    zip_int64_t index_of(const std::string& name) const { return zip_name_locate(archive_.get(), (name + std::string(extension)).c_str(), 0); }
    detail::zip_entry_source entry(const std::string& name) const {
        const std::string where = name_ + ": " + name;
        const zip_int64_t found = index_of(name);
        if (found < 0) {
            std::string others;
            for (const std::string& each : names()) others += (others.empty() ? "" : ", ") + each;
            throw variable_error(where + ": expected one of the arrays in the file: " + others);
        }
        const auto index = static_cast<zip_uint64_t>(found);
        zip_stat_t described;
        if (zip_stat_index(archive_.get(), index, 0, &described) < 0) throw variable_error(where + ": " + zip_error_strerror(zip_get_error(archive_.get())));
        if (described.comp_method != ZIP_CM_STORE && described.comp_method != ZIP_CM_DEFLATE)
            throw variable_error(where + ": expected it stored or deflated, found method " + std::to_string(described.comp_method) + " of compression");
        // A match of 258 bytes takes two bits or more.
        const std::uint64_t most_of_a_byte = described.comp_method == ZIP_CM_STORE ? 1 : 258 * 4;
        if (described.comp_size > size_ || described.size / most_of_a_byte > described.comp_size)
            throw variable_error(where + ": expected no more than the file can hold, found " + std::to_string(described.size) + " bytes in " + std::to_string(described.comp_size));
        return {archive_.get(), index, described, where};
    }

    std::string name_;
    std::vector<char> bytes_;  ///< of a stream
    std::uint64_t size_ = 0;
    detail::zip_archive archive_;
};

}  // namespace tapeless
