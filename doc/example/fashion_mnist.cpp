// SPDX-License-Identifier: BSL-1.0
// A network of two layers learns to tell pictures of clothes apart: Fashion-MNIST (H. Xiao, K. Rasul, R. Vollgraf, 2017) in Debian's package
// dataset-fashion-mnist. Minibatches, Adam, products of matrices by CBLAS, weights saved as .npz. Link zlib, libzip and CBLAS: -lz -lzip -lopenblas.
#include <tapeless/interop/cblas.hpp>
#include <tapeless/interop/npz.hpp>
#include <tapeless/optimizer.hpp>
#include <tapeless/variable.hpp>

#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <memory>
#include <numeric>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

using tapeless::Variable;

namespace {

constexpr std::ptrdiff_t pixels = 28 * 28, hidden_units = 128, class_count = 10, batch_size = 128;

constexpr const char* usage =
    "fashion_mnist [option]...\n"
    "\n"
    "Trains a network of two layers on Fashion-MNIST and tests it, writes its weights\n"
    "as fashion_mnist.npz and the loss as fashion_mnist.svg, and tests what it reads back.\n"
    "\n"
    "  --images COUNT       train with the first so many images; by default all 60000\n"
    "  --epochs COUNT       go through them so often; by default 10\n"
    "  --at-least PERCENT   the accuracy that is success; by default 87\n"
    "  --data FOLDER        where the data set is; by default where Debian has it\n"
    "  --output FOLDER      where the files go; by default the current folder\n"
    "  --help               this text\n"
    "\n"
    "Exit status: 0 if the network is as accurate as wanted, 1 if not, 2 if the input is\n"
    "wrong, 77 if there is no data set.\n";

struct options {
    std::ptrdiff_t images = 60000;
    int epochs = 10;
    double at_least = 87;
    std::filesystem::path data = "/usr/share/datasets/fashion-mnist", output = ".";
    bool help = false;
};

struct input_error : std::runtime_error {
    using runtime_error::runtime_error;
};

options parse(std::span<char*> words) {
    options result;
    for (std::size_t k = 1; k < words.size(); ++k) {
        const std::string_view option = words[k];
        if (option == "--help") {
            result.help = true;
            continue;
        }
        if (k + 1 == words.size()) throw input_error(std::string(option) + ": no such option, or nothing after it; see --help");
        const std::string_view word = words[++k];
        const auto read = [&](auto& number, auto least) {
            const auto [end, failure] = std::from_chars(word.data(), word.data() + word.size(), number);
            if (failure != std::errc() || end != word.data() + word.size() || number < least)
                throw input_error(std::string(option) + ": expected a number of at least " + std::to_string(least) + ", found " + std::string(word));
        };
        if (option == "--images") read(result.images, batch_size);
        else if (option == "--epochs") read(result.epochs, 1);
        else if (option == "--at-least") read(result.at_least, 0);
        else if (option == "--data") result.data = word;
        else if (option == "--output") result.output = word;
        else throw input_error(std::string(option) + ": no such option; see --help");
    }
    return result;
}

/// A file of the format IDX, compressed by gzip: two zeros, the code of the type, the number of dimensions, the sizes with the high byte first, the elements.
template <std::size_t Rank>
class idx_file {
public:
    explicit idx_file(const std::filesystem::path& path) : path_(path.string()), file_(gzopen(path_.c_str(), "rb"), gzclose) {
        if (!file_) throw input_error(path_ + ": cannot be opened");
        std::array<std::uint8_t, 4 + 4 * Rank> header{};
        read(header);
        constexpr int unsigned_byte = 8;
        if (header[0] != 0 || header[1] != 0 || header[2] != unsigned_byte || header[3] != Rank)
            throw input_error(path_ + ": expected an IDX file of bytes in " + std::to_string(Rank) + " dimensions; its first four bytes say otherwise");
        for (std::size_t d = 0; d < Rank; ++d)
            for (std::size_t k = 0; k < 4; ++k) shape_[d] = shape_[d] << 8 | header[4 + 4 * d + k];
    }
    const std::array<std::uint32_t, Rank>& shape() const { return shape_; }
    /// The first `count` steps of the first dimension.
    std::vector<std::uint8_t> first(std::ptrdiff_t count) {
        if (count > shape_[0]) throw input_error(path_ + ": " + std::to_string(count) + " wanted, it has " + std::to_string(shape_[0]));
        std::vector<std::uint8_t> elements(std::accumulate(shape_.begin() + 1, shape_.end(), static_cast<std::size_t>(count), std::multiplies<>()));
        read(elements);
        return elements;
    }

private:
    void read(std::span<std::uint8_t> to) {
        const int count = gzread(file_.get(), to.data(), static_cast<unsigned>(to.size()));
        int code = Z_OK;
        const char* const reason = gzerror(file_.get(), &code);
        if (count < 0) throw input_error(path_ + ": " + reason);
        if (static_cast<std::size_t>(count) < to.size()) throw input_error(path_ + ": ends " + std::to_string(to.size() - static_cast<std::size_t>(count)) + " bytes too early");
    }

