# SPDX-License-Identifier: BSL-1.0
# Runs PROGRAM, whose output has to be the file EXPECTED.
cmake_minimum_required(VERSION 3.24)

execute_process(COMMAND ${PROGRAM} OUTPUT_VARIABLE printed COMMAND_ERROR_IS_FATAL ANY)
file(READ ${EXPECTED} expected)
if(NOT printed STREQUAL expected)
    message("It prints\n${printed}and should print\n${expected}")
    message(FATAL_ERROR "The output has changed: ${EXPECTED}")
endif()
