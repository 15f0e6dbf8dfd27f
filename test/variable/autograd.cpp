// SPDX-License-Identifier: BSL-1.0
// The rules by which gradients are computed, kept and refused, as in PyTorch.
#include "reference.hpp"

using namespace variable_programs;

BOOST_AUTO_TEST_SUITE(autograd)

PROGRAM(gradients_add_up_until_they_are_cleared) {
    Variable x({1.f, 2.f}, requires_grad);
    const auto run = [&] { Variable(sum(x * x)).backward(); };
    run();
    print(out, x.grad());
    run();
    print(out, x.grad());
    x.zero_grad();
    print(out, x.grad());
}

PROGRAM(a_handle_on_the_gradient_sees_later_ones) {
    Variable x({1.f, 2.f}, requires_grad);
    Variable(x * 3).backward({1, 1});
    Variable g = x.grad();
    Variable(x * 4).backward({1, 1});
    print(out, g);
}

PROGRAM(more_than_one_element_needs_a_seed) {
    Variable x({1.f, 2.f}, requires_grad);
    print_error(out, [&] { Variable(x * 2).backward(); });
    Variable y = Variable({{3.f}}, requires_grad) * 2;
    y.backward();
    print(out, y);
}

PROGRAM(a_seed_has_the_shape_of_the_output) {
    Variable x({1.f, 2.f, 3.f}, requires_grad);
    Variable y = x * 2;
    print_error(out, [&] { y.backward({1, 2}); });
    Variable z = Variable({1.f}, requires_grad) * 2;
    print_error(out, [&] { z.backward(Variable(1.f)); });
    y.backward(Variable({1.0, 2.0, 3.0}));
    print(out, x.grad());
}

PROGRAM(what_was_freed_does_not_run_again) {
    Variable x({1.f, 2.f}, requires_grad);
    Variable y = x * x;
    y.backward({1, 1});
    print_error(out, [&] { y.backward({1, 1}); });
    Variable z = x * x;
    z.backward({1, 1}, retain_graph);
    z.backward({1, 1});
    print(out, x.grad());
}

PROGRAM(a_sum_saves_nothing_and_runs_again) {
    Variable x({1.f, 2.f}, requires_grad), b({3.f, 4.f}, requires_grad);
    Variable y = x + b;
    y.backward({1, 1});
    y.backward({1, 10});
    print(out, x.grad(), b.grad());
}

PROGRAM(a_saved_operand_must_not_change) {
    Variable x({1.f, 2.f}, requires_grad);
    Variable y = x * 2;
    Variable z = y * y;
    y += 1;
    print_error(out, [&] { z.backward({1, 1}); });
}

PROGRAM(what_backward_does_not_read_may_change) {
    Variable x({1.f, 2.f}, requires_grad);
    Variable q = x * 2;
    Variable r = q + 1;
    q += 1;
    r.backward({1, 1});
    print(out, x.grad(), q, r);
}

PROGRAM(a_leaf_is_not_changed_in_place) {
    Variable x({1.f, 2.f}, requires_grad);
    print_error(out, [&] { x += 1; });
    {
        const no_grad scope;
        x += 1;
    }
    print(out, x);
    print_error(out, [&] { x[0] += 1; });
}

PROGRAM(without_a_graph_there_is_nothing_to_differentiate) {
    print_error(out, [&] { Variable({1.f}).backward(); });
    Variable x({1.f}, requires_grad);
    const no_grad scope;
    Variable y = x * 2;
    print(out, y);
    print_error(out, [&] { y.backward(); });
}

PROGRAM(flags_of_results_cannot_be_changed) {
    Variable x({1.f}, requires_grad);
    Variable y = x * 2;
    print_error(out, [&] { y.requires_grad_(false); });
    print(out, x.requires_grad_(false));
    print_error(out, [&] { Variable<std::int64_t>({1, 2}).requires_grad_(); });
}

PROGRAM(detach_and_data_share_memory) {
    Variable x({1.f, 2.f}, requires_grad);
    Variable y = x * 2;
    Variable d = y.detach();
    print(out, d);
    d *= 10;
    print(out, y);
    Variable z = y * y;
    d += 1;
    print_error(out, [&] { z.backward({1, 1}); });
    Variable w = y * y;
    Variable data = y.data();
    data *= 2;
    w.backward({1, 1});
    print(out, x.grad());
}

PROGRAM(retain_grad_keeps_the_gradient_of_a_result) {
    Variable x({1.f, 2.f}, requires_grad);
    Variable y = x * 3;
    y.retain_grad();
    Variable(sum(y * y)).backward();
    print(out, y.grad(), x.grad());
}

PROGRAM(hooks_see_and_replace_gradients) {
    Variable x({1.f, 2.f}, requires_grad);
    Variable y = x * 3;
    y.register_hook([](const Variable<float>& g) { return Variable<float>(g * 10); });
    x.register_hook([&](const Variable<float>& g) { print(out, g); });
    y.backward({1, 1});
    print(out, x.grad());
}

