// SPDX-License-Identifier: BSL-1.0
// libFuzzer: any bytes as .npy and .npz are a Variable or a variable_error, and a Variable is loaded again as it was saved.
// The last argument is a folder, to which the first inputs are written.
#include <tapeless/interop/npy.hpp>
#include <tapeless/interop/npz.hpp>
#include <tapeless/variable/creation.hpp>

#include <zip.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <streambuf>
#include <string>
#include <string_view>

namespace {

using namespace std::string_literals;
using tapeless::Variable;

[[noreturn]] void fail(const char* text) {
    std::fprintf(stderr, "%s\n", text);
    std::abort();
}

/// A stream that cannot be asked how long it is.
struct pipe_buffer : std::streambuf {
    explicit pipe_buffer(std::string& text) { setg(text.data(), text.data(), text.data() + text.size()); }
};

template <class T, int Rank>
std::string saved(const Variable<T, Rank>& variable) {
    std::ostringstream stream;
    tapeless::save(stream, variable);
    return stream.str();
}
template <class T, int Rank>
void check_round_trip(const Variable<T, Rank>& variable) {
    const std::string file = saved(variable);
    if (saved(tapeless::load<T, Rank>(std::as_bytes(std::span(file)))) != file) fail("What was saved is not what was loaded.");
}
/// Of what is asked for only one is right: the others have to be errors.
template <class Load>
void load_as_everything(const Load& load) {
    int right = 0;
    bool is_of_other_type = false;
    const auto attempt = [&]<class T, int Rank>() {
        try {
            check_round_trip(load.template operator()<T, Rank>());
            ++right;
        } catch (const tapeless::variable_error& error) {
            const std::string_view text = error.what();
            is_of_other_type = text.find(": expected float32 (") != text.npos || text.find(" dimension") != text.npos;
        }
    };
    attempt.template operator()<float, 2>();
    // Another mistake is one whatever is asked for.
    if (!is_of_other_type) return;
    const auto attempt_ranks = [&]<class T>() {
        attempt.template operator()<T, 0>();
        attempt.template operator()<T, 1>();
        if constexpr (!std::is_same_v<T, float>) attempt.template operator()<T, 2>();
        attempt.template operator()<T, 4>();
    };
    attempt_ranks.template operator()<float>();
    attempt_ranks.template operator()<bool>();
    attempt_ranks.template operator()<std::int64_t>();
    if (right > 1) fail("A file is of several types.");
}

void fuzz_npy(std::string& file) {
    load_as_everything([&]<class T, int Rank>() {
        pipe_buffer buffer(file);
        std::istream pipe(&buffer);
        std::string of_stream;
        try {
            of_stream = saved(tapeless::load<T, Rank>(pipe, "memory"));
        } catch (const tapeless::variable_error& error) {
            of_stream = error.what();
        }
        try {
            auto result = tapeless::load<T, Rank>(std::as_bytes(std::span(file)));
            if (saved(result) != of_stream) fail("A stream has other elements.");
            return result;
        } catch (const tapeless::variable_error& error) {
            if (of_stream != error.what() && !std::string_view(error.what()).ends_with("more")) fail("A stream has another error.");
            throw;
        }
    });
}
void fuzz_npz(const std::string& file) {
    try {
        const tapeless::npz_reader reader(std::as_bytes(std::span(file)));
        for (const std::string& name : reader.names()) load_as_everything([&]<class T, int Rank>() { return reader.get<T, Rank>(name); });
    } catch (const tapeless::variable_error&) {
    }
}

void write(const std::filesystem::path& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }
/// As libzip compresses it.
void write_deflated(const std::filesystem::path& path, const std::string& text) {
    int error = 0;
    zip_t* const archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &error);
    if (archive == nullptr) fail("The first inputs cannot be written.");
    zip_file_add(archive, "w.npy", zip_source_buffer(archive, text.data(), text.size(), 0), 0);
    zip_close(archive);
}
void write_first_inputs(const std::filesystem::path& folder) {
    const Variable<float, 2> w({{1, 2, 3}, {4, 5, 6}});
    const Variable<bool, 4> flags({{{{true, false}}}});
    const Variable<std::int64_t, 0> number(-1);
    write(folder / "float.npy", saved(w));
    write(folder / "bool.npy", saved(flags));
    write(folder / "int64.npy", saved(number));
    write(folder / "empty.npy", saved(Variable<float, 1>()));
    write(folder / "columns.npy", "\x93NUMPY\2\0\x3a\0\0\0{\"shape\": (2,3L), \"descr\": \"=f4\",\t\"fortran_order\": True} \n"s + std::string(24, '\1'));
    std::ostringstream archive;
    tapeless::save_npz(archive, {{"w", w}, {"größe", number}, {"flags", flags}});
    write(folder / "stored.npz", archive.str());
    write_deflated(folder / "deflated.npz", saved(w));
    write_deflated(folder / "zeros.npz", saved(tapeless::zeros<float>(50, 6)));
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
    const std::filesystem::path last = (*arguments)[*count - 1];
    if (*count > 1 && std::filesystem::is_directory(last)) write_first_inputs(last);
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string file(reinterpret_cast<const char*>(data), size);
    if (file.starts_with("PK")) fuzz_npz(file);
    else fuzz_npy(file);
    return 0;
}
