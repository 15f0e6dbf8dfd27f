// SPDX-License-Identifier: BSL-1.0
// Bytes that are read one after the other, from memory or a stream. What is missing is an error that names the file and the byte, before memory is taken for it.
#pragma once

#include <tapeless/variable/error.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <istream>
#include <limits>
#include <span>
#include <string>
#include <utility>

namespace tapeless::detail {

class byte_source {
public:
    byte_source(const byte_source&) = delete;
    byte_source& operator=(const byte_source&) = delete;
    virtual ~byte_source() = default;

    std::uint64_t position() const { return position_; }
    [[noreturn]] void fail(std::uint64_t at, const std::string& text) const { throw variable_error(name_ + ": byte " + std::to_string(at) + ": " + text); }

    /// Makes sure that so many bytes follow. Takes no more memory than there are bytes.
    void require(std::size_t count, const std::string& what) {
        if (size_ != unknown) {
            if (size_ - position_ < count) fail_short(count, what, size_ - position_);
            return;
        }
        for (std::size_t there = 0; there < count;) {
            const std::size_t part = std::min(count - there, std::max(there, std::size_t(1) << 16));
            held_.resize(there + part);
            const std::size_t got = read_some(held_.data() + there, part);
            there += got;
            if (got < part) fail_short(count, what, there);
        }
    }
    /// The bytes that were required.
    void read(char* to, std::size_t count, const std::string& what) {
        std::size_t got = count;
        if (held_.empty()) got = read_some(to, count);
        else std::memcpy(to, std::exchange(held_, {}).data(), count);
        // A file that has become shorter meanwhile.
        if (got < count) fail_short(count, what, got);
        position_ += count;
    }
    std::string text(std::size_t count, const std::string& what) {
        require(count, what);
        std::string result(count, '\0');
        read(result.data(), count, what);
        return result;
    }
    void expect_end() {
        if (size_ != unknown && size_ > position_) fail(position_, "expected the end, found " + std::to_string(size_ - position_) + (size_ - position_ == 1 ? " byte more" : " bytes more"));
        char next;
        if (read_some(&next, 1) != 0) fail(position_, "expected the end, found more");
    }

protected:
    static constexpr std::uint64_t unknown = std::numeric_limits<std::uint64_t>::max();

    byte_source(std::string name, std::uint64_t size) : name_(std::move(name)), size_(size) {}
    /// Fewer than count only at the end.
    virtual std::size_t read_some(char* to, std::size_t count) = 0;

private:
    [[noreturn]] void fail_short(std::size_t count, const std::string& what, std::uint64_t found) const {
        fail(position_, "expected " + std::to_string(count) + " bytes of " + what + ", found " + std::to_string(found));
    }

    std::string name_;
    std::uint64_t size_, position_ = 0;
    std::string held_;  ///< read already, to see whether it is there
};

class memory_source final : public byte_source {
public:
    memory_source(std::span<const std::byte> bytes, std::string name) : byte_source(std::move(name), bytes.size()), bytes_(bytes) {}

private:
    std::size_t read_some(char* to, std::size_t count) override {
        count = std::min(count, bytes_.size());
        if (count > 0) std::memcpy(to, bytes_.data(), count);
        bytes_ = bytes_.subspan(count);
        return count;
    }

    std::span<const std::byte> bytes_;
};

/// From where the stream is; positions count from there.
class stream_source final : public byte_source {
public:
    stream_source(std::istream& stream, std::string name) : byte_source(std::move(name), size_left(stream)), stream_(stream) {}

private:
    std::size_t read_some(char* to, std::size_t count) override {
        stream_.read(to, static_cast<std::streamsize>(count));
        if (stream_.bad()) fail(position(), "cannot be read");
        return static_cast<std::size_t>(stream_.gcount());
    }
    static std::uint64_t size_left(std::istream& stream) {
        std::streambuf& buffer = *stream.rdbuf();
        const std::streamoff here = buffer.pubseekoff(0, std::ios::cur, std::ios::in);
        if (here < 0) return unknown;
        const std::streamoff end = buffer.pubseekoff(0, std::ios::end, std::ios::in);
        buffer.pubseekoff(here, std::ios::beg, std::ios::in);
        return end < here ? unknown : static_cast<std::uint64_t>(end - here);
    }

    std::istream& stream_;
};

}  // namespace tapeless::detail