PROGRAM(a_seed_that_is_held_elsewhere_is_copied) {
    Variable x({1.f, 2.f}, requires_grad), seed({1.f, 2.f});
    x.clone().backward(seed);
    Variable(x * 1).backward(seed);
    print(out, seed, x.grad());
}

PROGRAM(shapes_that_do_not_broadcast) {
    Variable a({1.f, 2.f, 3.f}), b({1.f, 2.f}), c({1.f});
    print_error(out, [&] { Variable(a + b); });
    print_error(out, [&] { Variable(Variable({{1.f, 2.f}, {3.f, 4.f}}) * Variable({{1.f, 2.f, 3.f}})); });
    print_error(out, [&] { c += a; });
}

PROGRAM(one_number_is_an_item) {
    out << Variable({{2.f}}).item() << ".0\n" << Variable(3.f, requires_grad).item() << ".0\n";
    print_error(out, [&] { Variable({1.f, 2.f}).item(); });
}

PROGRAM(grad_returns_instead_of_accumulating) {
    Variable x({1.f, 2.f}, requires_grad), w({3.f, 4.f}, requires_grad);
    Variable y = x * w;
    const auto [gx, gw] = grad(Variable(sum(y * 1)), std::tie(x, w), nullptr, retain_graph);
    print(out, gx, gw, x.grad());
    Variable z = y * y;
    print(out, grad(z, y, Variable({1.f, 1.f})));
    print_error(out, [&] { grad(Variable(sum(x * x)), w); });
}

PROGRAM(gradients_of_gradients) {
    Variable x(0.5, requires_grad);
    Variable y = sin(x * x) * exp(x);
    for (int order = 0; order < 4; ++order) {
        y = grad(y, x, create_graph);
        std::ostringstream number;
        number.precision(10);
        number << y.item();
        out << number.str() << '\n';
    }
}

PROGRAM(a_penalty_on_gradients) {
    Variable a({{1.f, 2.f}, {3.f, 4.f}}, requires_grad);
    Variable b({0.5f, -1.f}, requires_grad);
    Variable l = sum(exp(a * b * 0.1) * a);
    const auto [ga, gb] = grad(l, std::tie(a, b), create_graph);
    Variable first = sum(ga * ga), second = sum(gb * gb);
    Variable(first + second).backward();
    print(out, a.grad(), b.grad());
}

BOOST_AUTO_TEST_CASE(every_program_has_a_test) {
    BOOST_REQUIRE(!references().empty());
    for (const auto& [name, text] : references()) BOOST_CHECK_MESSAGE(tested().contains(name), name << " has no test");
}

BOOST_AUTO_TEST_CASE(hooks_after_accumulation_see_the_gradient) {
    Variable x({1.f, 2.f}, requires_grad);
    int calls = 0;
    const int hook = x.register_post_accumulate_grad_hook([&](const Variable<float>& leaf) {
        ++calls;
        BOOST_CHECK_EQUAL(to_string(leaf.grad()), "tensor([3., 3.])");
    });
    Variable(x * 3).backward({1, 1});
    BOOST_CHECK_EQUAL(calls, 1);
    x.remove_hook(hook);
    Variable(x * 3).backward({1, 1});
    BOOST_CHECK_EQUAL(calls, 1);
}

BOOST_AUTO_TEST_CASE(an_exception_leaves_gradients_as_they_were) {
    Variable x({1.f, 2.f}, requires_grad), w({1.f, 2.f}, requires_grad);
    Variable(x * 3).backward({1, 1});
    w.register_hook([](const Variable<float>&) -> Variable<float> { throw std::runtime_error("hook"); });
    Variable y = x * w;
    BOOST_CHECK_THROW(y.backward({1, 1}, retain_graph), std::runtime_error);
    BOOST_CHECK_EQUAL(to_string(x.grad()), "tensor([3., 3.])");
    BOOST_CHECK(w.grad().is_none());
    w.remove_hook(0);
    y.backward({1, 1});
    BOOST_CHECK_EQUAL(to_string(x.grad()), "tensor([4., 5.])");
}

BOOST_AUTO_TEST_CASE(numpy_shares_memory) {
    Variable e({1.f, 2.f}, requires_grad);
    BOOST_CHECK_EXCEPTION(e.numpy(), variable_error, [](const variable_error& error) {
        return std::string(error.what()) == "Can't call numpy() on Variable that requires grad. Use var.detach().numpy() instead.";
    });
    const auto array = e.detach().numpy();
    array(0) = 5;
    BOOST_CHECK_EQUAL(to_string(e), "tensor([5., 2.], requires_grad=True)");
    Variable taken = from_numpy(std::vector<double>{1, 2, 3});
    taken += 1;
    BOOST_CHECK_EQUAL(to_string(taken), "tensor([2., 3., 4.], dtype=torch.float64)");
}

BOOST_AUTO_TEST_SUITE_END()
