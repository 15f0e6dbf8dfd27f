// SPDX-License-Identifier: BSL-1.0
// Optimizers, schedules and clipping do what PyTorch's do: optimizer_reference.py writes that to optimizer_reference.txt, beside this file.
#include <tapeless/optimizer.hpp>
#include <tapeless/variable.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>
#include <limits>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

using tapeless::parameter;
using tapeless::requires_grad;
using tapeless::Variable;
using tapeless::variable_error;

namespace {

const std::vector<double>& reference(const std::string& name) {
    static const auto all = [] {
        std::map<std::string, std::vector<double>> read;
        std::ifstream file(std::string(__FILE__).substr(0, std::string(__FILE__).rfind('/') + 1) + "optimizer_reference.txt");
        BOOST_REQUIRE_MESSAGE(file, "optimizer_reference.txt is beside optimizer.cpp");
        for (std::string line; std::getline(file, line);) {
            std::istringstream words(line);
            std::string key;
            words >> key;
            for (double number; words >> number;) read[key].push_back(number);
        }
        return read;
    }();
    BOOST_REQUIRE_MESSAGE(all.contains(name), name + " is in optimizer_reference.txt");
    return all.at(name);
}

/// Makes each element formula(its number, by rows).
template <class T, int Rank, class Formula>
void fill(Variable<T, Rank>& x, const Formula& formula) {
    int k = 0;
    const tapeless::detail::placed_elements<T> elements(*x.state());
    tapeless::detail::for_each_element(elements, [&](T& element) { element = static_cast<T>(formula(k++)); });
}

/// The parameters of optimizer_reference.py: more elements than registers hold; a number; one that does not lie by rows.
struct parameters {
    Variable<float, 2> matrix = tapeless::zeros(2, 5);
    Variable<double, 1> vector = tapeless::zeros<double>(3);
    Variable<float, 0> number = 0;
    Variable<double, 2> strided = tapeless::zeros<double>(2, 3).t().detach();

    parameters() {
        for_each([](auto& x) {
            fill(x, [](int k) { return ((7 * k + 3) % 11 - 5) / 4.0; });
            x.requires_grad_();
        });
    }
    template <class Visitor>
    void for_each(const Visitor& visitor) {
        visitor(matrix);
        visitor(vector);
        visitor(number);
        visitor(strided);
    }
    std::vector<parameter> list() const { return {matrix, vector, number, strided}; }

