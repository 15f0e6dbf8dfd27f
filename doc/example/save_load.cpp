// SPDX-License-Identifier: BSL-1.0
// Variables in numpy's files: one as .npy, a model's as .npz, and what an error says. Link libzip for .npz: -lzip.
#include <tapeless/interop/npy.hpp>
#include <tapeless/interop/npz.hpp>
#include <tapeless/variable.hpp>

#include <iostream>
#include <sstream>

using tapeless::Variable;

int main() {
    // One array. In numpy: np.load("x.npy").
    Variable<double, 2> x({{1, 2, 3}, {4, 5, 6}});
    tapeless::save("x.npy", x.t());
    auto loaded = tapeless::load<double, 2>("x.npy");
    std::cout << loaded << "\n\n";

    // A model: types and ranks may differ. In numpy: np.load("model.npz")["w"].
    Variable<float, 2> w({{0.5f, -1}, {2, 0}}, tapeless::requires_grad);
    Variable<float, 1> b({1, 2}, tapeless::requires_grad);
    Variable<int, 0> steps(100);
    tapeless::save_npz("model.npz", {{"w", w}, {"b", b}, {"steps", steps}});

    tapeless::npz_reader model("model.npz");
    for (const auto& name : model.names()) std::cout << name << ' ';
    auto w2 = model.get<float, 2>("w").requires_grad_();
    std::cout << '\n' << w2 << ' ' << model.get<int, 0>("steps").item() << "\n\n";

    // To a stream, one after the other.
    std::stringstream stream;
    tapeless::save(stream, x);
    tapeless::save(stream, b);
    auto first = tapeless::load<double, 2>(stream);
    auto second = tapeless::load<float, 1>(stream);
    std::cout << first << ' ' << second << "\n\n";

    try {
        tapeless::load<float, 2>("x.npy");
    } catch (const tapeless::variable_error& error) {
        std::cout << error.what() << '\n';
    }
}
