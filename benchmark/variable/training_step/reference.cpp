// SPDX-License-Identifier: BSL-1.0
// The reference of this contest: the first step, in double.
#include "problem.hpp"

namespace {

struct by_formula {
    void operator()(const problem::data& data, problem::result& result) const {
        constexpr auto pixels = problem::pixels, units = problem::units, classes = problem::classes, batch = problem::batch;
        std::vector<double> by_w1(pixels * units), by_b1(units), by_w2(units * classes), by_b2(classes);
        double loss = 0;
        for (std::ptrdiff_t i = 0; i < batch; ++i) {
            const float* const image = data.images.data() + i * pixels;
            std::vector<double> hidden(data.b1.begin(), data.b1.end()), scores(data.b2.begin(), data.b2.end());
            for (std::ptrdiff_t j = 0; j < pixels; ++j)
                for (std::ptrdiff_t k = 0; k < units; ++k) hidden[k] += static_cast<double>(image[j]) * data.w1[j * units + k];
            for (double& each : hidden) each = std::max(each, 0.0);
            for (std::ptrdiff_t k = 0; k < units; ++k)
                for (std::ptrdiff_t l = 0; l < classes; ++l) scores[l] += hidden[k] * data.w2[k * classes + l];
            double sum = 0;
            for (const double score : scores) sum += std::exp(score);
            loss += (std::log(sum) - scores[data.labels[i]]) / batch;
            std::vector<double> back(units);
            for (std::ptrdiff_t l = 0; l < classes; ++l) {
                const double by_score = (std::exp(scores[l]) / sum - (l == data.labels[i])) / batch;
                by_b2[l] += by_score;
                for (std::ptrdiff_t k = 0; k < units; ++k) {
                    by_w2[k * classes + l] += hidden[k] * by_score;
                    back[k] += data.w2[k * classes + l] * by_score;
                }
            }
            for (std::ptrdiff_t k = 0; k < units; ++k) {
                if (hidden[k] == 0) continue;
                by_b1[k] += back[k];
                for (std::ptrdiff_t j = 0; j < pixels; ++j) by_w1[j * units + k] += image[j] * back[k];
            }
        }
        result.loss = static_cast<float>(loss);
        if (!result.has_gradients()) return;
        std::copy(by_w1.begin(), by_w1.end(), result.by_w1.begin());
        std::copy(by_b1.begin(), by_b1.end(), result.by_b1.begin());
        std::copy(by_w2.begin(), by_w2.end(), result.by_w2.begin());
        std::copy(by_b2.begin(), by_b2.end(), result.by_b2.begin());
    }
};
const bool set = contest::set_problem<problem, by_formula>();

}  // namespace
