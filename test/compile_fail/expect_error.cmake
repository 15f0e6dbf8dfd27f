# SPDX-License-Identifier: BSL-1.0
# Compiles SOURCE with its mistake: the first error has to be a static_assert with the text that stands in SOURCE after
# "// expected: ", in at most 40 lines. Without the mistake the same file has to compile.
cmake_minimum_required(VERSION 3.24)

set(longest 40)
set(command ${CMAKE_COMMAND} -E env LC_ALL=C ${COMPILER} -std=c++20 -fsyntax-only)
foreach(folder IN LISTS INCLUDE)
    list(APPEND command -I${folder})
endforeach()

file(READ ${SOURCE} source)
if(NOT source MATCHES "// expected: ([^\n]+)")
    message(FATAL_ERROR "${SOURCE} must say \"// expected: \" and the text of the error.")
endif()
set(expected "${CMAKE_MATCH_1}")

# message(FATAL_ERROR) alone would wrap the compiler's lines.
function(fail sentence)
    message("${errors}")
    message(FATAL_ERROR "${sentence}")
endfunction()

execute_process(COMMAND ${command} ${SOURCE} RESULT_VARIABLE failed ERROR_VARIABLE errors)
if(failed)
    fail("Without its mistake this should compile: ${SOURCE}")
endif()

execute_process(COMMAND ${command} -D MISTAKE ${SOURCE} RESULT_VARIABLE failed ERROR_VARIABLE errors)
if(NOT failed)
    fail("This should not compile: ${SOURCE}")
endif()
string(REGEX MATCH "error: [^\n]*" first "${errors}")
string(FIND "${first}" "static assertion failed" is_assertion)
string(FIND "${first}" "${expected}" is_expected)
if(is_assertion EQUAL -1 OR is_expected EQUAL -1)
    fail("The first error should be the static_assert \"${expected}\"; it is \"${first}\".")
endif()
string(REGEX REPLACE "[^\n]" "" newlines "${errors}")
string(LENGTH "${newlines}" lines)
if(lines GREATER longest)
    fail("${lines} lines of errors; ${longest} should do.")
endif()
message("${lines} lines")
