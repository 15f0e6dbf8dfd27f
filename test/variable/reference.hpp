// SPDX-License-Identifier: BSL-1.0
// Programs on Variables that print what PyTorch prints for the same program: reference.py wrote that to reference.txt.
#pragma once

#include <tapeless/variable.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <fstream>
#include <map>
#include <ostream>
#include <set>
#include <sstream>
#include <string>

namespace variable_programs {

using namespace tapeless;

/// What each program prints, by name.
inline const std::map<std::string, std::string>& references() {
    static const auto all = [] {
        std::map<std::string, std::string> programs;
        std::string path = __FILE__, line, name;
        std::ifstream file(path.substr(0, path.rfind('/')) + "/reference.txt");
        while (std::getline(file, line)) {
            if (line.starts_with("== ")) programs[name = line.substr(3)];
            else programs[name] += line + "\n";
        }
        return programs;
    }();
    return all;
}
/// The programs that there is a test for.
inline std::set<std::string>& tested() {
    static std::set<std::string> names;
    return names;
}
struct registration {
    explicit registration(const char* name) { tested().insert(name); }
};

/// Prints what a call throws, or that it throws nothing.
template <class Call>
void print_error(std::ostream& out, const Call& call) {
    try {
        call();
        out << "no error\n";
    } catch (const variable_error& error) {
        out << error.what() << '\n';
    }
}
/// A line for each.
template <class... Value>
void print(std::ostream& out, const Value&... value) {
    ((out << value << '\n'), ...);
}
inline const char* truth(bool value) { return value ? "True" : "False"; }

inline void check(const char* name, const std::string& printed) {
    const auto found = references().find(name);
    BOOST_REQUIRE_MESSAGE(found != references().end(), name << " is not in reference.txt");
    BOOST_CHECK_EQUAL(printed, found->second);
}

}  // namespace variable_programs

/// A program of that name, which prints to `out`.
#define PROGRAM(NAME)                                                                \
    static void NAME##_prints(std::ostream& out);                                    \
    static const variable_programs::registration NAME##_registration(#NAME);         \
    BOOST_AUTO_TEST_CASE(NAME) {                                                     \
        std::ostringstream out;                                                      \
        NAME##_prints(out);                                                          \
        variable_programs::check(#NAME, out.str());                                  \
    }                                                                                \
    static void NAME##_prints(std::ostream& out)
