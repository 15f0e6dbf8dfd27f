// SPDX-License-Identifier: BSL-1.0
// Variables as .npy and .npz: what is saved is what is loaded, and a file with a mistake is an error that says where it is. numpy's own files: test/numpy.
#include <tapeless/interop/npy.hpp>
#include <tapeless/interop/npz.hpp>
#include <tapeless/variable.hpp>

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>
#include <unistd.h>
#include <zip.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>
#include <streambuf>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace std::string_literals;
using tapeless::Variable;
using tapeless::variable_error;

struct folder {
    folder() { std::filesystem::create_directories(path); }
    ~folder() { std::filesystem::remove_all(path); }
    std::string operator/(const std::string& name) const { return (path / name).string(); }

    std::filesystem::path path = std::filesystem::temp_directory_path() / ("tapeless_npy_" + std::to_string(getpid()));
};
/// A stream that cannot be asked how long it is, as a pipe.
struct pipe_buffer : std::streambuf {
    explicit pipe_buffer(std::string& text) { setg(text.data(), text.data(), text.data() + text.size()); }
};

std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }
template <class T, int Rank>
std::string saved(const Variable<T, Rank>& variable) {
    std::ostringstream stream;
    tapeless::save(stream, variable);
    return stream.str();
}
template <class T, int Rank>
void check_equal(const Variable<T, Rank>& found, const Variable<T, Rank>& expected) {
    BOOST_REQUIRE(found.shape() == expected.shape());
    BOOST_TEST(!found.requires_grad());
    BOOST_TEST(found.state()->is_by_rows());
    const auto rows = expected.copy();
    for (std::ptrdiff_t k = 0; k < found.numel(); ++k) BOOST_TEST(found.data_pointer()[k] == rows.data_pointer()[k]);
}
template <class T, int Rank>
void check_round_trip(const Variable<T, Rank>& variable) {
    std::string file = saved(variable);
    const auto elements = static_cast<std::size_t>(variable.numel()) * sizeof(T);
    BOOST_TEST((file.size() - elements) % 64 == 0u);
    check_equal(tapeless::load<T, Rank>(bytes_of(file)), variable);
    std::istringstream stream(file);
    check_equal(tapeless::load<T, Rank>(stream), variable);
    pipe_buffer buffer(file);
    std::istream pipe(&buffer);
    check_equal(tapeless::load<T, Rank>(pipe), variable);
}
/// Different numbers in an array of these sizes.
template <class T, std::size_t Rank>
Variable<T, static_cast<int>(Rank)> numbers(const std::ptrdiff_t (&sizes)[Rank]) {
    auto result = tapeless::full<T>(sizes, T(0));
    for (std::ptrdiff_t k = 0; k < result.numel(); ++k) result.data_pointer()[k] = static_cast<T>(std::is_same_v<T, bool> ? k % 3 == 0 : k * 5 + 1);
    return result;
}

std::string npy(const std::string& dictionary, const std::string& elements = {}, int version = 1) {
    std::string result = "\x93NUMPY"s + static_cast<char>(version) + '\0';
    for (std::size_t k = 0; k < (version == 1 ? 2u : 4u); ++k) result += static_cast<char>(dictionary.size() >> (8 * k) & 255);
    return result + dictionary + elements;
}
template <class... T>
std::string memory_of(T... number) {
    std::string result;
    (result.append(reinterpret_cast<const char*>(&number), sizeof(T)), ...);
    return result;
}
template <class Call>
std::string error_of(const Call& call) {
    try {
        call();
    } catch (const variable_error& error) {
        return error.what();
    }
    return "none";
}
template <class T = float, int Rank = 1>
std::string load_error(std::string file) {
    const std::string of_memory = error_of([&] { tapeless::load<T, Rank>(bytes_of(file), "x.npy"); });
    std::istringstream stream(file);
    if (!of_memory.ends_with("more")) BOOST_TEST(error_of([&] { tapeless::load<T, Rank>(stream, "x.npy"); }) == of_memory);
    pipe_buffer buffer(file);
    std::istream pipe(&buffer);
    if (!of_memory.ends_with("more")) BOOST_TEST(error_of([&] { tapeless::load<T, Rank>(pipe, "x.npy"); }) == of_memory);
    return of_memory;
}
std::string dictionary(const std::string& type, const std::string& shape) { return "{'descr': " + type + ", 'fortran_order': False, 'shape': " + shape + ", }\n"; }

