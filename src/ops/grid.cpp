#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "ops/launch.h"
#include "ops/ops.h"
#include "tensor/op.h"

namespace figment::ops {
namespace {

using tensor::Attributes;
using tensor::Example;
using tensor::Family;
using tensor::GradientSite;
using tensor::HostTensor;
using tensor::KernelPlan;
using tensor::KernelSite;
using tensor::Op;
using tensor::ReferenceSite;

/// As in shaders/grid.comp.
enum class Mode : std::uint32_t { repeat, average, bilinear, bilinear_grad, largest };

std::int64_t factor_of(const Attributes& a) { return a.integer("factor"); }
float weight_of(const Attributes& a) { return static_cast<float>(a.number("weight", 1.0)); }

const Shape& require_pictures(std::span<const TensorType> inputs, const Attributes& a) {
  const TensorType& x = inputs[0];
  core::require(x.shape.rank() == 4 && (x.dtype == DType::f32 || x.dtype == DType::f16) && factor_of(a) > 0,
                "resampling by {} needs floats [B, H, W, C], and is given {}", factor_of(a), x.to_string());
  return x.shape;
}

std::vector<TensorType> infer_larger(std::span<const TensorType> inputs, const Attributes& a) {
  const Shape& s = require_pictures(inputs, a);
  return {{{s[0], s[1] * factor_of(a), s[2] * factor_of(a), s[3]}, DType::f32}};
}

std::vector<TensorType> infer_smaller(std::span<const TensorType> inputs, const Attributes& a) {
  const Shape& s = require_pictures(inputs, a);
  core::require(s[1] >= factor_of(a) && s[2] >= factor_of(a), "a window of {} does not fit in {}", factor_of(a),
                s.to_string());
  return {{{s[0], s[1] / factor_of(a), s[2] / factor_of(a), s[3]}, DType::f32}};
}

float& at(HostTensor& t, std::int64_t b, std::int64_t y, std::int64_t x, std::int64_t c) {
  const Shape& s = t.type.shape;
  return t.floats[static_cast<std::size_t>(((b * s[1] + y) * s[2] + x) * s[3] + c)];
}

/// Calls f(b, y, x, c) for each element.
template <typename F>
void for_each(const Shape& s, F f) {
  for (std::int64_t b = 0; b < s[0]; ++b) {
    for (std::int64_t y = 0; y < s[1]; ++y) {
      for (std::int64_t x = 0; x < s[2]; ++x) {
        for (std::int64_t c = 0; c < s[3]; ++c) f(b, y, x, c);
      }
    }
  }
}

struct Place {
  std::int64_t low;
  std::int64_t high;
  float share;  ///< of `high`
};

Place place(std::int64_t fine, std::int64_t factor, std::int64_t extent) {
  const float position = std::clamp((static_cast<float>(fine) + 0.5F) / static_cast<float>(factor) - 0.5F, 0.0F,
                                    static_cast<float>(extent - 1));
  const auto low = static_cast<std::int64_t>(position);
  return {low, std::min(low + 1, extent - 1), position - static_cast<float>(low)};
}

/// Calls f(y, x, weight) for the four coarse pixels that make a fine one.
template <typename F>
void for_each_corner(const Shape& coarse, std::int64_t factor, std::int64_t y, std::int64_t x, F f) {
  const Place v = place(y, factor, coarse[1]);
  const Place h = place(x, factor, coarse[2]);
  f(v.low, h.low, (1 - v.share) * (1 - h.share));
  f(v.low, h.high, (1 - v.share) * h.share);
  f(v.high, h.low, v.share * (1 - h.share));
  f(v.high, h.high, v.share * h.share);
}

KernelPlan plan_grid(const KernelSite& site, Mode mode) {
  const Shape& in = site.inputs[0].shape;
  const Shape& out = site.outputs[0].shape;
  const bool vectors = out[3] % 4 == 0;
  const std::int64_t unit = vectors ? 4 : 1;
  tensor::KernelCall call;
  call.shader = "grid";
  const std::int64_t items = (mode == Mode::repeat ? in : out).count() / unit;
  call.constants = {vectors, static_cast<std::uint32_t>(mode), word(factor_of(site.attributes))};
  call.operands = {vectors ? tensor::input_texel4(0) : tensor::input_texel1(0), tensor::output_storage(0)};
  call.push = {word(items),
               word(out[1]),
               word(out[2]),
               word(in[1]),
               word(in[2]),
               word(out[3] / unit),
               tensor::float_word(weight_of(site.attributes))};
  call.groups = flat_groups(ceil_div(items, 64));
  KernelPlan plan;
  plan.calls.push_back(std::move(call));
  plan.flops = static_cast<double>(std::max(in.count(), out.count()));
  return plan;
}

std::vector<Example> grid_examples(const std::vector<std::pair<Shape, std::int64_t>>& cases, double weight) {
  std::vector<Example> examples;
  for (const auto& [shape, factor] : cases) {
    examples.push_back(example(shape.to_string() + " by " + std::to_string(factor), {uniform_input(shape)},
                               {{"factor", factor}, {"weight", weight}}));
  }
  return examples;
}

std::vector<Example> larger_examples(double weight) {
  return grid_examples({{{2, 3, 2, 4}, 2}, {{1, 2, 3, 3}, 3}, {{1, 1, 1, 8}, 4}, {{2, 3, 3, 5}, 2}}, weight);
}

std::vector<Example> smaller_examples(double weight) {
  return grid_examples({{{2, 4, 6, 4}, 2}, {{1, 6, 3, 3}, 3}, {{1, 5, 7, 8}, 2}, {{2, 3, 4, 5}, 2}}, weight);
}

Tensor apply(const Op& op, Tensor x, std::int64_t factor, double weight = 1) {
  return x.graph->apply_one(op, {x}, {{"factor", factor}, {"weight", weight}});
}

extern const Op pool_op;

/// Zeros where the windows of `factor` left rows and columns over.
Tensor pad_to(Tensor grad, const Shape& shape) {
  return pad(grad, {0, 0, 0, 0}, {0, shape[1] - grad.dim(1), shape[2] - grad.dim(2), 0});
}

const Op upsample_nearest_op = {
    .name = "upsample_nearest",  // times `weight`
    .family = Family::data,
    .infer = infer_larger,
    .reference =
        [](const ReferenceSite& s) {
          const std::int64_t f = factor_of(s.attributes);
          for_each(s.outputs[0].type.shape, [&](auto b, auto y, auto x, auto c) {
            at(s.outputs[0], b, y, x, c) = at(*s.inputs[0], b, y / f, x / f, c) * weight_of(s.attributes);
          });
        },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> {
      return {apply(pool_op, s.grads[0], factor_of(s.attributes), weight_of(s.attributes))};
    },
    .kernel = [](const KernelSite& site) { return plan_grid(site, Mode::repeat); },
    .examples = [] { return larger_examples(0.5); },
};

const Op pool_op = {
    .name = "sum_pool2d",  // sums of windows, times `weight`
    .family = Family::data,
    .infer = infer_smaller,
    .reference =
        [](const ReferenceSite& s) {
          const std::int64_t f = factor_of(s.attributes);
          for_each(s.outputs[0].type.shape, [&](auto b, auto y, auto x, auto c) {
            double sum = 0;
            for (std::int64_t i = 0; i < f * f; ++i) sum += at(*s.inputs[0], b, y * f + i / f, x * f + i % f, c);
            at(s.outputs[0], b, y, x, c) = static_cast<float>(sum) * weight_of(s.attributes);
          });
        },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> {
      const Tensor grad = apply(upsample_nearest_op, s.grads[0], factor_of(s.attributes), weight_of(s.attributes));
      return {pad_to(grad, s.inputs[0].shape())};
    },
    .kernel = [](const KernelSite& site) { return plan_grid(site, Mode::average); },
    .examples = [] { return smaller_examples(0.25); },
};

extern const Op upsample_bilinear_op;

/// Adds each fine pixel to the coarse ones it was made of: [B, H f, W f, C] -> [B, H, W, C]
const Op upsample_bilinear_grad_op = {
    .name = "upsample_bilinear_grad",
    .family = Family::data,
    .infer = infer_smaller,
    .reference =
        [](const ReferenceSite& s) {
          HostTensor& out = s.outputs[0];
          for_each(s.inputs[0]->type.shape, [&](auto b, auto y, auto x, auto c) {
            const float grad = at(*s.inputs[0], b, y, x, c);
            for_each_corner(out.type.shape, factor_of(s.attributes), y, x,
                            [&](auto v, auto h, float weight) { at(out, b, v, h, c) += weight * grad; });
          });
        },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> {
      return {apply(upsample_bilinear_op, s.grads[0], factor_of(s.attributes))};
    },
    .kernel = [](const KernelSite& site) { return plan_grid(site, Mode::bilinear_grad); },
    .examples =
        [] {
          return grid_examples({{{2, 4, 6, 4}, 2}, {{1, 6, 3, 3}, 3}, {{1, 2, 8, 5}, 2}}, 1);
        },
};

const Op upsample_bilinear_op = {
    .name = "upsample_bilinear",
    .family = Family::data,
    .infer = infer_larger,
    .reference =
        [](const ReferenceSite& s) {
          HostTensor& in = *s.inputs[0];
          for_each(s.outputs[0].type.shape, [&](auto b, auto y, auto x, auto c) {
            float& result = at(s.outputs[0], b, y, x, c);
            for_each_corner(in.type.shape, factor_of(s.attributes), y, x,
                            [&](auto v, auto h, float weight) { result += weight * at(in, b, v, h, c); });
          });
        },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> {
      return {apply(upsample_bilinear_grad_op, s.grads[0], factor_of(s.attributes))};
    },
    .kernel = [](const KernelSite& site) { return plan_grid(site, Mode::bilinear); },
    .examples = [] { return larger_examples(1); },
};

/// Index of the first largest element of a window, in [0, factor^2).
std::int64_t winner_of(HostTensor& in, std::int64_t f, std::int64_t b, std::int64_t y, std::int64_t x, std::int64_t c) {
  std::int64_t winner = 0;
  float most = at(in, b, y * f, x * f, c);
  for (std::int64_t i = 1; i < f * f; ++i) {
    const float value = at(in, b, y * f + i / f, x * f + i % f, c);
    if (value > most) {
      most = value;
      winner = i;
    }
  }
  return winner;
}

KernelPlan plan_max_grad(const KernelSite& site) {
  const Shape& in = site.inputs[0].shape;
  const std::int64_t f = factor_of(site.attributes);
  const bool vectors = in[3] % 4 == 0;
  const std::int64_t channels = vectors ? in[3] / 4 : in[3];
  const std::int64_t height = ceil_div(in[1], f);
  const std::int64_t width = ceil_div(in[2], f);
  const std::int64_t count = in[0] * height * width * channels;
  tensor::KernelCall call;
  call.shader = "grid_max_grad";
  call.constants = {vectors};
  for (int i = 0; i < 2; ++i) call.operands.push_back(vectors ? tensor::input_texel4(i) : tensor::input_texel1(i));
  call.operands.push_back(tensor::output_storage(0));
  call.push = {word(count), word(height), word(width), word(in[1]), word(in[2]), word(channels), word(f)};
  call.groups = flat_groups(ceil_div(count, 64));
  KernelPlan plan;
  plan.calls.push_back(std::move(call));
  return plan;
}

const Op max_pool2d_grad_op = {
    .name = "max_pool2d_grad",  // of x, dy
    .family = Family::data,
    .infer = [](std::span<const TensorType> inputs, const Attributes&) -> std::vector<TensorType> {
      return {{inputs[0].shape, DType::f32}};
    },
    .reference =
        [](const ReferenceSite& s) {
          const std::int64_t f = factor_of(s.attributes);
          for_each(s.inputs[1]->type.shape, [&](auto b, auto y, auto x, auto c) {
            const std::int64_t i = winner_of(*s.inputs[0], f, b, y, x, c);
            at(s.outputs[0], b, y * f + i / f, x * f + i % f, c) = at(*s.inputs[1], b, y, x, c);
          });
        },
    .gradient = nullptr,
    .kernel = plan_max_grad,
    .examples =
        [] {
          const Attributes two = {{"factor", std::int64_t{2}}};
          return std::vector<Example>{
              example_without_gradient("even", {uniform_input({2, 4, 6, 4}), uniform_input({2, 2, 3, 4})}, two),
              example_without_gradient("odd", {uniform_input({2, 5, 3, 3}), uniform_input({2, 2, 1, 3})}, two),
              example_without_gradient("ties", {float_input({1, 2, 2, 1}, {1, 1, 1, 1}), uniform_input({1, 1, 1, 1})},
                                       two),
          };
        },
};

const Op max_pool2d_op = {
    .name = "max_pool2d",
    .family = Family::data,
    .infer = infer_smaller,
    .reference =
        [](const ReferenceSite& s) {
          const std::int64_t f = factor_of(s.attributes);
          for_each(s.outputs[0].type.shape, [&](auto b, auto y, auto x, auto c) {
            const std::int64_t i = winner_of(*s.inputs[0], f, b, y, x, c);
            at(s.outputs[0], b, y, x, c) = at(*s.inputs[0], b, y * f + i / f, x * f + i % f, c);
          });
        },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> {
      return {s.graph.apply_one(max_pool2d_grad_op, {s.inputs[0], s.grads[0]}, s.attributes)};
    },
    .kernel = [](const KernelSite& site) { return plan_grid(site, Mode::largest); },
    .examples = [] { return smaller_examples(1); },
};

}  // namespace

Tensor upsample_nearest(Tensor x, std::int64_t factor) {
  return factor == 1 ? x : apply(upsample_nearest_op, x, factor);
}
Tensor upsample_bilinear(Tensor x, std::int64_t factor) {
  return factor == 1 ? x : apply(upsample_bilinear_op, x, factor);
}
Tensor avg_pool2d(Tensor x, std::int64_t size) {
  return size == 1 ? x : apply(pool_op, x, size, 1.0 / static_cast<double>(size * size));
}
Tensor max_pool2d(Tensor x, std::int64_t size) { return size == 1 ? x : apply(max_pool2d_op, x, size); }

std::vector<const Op*> grid_ops();
std::vector<const Op*> grid_ops() {
  return {&upsample_nearest_op,       &pool_op,       &upsample_bilinear_op,
          &upsample_bilinear_grad_op, &max_pool2d_op, &max_pool2d_grad_op};
}

}  // namespace figment::ops
