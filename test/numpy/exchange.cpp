// SPDX-License-Identifier: BSL-1.0
// Reads every .npy and .npz of one folder and writes what it has read to another. An array's name begins with its type and rank: float32_2.
#include <tapeless/interop/npy.hpp>
#include <tapeless/interop/npz.hpp>

#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <tuple>
#include <vector>

namespace {

/// Calls visitor.operator()<T, Rank>() for what the name says.
template <class Visitor>
void visit_named(const std::string& name, const Visitor& visitor) {
    bool is_known = false;
    const auto visit_rank = [&]<class T, int Rank>() {
        if (!name.starts_with(tapeless::detail::npy_type_of<T>().name() + "_" + std::to_string(Rank) + "_")) return;
        is_known = true;
        visitor.template operator()<T, Rank>();
    };
    const auto visit_type = [&]<class T>() {
        visit_rank.template operator()<T, 0>();
        visit_rank.template operator()<T, 1>();
        visit_rank.template operator()<T, 2>();
        visit_rank.template operator()<T, 3>();
        visit_rank.template operator()<T, 4>();
    };
    [&]<class... T>(std::tuple<T...>*) {
        (visit_type.template operator()<T>(), ...);
    }(static_cast<std::tuple<bool, std::int8_t, std::int16_t, std::int32_t, std::int64_t, std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t, float, double>*>(nullptr));
    if (!is_known) throw tapeless::variable_error(name + " names no type");
}

void exchange(const std::filesystem::path& from, const std::filesystem::path& to) {
    for (const auto& file : std::filesystem::directory_iterator(from)) {
        const std::string source = file.path().string(), target = (to / file.path().filename()).string();
        if (file.path().extension() == ".npy") {
            visit_named(file.path().filename().string(), [&]<class T, int Rank>() { tapeless::save(target, tapeless::load<T, Rank>(source)); });
        } else {
            const tapeless::npz_reader reader(source);
            std::vector<tapeless::npz_entry> entries;
            for (const std::string& name : reader.names()) visit_named(name, [&]<class T, int Rank>() { entries.emplace_back(name, reader.get<T, Rank>(name)); });
            tapeless::save_npz(target, entries);
        }
    }
}

}  // namespace

int main(int count, char** arguments) {
    try {
        if (count != 3) throw tapeless::variable_error("usage: exchange FROM TO");
        exchange(arguments[1], arguments[2]);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
