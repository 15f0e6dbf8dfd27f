// SPDX-License-Identifier: BSL-1.0
// What goes wrong with Variables, in PyTorch's words, so that they can be searched for: all texts are here.
#pragma once

#include <tapeless/graph/print.hpp>

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace tapeless {

/// A misuse of Variables. Thrown before anything is changed.
class variable_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

namespace detail {

/// A shape of whatever rank: `[2, 3]`.
struct shape_text {
    std::string text;
    template <class Shape>
    explicit shape_text(const Shape& shape) : text("[") {
        for (std::size_t k = 0; k < shape.size(); ++k) text += (k ? ", " : "") + std::to_string(shape[k]);
        text += "]";
    }
};

/// As PyTorch calls a number type: after `torch.`, and in texts about tensors.
template <class T>
constexpr const char* type_name() {
    if constexpr (std::is_same_v<T, float>) return "float32";
    else if constexpr (std::is_same_v<T, double>) return "float64";
    else if constexpr (std::is_same_v<T, bool>) return "bool";
    else if constexpr (sizeof(T) == 8) return "int64";
    else if constexpr (sizeof(T) == 4) return "int32";
    else if constexpr (sizeof(T) == 2) return "int16";
    else return std::is_signed_v<T> ? "int8" : "uint8";
}
template <class T>
constexpr const char* scalar_type_name() {
    if constexpr (std::is_same_v<T, float>) return "Float";
    else if constexpr (std::is_same_v<T, double>) return "Double";
    else if constexpr (std::is_same_v<T, bool>) return "Bool";
    else if constexpr (sizeof(T) == 8) return "Long";
    else if constexpr (sizeof(T) == 4) return "Int";
    else if constexpr (sizeof(T) == 2) return "Short";
    else return std::is_signed_v<T> ? "Char" : "Byte";
}

/// A number as Python writes it: `0.1`, `-1.0`.
inline std::string python_number(double value) {
    const std::string text = number_text(value);
    return text.find_first_not_of("-0123456789") == std::string::npos ? text + ".0" : text;
}

}  // namespace detail

/// The texts of variable_error.
namespace error_text {

inline std::string no_seed() { return "grad can be implicitly created only for scalar outputs"; }

template <class Seed, class Output>
std::string seed_shape(const Seed& seed, const Output& output) {
    return "Mismatch in shape: grad_output[0] has a shape of " + detail::shape_text(seed).text + " and output[0] has a shape of " + detail::shape_text(output).text + ".";
}
inline std::string second_backward() {
    return "Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). Saved intermediate values of the "
           "graph are freed when you call .backward() or autograd.grad(). Specify retain_graph=True if you need to backward through the graph a second time or if you "
           "need to access saved tensors after calling backward.";
}
template <class T, class Shape>
std::string changed_in_place(const Shape& shape, const std::string& made_by, std::uint32_t version, std::uint32_t expected) {
    const std::string type = std::is_same_v<T, float> ? "float" : detail::scalar_type_name<T>();
    return "one of the variables needed for gradient computation has been modified by an inplace operation: [" + type + " " + detail::shape_text(shape).text + "]" +
           (made_by.empty() ? "" : ", which is output 0 of " + made_by + ",") + " is at version " + std::to_string(version) + "; expected version " + std::to_string(expected) + " instead.";
}
inline std::string in_place_on_leaf() { return "a leaf Variable that requires grad is being used in an in-place operation."; }
inline std::string in_place_on_view_of_leaf() { return "a view of a leaf Variable that requires grad is being used in an in-place operation."; }
inline std::string nothing_to_differentiate() { return "element 0 of tensors does not require grad and does not have a grad_fn"; }
inline std::string not_a_leaf() { return "you can only change requires_grad flags of leaf variables."; }
inline std::string not_a_leaf_to_clear() {
    return not_a_leaf() + " If you want to use a computed variable in a subgraph that doesn't require differentiation use var_no_grad = var.detach().";
}
inline std::string integers_have_no_gradient() { return "Only Tensors of floating point and complex dtype can require gradients"; }
inline std::string unused_input() {
    return "One of the differentiated Tensors appears to not have been used in the graph. Set allow_unused=True if this is the desired behavior.";
}
inline std::string gradient_is_itself() { return "can't assign Variable as its own grad"; }
inline std::string gradient_size() { return "assigned grad has data of a different size"; }
inline std::string sizes_do_not_broadcast(std::ptrdiff_t a, std::ptrdiff_t b, int dimension) {
    return "The size of tensor a (" + std::to_string(a) + ") must match the size of tensor b (" + std::to_string(b) + ") at non-singleton dimension " + std::to_string(dimension);
}
template <class Own, class Result>
std::string in_place_shape(const Own& own, const Result& result) {
    return "output with shape " + detail::shape_text(own).text + " doesn't match the broadcast shape " + detail::shape_text(result).text;
}
inline std::string stretched_memory() {
    return "unsupported operation: more than one element of the written-to tensor refers to a single memory location. Please clone() the tensor before performing the operation.";
}
inline std::string invalid_dimension(std::ptrdiff_t size) { return "invalid shape dimension " + std::to_string(size); }
inline std::string expanded_to_nothing(std::ptrdiff_t size, int dimension, bool is_leading) {
    if (!is_leading) return invalid_dimension(size);
    return "The expanded size of the tensor (" + std::to_string(size) + ") isn't allowed in a leading, non-existing dimension " + std::to_string(dimension);
}
inline std::string batch_sizes_differ(std::ptrdiff_t samples, std::ptrdiff_t classes) {
    return "Expected input batch_size (" + std::to_string(samples) + ") to match target batch_size (" + std::to_string(classes) + ").";
}
inline std::string no_such_class(std::int64_t which) { return "Target " + std::to_string(which) + " is out of bounds."; }
inline std::string matrices_do_not_multiply(std::ptrdiff_t rows, std::ptrdiff_t inner, std::ptrdiff_t other_inner, std::ptrdiff_t columns) {
    return "mat1 and mat2 shapes cannot be multiplied (" + std::to_string(rows) + "x" + std::to_string(inner) + " and " + std::to_string(other_inner) + "x" + std::to_string(columns) + ")";
}
inline std::string numpy_of_graph() { return "Can't call numpy() on Variable that requires grad. Use var.detach().numpy() instead."; }
inline std::string not_one_element(std::ptrdiff_t size) { return "a Tensor with " + std::to_string(size) + " elements cannot be converted to Scalar"; }
inline std::string index_out_of_range(std::ptrdiff_t index, int dimension, std::ptrdiff_t size) {
    return "index " + std::to_string(index) + " is out of bounds for dimension " + std::to_string(dimension) + " with size " + std::to_string(size);
}
template <class Shape>
std::string select_out_of_range(std::ptrdiff_t index, int dimension, const Shape& shape) {
    return "select(): index " + std::to_string(index) + " out of range for tensor of size " + detail::shape_text(shape).text + " at dimension " + std::to_string(dimension);
}
template <class Shape>
std::string invalid_view(const Shape& shape, std::ptrdiff_t size) {
    return "shape '" + detail::shape_text(shape).text + "' is invalid for input of size " + std::to_string(size);
}
inline std::string ragged(std::ptrdiff_t expected, int dimension, std::ptrdiff_t found) {
    return "expected sequence of length " + std::to_string(expected) + " at dim " + std::to_string(dimension) + " (got " + std::to_string(found) + ")";
}

// Of linear algebra. A matrix's place is -1 where there is no batch.
inline std::string not_square(const char* function, std::ptrdiff_t rows, std::ptrdiff_t columns) {
    return std::string(function) + ": A must be batches of square matrices, but they are " + std::to_string(rows) + " by " + std::to_string(columns) + " matrices";
}
inline std::string equation_does_not_fit(const char* function, std::ptrdiff_t size, std::ptrdiff_t rows, std::ptrdiff_t columns) {
    const std::string order = std::to_string(size);
    return std::string(function) + ": Incompatible shapes of A and B for the equation AX = B (" + order + "x" + order + " and " + std::to_string(rows) + "x" + std::to_string(columns) + ")";
}
inline std::string of_batch_element(const char* function, std::ptrdiff_t matrix) {
    return std::string(function) + ": " + (matrix < 0 ? "" : "(Batch element " + std::to_string(matrix) + "): ");
}
inline std::string not_positive_definite(std::ptrdiff_t matrix, std::ptrdiff_t order) {
    return of_batch_element("linalg.cholesky", matrix) + "The factorization could not be completed because the input is not positive-definite (the leading minor of order " +
           std::to_string(order) + " is not positive-definite).";
}
inline std::string no_inverse(std::ptrdiff_t matrix, std::ptrdiff_t diagonal) {
    return of_batch_element("linalg.inv", matrix) + "The diagonal element " + std::to_string(diagonal) + " is zero, the inversion could not be completed because the input matrix is singular.";
}
inline std::string no_solution(std::ptrdiff_t matrix) { return of_batch_element("torch.linalg.solve", matrix) + "The solver failed because the input matrix is singular."; }

// Of optimizers.
inline std::string optimizes_no_leaf() { return "can't optimize a non-leaf Tensor"; }
inline std::string written_elements_overlap() {
    return "unsupported operation: more than one element of the written-to tensor refers to a single memory location. Please clone() the tensor before performing the operation.";
}
inline std::string parameter_twice() { return "some parameters appear in more than one parameter group"; }
inline std::string no_parameters() { return "optimizer got an empty parameter list"; }
inline std::string invalid(const std::string& what, double value) { return "Invalid " + what + ": " + detail::python_number(value); }
inline std::string nesterov_without_momentum() { return "Nesterov momentum requires a momentum and zero dampening"; }
inline std::string factor_out_of_range(const char* which) { return std::string(which) + " multiplicative factor expected to be between 0 and 1."; }
inline std::string not_positive(const char* what, int value) { return std::string("Expected positive integer ") + what + ", but got " + std::to_string(value); }
inline std::string not_a_fraction(const char* what, double value) { return std::string("Expected float between 0 and 1 ") + what + ", but got " + detail::python_number(value); }
inline std::string too_many_steps(int steps, int total) {
    return "Tried to step " + std::to_string(steps) + " times. The specified number of total steps is " + std::to_string(total);
}
inline std::string too_many_numbers(std::ptrdiff_t count) { return "L-BFGS optimizes fewer than 2147483632 numbers, but got " + std::to_string(count); }
inline std::string norm_is_not_finite(double order) {
    return "The total norm of order " + detail::python_number(order) + " for gradients from `parameters` is non-finite, so it cannot be clipped. To disable this error and scale the "
           "gradients by the non-finite norm anyway, set `error_if_nonfinite=False`";
}

inline std::string no_cuda() { return "tapeless was used without a CUDA device: there is no cuda()."; }
inline std::string no_such_device(int index) { return "CUDA error: invalid device ordinal " + std::to_string(index); }
inline std::string several_devices(const std::string& a, const std::string& b) {
    return "Expected all tensors to be on the same device, but found at least two devices, " + a + " and " + b + "!";
}
inline std::string numpy_of_device(const std::string& device) {
    return "can't convert " + device + " device type tensor to numpy. Use Tensor.cpu() to copy the tensor to host memory first.";
}
inline std::string not_on_a_device(const char* what, const std::string& device) {
    return std::string(what) + " does not run on a device yet, and an operand is on " + device + "; cpu() moves it to the host.";
}
inline std::string compiled_for_another_device(const std::string& device) {
    return "this statement was compiled for another kind of device than " + device + ", which an operand is on; nvcc compiles what runs on a GPU.";
}
inline std::string captures_already() { return "a graph is being captured already: cuda::graph cannot be made by statements of another one."; }
inline std::string captures_replay() { return "a cuda::graph cannot be replayed by statements that are being captured in another one."; }
inline std::string captures_another_device(const std::string& device) { return "a cuda::graph is of one device: statements on " + device + " cannot be captured in it."; }
inline std::string captures_first_step() {
    return "the first step of an optimizer cannot be captured in a cuda::graph, which would begin anew at each run with what it remembers: run one before.";
}
inline std::string compiled_without_device(const std::string& device) {
    return "this statement was compiled without <tapeless/device_variables.hpp>, and an operand is on " + device + ".";
}

}  // namespace error_text

namespace detail {
inline void check_not_negative(const char* what, double value) {
    if (!(value >= 0)) throw variable_error(error_text::invalid(what, value));
}
}  // namespace detail
}  // namespace tapeless
