// SPDX-License-Identifier: BSL-1.0
// Two products of OpenBLAS, on one thread, and a loop on registers between them: X is read twice.
#include "losses.hpp"
#include "problem.hpp"

#include <cblas.h>

namespace {

class by_openblas {
public:
    by_openblas() { openblas_set_num_threads(1); }

    CONTEST_INLINE void operator()(const problem::data& data, problem::result& result) {
        const auto samples = static_cast<std::ptrdiff_t>(data.y.size()), features = static_cast<std::ptrdiff_t>(data.w.size());
        products_.resize(data.y.size());
        const auto rows = static_cast<blasint>(samples), columns = static_cast<blasint>(features);
        cblas_dgemv(CblasRowMajor, CblasNoTrans, rows, columns, 1, data.X.data(), columns, data.w.data(), 1, 0, products_.data(), 1);
        contest::lanes sums[4] = {0.0, 0.0, 0.0, 0.0};
        contest::for_lanes(samples, [&](std::ptrdiff_t i, int way, auto part) {
            // Beyond the end: a label of 1 and a product whose loss is 0.
            const contest::lanes by_product = add_losses(part.load(&products_[i], 1e3), part.load(&data.y[i], 1), sums[way]);
            part.store(by_product, &products_[i]);
        });
        const double share = 1 / static_cast<double>(samples);
        result.value = share * xsimd::hadd((sums[0] + sums[1]) + (sums[2] + sums[3]));
        cblas_dgemv(CblasRowMajor, CblasTrans, rows, columns, share, data.X.data(), columns, products_.data(), 1, 0, result.dw.data(), 1);
    }

private:
    contest::numbers products_;
};
const bool entered = contest::enter<problem, by_openblas>("openblas");

}  // namespace
