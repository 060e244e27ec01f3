#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ops/pointwise.h"

namespace figment::ops {
namespace {

using namespace pointwise;

// Exponents are clamped: an infinity on the way would be undefined on some devices.
std::string sigmoid_of(const std::string& x) { return fmt::format("(1.0 / (1.0 + exp(min(-{}, 80.0))))", x); }
std::string positive(const std::string& x) { return fmt::format("max(sign({}), 0.0)", x); }

float sigmoid_at(float x) { return 1 / (1 + std::exp(-x)); }

/// What the gradient op of an activation (inputs x, dy) has in common.
Tensor grad_of(const Op& op, Tensor x, Tensor dy, Attributes attributes = {}) {
  return x.graph->apply_one(op, {x, dy}, std::move(attributes));
}

/// Gradient ops that are linear in dy with a locally constant factor can be differentiated again.
std::vector<Tensor> piecewise_linear_gradient(const GradientSite& s, const Op& op) {
  return {Tensor{}, s.needed[1] ? grad_of(op, s.inputs[0], s.grads[0], s.attributes) : Tensor{}};
}

std::vector<Example> grad_examples(float low, float high, const Attributes& attributes = {}) {
  std::vector<Example> examples;
  for (const Shape& shape : {Shape{}, Shape{5}, Shape{2, 3, 8}}) {
    examples.push_back({.name = shape.to_string(),
                        .inputs = {grid_input(shape, low, high), grid_input(shape, -1, 1, 0.3F)},
                        .attributes = attributes,
                        .checked = {false, true}});
  }
  return examples;
}

const Op tanh_grad_op = {
    .name = "tanh_grad",  // of y = tanh(x), dy
    .infer = infer,
    .reference = [](const ReferenceSite& s) { map2(s, [](float y, float dy) { return dy * (1 - y * y); }); },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> {
      return {s.needed[0] ? scale(mul(mul(s.grads[0], s.inputs[1]), s.inputs[0]), -2) : Tensor{},
              s.needed[1] ? grad_of(tanh_grad_op, s.inputs[0], s.grads[0]) : Tensor{}};
    },
    .expression = [](Names x, Names) { return x[1] + " * (1.0 - " + x[0] + " * " + x[0] + ")"; },
    .examples = [] { return grad_examples(-0.9F, 0.9F); },
};

const Op tanh_op = {
    .name = "tanh",
    .infer = infer,
    .reference = [](const ReferenceSite& s) { map1(s, [](float a) { return std::tanh(a); }); },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> {
      return {grad_of(tanh_grad_op, s.outputs[0], s.grads[0])};
    },
    .expression = [](Names x, Names) { return "tanh(clamp(" + x[0] + ", -15.0, 15.0))"; },
    .examples =
        [] {
          std::vector<Example> examples = unary_examples(-3, 3);
          examples.push_back({.name = "saturated", .inputs = {grid_input({6}, -300, 300)}, .check_gradient = false});
          return examples;
        },
};

const Op sigmoid_grad_op = {
    .name = "sigmoid_grad",  // of y = sigmoid(x), dy
    .infer = infer,
    .reference = [](const ReferenceSite& s) { map2(s, [](float y, float dy) { return dy * y * (1 - y); }); },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> {
      return {s.needed[0] ? mul(mul(s.grads[0], s.inputs[1]), shift(scale(s.inputs[0], -2), 1)) : Tensor{},
              s.needed[1] ? grad_of(sigmoid_grad_op, s.inputs[0], s.grads[0]) : Tensor{}};
    },
    .expression = [](Names x, Names) { return x[1] + " * " + x[0] + " * (1.0 - " + x[0] + ")"; },
    .examples = [] { return grad_examples(0.1F, 0.9F); },
};

const Op sigmoid_op = {
    .name = "sigmoid",
    .infer = infer,
    .reference = [](const ReferenceSite& s) { map1(s, sigmoid_at); },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> {
      return {grad_of(sigmoid_grad_op, s.outputs[0], s.grads[0])};
    },
    .expression = [](Names x, Names) { return sigmoid_of(x[0]); },
    .examples =
        [] {
          std::vector<Example> examples = unary_examples(-3, 3);
          examples.push_back({.name = "saturated", .inputs = {grid_input({6}, -300, 300)}, .check_gradient = false});
          return examples;
        },
};

const Op softplus_op = {
    .name = "softplus",
    .infer = infer,
    .reference =
        [](const ReferenceSite& s) {
          map1(s, [](float a) { return std::max(a, 0.0F) + std::log1p(std::exp(-std::abs(a))); });
        },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> { return {mul(s.grads[0], sigmoid(s.inputs[0]))}; },
    .expression = [](Names x, Names) { return "max(" + x[0] + ", 0.0) + log(1.0 + exp(-abs(" + x[0] + ")))"; },
    .examples =
        [] {
          std::vector<Example> examples = unary_examples(-3, 3);
          examples.push_back({.name = "far", .inputs = {grid_input({6}, -300, 300)}, .check_gradient = false});
          return examples;
        },
};

const Op relu_grad_op = {
    .name = "relu_grad",
    .infer = infer,
    .reference = [](const ReferenceSite& s) { map2(s, [](float x, float dy) { return x > 0 ? dy : 0; }); },
    .gradient = [](const GradientSite& s) { return piecewise_linear_gradient(s, relu_grad_op); },
    .expression = [](Names x, Names) { return x[1] + " * " + positive(x[0]); },
    .examples = [] { return grad_examples(-1, 1); },
};

const Op relu_op = {
    .name = "relu",
    .infer = infer,
    .reference = [](const ReferenceSite& s) { map1(s, [](float a) { return std::max(a, 0.0F); }); },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> {
      return {grad_of(relu_grad_op, s.inputs[0], s.grads[0])};
    },
    .expression = [](Names x, Names) { return "max(" + x[0] + ", 0.0)"; },
    .examples = [] { return unary_examples(-1, 1); },
};

const Op leaky_relu_grad_op = {
    .name = "leaky_relu_grad",
    .infer = infer,
    .reference =
        [](const ReferenceSite& s) {
          map2(s, [k = constant_of(s)](float x, float dy) { return x > 0 ? dy : k * dy; });
        },
    .gradient = [](const GradientSite& s) { return piecewise_linear_gradient(s, leaky_relu_grad_op); },
    .expression = [](Names x,
                     Names k) { return x[1] + " * (" + positive(x[0]) + " * (1.0 - " + k[0] + ") + " + k[0] + ")"; },
    .constants = one_constant,
    .examples =
        [] {
          return grad_examples(-1, 1, {{"k", 0.2}});
        },
};

const Op leaky_relu_op = {
    .name = "leaky_relu",
    .infer = infer,
    .reference = [](const ReferenceSite& s) { map1(s, [k = constant_of(s)](float a) { return a > 0 ? a : k * a; }); },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> {
      return {grad_of(leaky_relu_grad_op, s.inputs[0], s.grads[0], s.attributes)};
    },
    .expression = [](Names x, Names k) { return "max(" + x[0] + ", 0.0) + " + k[0] + " * min(" + x[0] + ", 0.0)"; },
    .constants = one_constant,
    .examples =
        [] {
          return unary_examples(-1, 1, {{"k", 0.2}});
        },
};

const Op elu_grad_op = {
    .name = "elu_grad",
    .infer = infer,
    .reference =
        [](const ReferenceSite& s) {
          map2(s, [k = constant_of(s)](float x, float dy) { return x > 0 ? dy : k * std::exp(x) * dy; });
        },
    .gradient = nullptr,
    .expression =
        [](Names x, Names k) {
          return x[1] + " * mix(" + k[0] + " * exp(min(" + x[0] + ", 0.0)), " + x[0] + " * 0.0 + 1.0, " +
                 positive(x[0]) + ")";
        },
    .constants = one_constant,
    .examples =
        [] {
          return grad_examples(-2, 2, {{"k", 0.7}});
        },
};

const Op elu_op = {
    .name = "elu",
    .infer = infer,
    .reference =
        [](const ReferenceSite& s) {
          map1(s, [k = constant_of(s)](float a) { return a > 0 ? a : k * (std::exp(a) - 1); });
        },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> {
      return {grad_of(elu_grad_op, s.inputs[0], s.grads[0], s.attributes)};
    },
    .expression = [](Names x,
                     Names k) { return "max(" + x[0] + ", 0.0) + " + k[0] + " * (exp(min(" + x[0] + ", 0.0)) - 1.0)"; },
    .constants = one_constant,
    .examples =
        [] {
          return unary_examples(-2, 2, {{"k", 0.7}});
        },
};

// gelu(x) = x sigmoid(2u), u = sqrt(2/pi) (x + 0.044715 x^3): the tanh form rewritten.
constexpr float gelu_linear = 1.5957691216F;
constexpr float gelu_cubic = 0.0713548162726F;

std::string gelu_gate(const std::string& x) {
  return fmt::format("(1.0 / (1.0 + exp(clamp(-{0} * (1.5957691216 + 0.0713548163 * {0} * {0}), -80.0, 80.0))))", x);
}

const Op gelu_grad_op = {
    .name = "gelu_grad",
    .infer = infer,
    .reference =
        [](const ReferenceSite& s) {
          map2(s, [](float x, float dy) {
            const float gate = sigmoid_at(gelu_linear * x + gelu_cubic * x * x * x);
            return dy * gate * (1 + x * (1 - gate) * (gelu_linear + 3 * gelu_cubic * x * x));
          });
        },
    .gradient = nullptr,
    .expression =
        [](Names x, Names) {
          const std::string gate = gelu_gate(x[0]);
          return x[1] + " * " + gate + " * (1.0 + " + x[0] + " * (1.0 - " + gate +
                 ") * (1.5957691216 + 0.2140644488 * " + x[0] + " * " + x[0] + "))";
        },
    .examples = [] { return grad_examples(-3, 3); },
};

const Op gelu_op = {
    .name = "gelu",
    .infer = infer,
    .reference =
        [](const ReferenceSite& s) {
          map1(s, [](float x) { return 0.5F * x * (1 + std::tanh(0.79788456F * (x + 0.044715F * x * x * x))); });
        },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> {
      return {grad_of(gelu_grad_op, s.inputs[0], s.grads[0])};
    },
    .expression = [](Names x, Names) { return x[0] + " * " + gelu_gate(x[0]); },
    .examples = [] { return unary_examples(-3, 3); },
};

const Op silu_grad_op = {
    .name = "silu_grad",
    .infer = infer,
    .reference =
        [](const ReferenceSite& s) {
          map2(s, [](float x, float dy) {
            const float gate = sigmoid_at(x);
            return dy * gate * (1 + x * (1 - gate));
          });
        },
    .gradient = nullptr,
    .expression =
        [](Names x, Names) {
          const std::string gate = sigmoid_of(x[0]);
          return x[1] + " * " + gate + " * (1.0 + " + x[0] + " * (1.0 - " + gate + "))";
        },
    .examples = [] { return grad_examples(-3, 3); },
};

const Op silu_op = {
    .name = "silu",
    .infer = infer,
    .reference = [](const ReferenceSite& s) { map1(s, [](float x) { return x * sigmoid_at(x); }); },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> {
      return {grad_of(silu_grad_op, s.inputs[0], s.grads[0])};
    },
    .expression = [](Names x, Names) { return x[0] + " * " + sigmoid_of(x[0]); },
    .examples = [] { return unary_examples(-3, 3); },
};

// tanh(softplus(x)) = n / (n + 2) with n = e^x (e^x + 2).
std::string mish_n(const std::string& x) {
  return fmt::format("(exp(min({0}, 20.0)) * (exp(min({0}, 20.0)) + 2.0))", x);
}

const Op mish_grad_op = {
    .name = "mish_grad",
    .infer = infer,
    .reference =
        [](const ReferenceSite& s) {
          map2(s, [](float x, float dy) {
            const float t = std::tanh(std::log1p(std::exp(x)));
            return dy * (t + x * (1 - t * t) * sigmoid_at(x));
          });
        },
    .gradient = nullptr,
    .expression =
        [](Names x, Names) {
          const std::string t = fmt::format("({0} / ({0} + 2.0))", mish_n(x[0]));
          return fmt::format("{} * ({} + {} * (1.0 - {} * {}) * {})", x[1], t, x[0], t, t, sigmoid_of(x[0]));
        },
    .examples = [] { return grad_examples(-3, 3); },
};

const Op mish_op = {
    .name = "mish",
    .infer = infer,
    .reference =
        [](const ReferenceSite& s) { map1(s, [](float x) { return x * std::tanh(std::log1p(std::exp(x))); }); },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> {
      return {grad_of(mish_grad_op, s.inputs[0], s.grads[0])};
    },
    .expression = [](Names x, Names) { return x[0] + " * " + mish_n(x[0]) + " / (" + mish_n(x[0]) + " + 2.0)"; },
    .examples = [] { return unary_examples(-3, 3); },
};

const Op hard_sigmoid_grad_op = {
    .name = "hard_sigmoid_grad",
    .infer = infer,
    .reference =
        [](const ReferenceSite& s) { map2(s, [](float x, float dy) { return std::abs(x) < 3 ? dy / 6 : 0; }); },
    .gradient = [](const GradientSite& s) { return piecewise_linear_gradient(s, hard_sigmoid_grad_op); },
    .expression = [](Names x, Names) { return x[1] + " * 0.16666667 * " + positive("3.0 - abs(" + x[0] + ")"); },
    .examples = [] { return grad_examples(-5, 5); },
};

const Op hard_sigmoid_op = {
    .name = "hard_sigmoid",
    .infer = infer,
    .reference = [](const ReferenceSite& s) { map1(s, [](float x) { return std::clamp(x / 6 + 0.5F, 0.0F, 1.0F); }); },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> {
      return {grad_of(hard_sigmoid_grad_op, s.inputs[0], s.grads[0])};
    },
    .expression = [](Names x, Names) { return "clamp(" + x[0] + " * 0.16666667 + 0.5, 0.0, 1.0)"; },
    .examples = [] { return unary_examples(-5.03F, 5); },
};

Tensor unary(const Op& op, Tensor a) { return a.graph->apply_one(op, {a}); }

}  // namespace

Tensor tanh(Tensor a) { return unary(tanh_op, a); }
Tensor sigmoid(Tensor a) { return unary(sigmoid_op, a); }
Tensor softplus(Tensor a) { return unary(softplus_op, a); }
Tensor relu(Tensor a) { return unary(relu_op, a); }
Tensor leaky_relu(Tensor a, float slope) { return a.graph->apply_one(leaky_relu_op, {a}, {{"k", double{slope}}}); }
Tensor elu(Tensor a, float alpha) { return a.graph->apply_one(elu_op, {a}, {{"k", double{alpha}}}); }
Tensor gelu(Tensor a) { return unary(gelu_op, a); }
Tensor silu(Tensor a) { return unary(silu_op, a); }
Tensor mish(Tensor a) { return unary(mish_op, a); }
Tensor hard_sigmoid(Tensor a) { return unary(hard_sigmoid_op, a); }

std::vector<const Op*> pointwise_activation_ops();
std::vector<const Op*> pointwise_activation_ops() {
  return {&tanh_op,
          &tanh_grad_op,
          &sigmoid_op,
          &sigmoid_grad_op,
          &softplus_op,
          &relu_op,
          &relu_grad_op,
          &leaky_relu_op,
          &leaky_relu_grad_op,
          &elu_op,
          &elu_grad_op,
          &gelu_op,
          &gelu_grad_op,
          &silu_op,
          &silu_grad_op,
          &mish_op,
          &mish_grad_op,
          &hard_sigmoid_op,
          &hard_sigmoid_grad_op};
}

}  // namespace figment::ops
