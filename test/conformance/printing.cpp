// SPDX-License-Identifier: BSL-1.0
// Variables as text.
#include "reference.hpp"

#include <initializer_list>
#include <limits>

using namespace conformance;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity(), nan_number = std::numeric_limits<double>::quiet_NaN();

template <class T = float>
void compare(program& torch, std::initializer_list<std::initializer_list<double>> lists) {
    for (const auto& each : lists) {
        auto x = zeros<T>(each.size());
        std::transform(each.begin(), each.end(), x.data_pointer(), [](double number) { return static_cast<T>(number); });
        torch.text(x);
    }
}
template <class T = float>
void compare_numbers(program& torch, std::initializer_list<double> numbers) {
    for (const double each : numbers) torch.text(Variable<T, 0>(each));
}
/// first 0, without gradient.
template <class T = float, class... Size>
auto plain(double step, Size... sizes) {
    return ramp<T>(step, 0, sizes...).detach();
}

}  // namespace

PROGRAM(integral_numbers_have_no_digits) {
    compare(torch, {{1, 2}, {-1, 20, 300}, {0}, {-0.0, 1}, {1e7, 1}, {123456, 2}, {999, 1}, {1001, 1}, {1e8, 1e8}, {2e8, 2e8}, {1e10}});
}

PROGRAM(other_numbers_have_four_digits) {
    compare(torch, {{0.5, 1.25}, {0.12345678, 100.5}, {-1.5, 2.25}, {0.99999, 1}, {0.00005, 0.0001}, {1e-4, 1}, {999.5, 1}, {1, 1.5, 1000.25}, {0.1, 0, 0.2}, {123.456789}});
}

PROGRAM(mixed_magnitudes_are_scientific) {
    compare(torch, {{1e-5, 1}, {0.5, 1000}, {1001.5, 1}, {1e-10, 2e-10}, {1e20, 1}, {-1e-5, 123456}, {1e-38, 3e38}, {0.0001, 0.11}, {0, 1e-6}, {3.5e8}, {1e9, 0.5}});
}

PROGRAM(numbers_that_are_not_finite) {
    compare(torch, {{nan_number}, {inf, 1}, {-inf, 0.5}, {nan_number, inf, -inf}, {nan_number, 1, 100}, {inf, 1e-7}, {nan_number, 0}, {-inf, -1.5, 10.25}, {inf, 12345, 0.1}});
}

PROGRAM(numbers_of_double) {
    compare<double>(torch, {{1, 2}, {0.1, 1e-5}, {nan_number, 1.5}});
    torch.text(Variable(2.5), Variable({{1.5, 2.5}}));
    compare<double>(torch, {{1e-300, 1e300}, {1, 1000.5}});
    torch.text(Variable({1.5}, requires_grad), Variable(Variable(2.0, requires_grad) * 2));
}

PROGRAM(whole_numbers_and_truths) {
    using integers = Variable<std::int64_t, 1>;
    using truths = Variable<bool, 1>;
    torch.text(integers({1, 2, 3}), integers({-1, 100, 2}), Variable<std::int64_t, 2>({{1, 20}, {300, -4000}}), Variable<std::int64_t, 0>(7), integers({std::int64_t{1} << 62}));
    torch.text(truths({true, false}), Variable<bool, 0>(true), Variable<bool, 2>({{true}, {true}}), Variable<std::int32_t, 1>({1, 2}), Variable<std::int16_t, 1>({3}), Variable<std::uint8_t, 1>({4}));
}

PROGRAM(numbers_of_rank_0) {
    compare_numbers(torch, {1, 1.5, -2, 0.00001, 123456.789, 1e10, nan_number, -inf, 0, 1e8, 99999.5});
    torch.text(Variable(1.5f, requires_grad), Variable(Variable(1.5f, requires_grad) * 2));
}

PROGRAM(nothing_has_a_size) {
    torch.text(zeros(0), zeros(0, 3), zeros(2, 0), zeros(1, 0, 2), zeros(2, 3, 0, 1));
    torch.text(zeros<double>(0), zeros<std::int64_t>(0), zeros<bool>(0), zeros<double>(0, 2), zeros(0, requires_grad), zeros(0, 2, requires_grad));
}

PROGRAM(brackets_of_each_dimension) {
    torch.text(plain(1, 1, 1), plain(1, 2, 2), plain(1, 2, 1, 2), plain(1, 1, 2, 2), plain(1, 2, 2, 1, 2), plain(1, 1, 1, 1, 1), plain(1, 3, 1), plain(1, 2, 2, 2, 2));
}

PROGRAM(long_rows_are_wrapped) {
    for (const int count : {10, 19, 20, 21, 25, 40}) torch.text(plain(1, count));
    torch.text(plain(0.5, 30), plain(1234.5, 12), plain(1, 2, 30), plain(0.25, 2, 2, 25));
    auto even = zeros<bool>(30);
    for (int k = 0; k < 30; k += 2) even.data_pointer()[k] = true;
    torch.text(arange<std::int64_t>(60), even, plain(1e-6, 9), plain<double>(-1.5, 16));
}

PROGRAM(many_elements_are_summarised) {
    torch.text(plain(1, 1000), plain(1, 1001));
    const int shapes[][2] = {{2, 501}, {501, 2}, {40, 30}, {7, 150}, {6, 170}, {3, 500}};
    for (const auto& [rows, columns] : shapes) torch.text(plain(1, rows, columns));
    torch.text(plain(1, 10, 11, 12), plain(1, 7, 2, 100), plain(1, 5, 6, 7, 8), plain(0.5, 7, 7, 7, 7));
    auto third = zeros<bool>(2000);
    for (int k = 0; k < 2000; k += 3) third.data_pointer()[k] = true;
    torch.text(arange<std::int64_t>(1100), third, plain<double>(0.1, 1500), ramp(1, 0, 1200));
}

