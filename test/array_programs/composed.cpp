// SPDX-License-Identifier: BSL-1.0
// Programs that people write: likelihoods, losses, normalisations, attention, kernels.
#include "reference.hpp"

#include <numbers>

using namespace array_programs;
using tapeless::axis;
using tapeless::keepdims;

BOOST_AUTO_TEST_SUITE(composed)

BOOST_AUTO_TEST_CASE(logistic_regression) {
    check<matrix, vector, vector>([](auto x, auto w, auto y) { return mean(log1p(exp(-y * dot(x, w)))); });
}
BOOST_AUTO_TEST_CASE(gaussian_log_density) {
    check<vector, number, number>([](auto x, auto mu, auto sigma) {
        const auto z = (x - mu) / sigma;
        constexpr double log_two_pi = 1.8378770664093454836;
        return sum(-0.5 * z * z - log(sigma) - 0.5 * log_two_pi);
    });
}
BOOST_AUTO_TEST_CASE(mixture_log_likelihood) {
    check<vector, vector, vector, vector>([](auto x, auto logits, auto mu, auto log_sigma) {
        const auto z = (expand_dims(x, axis<1>) - mu) * exp(-log_sigma);
        return sum(logsumexp(log_softmax(logits) - log_sigma - 0.5 * z * z, axis<1>));
    });
}
BOOST_AUTO_TEST_CASE(cross_entropy_of_labels) {
    check<matrix, labels>([](auto logits, auto label) {
        const auto chosen = expand_dims(label, axis<1>) == iota(logits, axis<1>);
        return -mean(sum(where(chosen, log_softmax(logits, axis<1>), 0.0), axis<1>));
    });
}
BOOST_AUTO_TEST_CASE(layer_norm) {
    check<matrix, vector, vector>([](auto x, auto gain, auto bias) {
        const auto y = (x - mean(x, axis<1>, keepdims)) / sqrt(var(x, axis<1>, keepdims) + 1e-5);
        return sum(sin(y * gain + bias));
    });
}
BOOST_AUTO_TEST_CASE(attention) {
    check<matrix, matrix, matrix>([](auto q, auto k, auto v) { return sum(sin(dot(softmax(dot(q, transpose(k)) / sqrt(extent(q, axis<1>)), axis<1>), v))); });
}
BOOST_AUTO_TEST_CASE(attention_of_several_heads) {
    check<array<3>, array<3>, array<3>>([](auto q, auto k, auto v) {
        const auto scores = matmul(q, transpose(k, axis<0, 2, 1>)) / sqrt(extent(q, axis<-1>));
        return sum(sin(matmul(softmax(scores, axis<-1>), v)));
    });
}
BOOST_AUTO_TEST_CASE(causal_self_attention) {
    check<matrix, matrix>([](auto x, auto w) {
        const auto scores = dot(dot(x, w), transpose(x));
        const auto before = expand_dims(iota(scores, axis<0>), axis<1>) >= iota(scores, axis<1>);
        return sum(sin(dot(softmax(where(before, scores, -1e30), axis<1>), x)));
    });
}
BOOST_AUTO_TEST_CASE(pairwise_gaussian_kernel) {
    check<matrix, number>([](auto x, auto s) {
        const auto d = expand_dims(x, axis<1>) - x;
        return sum(exp(-0.5 * sum(d * d, axis<2>) / (s * s)));
    });
}
BOOST_AUTO_TEST_CASE(kernel_of_two_sets) {
    check<matrix, matrix, vector, vector, vector>([](auto x, auto y, auto scale, auto u, auto v) {
        const auto d = (expand_dims(x, axis<1>) - y) * scale;
        return sin(dot(dot(u, exp(-sum(d * d, axis<2>))), v));
    });
}
BOOST_AUTO_TEST_CASE(perceptron_of_two_layers) {
    check<matrix, matrix, vector, vector, number, vector>([](auto x, auto w, auto b, auto v, auto c, auto y) {
        const auto residual = dot(tanh(dot(x, w) + b), v) + c - y;
        return mean(residual * residual);
    });
}
BOOST_AUTO_TEST_CASE(student_log_density) {
    check<vector, number, number, number>([](auto x, auto mu, auto sigma, auto nu) {
        const auto z = (x - mu) / sigma;
        return sum(lgamma((nu + 1) / 2) - lgamma(nu / 2) - 0.5 * log(std::numbers::pi * nu) - log(sigma) - (nu + 1) / 2 * log1p(z * z / nu));
    });
}
BOOST_AUTO_TEST_CASE(huber_loss) {
    check<matrix, vector, vector, number>([](auto x, auto w, auto y, auto delta) {
        const auto r = abs(dot(x, w) - y);
        return mean(where(r < delta, 0.5 * r * r, delta * (r - 0.5 * delta)));
    });
}
BOOST_AUTO_TEST_CASE(hinge_loss) {
    check<matrix, vector, vector>([](auto x, auto w, auto y) { return mean(max(1 - y * dot(x, w), 0)) + 0.5 * norm(w); });
}
BOOST_AUTO_TEST_CASE(cosine_similarities) {
    check<matrix, matrix>([](auto x, auto y) {
        const auto unit = [](auto z) { return z / (1e-3 + norm(z, axis<1>, keepdims)); };
        return sum(sin(dot(unit(x), transpose(unit(y)))));
    });
}
BOOST_AUTO_TEST_CASE(distances_to_the_nearest_center) {
    check<matrix, matrix>([](auto x, auto centers) {
        const auto d = expand_dims(x, axis<1>) - centers;
        return sum(min(sum(d * d, axis<2>), axis<1>));
    });
}
BOOST_AUTO_TEST_CASE(rosenbrock_function) {
    check<vector>([](auto x) {
        const auto before = slice(x, 0, -1);
        return sum(100 * pow(slice_from(x, 1) - before * before, 2) + pow(1 - before, 2));
    });
}
BOOST_AUTO_TEST_CASE(autoregression) {
    check<vector, number, number>([](auto x, auto phi, auto log_sigma) {
        const auto z = (slice_from(x, 1) - tanh(phi) * slice(x, 0, -1)) * exp(-log_sigma);
        return sum(-0.5 * z * z - log_sigma);
    });
}
BOOST_AUTO_TEST_CASE(contrastive_loss) {
    check<matrix, matrix, number>([](auto x, auto y, auto t) {
        const auto unit = [](auto z) { return z / sqrt(sum(z * z, axis<1>, keepdims) + 1e-6); };
        return -mean(diag(log_softmax(dot(unit(x), transpose(unit(y))) / t, axis<1>)));
    });
}
BOOST_AUTO_TEST_CASE(convolution) {
    check<vector, vector>([](auto w, auto x) { return sum(tanh(slice(x, 0, -2) * w[0] + slice(x, 1, -1) * w[1] + slice_from(x, 2) * w[2])); });
}
BOOST_AUTO_TEST_CASE(energy_of_charges) {
    check<matrix, vector>([](auto x, auto charge) {
        const auto d = expand_dims(x, axis<1>) - x;
        const auto i = iota(x, axis<0>);
        return sum(where(expand_dims(i, axis<1>) != i, outer(charge, charge) / sqrt(sum(d * d, axis<2>) + 0.01), 0.0)) / 2;
    });
}
BOOST_AUTO_TEST_CASE(recurrence) {
    check<matrix, vector>([](auto w, auto b) {
        auto state = sin(b);
        for (int step = 0; step < 3; ++step) state = tanh(dot(w, state) + b);
        return sum(state * b);
    });
}
BOOST_AUTO_TEST_CASE(determinant_of_three_rows) {
    check<matrix>([](auto x) {
        return x[0][0] * (x[1][1] * x[2][2] - x[1][2] * x[2][1]) - x[0][1] * (x[1][0] * x[2][2] - x[1][2] * x[2][0]) + x[0][2] * (x[1][0] * x[2][1] - x[1][1] * x[2][0]);
    });
}

BOOST_AUTO_TEST_SUITE_END()