    std::string path_;
    std::unique_ptr<gzFile_s, int (*)(gzFile)> file_;
    std::array<std::uint32_t, Rank> shape_{};
};

struct labelled_images {
    Variable<float, 2> images;  ///< one a row, pixels from 0 to 1
    Variable<std::int64_t, 1> classes;
    std::ptrdiff_t count() const { return classes.numel(); }
};

labelled_images read_images(const std::filesystem::path& folder, const std::string& part, std::ptrdiff_t count) {
    idx_file<3> images(folder / (part + "-images-idx3-ubyte.gz"));
    idx_file<1> labels(folder / (part + "-labels-idx1-ubyte.gz"));
    if (images.shape()[1] * images.shape()[2] != pixels) throw input_error((folder / part).string() + ": expected images of 28 by 28 pixels");
    const auto bytes = images.first(count);
    const auto names = labels.first(count);
    if (std::any_of(names.begin(), names.end(), [](std::uint8_t name) { return name >= class_count; })) throw input_error((folder / part).string() + ": a label is not below 10");
    Variable<float, 2> brightness = tapeless::zeros(count, pixels);
    std::transform(bytes.begin(), bytes.end(), brightness.data_pointer(), [](std::uint8_t byte) { return static_cast<float>(byte) / 255; });
    return {brightness, Variable<std::int64_t, 1>(std::vector<std::int64_t>(names.begin(), names.end()))};
}

struct network {
    Variable<float, 2> w1, w2;
    Variable<float, 1> b1, b2;

    /// Weights for relu: K. He and others, Delving deep into rectifiers (2015), equation 10.
    static network random() {
        const auto weights = [](std::ptrdiff_t from, std::ptrdiff_t to) {
            Variable<float, 2> w = tapeless::randn(from, to) * std::sqrt(2 / static_cast<float>(from));
            return w.requires_grad_();
        };
        return {weights(pixels, hidden_units), weights(hidden_units, class_count), tapeless::zeros(hidden_units, tapeless::requires_grad), tapeless::zeros(class_count, tapeless::requires_grad)};
    }
    static network load(const std::string& path) {
        tapeless::npz_reader file(path);
        return {file.get<float, 2>("w1"), file.get<float, 2>("w2"), file.get<float, 1>("b1"), file.get<float, 1>("b2")};
    }
    void save(const std::string& path) const { tapeless::save_npz(path, {{"w1", w1}, {"w2", w2}, {"b1", b1}, {"b2", b2}}); }

