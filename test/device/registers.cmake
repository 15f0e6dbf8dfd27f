# SPDX-License-Identifier: BSL-1.0
# REPORT: what ptxas says of the kernels of the benchmarks, none of which may spill registers to memory.
file(STRINGS ${REPORT} all REGEX "bytes spill")
file(STRINGS ${REPORT} spilled REGEX "[1-9][0-9]* bytes spill")
list(LENGTH all kernels)
if(kernels LESS 10 OR spilled)
    message(FATAL_ERROR "Of ${kernels} kernels, some spill: ${spilled}")
endif()
message(STATUS "${kernels} kernels spill nothing.")
