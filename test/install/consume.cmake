# SPDX-License-Identifier: BSL-1.0
# Configures, builds and runs the project in CONSUMER, which gets the library by WAY. For find_package the library is
# installed first; what is installed has to be all that is needed, so SOURCE is not given then.
cmake_minimum_required(VERSION 3.24)

function(run)
    execute_process(COMMAND ${ARGN} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(REMOVE_RECURSE ${SCRATCH})
if(WAY STREQUAL "find_package")
    run(${CMAKE_COMMAND} --install ${BINARY} --prefix ${SCRATCH}/prefix)
    set(location -D CMAKE_PREFIX_PATH=${SCRATCH}/prefix)
    file(GLOB_RECURSE here RELATIVE ${SOURCE} ${SOURCE}/include/*)
    file(GLOB_RECURSE there RELATIVE ${SCRATCH}/prefix ${SCRATCH}/prefix/include/*)
    if(NOT here STREQUAL there)
        message(FATAL_ERROR "Installed are the headers ${there}, but there are ${here}.")
    endif()
else()
    set(location -D TAPELESS_SOURCE=${SOURCE})
endif()
run(${CMAKE_COMMAND} -G ${GENERATOR} -S ${CONSUMER} -B ${SCRATCH}/build -D CMAKE_CXX_COMPILER=${COMPILER} -D WAY=${WAY} ${location})
run(${CMAKE_COMMAND} --build ${SCRATCH}/build)
run(${SCRATCH}/build/consumer)
# A dependency brings its target and nothing else into the user's project.
execute_process(COMMAND ${CMAKE_CTEST_COMMAND} --test-dir ${SCRATCH}/build --show-only=json-v1 OUTPUT_VARIABLE listing COMMAND_ERROR_IS_FATAL ANY)
string(JSON test_count LENGTH "${listing}" tests)
if(NOT test_count EQUAL 0)
    message(FATAL_ERROR "The consumer got ${test_count} tests of the library.")
endif()