    Variable<float, 2> scores(const Variable<float, 2>& images) const {
        const auto hidden = relu(matmul(images, w1) + b1);
        return matmul(hidden, w2) + b2;
    }
    /// The share of images whose class has the highest score, in percent.
    double accuracy(const labelled_images& data) const {
        tapeless::no_grad scope;
        const auto best = topk(scores(data.images), 1, 1).indices;
        const std::int64_t* const right = data.classes.data_pointer();
        return 100 * std::inner_product(right, right + data.count(), best.data_pointer(), 0.0, std::plus<>(), std::equal_to<>()) / static_cast<double>(data.count());
    }
};

/// A line that is written again and again; nothing if that is no terminal.
class progress_bar {
public:
    void show(int epoch, std::ptrdiff_t step, std::ptrdiff_t steps, float loss) const {
        if (!is_terminal_) return;
        constexpr int width = 40;
        const auto done = static_cast<int>(width * step / steps);
        std::printf("\repoch %2d [%s%s] %3d%%  loss %.4f", epoch, std::string(static_cast<std::size_t>(done), '#').c_str(), std::string(static_cast<std::size_t>(width - done), '.').c_str(),
                    static_cast<int>(100 * step / steps), static_cast<double>(loss));
        std::fflush(stdout);
    }
    /// Makes room for another line in its place.
    void clear() const {
        if (is_terminal_) std::printf("\r\033[K");
    }

private:
    bool is_terminal_ = isatty(STDOUT_FILENO) != 0;
};

/// Returns the loss of each minibatch.
std::vector<float> train(network& net, const labelled_images& data, const labelled_images& tests, int epochs) {
    tapeless::adam optimizer({.learning_rate = 1e-3}, net.w1, net.b1, net.w2, net.b2);
    const std::ptrdiff_t steps = data.count() / batch_size;
    auto schedule = tapeless::cosine_annealing_lr(optimizer, {.total_steps = static_cast<int>(epochs * steps)});
    std::vector<std::int64_t> order(static_cast<std::size_t>(data.count()));
    std::iota(order.begin(), order.end(), 0);
    std::mt19937 generator(1);
    const progress_bar bar;
    std::vector<float> losses;
    for (int epoch = 1; epoch <= epochs; ++epoch) {
        std::shuffle(order.begin(), order.end(), generator);
        for (std::ptrdiff_t step = 0; step < steps; ++step) {
            const Variable<std::int64_t, 1> batch(std::vector<std::int64_t>(order.begin() + step * batch_size, order.begin() + (step + 1) * batch_size));
            const auto scores = net.scores(index_select(data.images, 0, batch));
            const Variable loss = cross_entropy(scores, index_select(data.classes, 0, batch));
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            schedule.step();
            losses.push_back(loss.item());
            bar.show(epoch, step + 1, steps, losses.back());
        }
        bar.clear();
        const float mean = std::accumulate(losses.end() - steps, losses.end(), 0.0f) / static_cast<float>(steps);
        std::printf("epoch %2d: loss %.4f, %.2f%% of the test images are right\n", epoch, static_cast<double>(mean), net.accuracy(tests));
        std::fflush(stdout);
    }
    return losses;
}

/// The losses, averaged over twentieths of an epoch, as a curve.
void draw(std::ostream& svg, const std::vector<float>& losses, int epochs) {
    constexpr double left = 60, top = 40, width = 560, height = 300, bottom = top + height;
    const std::size_t points = std::min(losses.size(), static_cast<std::size_t>(20 * epochs));
    std::vector<double> means;
    for (std::size_t k = 0; k < points; ++k) {
        const auto first = losses.begin() + static_cast<std::ptrdiff_t>(k * losses.size() / points), last = losses.begin() + static_cast<std::ptrdiff_t>((k + 1) * losses.size() / points);
        means.push_back(std::accumulate(first, last, 0.0) / static_cast<double>(last - first));
    }
    const double highest = std::ceil(*std::max_element(means.begin(), means.end()) * 2) / 2;
    const auto x = [&](double epoch) { return left + width * epoch / epochs; };
    const auto y = [&](double loss) { return bottom - height * loss / highest; };
    svg << "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 640 400' font-family='sans-serif' font-size='12'>\n"
        << "<rect width='640' height='400' fill='white'/>\n<text x='" << left << "' y='25' font-size='15'>Fashion-MNIST: cross entropy of the minibatches</text>\n<g stroke='#ccc'>\n";
    constexpr int levels = 5;
    for (int k = 0; k <= levels; ++k) {
        const double level = highest * k / levels;
        svg << "<path d='M" << left << ' ' << y(level) << 'h' << width << "'/><text x='" << left - 8 << "' y='" << y(level) + 4 << "' text-anchor='end' stroke='none'>" << level << "</text>\n";
    }
    for (int k = 0; k <= epochs; k += (epochs + 9) / 10)
        svg << "<path d='M" << x(k) << ' ' << bottom << "v5'/><text x='" << x(k) << "' y='" << bottom + 20 << "' text-anchor='middle' stroke='none'>" << k << "</text>\n";
    svg << "</g>\n<text x='" << left + width / 2 << "' y='" << bottom + 42 << "' text-anchor='middle'>epochs</text>\n<polyline fill='none' stroke='#0b62a4' stroke-width='2' points='";
    for (std::size_t k = 0; k < points; ++k) svg << x(epochs * (static_cast<double>(k) + 0.5) / static_cast<double>(points)) << ',' << y(means[k]) << ' ';
    svg << "'/>\n</svg>\n";
}

int run(const options& wanted) {
    if (!exists(wanted.data)) {
        std::fprintf(stderr, "%s: there is no data set; install Debian's dataset-fashion-mnist, or name a folder with --data\n", wanted.data.c_str());
        return 77;
    }
    const auto training = read_images(wanted.data, "train", wanted.images);
    const auto tests = read_images(wanted.data, "t10k", 10000);

    tapeless::manual_seed(1);
    network net = network::random();
    const auto losses = train(net, training, tests, wanted.epochs);

    create_directories(wanted.output);
    const std::string curve = (wanted.output / "fashion_mnist.svg").string(), weights = (wanted.output / "fashion_mnist.npz").string();
    std::ofstream svg(curve);
    draw(svg, losses, wanted.epochs);
    svg.close();
    if (!svg) throw input_error(curve + ": cannot be written");
    net.save(weights);

    const double accuracy = net.accuracy(tests), reloaded = network::load(weights).accuracy(tests);
    std::printf("%s, read back: %.2f%%; the loss is drawn in %s\n", weights.c_str(), reloaded, curve.c_str());
    if (reloaded != accuracy) throw std::runtime_error(weights + ": the network that was read back answers otherwise");
    if (accuracy >= wanted.at_least) return 0;
    std::printf("That is less than the %g%% wanted.\n", wanted.at_least);
    return 1;
}

}  // namespace

int main(int count, char** words) {
    try {
        const options wanted = parse({words, static_cast<std::size_t>(count)});
        if (!wanted.help) return run(wanted);
        std::printf("%s", usage);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 2;
    }
}