std::string npz(const std::vector<tapeless::npz_entry>& entries) {
    std::ostringstream stream;
    tapeless::save_npz(stream, entries);
    return stream.str();
}
/// An archive of one file.
std::string zip_of(const folder& scratch, const std::string& name, const std::string& text, int method, bool is_encrypted = false) {
    const std::string path = scratch / "made.zip";
    int error = 0;
    zip_t* const archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &error);
    const auto index = static_cast<zip_uint64_t>(zip_file_add(archive, name.c_str(), zip_source_buffer(archive, text.data(), text.size(), 0), 0));
    BOOST_REQUIRE(zip_set_file_compression(archive, index, method, 0) == 0);
    if (is_encrypted) BOOST_REQUIRE(zip_file_set_encryption(archive, index, ZIP_EM_AES_256, "secret") == 0);
    BOOST_REQUIRE(zip_close(archive) == 0);
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}
template <class T = float, int Rank = 1>
std::string get_error(const std::string& archive, const std::string& name = "w") {
    return error_of([&] { tapeless::npz_reader(bytes_of(archive), "m.npz").get<T, Rank>(name); });
}

using types = boost::mpl::list<float, double, bool, std::int8_t, std::int16_t, std::int32_t, std::int64_t, std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t>;

}  // namespace

BOOST_AUTO_TEST_SUITE(npy_files)

BOOST_AUTO_TEST_CASE_TEMPLATE(every_type_is_loaded_as_it_was_saved, T, types) {
    check_round_trip(Variable<T, 0>(T(1)));
    check_round_trip(numbers<T>({2, 3, 4}));
}

BOOST_AUTO_TEST_CASE(every_rank_is_loaded_as_it_was_saved) {
    check_round_trip(numbers<float>({7}));
    check_round_trip(numbers<double>({3, 4}));
    check_round_trip(numbers<bool>({2, 3, 1, 4}));
    check_round_trip(numbers<double>({2, 3, 1, 4}));
}

BOOST_AUTO_TEST_CASE(no_elements_keep_their_shape) {
    check_round_trip(numbers<float>({0}));
    check_round_trip(numbers<double>({0, 3}));
    check_round_trip(numbers<int>({3, 0}));
    check_round_trip(numbers<bool>({2, 0, 5, 1}));
}

BOOST_AUTO_TEST_CASE(the_bits_of_a_number_stay) {
    const auto file = saved(Variable<double, 1>({-0.0, std::numeric_limits<double>::infinity(), std::numeric_limits<double>::denorm_min(), std::numeric_limits<double>::quiet_NaN()}));
    const auto loaded = tapeless::load<double>(bytes_of(file));
    BOOST_TEST(saved(loaded) == file);
}