    void set_gradients(int step) {
        for_each([]<class T, int Rank>(Variable<T, Rank>& x) {
            auto a = x.detach().copy(), c = x.detach().copy();
            fill(a, [](int k) { return (1 + k % 4) / 2.0; });
            fill(c, [](int k) { return ((5 * k + 2) % 7 - 3) / 2.0; });
            x.set_grad(a * (x.detach() - c));
        });
        if (step < 5) number.zero_grad();
    }
};

/// Compares with a reference, to within a few roundings of the number type, or of float if that is the reference's.
class comparison {
public:
    comparison(const std::string& name, double roundings, bool is_of_floats = false) : expected_(reference(name)), roundings_(roundings), is_of_floats_(is_of_floats) {}
    ~comparison() { BOOST_TEST(next_ == expected_.size()); }
    template <class T, int Rank>
    void operator()(const Variable<T, Rank>& x) {
        const tapeless::detail::placed_elements<T> elements(*x.state());
        tapeless::detail::for_each_element(elements, [&](T element) { (*this)(element); });
    }
    template <std::floating_point T>
    void operator()(T number) {
        BOOST_REQUIRE(next_ < expected_.size());
        const double expected = expected_[next_++];
        const double rounding = is_of_floats_ ? std::numeric_limits<float>::epsilon() : std::numeric_limits<T>::epsilon();
        const double tolerance = roundings_ * rounding * std::max(1.0, std::abs(expected));
        BOOST_TEST(std::abs(static_cast<double>(number) - expected) <= tolerance, "element " << next_ - 1 << ": " << number << " instead of " << expected);
    }

private:
    const std::vector<double>& expected_;
    double roundings_;
    bool is_of_floats_;
    std::size_t next_ = 0;
};

template <class Optimizer, class Options>
void check(const std::string& name, const Options& options) {
    BOOST_TEST_CONTEXT(name) {
        parameters p;
        Optimizer optimizer(options, p.list());
        for (int step = 0; step < 20; ++step) {
            p.set_gradients(step);
            optimizer.step();
            if (step < 3 || step == 9 || step == 19) {
                comparison compare(name + "/" + std::to_string(step + 1), 4);
                BOOST_TEST_CONTEXT("step " << step + 1) p.for_each(std::ref(compare));
            }
        }
    }
}

void check_schedule(const std::string& name, const std::vector<std::function<tapeless::learning_rate_schedule(tapeless::optimizer&)>>& make) {
    BOOST_TEST_CONTEXT(name) {
        tapeless::sgd optimizer({.learning_rate = 0.5});
        std::vector<tapeless::learning_rate_schedule> schedules;
        for (const auto& each : make) schedules.push_back(each(optimizer));
        comparison compare(name, 16);
        compare(optimizer.learning_rate());
        for (int step = 0; step < 30; ++step) {
            for (auto& each : schedules) each.step();
            compare(optimizer.learning_rate());
        }
        BOOST_TEST(schedules.back().last_learning_rate() == optimizer.learning_rate());
        BOOST_TEST(schedules.back().step_count() == 30);
    }
}

template <class Clip>
void check_clipping(const std::string& name, const Clip& clip) {
    BOOST_TEST_CONTEXT(name) {
        parameters p;
        p.set_gradients(5);
        // PyTorch's norm of a float gradient is a float, and so is the factor that all gradients get.
        comparison compare(name, 4, true);
        compare(clip(p.list()));
        p.for_each([&](auto& x) { compare(x.grad()); });
    }
}

template <class Call>
void check_error(const Call& call, const std::string& text) {
    try {
        call();
        BOOST_ERROR("no error: " << text);
    } catch (const variable_error& error) {
        BOOST_TEST(error.what() == text);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(optimizer)

BOOST_AUTO_TEST_CASE(sgd_does_what_pytorch_does) {
    using tapeless::sgd, tapeless::sgd_options;
    check<sgd>("sgd", sgd_options{.learning_rate = 0.1});
    check<sgd>("sgd_weight_decay", sgd_options{.learning_rate = 0.1, .weight_decay = 0.3});
    check<sgd>("sgd_momentum", sgd_options{.learning_rate = 0.1, .momentum = 0.9});
    check<sgd>("sgd_dampening", sgd_options{.learning_rate = 0.1, .momentum = 0.8, .dampening = 0.4, .weight_decay = 0.1});
    check<sgd>("sgd_nesterov", sgd_options{.learning_rate = 0.1, .momentum = 0.7, .weight_decay = 0.1, .nesterov = true});
}

BOOST_AUTO_TEST_CASE(adam_does_what_pytorch_does) {
    using tapeless::adam, tapeless::adam_options;
    check<adam>("adam", adam_options{});
    check<adam>("adam_weight_decay", adam_options{.learning_rate = 0.3, .weight_decay = 0.2});
    check<adam>("adam_amsgrad", adam_options{.learning_rate = 0.3, .amsgrad = true});
    check<adam>("adam_all", adam_options{.learning_rate = 0.2, .betas = {0.7, 0.8}, .eps = 1e-3, .weight_decay = 0.1, .amsgrad = true});
}

BOOST_AUTO_TEST_CASE(adamw_does_what_pytorch_does) {
    using tapeless::adamw, tapeless::adamw_options;
    check<adamw>("adamw", adamw_options{});
    check<adamw>("adamw_weight_decay", adamw_options{.learning_rate = 0.3, .weight_decay = 0.2});
    check<adamw>("adamw_all", adamw_options{.learning_rate = 0.2, .betas = {0.7, 0.8}, .eps = 1e-3, .weight_decay = 0, .amsgrad = true});
}

BOOST_AUTO_TEST_CASE(schedules_do_what_pytorch_does) {
    using namespace tapeless;
    using some = tapeless::optimizer&;
    check_schedule("step_lr", {[](some o) { return step_lr(o, {.step_size = 7}); }});
    check_schedule("multi_step_lr", {[](some o) { return multi_step_lr(o, {.milestones = {3, 11, 11, 20}, .gamma = 0.5}); }});
    check_schedule("exponential_lr", {[](some o) { return exponential_lr(o, {.gamma = 0.9}); }});
    check_schedule("linear_lr", {[](some o) { return linear_lr(o, {.start_factor = 0.25, .end_factor = 0.75, .total_steps = 8}); }});
    check_schedule("linear_lr_defaults", {[](some o) { return linear_lr(o, {}); }});
    check_schedule("cosine_annealing_lr", {[](some o) { return cosine_annealing_lr(o, {.total_steps = 9, .minimum = 0.01}); }});
    check_schedule("lambda_lr", {[](some o) { return lambda_lr(o, [](int step) { return 1.0 / (1 + step); }); }});
    check_schedule("one_cycle_lr", {[](some o) { return one_cycle_lr(o, {.max_learning_rate = 0.7, .total_steps = 31}); }});
    check_schedule("one_cycle_lr_linear", {[](some o) {
                       return one_cycle_lr(o, {.max_learning_rate = 0.7, .total_steps = 31, .rising_fraction = 0.4, .initial_divisor = 10, .final_divisor = 100, .is_linear = true});
                   }});
    check_schedule("two_schedules", {[](some o) { return linear_lr(o, {}); }, [](some o) { return cosine_annealing_lr(o, {.total_steps = 20}); },
                                     [](some o) { return exponential_lr(o, {.gamma = 0.95}); }});
}

BOOST_AUTO_TEST_CASE(clipping_does_what_pytorch_does) {
    check_clipping("clip_norm", [](const auto& list) { return tapeless::clip_grad_norm_(list, 1.5); });
    check_clipping("clip_norm_large", [](const auto& list) { return tapeless::clip_grad_norm_(list, 1000); });
    check_clipping("clip_norm_infinity", [](const auto& list) { return tapeless::clip_grad_norm_(list, 1.5, {.norm_type = std::numeric_limits<double>::infinity()}); });
    check_clipping("clip_norm_3", [](const auto& list) { return tapeless::clip_grad_norm_(list, 1.5, {.norm_type = 3}); });
    check_clipping("clip_value", [](const auto& list) {
        tapeless::clip_grad_value_(list, 0.75);
        return 0.0;
    });
}

BOOST_AUTO_TEST_CASE(the_norm_of_many_floats_keeps_its_digits_and_does_not_overflow) {
    Variable<float, 1> x = tapeless::zeros(100'003, requires_grad);
    x.set_grad(x.filled(0.1f));
    BOOST_TEST(tapeless::clip_grad_norm_({x}, 1e9) == 0.1f * std::sqrt(100'003.0), boost::test_tools::tolerance(1e-12));
    x.set_grad(x.filled(1e30f));
    BOOST_TEST(tapeless::clip_grad_norm_({x}, 1e9) == 1e30f * std::sqrt(100'003.0), boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(nan_survives_clipping) {
    Variable x({1.f, 2.f, 3.f}, requires_grad);
    const auto with_nan = [] { return Variable<float>({std::nanf(""), 2.f, -5.f}); };
    x.set_grad(with_nan());
    check_error([&] { tapeless::clip_grad_norm_({x}, 1, {.error_if_nonfinite = true}); },
                "The total norm of order 2.0 for gradients from `parameters` is non-finite, so it cannot be clipped. To disable this error and scale the gradients by the "
                "non-finite norm anyway, set `error_if_nonfinite=False`");
    BOOST_TEST(x.grad().data_pointer()[1] == 2);
    BOOST_TEST(std::isnan(tapeless::clip_grad_norm_({x}, 1, {.norm_type = std::numeric_limits<double>::infinity()})));
    BOOST_TEST(std::isnan(x.grad().data_pointer()[1]));
    x.set_grad(with_nan());
    tapeless::clip_grad_value_({x}, 1);
    BOOST_TEST(std::isnan(x.grad().data_pointer()[0]));
    BOOST_TEST(x.grad().data_pointer()[1] == 1);
    BOOST_TEST(x.grad().data_pointer()[2] == -1);
}

BOOST_AUTO_TEST_CASE(a_whole_training_loop_does_what_pytorch_does) {
    Variable<double, 1> x({-1.2, 1.0, 0.5, -0.3, 2.0}, requires_grad);
    tapeless::adam optimizer({.learning_rate = 0.05}, x);
    auto schedule = tapeless::cosine_annealing_lr(optimizer, {.total_steps = 20});
    comparison compare("rosenbrock", 1e4);
    for (int step = 0; step < 20; ++step) {
        const auto loss = optimizer.step([&] {
            optimizer.zero_grad();
            Variable before = x.slice(0, 0, 4);
            Variable after = x.slice(0, 1, 5);
            Variable loss = sum((1 - before) * (1 - before) + 100 * (after - before * before) * (after - before * before));
            loss.backward();
            tapeless::clip_grad_norm_({x}, 50);
            return loss;
        });
        schedule.step();
        compare(loss.item());
    }
    compare(x);
}

BOOST_AUTO_TEST_CASE(a_step_is_one_change_that_is_not_recorded) {
    parameters p;
    tapeless::adam optimizer({}, p.matrix, p.vector);
    optimizer.step();
    BOOST_TEST(p.matrix.version() == 0);
    p.set_gradients(5);
    optimizer.step();
    BOOST_TEST(p.matrix.version() == 1);
    BOOST_TEST(p.vector.version() == 1);
    BOOST_TEST(p.number.version() == 0);
    BOOST_TEST(p.matrix.is_leaf());
    // What was recorded before it finds out.
    Variable square = sum(p.vector * p.vector);
    optimizer.step();
    BOOST_CHECK_THROW(square.backward(), variable_error);
    optimizer.zero_grad();
    BOOST_TEST(p.matrix.grad().is_none());
    BOOST_TEST(!p.strided.grad().is_none());
}

BOOST_AUTO_TEST_CASE(a_closure_records_and_its_loss_is_returned) {
    Variable w(3.0, requires_grad);
    tapeless::sgd optimizer({.learning_rate = 0.5}, w);
    const tapeless::no_grad scope;
    const auto closure = [&] {
        optimizer.zero_grad();
        Variable loss = w * w;
        loss.backward();
        return loss;
    };
    BOOST_TEST(optimizer.step(closure).item() == 9);
    BOOST_TEST(w.item() == 0);
    BOOST_TEST(!tapeless::is_grad_enabled());
}

BOOST_AUTO_TEST_CASE(gradients_in_another_order_and_no_elements_are_fine) {
    Variable<float, 2> x({{1, 2, 3}, {4, 5, 6}}, requires_grad);
    x.set_grad(Variable<float, 2>({{1, 4}, {2, 5}, {3, 6}}).t());
    Variable<float, 1> nothing = tapeless::zeros(0, requires_grad);
    nothing.set_grad(tapeless::zeros(0));
    tapeless::sgd optimizer({.learning_rate = 1}, x);
    optimizer.add(nothing);
    optimizer.step();
    for (int k = 0; k < 6; ++k) BOOST_TEST(x.data_pointer()[k] == 0);
}

BOOST_AUTO_TEST_CASE(misuse_is_said_in_pytorchs_words) {
    using tapeless::adam, tapeless::adamw, tapeless::linear_lr, tapeless::one_cycle_lr, tapeless::ones, tapeless::sgd, tapeless::step_lr;
    Variable w(3.0, requires_grad);
    check_error([] { sgd({.learning_rate = -1}); }, "Invalid learning rate: -1.0");
    check_error([] { sgd({.momentum = -0.5}); }, "Invalid momentum value: -0.5");
    check_error([] { sgd({.weight_decay = -1e-5}); }, "Invalid weight_decay value: -1e-05");
    check_error([] { sgd({.nesterov = true}); }, "Nesterov momentum requires a momentum and zero dampening");
    check_error([] { sgd({.momentum = 1, .dampening = 0.5, .nesterov = true}); }, "Nesterov momentum requires a momentum and zero dampening");
    check_error([] { adam({.learning_rate = std::nan("")}); }, "Invalid learning rate: nan");
    check_error([] { adam({.eps = -1}); }, "Invalid epsilon value: -1.0");
    check_error([] { adam({.betas = {1, 0.9}}); }, "Invalid beta parameter at index 0: 1.0");
    check_error([] { adam({.betas = {0.9, -0.1}}); }, "Invalid beta parameter at index 1: -0.1");
    check_error([] { adamw({.weight_decay = -2}); }, "Invalid weight_decay value: -2.0");
    check_error([] { adam({}, std::vector<parameter>{}); }, "optimizer got an empty parameter list");
    check_error([&] { adam({}, w, w); }, "some parameters appear in more than one parameter group");
    check_error([&] { adam({}, Variable(w * w)); }, "can't optimize a non-leaf Tensor");
    check_error([&] { parameter(ones(1, 3).detach().expand(4, 3).detach()); },
                "unsupported operation: more than one element of the written-to tensor refers to a single memory location. Please clone() the tensor before performing the operation.");
    sgd optimizer({}, w);
    check_error([&] { optimizer.set_learning_rate(-0.1); }, "Invalid learning rate: -0.1");
    check_error([&] { linear_lr(optimizer, {.start_factor = 1.5}); }, "Starting multiplicative factor expected to be between 0 and 1.");
    check_error([&] { linear_lr(optimizer, {.end_factor = -0.5}); }, "Ending multiplicative factor expected to be between 0 and 1.");
    check_error([&] { step_lr(optimizer, {}); }, "Expected positive integer step_size, but got 0");
    check_error([&] { one_cycle_lr(optimizer, {.max_learning_rate = 1}); }, "Expected positive integer total_steps, but got 0");
    check_error([&] { one_cycle_lr(optimizer, {.max_learning_rate = 1, .total_steps = 5, .rising_fraction = 2}); }, "Expected float between 0 and 1 pct_start, but got 2.0");
    auto schedule = one_cycle_lr(optimizer, {.max_learning_rate = 1, .total_steps = 2});
    schedule.step();
    schedule.step();
    const double rate = optimizer.learning_rate();
    check_error([&] { schedule.step(); }, "Tried to step 4 times. The specified number of total steps is 2");
    BOOST_TEST(optimizer.learning_rate() == rate);
}

BOOST_AUTO_TEST_SUITE_END()
