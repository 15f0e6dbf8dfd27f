// SPDX-License-Identifier: BSL-1.0
// What a plan for an array program is made of, and the programs of its passes: straight-line code for one step of all loops.
#pragma once

#include <tapeless/graph/array_graph.hpp>

#include <utility>

namespace tapeless::detail {

inline constexpr int most_loops = 8;

/// What becomes of a value that a pass computes.
struct pass_sink {
    enum kind_of_sink : unsigned char {
        store,   ///< written to a buffer
        reduce,  ///< combined along the axes that the buffer lacks
        carry,   ///< written to a buffer, and carried on to the next step
        by_itself, ///< written to a buffer, by code of its own: a product of matrices or a selection
        output   ///< written to, or added to, memory of the caller's
    } kind;
    index value;  ///< the node
    int target;   ///< the buffer or the output; while the plan is made, the node that a buffer is for
};

/// One loop nest.
struct array_pass {
    axis_set space = 0;
    int group = 0;
    int scan = nowhere;  ///< the group of recurrences that the pass runs, step by step along its last loop but the lanes
    index by_itself = nowhere;  ///< the node that the pass is, a product of matrices or a selection; its loops are the axes of the result, in the order of memory
    int rank = 0;
    int loops[most_loops] = {};  ///< axes, outermost first; the last one runs on the lanes of registers, if it is not that of a recurrence's steps
    int first_sink = 0, sink_count = 0;
    int first_load = 0, load_count = 0;
};

/// What passes leave to later ones.
struct array_buffer {
    index node;
    axis_set axes;
    int group;
    bool reduces;  ///< its elements are combined; else they are written once
    const operation_info* reduction;
    bool is_local;                    ///< read within its group only, whose tiled axis it has: room for one tile is enough
    int order[most_loops] = {};       ///< its axes; the last one is contiguous
    int rank = 0;
    int output = nowhere;  ///< the output whose memory it uses; nowhere: memory of its own
};

/// Passes that run one after the other on each tile of an axis.
struct pass_group {
    int axis;  ///< nowhere: a pass without loops, or what is computed by itself
    int first;
    int count;
};

struct plan_sizes {
    int passes, sinks, loads, buffers, groups;
};

template <plan_sizes Sizes>
struct array_plan {
    static constexpr plan_sizes sizes = Sizes;
    array_pass passes[Sizes.passes + 1];
    pass_sink sinks[Sizes.sinks + 1];
    index loads[Sizes.loads + 1];  ///< nodes
    array_buffer buffers[Sizes.buffers + 1];
    pass_group groups[Sizes.groups + 1];
};

}  // namespace tapeless::detail
