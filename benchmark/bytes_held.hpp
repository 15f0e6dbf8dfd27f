// SPDX-License-Identifier: BSL-1.0
// How much memory of malloc a graph holds between the way forward and the way back. Needs glibc.
#pragma once

#include <malloc.h>

#include <functional>
#include <vector>

namespace contest {

/// build: makes one more graph and returns what keeps it alive. The first one is not counted: with it comes what a library sets up once.
template <class Build>
double bytes_of_graph(Build build) {
    const auto in_use = [] {
        const auto all = mallinfo2();
        return static_cast<double>(all.uordblks + all.hblkhd);
    };
    // Far more than the pieces that a pool takes from malloc.
    constexpr double enough = 64e6;
    constexpr std::size_t most_graphs = 20000;
    std::vector<decltype(build())> graphs;
    graphs.reserve(most_graphs);
    graphs.push_back(build());
    const double before = in_use();
    // mallinfo2 takes long: after 1, 2, 4, … more graphs.
    while (2 * graphs.size() <= most_graphs && in_use() - before < enough)
        for (std::size_t more = graphs.size(); more > 0; --more) graphs.push_back(build());
    return (in_use() - before) / static_cast<double>(graphs.size() - 1);
}

/// Of a contender that has graph(arguments), or says itself by bytes_held(arguments).
template <class Contender, class Instance, class Arguments>
std::function<double(int race)> bytes_held_by(Instance instance, Arguments arguments) {
    if constexpr (requires { instance(0).bytes_held(arguments(0)); }) return [=](int race) { return instance(race).bytes_held(arguments(race)); };
    else if constexpr (requires { instance(0).graph(arguments(0)); })
        return [=](int race) { return bytes_of_graph([&] { return instance(race).graph(arguments(race)); }); };
    else return {};
}

}  // namespace contest