PROGRAM(a_summary_looks_at_what_it_shows) {
    auto x = zeros(1200);
    x.data_pointer()[600] = 1e20f;
    torch.text(x);
    x.data_pointer()[1] = 0.5f;
    torch.text(x);
    x.data_pointer()[1199] = 1e9f;
    torch.text(x);
}

PROGRAM(what_is_special_follows) {
    const Variable x({1.f, 2.f}, requires_grad);
    const auto texts = [&](const auto&... expression) { torch.text(Variable(expression)...); };
    texts(x, x * 2, x.detach(), sum(x), mean(x), x - 1, x / 2, -x, exp(x), x.clone(), x[0], sqrt(x), x < 1);
    texts(Variable({1.5}, requires_grad) * 2, x.reshape(2, 1).t() * 1, relu(x), sigmoid(x), max(x, x), where(x > 1, x, x * 2));
}

PROGRAM(what_is_special_goes_to_the_next_line) {
    for (int count = 14; count < 22; ++count) torch.text(ramp(1, 0, count), Variable(ramp(1, 0, count) * 2));
    for (const float number : {1.f, 10.f, 100.f})
        for (std::ptrdiff_t count = 7; count < 12; ++count) torch.text(Variable(full({count}, number).requires_grad_() * 1), Variable(full({2, count}, number).requires_grad_() * 1));
    for (int count = 6; count < 10; ++count) torch.text(Variable(ramp<double>(0.5, 0, count) * 1.5));
    torch.text(Variable(ramp<double>(1, 0, 3, 20) + 1), ramp(1, 0, 2, 17), zeros<double>(1, 0, 3, requires_grad));
}

PROGRAM(parts_print_their_elements) {
    const auto x = plain(1, 3, 4);
    torch.text(x.t(), x[1], x.slice(1, 0, 4, 2), x[0].expand(2, 4), x.slice(0, 0, 0));
}

PROGRAM(tensors_print) {
    constexpr float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
    torch.text(Variable<float>(), zeros(0, 3), zeros(2, 0, 3), Variable(1.f), Variable(1.5f), Variable(-0.1234567f));
    torch.text(Variable({1.f, 2.f, -3.f}), Variable({1.5f, 20.25f, -300.125f}), Variable({0.0001f, 1.f}), Variable({0.00001f, 1.f}), Variable({1.f, 1001.5f}), Variable({1e9f, 1.f}),
          Variable({1e-20f, 2e-20f}));
    torch.text(Variable({nan, 1.f, infinity, -infinity}), Variable({nan, 0.5f}), Variable({0.f, 0.f}), Variable({1e8f, 1.f}), Variable({123456.f, 1.f}));
    torch.text(Variable({1.5, 2.5}), Variable<std::int64_t>({1, -20, 300}), Variable<bool>({true, false}), Variable<std::int32_t>({1, 2}), Variable({1.f, 2.f}, requires_grad));
    torch.text(Variable({{{1.f, 2.f}, {3.f, 4.f}}, {{5.f, 6.f}, {7.f, 8.5f}}}), arange(16.f).reshape(2, 2, 2, 2));
}

PROGRAM(long_tensors_wrap_and_are_summarised) {
    torch.text(arange(30.f), Variable(arange<std::int64_t>(30) * 1000), Variable(arange(24.f) + 0.5), arange(1000.f).slice(0, 990, 1000));
    torch.text(arange(1001.f), arange(1200.f).reshape(30, 40), arange(1100.f).reshape(2, 550), Variable(arange(2000.f).reshape(10, 20, 10) / 3));
    torch.text(arange(20.f).requires_grad_(), Variable(arange(16.0).requires_grad_() * 1.5));
}

PROGRAM(creation) {
    torch.text(zeros(2, 3), ones(2), full({2, 2}, 1.5f), arange(5.f), arange(1.f, 2.f, 0.25f), eye(3));
}

PROGRAM(results_are_named_after_their_last_operation) {
    const Variable x = ramp(1, 1, 2, 2);
    const Variable<std::int64_t, 2> c({{1, 0}, {0, 1}});
    const auto names = [&](const auto&... expression) { torch.text(Variable(expression).grad_fn()...); };
    names(cat({x, x}), index_select(x, 0, c[0]), gather(x, 1, c), sort(x, 1).values, topk(x, 1, 1).values, x.clone(), matmul(x, x), atan2(x, x), pow(x, 2), silu(x));
}

PROGRAM(parts_with_a_history_print_it) {
    const Variable x = ramp(1, 0, 2, 3);
    const Variable y = x * 2;
    torch.text(y[0], y.slice(1, 1, 3), y.t(), y.reshape(6), y.unsqueeze(0), y[1][2], y.slice(0, 0, 1).squeeze(0), y[0].expand(2, 3), y.slice(0, 1, 1), y.detach()[0], y.clone()[0], y.to<double>());
}

PROGRAM(gradients_print) {
    const Variable x({1.5f, -2.f}, requires_grad);
    const Variable d({{0.1}, {1e-6}}, requires_grad);
    const Variable n(3.f, requires_grad);
    Variable(sum(x * d * n)).backward();
    torch.text(x.grad(), d.grad(), n.grad(), x.grad()[0], d.grad().t());
    const auto g = grad(Variable(sum(x * 3)), x);
    torch.text(g, g.requires_grad());
}
