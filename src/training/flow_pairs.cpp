#include "training/flow_pairs.h"

#include <algorithm>

#include "core/error.h"
#include "core/half.h"
#include "ops/denoise.h"
#include "sampling/sampler.h"
#include "sampling/samplers.h"
#include "sampling/schedule.h"

namespace figment::training {

using tensor::DType;
using tensor::Tensor;

struct FlowPairs::Step {
  tensor::Graph graph;
  std::vector<Tensor> labels;
  std::unique_ptr<runtime::Program> program;
};

FlowPairs::FlowPairs(runtime::Context& context, std::shared_ptr<models::Unet> network, const Options& options)
    : context_(context), network_(std::move(network)), options_(options) {
  const sampling::NoiseProcess process = sampling::NoiseProcess::cosine();
  const auto points = sampling::make_schedule(sampling::schedule_named("karras"), process, options_.steps);
  sampling::SamplerOptions sampler;
  sampler.guidance = options_.guidance;
  table_ = sampling::make_step_table(sampling::sampler_named("dpmpp_2m"), points, sampling::Prediction::v, sampler);
  trace();
}

FlowPairs::~FlowPairs() { wait(); }

void FlowPairs::wait() const { step_->program->wait(); }

void FlowPairs::trace() {
  const models::UnetConfig& config = network_->config();
  const std::int64_t count = options_.at_once;
  const tensor::TensorType state = {{count, config.side(), config.side(), config.depth()}, DType::f32};
  x_ = tensor::make_variable("pairs.x", state);
  saved_ = tensor::make_variable("pairs.saved", state);
  for (auto& entry : history_) entry = tensor::make_variable("pairs.history", state);
  step_ = std::make_unique<Step>();
  tensor::Graph& graph = step_->graph;
  for (std::size_t i = 0; i < classes(); ++i) {
    step_->labels.push_back(graph.input("label" + std::to_string(i), {{2 * count}, DType::i32}));
  }
  const Tensor x = graph.variable(x_);
  ops::DenoiseInputs inputs;
  inputs.row = graph.input("row", {{ops::denoise_row_size}, DType::f32});
  const Tensor time = ops::broadcast_to(ops::slice(inputs.row, 0, 1, 2), {2 * count});
  const std::array<Tensor, 2> both = {x, x};
  inputs.output = (*network_)(ops::concat(both, 0), time, step_->labels);
  ops::DenoiseState variables;
  variables.x = x;
  variables.y = graph.variable(saved_);
  for (std::size_t i = 0; i < history_.size(); ++i) variables.history[i] = graph.variable(history_[i]);
  ops::denoise(variables, inputs);
  step_->program = runtime::compile(context_, graph, {}, {.name = "make pairs", .frozen = true});
}

void FlowPairs::begin(core::Random& random) {
  const models::UnetConfig& config = network_->config();
  begun_noise_.resize(static_cast<std::size_t>(x_->type.shape.count()));
  std::vector<float> scaled(begun_noise_.size());
  for (std::size_t i = 0; i < begun_noise_.size(); ++i) {
    begun_noise_[i] = random.normal();
    scaled[i] = table_.initial_scale * begun_noise_[i];
  }
  context_.upload(x_, scaled);
  begun_labels_.clear();
  for (int i = 0; i < options_.at_once; ++i) {
    for (const std::int64_t values : config.classes) {
      begun_labels_.push_back(static_cast<std::int32_t>(random.below(static_cast<std::uint32_t>(values))));
    }
  }
  const auto count = static_cast<std::size_t>(options_.at_once);
  for (std::size_t axis = 0; axis < classes(); ++axis) {
    std::vector<std::int32_t> labels(count, static_cast<std::int32_t>(config.classes[axis]));  // "any"
    for (std::size_t i = 0; i < count; ++i) labels.push_back(begun_labels_[i * classes() + axis]);
    step_->program->write_ints(step_->labels[axis], labels);
  }
}

void FlowPairs::finish() {
  const std::vector<float> pictures = context_.download(x_).floats;
  for (const float value : begun_noise_) noise_.push_back(core::float_to_half(value));
  for (const float value : pictures) pictures_.push_back(core::float_to_half(std::clamp(value, -1.0F, 1.0F)));
  labels_.insert(labels_.end(), begun_labels_.begin(), begun_labels_.end());
}

bool FlowPairs::advance(core::Random& random, double budget_ms) {
  if (is_full()) return true;
  runtime::Program& program = *step_->program;
  if (!is_evaluating_) {
    if (row_ == 0) begin(random);
    const auto row_size = static_cast<std::size_t>(ops::denoise_row_size);
    program.write("row", table_.floats().subspan(row_ * row_size, row_size));
    is_evaluating_ = true;
  }
  if (!is_submitted_) is_submitted_ = program.advance(budget_ms);
  if (!is_submitted_ || !program.is_idle()) return false;
  is_evaluating_ = is_submitted_ = false;
  row_ = (row_ + 1) % table_.rows.size();
  if (row_ == 0) finish();
  return true;
}

void FlowPairs::advance(core::Random& random) {
  constexpr double all_ms = 1e9;
  while (!advance(random, all_ms)) wait();
}

void FlowPairs::sample(core::Random& random, std::span<float> noise, std::span<float> pictures,
                       std::span<std::int32_t> labels) const {
  core::require(count() > 0, "there are no pairs of noise and picture yet; call advance()");
  const auto size = static_cast<std::size_t>(x_->type.shape.count()) / static_cast<std::size_t>(options_.at_once);
  const std::size_t batch = noise.size() / size;
  for (std::size_t i = 0; i < batch; ++i) {
    const std::size_t pair = random.below(static_cast<std::uint32_t>(count()));
    for (std::size_t k = 0; k < size; ++k) {
      noise[i * size + k] = core::half_to_float(noise_[pair * size + k]);
      pictures[i * size + k] = core::half_to_float(pictures_[pair * size + k]);
    }
    for (std::size_t axis = 0; axis < classes(); ++axis) {
      labels[axis * batch + i] = labels_[pair * classes() + axis];
    }
  }
}

}  // namespace figment::training
