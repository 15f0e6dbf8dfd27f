// SPDX-License-Identifier: BSL-1.0
// Variables on a device: statements and their backward, large and small, and the step of training a small network. Argument: the file of the JSON.
#include <tapeless/device_variables.hpp>
#include <tapeless/interop/cublas.hpp>
#include <tapeless/optimizer.hpp>

#include "timing.hpp"

#include <cmath>
#include <string>

namespace {

using tapeless::requires_grad, tapeless::Variable;

void copies(timing::report& report, std::ptrdiff_t count) {
    const Variable x = tapeless::zeros(count).cuda();
    Variable y = x.clone();
    const double bytes = 8.0 * static_cast<double>(count);
    const double ms = timing::median_ms([&] { timing::check(cudaMemcpyAsync(y.data_pointer(), x.data_pointer(), sizeof(float) * static_cast<std::size_t>(count), cudaMemcpyDeviceToDevice), "copy"); });
    report.copy_rate = bytes / ms * 1e-9;
    report.add("copy, 2^26 floats", "cudaMemcpyAsync", ms, bytes);
}
struct seeded {
    explicit seeded(std::ptrdiff_t n) : w(tapeless::rand(n).cuda().detach(), requires_grad), x(tapeless::rand(n).cuda().detach(), requires_grad), b(tapeless::rand(n).cuda().detach(), requires_grad), seed(tapeless::rand(n).cuda()) {}
    Variable<float, 1> statement() const { return w * x + b * x; }
    void clear() {
        for (Variable<float, 1>* each : {&w, &x, &b}) each->zero_grad();
    }
    Variable<float, 1> w, x, b, seed;
};
void large(timing::report& report, std::ptrdiff_t n) {
    seeded of(n);
    const Variable y = of.statement();
    report.add("w x + b x, backward with a seed, 2^26", "tapeless", timing::median_ms([&] {
                   y.backward(of.seed, tapeless::retain_graph);
                   of.clear();
               }), 28.0 * static_cast<double>(n));
    report.add("w x + b x, both ways, 2^26", "tapeless", timing::median_ms([&] {
                   of.statement().backward(of.seed);
                   of.clear();
               }), 44.0 * static_cast<double>(n));
}
void small(timing::report& report) {
    seeded of(1024);
    report.add("w x + b x, both ways, 1,024", "tapeless", timing::step_ms([&] {
                   of.statement().backward(of.seed);
                   of.clear();
               }));
}
/// The network of the example of Fashion-MNIST, on random images.
void training(timing::report& report) {
    constexpr std::ptrdiff_t batch = 128, pixels = 784, hidden_units = 128, classes = 10;
    const auto weights = [](std::ptrdiff_t from, std::ptrdiff_t to) { return Variable<float, 2>(Variable<float, 2>(tapeless::randn(from, to) * std::sqrt(2.f / static_cast<float>(from))).cuda().detach(), requires_grad); };
    const auto zeros = [](std::ptrdiff_t count) { return Variable<float, 1>(tapeless::zeros(count).cuda().detach(), requires_grad); };
    Variable<float, 2> w1 = weights(pixels, hidden_units), w2 = weights(hidden_units, classes);
    Variable<float, 1> b1 = zeros(hidden_units), b2 = zeros(classes);
    const Variable images = tapeless::rand(batch, pixels).cuda();
    std::vector<std::int64_t> names(batch);
    for (std::ptrdiff_t k = 0; k < batch; ++k) names[static_cast<std::size_t>(k)] = k % classes;
    const Variable<std::int64_t, 1> labels = Variable<std::int64_t, 1>(names).cuda();
    tapeless::adam optimizer({.learning_rate = 1e-3}, w1, b1, w2, b2);
    Variable<float, 0> loss;
    const auto step = [&] {
        optimizer.zero_grad();
        const Variable hidden = relu(matmul(images, w1) + b1);
        loss = cross_entropy(matmul(hidden, w2) + b2, labels);
        loss.backward();
        optimizer.step();
    };
    report.add("step of training, batch of 128", "tapeless", timing::step_ms(step, 200, 7));
    const float before = loss.item();
    tapeless::cuda::graph captured(step);
    report.add("step of training, batch of 128", "tapeless, one CUDA graph", timing::step_ms([&] { captured.replay(); }, 200, 7));
    const float after = loss.item();
    std::printf("the loss is %g, then %g\n", before, after);
    if (!(before < 1) || !(after < before)) std::exit(1);
}

}  // namespace

int main(int count, char** arguments) {
    const std::string name = timing::device_name();
    if (name.empty()) return 0;
    timing::report report;
    copies(report, std::ptrdiff_t{1} << 26);
    large(report, std::ptrdiff_t{1} << 26);
    small(report);
    training(report);
    if (count > 1) report.write(arguments[1], name);
}
