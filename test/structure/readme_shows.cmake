# SPDX-License-Identifier: BSL-1.0
# The first C++ of the README is PROGRAM, word for word, without PROGRAM's opening comment.
cmake_minimum_required(VERSION 3.24)

file(READ ${README} readme)
file(READ ${PROGRAM} program)
string(FIND "${program}" "#include" begin)
string(SUBSTRING "${program}" ${begin} -1 program)
string(FIND "${readme}" "```cpp\n" begin)
if(begin EQUAL -1)
    message(FATAL_ERROR "${README} shows no C++.")
endif()
math(EXPR begin "${begin} + 7")
string(SUBSTRING "${readme}" ${begin} -1 shown)
string(FIND "${shown}" "```" end)
string(SUBSTRING "${shown}" 0 ${end} shown)
if(NOT shown STREQUAL program)
    message(FATAL_ERROR "The first C++ in ${README} should be ${PROGRAM}, from its first #include on.")
endif()
