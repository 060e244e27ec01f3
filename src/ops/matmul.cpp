#include <vector>

#include "core/error.h"
#include "ops/launch.h"
#include "ops/matmul_kernel.h"
#include "ops/ops.h"

namespace figment::ops {

const tensor::Op& matmul_op();

namespace {

using tensor::Attributes;
using tensor::Example;
using tensor::GradientSite;
using tensor::KernelPlan;
using tensor::KernelSite;
using tensor::Op;

/// The sizes of a product. A B without leading axes is shared by all rows of A, so that A's leading axes
/// are rows (unless A is transposed); else they are batches.
struct Sizes {
  std::int64_t m, n, k;
  std::int64_t batches, b_batches;
  bool transpose_a, transpose_b;
};

Sizes sizes_of(const Shape& a, const Shape& b, const Attributes& attributes) {
  Sizes s{};
  s.transpose_a = attributes.integer("transpose_a", 0) != 0;
  s.transpose_b = attributes.integer("transpose_b", 0) != 0;
  s.m = s.transpose_a ? a[-1] : a[-2];
  s.k = s.transpose_a ? a[-2] : a[-1];
  s.n = s.transpose_b ? b[-2] : b[-1];
  s.batches = a.count() / std::max<std::int64_t>(1, s.m * s.k);
  s.b_batches = b.rank() > 2 ? s.batches : 1;
  if (b.rank() == 2 && !s.transpose_a) {
    s.m *= s.batches;
    s.batches = 1;
  }
  return s;
}

bool is_float(DType dtype) { return dtype == DType::f32 || dtype == DType::f16; }

std::vector<TensorType> infer(std::span<const TensorType> inputs, const Attributes& attributes) {
  core::require(inputs.size() == 2 || inputs.size() == 3, "matmul takes two matrices and a bias or none");
  for (const TensorType& input : inputs) {
    core::require(is_float(input.dtype), "matmul takes floats, not {}", input.to_string());
  }
  const Shape& a = inputs[0].shape;
  const Shape& b = inputs[1].shape;
  core::require(a.rank() >= 2 && b.rank() >= 2, "matmul needs at least two axes, not {} and {}", a.to_string(),
                b.to_string());
  const bool transpose_a = attributes.integer("transpose_a", 0) != 0;
  const bool transpose_b = attributes.integer("transpose_b", 0) != 0;
  core::require((transpose_a ? a[-2] : a[-1]) == (transpose_b ? b[-1] : b[-2]),
                "matmul: the inner extents of {} and {} differ", a.to_string(), b.to_string());
  std::vector<std::int64_t> extents(a.extents().begin(), a.extents().end() - 2);
  const std::vector<std::int64_t> b_lead(b.extents().begin(), b.extents().end() - 2);
  core::require(b_lead.empty() || b_lead == extents, "matmul: the leading extents of {} and {} differ", a.to_string(),
                b.to_string());
  extents.push_back(transpose_a ? a[-1] : a[-2]);
  extents.push_back(transpose_b ? b[-2] : b[-1]);
  core::require(inputs.size() < 3 || inputs[2].shape == Shape{extents.back()}, "matmul: the bias must be [{}], not {}",
                extents.back(), inputs.back().shape.to_string());
  return {{Shape(extents), DType::f32}};
}

void reference(const tensor::ReferenceSite& site) {
  const Sizes s = sizes_of(site.inputs[0]->type.shape, site.inputs[1]->type.shape, site.attributes);
  const auto& a = site.inputs[0]->floats;
  const auto& b = site.inputs[1]->floats;
  const auto at = [](std::int64_t index) { return static_cast<std::size_t>(index); };
  for (std::int64_t batch = 0; batch < s.batches; ++batch) {
    const std::int64_t a_base = batch * s.m * s.k;
    const std::int64_t b_base = batch % s.b_batches * s.k * s.n;
    for (std::int64_t m = 0; m < s.m; ++m) {
      for (std::int64_t n = 0; n < s.n; ++n) {
        double total = site.inputs.size() > 2 ? site.inputs[2]->floats[at(n)] : 0.0;
        for (std::int64_t k = 0; k < s.k; ++k) {
          total += static_cast<double>(a[at(a_base + (s.transpose_a ? k * s.m + m : m * s.k + k))]) *
                   b[at(b_base + (s.transpose_b ? n * s.k + k : k * s.n + n))];
        }
        site.outputs[0].floats[at((batch * s.m + m) * s.n + n)] = static_cast<float>(total);
      }
    }
  }
}

/// [.., R, C] -> [product of all but the last, C]: a view.
Tensor flat_rows(Tensor x) { return reshape(x, {row_count(x.shape()), x.dim(-1)}); }

/// Gradient of B: op(A)^T G, or its transpose where B is transposed.
Tensor gradient_of_b(Tensor a, Tensor b, Tensor grad, bool transpose_a, bool transpose_b) {
  const bool shared = b.shape().rank() == 2 && a.shape().rank() > 2;
  if (shared && !transpose_a) {  // leading axes are rows: one product sums over them
    a = flat_rows(a);
    grad = flat_rows(grad);
  }
  Tensor grad_b = transpose_b ? matmul(grad, a, {.transpose_a = true, .transpose_b = transpose_a})
                              : matmul(a, grad, {.transpose_a = !transpose_a, .transpose_b = false});
  return shared && transpose_a ? sum_to(grad_b, b.shape()) : grad_b;
}

std::vector<Tensor> gradient(const GradientSite& site) {
  const bool transpose_a = site.attributes.integer("transpose_a", 0) != 0;
  const bool transpose_b = site.attributes.integer("transpose_b", 0) != 0;
  const Tensor a = site.inputs[0];
  const Tensor b = site.inputs[1];
  const Tensor grad = site.grads[0];
  std::vector<Tensor> grads(site.inputs.size());
  if (site.needed[0]) {
    if (!transpose_a) {
      grads[0] = matmul(grad, b, {.transpose_a = false, .transpose_b = !transpose_b});
    } else {
      // [.., K, M] = op(B) G^T, whose first factor must have the leading axes.
      const Tensor whole = b.shape().rank() == a.shape().rank() ? b : [&] {
        std::vector<std::int64_t> extents(a.shape().extents().begin(), a.shape().extents().end() - 2);
        extents.push_back(b.dim(0));
        extents.push_back(b.dim(1));
        return broadcast_to(b, Shape(extents));
      }();
      grads[0] = matmul(whole, grad, {.transpose_a = transpose_b, .transpose_b = true});
    }
  }
  if (site.needed[1]) grads[1] = gradient_of_b(a, b, grad, transpose_a, transpose_b);
  if (site.inputs.size() > 2 && site.needed[2]) grads[2] = sum_to(grad, site.inputs[2].shape());
  return grads;
}

KernelPlan kernel(const KernelSite& site) {
  const Sizes s = sizes_of(site.inputs[0].shape, site.inputs[1].shape, site.attributes);
  Gemm gemm;
  gemm.m = s.m;
  gemm.n = s.n;
  gemm.k = s.k;
  gemm.batches = s.batches;
  gemm.b_batches = s.b_batches;
  gemm.transpose_a = s.transpose_a;
  gemm.transpose_b = s.transpose_b;
  gemm.a = tensor::input_storage(0);
  gemm.b = tensor::input_storage(1);
  gemm.c = tensor::output_storage(0);
  if (site.inputs.size() > 2) gemm.bias = tensor::input_storage(2);
  KernelPlan plan;
  append_gemm(plan, gemm, site.traits);
  return plan;
}

std::vector<Example> examples() {
  const Attributes nt{{"transpose_b", std::int64_t{1}}};
  const Attributes tn{{"transpose_a", std::int64_t{1}}};
  const Attributes tt{{"transpose_a", std::int64_t{1}}, {"transpose_b", std::int64_t{1}}};
  const auto in = [](Shape shape) { return uniform_input(std::move(shape)); };
  std::vector<Example> list = {
      example("aligned", {in({32, 24}), in({24, 64})}),
      example("odd", {in({17, 7}), in({7, 33})}),
      example("odd K", {in({5, 33}), in({33, 8})}),
      example("one number", {in({1, 1}), in({1, 1})}),
      example("bias", {in({20, 12}), in({12, 36}), in({36})}),
      example("bias, odd", {in({3, 5}), in({5, 7}), in({7})}),
      example("vector", {in({1, 72}), in({72, 40}), in({40})}),
      example("vector, odd", {in({1, 37}), in({37, 5})}),
      example("two rows", {in({2, 20}), in({20, 36})}),
      example("eight rows", {in({7, 40}), in({40, 12})}),
      example("NT", {in({18, 20}), in({36, 20})}, nt),
      example("NT, odd, bias", {in({5, 7}), in({33, 7}), in({33})}, nt),
      example("NT, vector", {in({1, 36}), in({44, 36})}, nt),
      example("TN", {in({24, 20}), in({24, 36})}, tn),
      example("TN, odd", {in({17, 5}), in({17, 3})}, tn),
      example("TN, one row", {in({12, 1}), in({12, 4})}, tn),
      example("TT", {in({9, 17}), in({5, 9})}, tt),
      example("rows in two axes", {in({2, 3, 8}), in({8, 12}), in({12})}),
      example("batched", {in({3, 9, 8}), in({3, 8, 5})}),
      example("batched NT", {in({2, 2, 5, 8}), in({2, 2, 6, 8})}, nt),
      example("batched TN", {in({3, 8, 12}), in({3, 8, 4})}, tn),
      example("batched TN, shared", {in({3, 8, 4}), in({8, 12})}, tn),
  };
  // Halves as they are stored: of the weights alone, and of everything.
  list.push_back(in_half(example("aligned", {in({32, 24}), in({24, 64}), in({64})}), {1}));
  list.push_back(in_half(example("aligned", {in({32, 24}), in({24, 64}), in({64})}), {0, 1, 2}));
  list.push_back(in_half(example("odd", {in({17, 7}), in({7, 33})}), {1}));
  list.push_back(in_half(example("vector", {in({1, 72}), in({72, 40}), in({40})}), {1, 2}));
  list.push_back(in_half(example("vector, odd", {in({1, 37}), in({37, 5})}), {0, 1}));
  list.push_back(in_half(example("NT, odd", {in({5, 7}), in({33, 7}), in({33})}, nt), {1}));
  list.push_back(in_half(example("TN", {in({24, 20}), in({24, 36})}, tn), {0, 1}));
  list.push_back(in_half(example("batched", {in({3, 9, 8}), in({3, 8, 5})}), {0, 1}));
  Example long_k = example_without_gradient("split K", {in({2048, 8}), in({2048, 12})}, tn);
  long_k.tolerance = 1e-3F;
  list.push_back(long_k);
  // Large enough for append_gemm() to copy the operands to panels.
  for (Example large : {example_without_gradient("panels, NT", {in({256, 528}), in({256, 528}), in({256})}, nt),
                        example_without_gradient("panels, batched TN", {in({2, 16, 512}), in({2, 16, 544})}, tn)}) {
    large.tolerance = 1e-3F;
    list.push_back(std::move(large));
  }
  Example long_bias = example_without_gradient("split K, bias", {in({3, 1100}), in({1100, 5}), in({5})});
  long_bias.tolerance = 1e-3F;
  list.push_back(long_bias);
  return list;
}

}  // namespace

const Op& matmul_op() {
  static const Op op{.name = "matmul",
                     .family = tensor::Family::matmul,
                     .infer = infer,
                     .reference = reference,
                     .gradient = gradient,
                     .kernel = kernel,
                     .examples = examples};
  return op;
}

Tensor matmul(Tensor a, Tensor b, MatmulOptions options) {
  Attributes attributes{{"transpose_a", std::int64_t{options.transpose_a}},
                        {"transpose_b", std::int64_t{options.transpose_b}}};
  if (options.bias) return a.graph->apply_one(matmul_op(), {a, b, options.bias}, std::move(attributes));
  return a.graph->apply_one(matmul_op(), {a, b}, std::move(attributes));
}

std::vector<const Op*> matmul_ops() { return {&matmul_op()}; }

}  // namespace figment::ops