BOOST_AUTO_TEST_CASE(parts_and_transposed_arrays_are_saved_by_rows) {
    const auto whole = numbers<float>({4, 6});
    check_round_trip(whole.t());
    check_round_trip(whole.slice(1, 1, 6, 2));
    check_round_trip(whole[2]);
    check_round_trip(whole.t()[2]);
    check_round_trip(whole[2][3]);
    check_round_trip(whole[1].expand(3, 6));
    check_round_trip(numbers<double>({2, 3, 4}).transpose(0, 2));
    BOOST_TEST(saved(whole.t()).find("'shape': (6, 4)") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(gradients_are_not_saved) {
    Variable<double, 2> w({{1, 2}, {3, 4}}, tapeless::requires_grad);
    BOOST_TEST(saved(w) == saved(w.detach()));
    Variable product = w * w;
    BOOST_TEST(saved(product.t()) == saved(Variable<double, 2>({{1, 9}, {4, 16}})));
    check_equal(tapeless::load<double, 2>(bytes_of(saved(product))), Variable<double, 2>({{1, 4}, {9, 16}}));
}

BOOST_AUTO_TEST_CASE(the_header_is_that_of_numpy) {
    const std::string file = saved(Variable<float, 2>({{1, 2, 3}, {4, 5, 6}}));
    BOOST_TEST(file.substr(0, 128) == npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }" + std::string(58, ' ') + "\n"));
    BOOST_TEST(saved(Variable<bool, 0>(true)).starts_with(npy(dictionary("'|b1'", "()")).substr(0, 6)));
    BOOST_TEST(saved(Variable<bool, 0>(true)).find("{'descr': '|b1', 'fortran_order': False, 'shape': (), }") == 10u);
    BOOST_TEST(saved(numbers<std::int64_t>({5})).find("{'descr': '<i8', 'fortran_order': False, 'shape': (5,), }") == 10u);
}

BOOST_AUTO_TEST_CASE(arrays_by_columns_are_loaded_by_rows) {
    const auto of = [](const std::string& shape) { return npy("{'descr': '<i4', 'fortran_order': True, 'shape': " + shape + ", }\n", memory_of(1, 2, 3, 4, 5, 6)); };
    check_equal(tapeless::load<int, 2>(bytes_of(of("(2, 3)"))), Variable<int, 2>({{1, 3, 5}, {2, 4, 6}}));
    check_equal(tapeless::load<int, 1>(bytes_of(of("(6,)"))), Variable<int, 1>({1, 2, 3, 4, 5, 6}));
    check_equal(tapeless::load<int, 3>(bytes_of(of("(1, 2, 3)"))), Variable<int, 3>({{{1, 3, 5}, {2, 4, 6}}}));
    check_equal(tapeless::load<int, 4>(bytes_of(of("(3, 1, 2, 1)"))), Variable<int, 4>({{{{1}, {4}}}, {{{2}, {5}}}, {{{3}, {6}}}}));
    check_equal(tapeless::load<int, 2>(bytes_of(npy("{'descr': '<i4', 'fortran_order': True, 'shape': (0, 3), }"))), numbers<int>({0, 3}));
}

BOOST_AUTO_TEST_CASE(version_2_and_any_spelling_of_the_dictionary_are_read) {
    const std::string elements = memory_of(1.5f, 2.5f);
    const Variable<float, 1> expected({1.5f, 2.5f});
    for (const std::string& text : {dictionary("'<f4'", "(2,)"), R"({"shape":(2,),"descr":"<f4","fortran_order":False})"s, " {\t'fortran_order' : True ,\n 'shape' : ( 2 , ) , 'descr' : '=f4' } \n"s,
                                    dictionary("'f4'", "(2L,)"), dictionary("'|f4'", "(02,)"), dictionary("'<f4'", "(2,)") + std::string(5000, ' ')}) {
        check_equal(tapeless::load(bytes_of(npy(text, elements))), expected);
        check_equal(tapeless::load(bytes_of(npy(text, elements, 2))), expected);
    }
    check_equal(tapeless::load(bytes_of(npy(std::string(100'000, ' ') + dictionary("'<f4'", "(2,)"), elements, 2))), expected);
}

BOOST_AUTO_TEST_CASE(any_byte_but_0_is_true) {
    check_equal(tapeless::load<bool>(bytes_of(npy(dictionary("'|b1'", "(4,)"), "\0\1\2\xff"s))), Variable<bool, 1>({false, true, true, true}));
    // The order of bytes is none of a single byte.
    check_equal(tapeless::load<std::uint8_t>(bytes_of(npy(dictionary("'>u1'", "(2,)"), "\1\2"))), Variable<std::uint8_t, 1>({1, 2}));
}

BOOST_AUTO_TEST_CASE(files_are_written_and_read) {
    const folder scratch;
    const auto w = numbers<double>({300, 40});
    tapeless::save(scratch / "w.npy", w);
    check_equal(tapeless::load<double, 2>(scratch / "w.npy"), w);
    // Over itself, and shorter.
    const Variable<double, 2> part = tapeless::load<double, 2>(scratch / "w.npy").slice(0, 0, 2);
    tapeless::save(scratch / "w.npy", part);
    check_equal(tapeless::load<double, 2>(scratch / "w.npy"), part);
}

BOOST_AUTO_TEST_CASE(a_stream_holds_one_array_after_the_other) {
    std::stringstream stream;
    stream << "before";
    tapeless::save(stream, numbers<float>({3, 2}));
    tapeless::save(stream, Variable<std::int64_t, 0>(7));
    stream << "after";
    stream.ignore(6);
    check_equal(tapeless::load<float, 2>(stream), numbers<float>({3, 2}));
    BOOST_TEST((tapeless::load<std::int64_t, 0>(stream).item()) == 7);
    std::string rest;
    stream >> rest;
    BOOST_TEST(rest == "after");
}

BOOST_AUTO_TEST_CASE(what_is_no_file_of_this_kind_is_an_error) {
    BOOST_TEST(load_error("") == "x.npy: byte 0: expected 6 bytes of magic, found 0");
    BOOST_TEST(load_error("\x93NUM") == "x.npy: byte 0: expected 6 bytes of magic, found 4");
    BOOST_TEST(load_error("1.5 2.5 3.5") == "x.npy: byte 0: expected the magic '?NUMPY', found '1.5 2.'");
    BOOST_TEST(load_error("PK\3\4\0\0\0\0"s) == "x.npy: byte 0: expected the magic of .npy, found that of .npz; read it by npz_reader");
    BOOST_TEST(load_error("\x93NUMPY\1") == "x.npy: byte 6: expected 2 bytes of version, found 1");
    BOOST_TEST(load_error("\x93NUMPY\3\0\0\0\0\0"s) == "x.npy: byte 6: expected version 1.0 or 2.0, found 3.0");
    BOOST_TEST(load_error("\x93NUMPY\1\1\0\0\0\0"s) == "x.npy: byte 6: expected version 1.0 or 2.0, found 1.1");
    BOOST_TEST(load_error("\x93NUMPY\1\0\1"s) == "x.npy: byte 8: expected 2 bytes of the header's length, found 1");
    BOOST_TEST(load_error("\x93NUMPY\1\0\xff\xff{}"s) == "x.npy: byte 10: expected 65535 bytes of header, found 2");
    BOOST_TEST(load_error("\x93NUMPY\2\0\xff\xff\xff\xff{}"s) == "x.npy: byte 12: expected 4294967295 bytes of header, found 2");
}

BOOST_AUTO_TEST_CASE(a_mistake_in_the_dictionary_is_an_error) {
    const auto error = [](const std::string& text) { return load_error(npy(text)); };
    BOOST_TEST(error("") == "x.npy: byte 10: expected '{', found the end of the header");
    BOOST_TEST(error("  [1]") == "x.npy: byte 12: expected '{', found '['");
    BOOST_TEST(error("{1: 2}") == "x.npy: byte 11: expected a key in quotes, found '1'");
    BOOST_TEST(error("{'descr") == "x.npy: byte 17: expected the quote that ends a key in quotes, found the end of the header");
    BOOST_TEST(error("{'descr\\x41': 1}") == "x.npy: byte 17: expected the quote that ends a key in quotes, found '\\'");
    BOOST_TEST(error("{'descr' '<f4'}") == "x.npy: byte 19: expected ':', found '''");
    BOOST_TEST(error("{'descr': '<f4' 'shape': ()}") == "x.npy: byte 26: expected ',' or '}', found '''");
    BOOST_TEST(error("{'descr': '<f4', 'descr': '<f4'}") == "x.npy: byte 27: expected the key 'descr' once, found it twice");
    BOOST_TEST(error("{'colour': 1}") == "x.npy: byte 11: expected the key 'descr', 'fortran_order' or 'shape', found 'colour'");
    BOOST_TEST(error("{'" + std::string(60, 'a') + "': 1}") == "x.npy: byte 11: expected the key 'descr', 'fortran_order' or 'shape', found '" + std::string(40, 'a') + "…'");
    BOOST_TEST(error("{'fortran_order': 0}") == "x.npy: byte 28: expected True or False, found '0'");
    BOOST_TEST(error("{'fortran_order': False}") == "x.npy: byte 10: expected a dictionary with the key 'descr', found none");
    BOOST_TEST(error("{'descr': '<f4', 'fortran_order': False}") == "x.npy: byte 10: expected a dictionary with the key 'shape', found none");
    BOOST_TEST(error("{}") == "x.npy: byte 10: expected a dictionary with the key 'descr', found none");
    BOOST_TEST(error(dictionary("'<f4'", "()") + "x") == "x.npy: byte 66: expected spaces after the dictionary, found 'x'");
    BOOST_TEST(error("{'shape': 3}") == "x.npy: byte 20: expected '(', found '3'");
    BOOST_TEST(error("{'shape': (3)}") == "x.npy: byte 22: expected ',' after the only size, found ')'");
    BOOST_TEST(error("{'shape': (3 4)}") == "x.npy: byte 23: expected ',' or ')', found '4'");
    BOOST_TEST(error("{'shape': (-3,)}") == "x.npy: byte 21: expected a size of at least 0, found '-'");
    BOOST_TEST(error("{'shape': (,)}") == "x.npy: byte 21: expected a size of at least 0, found ','");
    BOOST_TEST(error("{'shape': (9223372036854775808,)}") == "x.npy: byte 39: expected a size of at most 9223372036854775807, found '8'");
    std::string many;
    for (int k = 0; k < 65; ++k) many += "1,";
    BOOST_TEST(error("{'shape': (" + many + ")}") == "x.npy: byte 149: expected at most 64 dimensions, found '1'");
}

BOOST_AUTO_TEST_CASE(other_types_are_errors_that_name_both) {
    const auto error = [](const std::string& type) { return load_error(npy(dictionary(type, "(2,)"), memory_of(1.5, 2.5))); };
    BOOST_TEST(error("'<f8'") == "x.npy: byte 20: expected float32 ('<f4'), found float64 ('<f8')");
    BOOST_TEST(error("'>i2'") == "x.npy: byte 20: expected float32 ('<f4'), found int16 ('>i2')");
    BOOST_TEST(error("'|b1'") == "x.npy: byte 20: expected float32 ('<f4'), found bool ('|b1')");
    BOOST_TEST(error("'>f4'") == "x.npy: byte 20: expected float32 ('<f4'), found '>f4', with the bytes of a number in the other order");
    BOOST_TEST(error("'<c16'") == "x.npy: byte 20: expected float32 ('<f4'), found '<c16', which no Variable is of");
    BOOST_TEST(error("'|O'") == "x.npy: byte 20: expected float32 ('<f4'), found '|O', which no Variable is of");
    BOOST_TEST(error("''") == "x.npy: byte 20: expected float32 ('<f4'), found '', which no Variable is of");
    BOOST_TEST(error("'<'") == "x.npy: byte 20: expected float32 ('<f4'), found '<', which no Variable is of");
    BOOST_TEST(error("[('x', '<f4')]") == "x.npy: byte 20: expected a type such as '<f4', found '['");
    BOOST_TEST((load_error<bool, 1>(saved(numbers<float>({2})))) == "x.npy: byte 20: expected bool ('|b1'), found float32 ('<f4')");
    BOOST_TEST((load_error<std::uint32_t, 1>(saved(numbers<int>({2})))) == "x.npy: byte 20: expected uint32 ('<u4'), found int32 ('<i4')");
}

BOOST_AUTO_TEST_CASE(other_ranks_are_errors_that_name_both) {
    const std::string matrix = saved(numbers<float>({3, 4}));
    BOOST_TEST((load_error<float, 1>(matrix)) == "x.npy: byte 60: expected 1 dimension, found 2: the shape [3, 4]");
    BOOST_TEST((load_error<float, 0>(matrix)) == "x.npy: byte 60: expected 0 dimensions, found 2: the shape [3, 4]");
    BOOST_TEST((load_error<float, 3>(saved(Variable<float, 0>(1)))) == "x.npy: byte 60: expected 3 dimensions, found 0: the shape []");
}

BOOST_AUTO_TEST_CASE(too_few_or_too_many_elements_are_errors) {
    const std::string file = saved(numbers<float>({3, 4}));
    BOOST_TEST((load_error<float, 2>(file.substr(0, file.size() - 1))) == "x.npy: byte 128: expected 48 bytes of elements, float32 of shape [3, 4], found 47");
    BOOST_TEST((load_error<float, 2>(file.substr(0, 128))) == "x.npy: byte 128: expected 48 bytes of elements, float32 of shape [3, 4], found 0");
    BOOST_TEST((load_error<float, 2>(file + "x")) == "x.npy: byte 176: expected the end, found 1 byte more");
    BOOST_TEST((load_error<float, 0>(saved(Variable<float, 0>(1)).substr(0, 130))) == "x.npy: byte 128: expected 4 bytes of elements, float32 of shape [], found 2");
}

BOOST_AUTO_TEST_CASE(no_memory_is_taken_for_what_a_file_cannot_hold) {
    const std::string some(200'000, 'x');
    BOOST_TEST((load_error<float, 2>(npy(dictionary("'<f4'", "(1000000000, 1000000000)"), some))) ==
               "x.npy: byte 88: expected 4000000000000000000 bytes of elements, float32 of shape [1000000000, 1000000000], found 200000");
    BOOST_TEST((load_error<float, 2>(npy(dictionary("'<f4'", "(4000000000, 4000000000)"), some))) == "x.npy: byte 60: expected a shape that fits in memory, found [4000000000, 4000000000]");
    BOOST_TEST((load_error<double, 3>(npy(dictionary("'<f8'", "(9223372036854775807, 0, 2)")))) == "x.npy: byte 60: expected a shape that fits in memory, found [9223372036854775807, 0, 2]");
    check_equal(tapeless::load<float, 2>(bytes_of(npy(dictionary("'<f4'", "(1000000000000, 0)")))), numbers<float>({1'000'000'000'000, 0}));
}

BOOST_AUTO_TEST_CASE(files_that_cannot_be_read_or_written_are_errors) {
    const folder scratch;
    BOOST_TEST(error_of([&] { tapeless::load(scratch / "none.npy"); }) == (scratch / "none.npy") + ": cannot be opened: No such file or directory");
    BOOST_TEST(error_of([&] { tapeless::load(scratch.path.string()); }) == scratch.path.string() + ": byte 0: cannot be read");
    BOOST_TEST(error_of([&] { tapeless::save(scratch / "none/x.npy", numbers<float>({3})); }) == (scratch / "none/x.npy") + ": cannot be written: No such file or directory");
    if (std::filesystem::exists("/dev/full"))
        BOOST_TEST(error_of([&] { tapeless::save("/dev/full", numbers<float>({3})); }) == "/dev/full: cannot be written: No space left on device");
    std::ostringstream broken;
    broken.setstate(std::ios::badbit);
    BOOST_TEST(error_of([&] { tapeless::save(broken, numbers<float>({3})); }) == "the stream cannot be written");
    // None is none of a file's, and leaves it as it is.
    tapeless::save(scratch / "x.npy", numbers<float>({3}));
    BOOST_TEST(error_of([&] { tapeless::save(scratch / "x.npy", Variable<float, 1>(nullptr)); }) == "this Variable is None: it has no values.");
    check_equal(tapeless::load(scratch / "x.npy"), numbers<float>({3}));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(npz_files)

BOOST_AUTO_TEST_CASE(variables_of_all_types_and_ranks_keep_their_names) {
    const folder scratch;
    const auto w = numbers<float>({3, 4});
    const auto flags = numbers<bool>({2, 2, 2});
    const Variable<double, 0> rate(0.25);
    const auto nothing = numbers<std::int64_t>({0, 4});
    tapeless::save_npz(scratch / "model.npz", {{"w", w}, {"w.t", w.t()}, {"layers/0/flags", flags}, {"rate", rate}, {"größe", nothing}});
    const auto check = [&](const tapeless::npz_reader& model) {
        BOOST_TEST(model.names() == (std::vector<std::string>{"w", "w.t", "layers/0/flags", "rate", "größe"}), boost::test_tools::per_element());
        BOOST_TEST(model.contains("rate"));
        BOOST_TEST(!model.contains("rates"));
        check_equal(model.get<float, 2>("w"), w);
        check_equal(model.get<float, 2>("w.t"), w.t());
        check_equal(model.get<bool, 3>("layers/0/flags"), flags);
        check_equal(model.get<double, 0>("rate"), rate);
        check_equal(model.get<std::int64_t, 2>("größe"), nothing);
        // Again, in another order.
        check_equal(model.get<float, 2>("w"), w);
    };
    check(tapeless::npz_reader(scratch / "model.npz"));
    std::ifstream stream(scratch / "model.npz", std::ios::binary);
    tapeless::npz_reader of_stream(stream);
    check(of_stream);
    const tapeless::npz_reader moved = std::move(of_stream);
    check(moved);
}

BOOST_AUTO_TEST_CASE(entries_may_be_collected) {
    std::vector<tapeless::npz_entry> entries;
    for (int layer = 0; layer < 3; ++layer) entries.emplace_back("w" + std::to_string(layer), tapeless::full({layer + 1, 2}, float(layer)).t());
    const std::string archive = npz(entries);
    const tapeless::npz_reader model(bytes_of(archive));
    for (int layer = 0; layer < 3; ++layer) check_equal(model.get<float, 2>("w" + std::to_string(layer)), tapeless::full({2, layer + 1}, float(layer)));
    // Neither time nor place are written.
    BOOST_TEST(npz(entries) == archive);
}

BOOST_AUTO_TEST_CASE(stored_and_deflated_arrays_are_read) {
    const folder scratch;
    const auto w = numbers<double>({100, 100});
    for (const int method : {ZIP_CM_STORE, ZIP_CM_DEFLATE}) {
        const std::string archive = zip_of(scratch, "w.npy", saved(w), method);
        check_equal(tapeless::npz_reader(bytes_of(archive)).get<double, 2>("w"), w);
    }
    // The best that compression can do.
    const auto zeros = tapeless::zeros<double>(1000, 1000);
    const std::string archive = zip_of(scratch, "w.npy", saved(zeros), ZIP_CM_DEFLATE);
    BOOST_TEST(archive.size() < 10'000u);
    check_equal(tapeless::npz_reader(bytes_of(archive)).get<double, 2>("w"), zeros);
}

BOOST_AUTO_TEST_CASE(mistakes_name_the_archive_and_the_array) {
    const std::string archive = npz({{"w", numbers<float>({3, 4})}, {"b", numbers<float>({3})}});
    BOOST_TEST(get_error(archive) == "m.npz: w: byte 60: expected 1 dimension, found 2: the shape [3, 4]");
    BOOST_TEST((get_error<double, 2>(archive)) == "m.npz: w: byte 20: expected float64 ('<f8'), found float32 ('<f4')");
    BOOST_TEST(get_error(archive, "v") == "m.npz: v: expected one of the arrays in the file: w, b");
    BOOST_TEST(get_error("no archive") == "m.npz: Not a zip archive");
    BOOST_TEST(get_error("") == "m.npz: expected a zip archive, found no bytes");
    BOOST_TEST(get_error(archive.substr(0, archive.size() - 30)) == "m.npz: Not a zip archive");
    const folder scratch;
    BOOST_TEST(error_of([&] { tapeless::npz_reader(scratch / "none.npz"); }) == (scratch / "none.npz") + ": No such file");
    BOOST_TEST(error_of([&] { tapeless::save_npz(scratch / "twice.npz", {{"w", numbers<float>({3})}, {"w", numbers<float>({4})}}); }) ==
               (scratch / "twice.npz") + ": w: expected each name once, found it twice");
    BOOST_TEST(!std::filesystem::exists(scratch / "twice.npz"));
    BOOST_TEST(error_of([&] { npz({}); }) == "stream: expected at least one Variable to save");
    BOOST_TEST(error_of([&] { npz({{"a\0b"s, numbers<float>({3})}}); }) == "stream: a");
    BOOST_TEST(error_of([&] { tapeless::save_npz(scratch / "none/m.npz", {{"w", numbers<float>({3})}}); }).starts_with((scratch / "none/m.npz") + ": cannot be written: "));
    BOOST_TEST(error_of([&] { npz({{"w", Variable<float, 1>(nullptr)}}); }) == "this Variable is None: it has no values.");
}

BOOST_AUTO_TEST_CASE(damaged_archives_are_errors) {
    const folder scratch;
    const std::string good = npz({{"w", numbers<float>({3})}});
    std::string other_number = good;
    ++other_number[other_number.find("PK\1\2") - 1];
    BOOST_TEST(get_error(other_number) == "m.npz: w: byte 140: CRC error");
    // Sizes that the archive cannot hold, which it claims where its directory describes the entry.
    std::string longer = good;
    longer[longer.find("PK\1\2") + 27] = 100;
    BOOST_TEST(get_error(longer) == "m.npz: w: expected no more than the file can hold, found 1677721740 bytes in 140");
    longer[longer.find("PK\1\2") + 23] = 100;
    BOOST_TEST(get_error(longer) == "m.npz: w: expected no more than the file can hold, found 1677721740 bytes in 1677721740");
    std::string deflated = zip_of(scratch, "w.npy", saved(numbers<float>({3})), ZIP_CM_DEFLATE);
    deflated[deflated.find("PK\1\2") + 25] = 2;
    BOOST_TEST(get_error(deflated) == "m.npz: w: byte 140: expected the end, found 512 bytes more");
    deflated[deflated.find("PK\1\2") + 27] = 100;
    BOOST_TEST(get_error(deflated).starts_with("m.npz: w: expected no more than the file can hold, found 16777"));

    BOOST_TEST(get_error(zip_of(scratch, "w.npy", saved(numbers<float>({3})) + "x", ZIP_CM_DEFLATE)) == "m.npz: w: byte 140: expected the end, found 1 byte more");
    BOOST_TEST(get_error(zip_of(scratch, "w.npy", saved(numbers<float>({3})).substr(0, 139), ZIP_CM_DEFLATE)) == "m.npz: w: byte 128: expected 12 bytes of elements, float32 of shape [3], found 11");
    BOOST_TEST(get_error(zip_of(scratch, "w.npy", saved(numbers<float>({3})), ZIP_CM_BZIP2)) == "m.npz: w: expected it stored or deflated, found method 12 of compression");
    BOOST_TEST(get_error(zip_of(scratch, "w.npy", saved(numbers<float>({3})), ZIP_CM_STORE, true)) == "m.npz: w: No password provided");
    const std::string text = zip_of(scratch, "readme.txt", "text", ZIP_CM_STORE);
    BOOST_TEST(tapeless::npz_reader(bytes_of(text)).names().empty());
    BOOST_TEST(get_error(text, "readme.txt") == "m.npz: readme.txt: expected one of the arrays in the file: ");
}

BOOST_AUTO_TEST_SUITE_END()
