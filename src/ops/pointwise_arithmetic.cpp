#include <algorithm>
#include <cmath>

#include "ops/pointwise.h"
#include "tensor/gradient.h"

namespace figment::ops {
namespace {

using namespace pointwise;

std::string call(const char* function, Names x) {
  std::string text = std::string(function) + "(";
  for (std::size_t i = 0; i < x.size(); ++i) text += (i ? ", " : "") + x[i];
  return text + ")";
}

const Op add_op = {
    .name = "add",
    .infer = infer,
    .reference = [](const ReferenceSite& s) { map2(s, [](float a, float b) { return a + b; }); },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> {
      return {grad_if_needed(s, 0, [&] { return s.grads[0]; }), grad_if_needed(s, 1, [&] { return s.grads[0]; })};
    },
    .expression = [](Names x, Names) { return x[0] + " + " + x[1]; },
    .examples = [] { return binary_examples(-2, 2); },
};

const Op sub_op = {
    .name = "sub",
    .infer = infer,
    .reference = [](const ReferenceSite& s) { map2(s, [](float a, float b) { return a - b; }); },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> {
      return {grad_if_needed(s, 0, [&] { return s.grads[0]; }), grad_if_needed(s, 1, [&] { return neg(s.grads[0]); })};
    },
    .expression = [](Names x, Names) { return x[0] + " - " + x[1]; },
    .examples = [] { return binary_examples(-2, 2); },
};

const Op mul_op = {
    .name = "mul",
    .infer = infer,
    .reference = [](const ReferenceSite& s) { map2(s, [](float a, float b) { return a * b; }); },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> {
      return {grad_if_needed(s, 0, [&] { return mul(s.grads[0], s.inputs[1]); }),
              grad_if_needed(s, 1, [&] { return mul(s.grads[0], s.inputs[0]); })};
    },
    .expression = [](Names x, Names) { return x[0] + " * " + x[1]; },
    .examples = [] { return binary_examples(-2, 2); },
};

const Op div_op = {
    .name = "div",
    .infer = infer,
    .reference = [](const ReferenceSite& s) { map2(s, [](float a, float b) { return a / b; }); },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> {
      return {grad_if_needed(s, 0, [&] { return div(s.grads[0], s.inputs[1]); }),
              grad_if_needed(s, 1, [&] { return neg(div(mul(s.grads[0], s.outputs[0]), s.inputs[1])); })};
    },
    .expression = [](Names x, Names) { return x[0] + " / " + x[1]; },
    .examples = [] { return binary_examples(0.5F, 2); },
};

/// The gradient of minimum and maximum: input 0 gets it where `first` is 1, input 1 elsewhere.
std::vector<Tensor> choose_gradient(const GradientSite& s, Tensor first) {
  const Tensor grad = s.grads[0];
  return {grad_if_needed(s, 0, [&] { return mul(grad, first); }),
          grad_if_needed(s, 1, [&] { return sub(grad, mul(grad, first)); })};
}

const Op minimum_op = {
    .name = "minimum",
    .infer = infer,
    .reference = [](const ReferenceSite& s) { map2(s, [](float a, float b) { return std::min(a, b); }); },
    .gradient = [](const GradientSite& s) { return choose_gradient(s, greater(s.inputs[1], s.inputs[0])); },
    .expression = [](Names x, Names) { return call("min", x); },
    .examples = [] { return binary_examples(-1, 1); },
};

const Op maximum_op = {
    .name = "maximum",
    .infer = infer,
    .reference = [](const ReferenceSite& s) { map2(s, [](float a, float b) { return std::max(a, b); }); },
    .gradient = [](const GradientSite& s) { return choose_gradient(s, greater(s.inputs[0], s.inputs[1])); },
    .expression = [](Names x, Names) { return call("max", x); },
    .examples = [] { return binary_examples(-1, 1); },
};

const Op pow_op = {
    .name = "pow",
    .infer = infer,
    .reference = [](const ReferenceSite& s) { map1(s, [k = constant_of(s)](float a) { return std::pow(a, k); }); },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> {
      const auto k = static_cast<float>(s.attributes.number("k"));
      return {mul(s.grads[0], scale(pow(s.inputs[0], k - 1), k))};
    },
    .expression = [](Names x, Names k) { return "exp(" + k[0] + " * log(" + x[0] + "))"; },
    .constants = one_constant,
    .examples =
        [] {
          return unary_examples(0.5F, 2, {{"k", 1.7}});
        },
};

const Op scale_op = {
    .name = "scale",
    .infer = infer,
    .reference = [](const ReferenceSite& s) { map1(s, [k = constant_of(s)](float a) { return a * k; }); },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> {
      return {scale(s.grads[0], static_cast<float>(s.attributes.number("k")))};
    },
    .expression = [](Names x, Names k) { return x[0] + " * " + k[0]; },
    .constants = one_constant,
    .examples =
        [] {
          return unary_examples(-2, 2, {{"k", -1.5}});
        },
};

const Op shift_op = {
    .name = "shift",
    .infer = infer,
    .reference = [](const ReferenceSite& s) { map1(s, [k = constant_of(s)](float a) { return a + k; }); },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> { return {s.grads[0]}; },
    .expression = [](Names x, Names k) { return x[0] + " + " + k[0]; },
    .constants = one_constant,
    .examples =
        [] {
          return unary_examples(-2, 2, {{"k", 0.75}});
        },
};

const Op neg_op = {
    .name = "neg",
    .infer = infer,
    .reference = [](const ReferenceSite& s) { map1(s, [](float a) { return -a; }); },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> { return {neg(s.grads[0])}; },
    .expression = [](Names x, Names) { return "-" + x[0]; },
    .examples = [] { return unary_examples(-2, 2); },
};

const Op exp_op = {
    .name = "exp",
    .infer = infer,
    .reference = [](const ReferenceSite& s) { map1(s, [](float a) { return std::exp(a); }); },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> { return {mul(s.grads[0], s.outputs[0])}; },
    .expression = [](Names x, Names) { return call("exp", x); },
    .examples = [] { return unary_examples(-3, 2); },
};

const Op log_op = {
    .name = "log",
    .infer = infer,
    .reference = [](const ReferenceSite& s) { map1(s, [](float a) { return std::log(a); }); },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> { return {div(s.grads[0], s.inputs[0])}; },
    .expression = [](Names x, Names) { return call("log", x); },
    .examples = [] { return unary_examples(0.5F, 3); },
};

const Op sqrt_op = {
    .name = "sqrt",
    .infer = infer,
    .reference = [](const ReferenceSite& s) { map1(s, [](float a) { return std::sqrt(a); }); },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> {
      return {scale(div(s.grads[0], s.outputs[0]), 0.5F)};
    },
    .expression = [](Names x, Names) { return call("sqrt", x); },
    .examples = [] { return unary_examples(0.5F, 3); },
};

const Op rsqrt_op = {
    .name = "rsqrt",
    .infer = infer,
    .reference = [](const ReferenceSite& s) { map1(s, [](float a) { return 1 / std::sqrt(a); }); },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> {
      return {scale(div(mul(s.grads[0], s.outputs[0]), s.inputs[0]), -0.5F)};
    },
    .expression = [](Names x, Names) { return call("inversesqrt", x); },
    .examples = [] { return unary_examples(0.5F, 3); },
};

const Op square_op = {
    .name = "square",
    .infer = infer,
    .reference = [](const ReferenceSite& s) { map1(s, [](float a) { return a * a; }); },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> { return {scale(mul(s.grads[0], s.inputs[0]), 2)}; },
    .expression = [](Names x, Names) { return x[0] + " * " + x[0]; },
    .examples = [] { return unary_examples(-2, 2); },
};

const Op abs_op = {
    .name = "abs",
    .infer = infer,
    .reference = [](const ReferenceSite& s) { map1(s, [](float a) { return std::abs(a); }); },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> { return {mul(s.grads[0], sign(s.inputs[0]))}; },
    .expression = [](Names x, Names) { return call("abs", x); },
    .examples = [] { return unary_examples(-2, 2); },
};

const Op sign_op = {
    .name = "sign",
    .infer = infer,
    .reference = [](const ReferenceSite& s) { map1(s, [](float a) { return static_cast<float>((a > 0) - (a < 0)); }); },
    .gradient = [](const GradientSite&) -> std::vector<Tensor> { return {Tensor{}}; },
    .expression = [](Names x, Names) { return call("sign", x); },
    .examples = [] { return unary_examples(-2, 2); },
};

const Op sin_op = {
    .name = "sin",
    .infer = infer,
    .reference = [](const ReferenceSite& s) { map1(s, [](float a) { return std::sin(a); }); },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> { return {mul(s.grads[0], cos(s.inputs[0]))}; },
    .expression = [](Names x, Names) { return call("sin", x); },
    .examples = [] { return unary_examples(-4, 4); },
};

const Op cos_op = {
    .name = "cos",
    .infer = infer,
    .reference = [](const ReferenceSite& s) { map1(s, [](float a) { return std::cos(a); }); },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> { return {neg(mul(s.grads[0], sin(s.inputs[0])))}; },
    .expression = [](Names x, Names) { return call("cos", x); },
    .examples = [] { return unary_examples(-4, 4); },
};

const Op clamp_op = {
    .name = "clamp",
    .infer = infer,
    .reference =
        [](const ReferenceSite& s) {
          map1(s, [low = static_cast<float>(s.attributes.number("low")),
                   high = static_cast<float>(s.attributes.number("high"))](float a) {
            return std::min(std::max(a, low), high);
          });
        },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> {
      // 1 between the bounds: where clamping changes nothing.
      const Tensor moved = abs(sign(sub(s.inputs[0], s.outputs[0])));
      return {sub(s.grads[0], mul(s.grads[0], moved))};
    },
    .expression = [](Names x, Names k) { return "min(max(" + x[0] + ", " + k[0] + "), " + k[1] + ")"; },
    .constants = [](const Attributes& a) -> std::vector<float> {
      return {static_cast<float>(a.number("low")), static_cast<float>(a.number("high"))};
    },
    .examples =
        [] {
          return unary_examples(-2, 2, {{"low", -1.25}, {"high", 0.67}});
        },
};

const Op greater_op = {
    .name = "greater",
    .infer = infer,
    .reference = [](const ReferenceSite& s) { map2(s, [](float a, float b) { return a > b ? 1.0F : 0.0F; }); },
    .gradient = [](const GradientSite&) -> std::vector<Tensor> {
      return {Tensor{}, Tensor{}};
    },
    .expression = [](Names x, Names) { return "1.0 - step(" + x[0] + ", " + x[1] + ")"; },
    .examples = [] { return binary_examples(-1, 1); },
};

std::vector<Example> where_examples() {
  std::vector<Example> examples;
  const std::vector<std::vector<Shape>> shapes = {
      {{}, {}, {}}, {{3, 8}, {3, 8}, {3, 8}}, {{7}, {3, 7}, {}}, {{2, 1, 5}, {3, 5}, {2, 3, 1}}};
  for (const auto& s : shapes) {
    examples.push_back({.name = s[0].to_string(),
                        .inputs = {grid_input(s[0], 0, 1), grid_input(s[1], -2, 2), grid_input(s[2], -1, 1)},
                        .checked = {false, true, true}});
  }
  return examples;
}

const Op where_op = {
    .name = "where",
    .infer = infer,
    .reference = [](const ReferenceSite& s) { map3(s, [](float c, float a, float b) { return c > 0.5F ? a : b; }); },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> {
      const Tensor zero = s.graph.scalar(0);
      return {Tensor{}, grad_if_needed(s, 1, [&] { return where(s.inputs[0], s.grads[0], zero); }),
              grad_if_needed(s, 2, [&] { return where(s.inputs[0], zero, s.grads[0]); })};
    },
    .expression =
        [](Names x, Names) {
          return "mix(" + x[2] + ", " + x[1] + ", 1.0 - step(" + x[0] + ", " + x[0] + " * 0.0 + 0.5))";
        },
    .examples = where_examples,
};

Tensor unary(const Op& op, Tensor a) { return a.graph->apply_one(op, {a}); }
Tensor with_constant(const Op& op, Tensor a, float k) { return a.graph->apply_one(op, {a}, {{"k", double{k}}}); }
Tensor binary(const Op& op, Tensor a, Tensor b) { return a.graph->apply_one(op, {a, b}); }

// Here, beside `add`, so that a program that links any arithmetic has it.
[[maybe_unused]] const bool accumulate_is_set = [] {
  tensor::gradient_support().accumulate = add;
  return true;
}();

}  // namespace

Tensor add(Tensor a, Tensor b) { return binary(add_op, a, b); }
Tensor sub(Tensor a, Tensor b) { return binary(sub_op, a, b); }
Tensor mul(Tensor a, Tensor b) { return binary(mul_op, a, b); }
Tensor div(Tensor a, Tensor b) { return binary(div_op, a, b); }
Tensor minimum(Tensor a, Tensor b) { return binary(minimum_op, a, b); }
Tensor maximum(Tensor a, Tensor b) { return binary(maximum_op, a, b); }
Tensor pow(Tensor a, float exponent) { return with_constant(pow_op, a, exponent); }
Tensor scale(Tensor a, float factor) { return factor == 1 ? a : with_constant(scale_op, a, factor); }
Tensor shift(Tensor a, float addend) { return addend == 0 ? a : with_constant(shift_op, a, addend); }
Tensor neg(Tensor a) { return unary(neg_op, a); }
Tensor exp(Tensor a) { return unary(exp_op, a); }
Tensor log(Tensor a) { return unary(log_op, a); }
Tensor sqrt(Tensor a) { return unary(sqrt_op, a); }
Tensor rsqrt(Tensor a) { return unary(rsqrt_op, a); }
Tensor square(Tensor a) { return unary(square_op, a); }
Tensor abs(Tensor a) { return unary(abs_op, a); }
Tensor sign(Tensor a) { return unary(sign_op, a); }
Tensor sin(Tensor a) { return unary(sin_op, a); }
Tensor cos(Tensor a) { return unary(cos_op, a); }
Tensor greater(Tensor a, Tensor b) { return binary(greater_op, a, b); }
Tensor clamp(Tensor a, float low, float high) {
  core::require(low <= high, "clamp needs low <= high, and is given {} and {}", low, high);
  return a.graph->apply_one(clamp_op, {a}, {{"low", double{low}}, {"high", double{high}}});
}
Tensor where(Tensor condition, Tensor a, Tensor b) { return a.graph->apply_one(where_op, {condition, a, b}); }

std::vector<const Op*> pointwise_arithmetic_ops();
std::vector<const Op*> pointwise_arithmetic_ops() {
  return {&add_op,   &sub_op, &mul_op, &div_op,   &minimum_op, &maximum_op, &pow_op,    &scale_op,
          &shift_op, &neg_op, &exp_op, &log_op,   &sqrt_op,    &rsqrt_op,   &square_op, &abs_op,
          &sign_op,  &sin_op, &cos_op, &clamp_op, &greater_op, &where_op};
}

}  // namespace figment::ops
