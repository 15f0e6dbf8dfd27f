// SPDX-License-Identifier: BSL-1.0
// Variables that go from thread to thread: each is freed once, when nobody holds it any more, whoever made it.
#include <tapeless/variable.hpp>

#include <boost/test/unit_test.hpp>

#include <memory>
#include <mutex>
#include <random>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

using namespace tapeless;

namespace {

using number = Variable<double, 0>;

/// A number whose node keeps a witness as long as it lives.
number watched(std::weak_ptr<int>& witness) {
    auto kept = std::make_shared<int>(0);
    witness = kept;
    number result(1.0, requires_grad);
    result.register_hook([kept = std::move(kept)](const number&) {});
    return result;
}
template <class Body>
void in_thread(Body body) {
    std::thread(std::move(body)).join();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(counts)

BOOST_AUTO_TEST_CASE(dropped_by_another_thread) {
    std::weak_ptr<int> witness;
    in_thread([moved = watched(witness)] {});
    // Its maker notices when it makes another one.
    number next(2.0);
    BOOST_CHECK(witness.expired());
}

BOOST_AUTO_TEST_CASE(dropped_by_its_maker_last) {
    std::weak_ptr<int> witness;
    {
        number own = watched(witness);
        in_thread([copy = own] { number another = copy; });
        BOOST_CHECK(!witness.expired());
    }
    number next(2.0);
    BOOST_CHECK(witness.expired());
}

BOOST_AUTO_TEST_CASE(dropped_by_another_thread_last) {
    std::weak_ptr<int> witness;
    number elsewhere(0.0);
    in_thread([&] {
        number own = watched(witness);
        elsewhere = own;
    });
    BOOST_CHECK(!witness.expired());
    // Its maker has ended.
    elsewhere = number(3.0);
    BOOST_CHECK(witness.expired());
}

BOOST_AUTO_TEST_CASE(a_thread_that_starts_later_takes_over) {
    std::weak_ptr<int> witness;
    number kept(0.0);
    in_thread([&] { kept = watched(witness); });
    in_thread([&] {
        number of_the_next(1.0), copy = kept, sum = copy + of_the_next;
        BOOST_CHECK_EQUAL(sum.item(), 2);
    });
    BOOST_CHECK(!witness.expired());
    kept = nullptr;
    number next(1.0);
    BOOST_CHECK(witness.expired());
}

BOOST_AUTO_TEST_CASE(a_graph_dropped_by_another_thread) {
    std::weak_ptr<int> witness;
    {
        number x = watched(witness), y = x;
        for (int k = 0; k < 10'000; ++k) y = y * 0.5 + x;
        in_thread([result = std::move(y)] {});
    }
    number next(1.0);
    BOOST_CHECK(witness.expired());
}

BOOST_AUTO_TEST_CASE(backward_of_a_graph_that_another_thread_made) {
    number x(3.0, requires_grad), y(nullptr);
    in_thread([&] {
        number z = x * x;
        y = z * x + z;
    });
    y.backward();
    BOOST_CHECK_EQUAL(x.grad().item(), 33);
    number once_more = x * x * x;
    in_thread([&] { once_more.backward(); });
    BOOST_CHECK_EQUAL(x.grad().item(), 60);
}

BOOST_AUTO_TEST_CASE(changed_in_place_after_another_statement_has_read_it) {
    std::weak_ptr<int> witness;
    {
        number x = watched(witness), y = x * 2;
        number z = y + 1;
        y += z;
        y.backward();
        BOOST_CHECK_EQUAL(x.grad().item(), 4);
    }
    BOOST_CHECK(witness.expired());
}

BOOST_AUTO_TEST_CASE(a_hook_lets_go_of_another_leaf) {
    number x(2.0, requires_grad), z(3.0, requires_grad);
    const number y = x * 2 + z;
    z.register_hook([&](const number&) { x = nullptr; });
    y.backward();
    BOOST_CHECK_EQUAL(z.grad().item(), 1);
}

BOOST_AUTO_TEST_CASE(a_hook_lets_go_of_itself_and_of_where_backward_began) {
    number x(2.0, requires_grad), middle = x * 3, y = middle * x;
    int which = 0;
    which = middle.register_hook([&](const number&) {
        middle.remove_hook(which);
        middle = nullptr;
        y = nullptr;
    });
    y.backward();
    BOOST_CHECK_EQUAL(x.grad().item(), 12);
}

BOOST_AUTO_TEST_CASE(what_a_hook_accumulates_stays_when_it_throws) {
    number x(2.0, requires_grad), z(3.0, requires_grad);
    const number y = x * 2 + z;
    z.register_hook([&](const number&) {
        const grad_mode scope(true);
        number(x * 5).backward();
        throw std::runtime_error("from the hook");
    });
    BOOST_CHECK_THROW(y.backward(), std::runtime_error);
    BOOST_CHECK_EQUAL(x.grad().item(), 5);
    BOOST_CHECK(z.grad().is_none());
}

BOOST_AUTO_TEST_CASE(a_hook_waits_for_backward_of_another_thread) {
    number x(2.0, requires_grad), other(1.0, requires_grad);
    x.register_hook([&](const number&) { in_thread([&] { number(other * 3).backward(); }); });
    number(x * x).backward();
    BOOST_CHECK_EQUAL(x.grad().item(), 4);
    BOOST_CHECK_EQUAL(other.grad().item(), 3);
}

BOOST_AUTO_TEST_CASE(made_while_a_thread_ends) {
    struct maker {
        std::weak_ptr<int>* witness = nullptr;
        ~maker() {
            if (witness == nullptr) return;
            number x = watched(*witness), y = x * x;
            y.backward();
        }
    };
    std::weak_ptr<int> witness;
    in_thread([&] {
        // Destroyed after what Variables keep for the thread.
        static thread_local maker last;
        last.witness = &witness;
        number first(1.0);
    });
    BOOST_CHECK(witness.expired());
}

// Threads that take Variables out of a common box, copy, combine and drop them, and put others in.
BOOST_AUTO_TEST_CASE(from_hand_to_hand) {
    constexpr int threads = 4, rounds = 3000, places = 16;
    std::mutex mutex;
    std::vector<number> box(places, number(1.0, requires_grad));
    std::vector<std::weak_ptr<int>> witnesses;
    for (int wave = 0; wave < 3; ++wave) {
        std::vector<std::thread> all;
        for (int t = 0; t < threads; ++t)
            all.emplace_back([&, seed = wave * threads + t] {
                std::minstd_rand random(static_cast<unsigned>(seed) + 1);
                std::vector<number> own;
                for (int k = 0; k < rounds; ++k) {
                    const auto place = random() % places;
                    const unsigned what = random() % 5;
                    number taken(nullptr);
                    {
                        const std::lock_guard lock(mutex);
                        if (what == 0) taken = box[place];
                        else if (what == 1 && !own.empty()) std::swap(box[place], own.back());
                        else if (what == 2) taken = std::exchange(box[place], number(1.0, requires_grad));
                    }
                    std::weak_ptr<int> witness;
                    if (what == 3) own.push_back(watched(witness));
                    if (what == 4 && own.size() > 1) own.push_back(own[0] * 0.5 + own.back());
                    if (!taken.is_none()) own.push_back(taken * 0.5);
                    if (own.size() > 8) own.erase(own.begin(), own.begin() + 4);
                    if (what == 3) {
                        const std::lock_guard lock(mutex);
                        witnesses.push_back(witness);
                    }
                }
            });
        for (std::thread& each : all) each.join();
    }
    box.clear();
    number next(1.0);
    int alive = 0;
    for (const auto& each : witnesses) alive += !each.expired();
    BOOST_CHECK_GT(witnesses.size(), 1000);
    BOOST_CHECK_EQUAL(alive, 0);
}

BOOST_AUTO_TEST_SUITE_END()
