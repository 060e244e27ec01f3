#include "training/trainer.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/error.h"
#include "formats/safetensors.h"
#include "ops/ops.h"
#include "ops/optimizer.h"
#include "tensor/gradient.h"
#include "training/weights.h"

namespace figment::training {

Trainer::Trainer(runtime::Context& context, std::unique_ptr<Task> task, const TrainSettings& settings)
    : context_(context), task_(std::move(task)), settings_(settings), random_(settings.seed, 77) {
  nn::ParameterList& parameters = task_->parameters();
  const tensor::TensorType flat_type = parameters.flat()->type;
  moment1_ = tensor::make_variable("moment1", flat_type);
  moment2_ = tensor::make_variable("moment2", flat_type);
  task_->average().flat()->initial = parameters.flat()->initial;

  trace();
  started_ = std::chrono::steady_clock::now();
}

/// The flat gradient: of each loss by the parameters that it trains, in the order of the flat variable.
tensor::Tensor Trainer::gradients(const Objective& objective) {
  std::vector<tensor::Variable> members = task_->parameters().all();
  std::sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return a->offset < b->offset; });
  std::vector<tensor::Tensor> all(members.size());
  for (const Loss& loss : objective.losses) {
    std::vector<std::size_t> trained;
    std::vector<tensor::Tensor> targets;
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (!members[i]->name.starts_with(loss.prefix)) continue;
      trained.push_back(i);
      targets.push_back(graph_->variable(members[i]));
    }
    core::require(!targets.empty(), "no parameter's name begins with {}", loss.prefix);
    const std::vector<tensor::Tensor> found = tensor::gradient(loss.value, targets);
    for (std::size_t i = 0; i < trained.size(); ++i) all[trained[i]] = found[i];
  }
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (all[i]) continue;
    const tensor::Shape& shape = members[i]->type.shape;
    all[i] = graph_->constant(shape, std::vector<float>(static_cast<std::size_t>(shape.count())));
  }
  return ops::pack(all);
}

void Trainer::trace() {
  graph_ = std::make_unique<nn::Graph>();
  const Objective objective = task_->objective(*graph_, settings_.batch);
  loss_output_ = objective.losses.front().value;
  const auto watch = [&](const std::string& name, tensor::Tensor value) {
    metric_names_.push_back(name);
    metric_outputs_.push_back(value);
  };
  if (objective.losses.size() > 1) {
    for (const Loss& loss : objective.losses) watch(loss.prefix.substr(0, loss.prefix.find('.')), loss.value);
  }
  for (const Metric& metric : objective.metrics) watch(metric.name, metric.value);
  metrics_.resize(metric_outputs_.size());

  nn::ParameterList& parameters = task_->parameters();
  const tensor::Tensor flat_gradients = gradients(objective);
  const tensor::Tensor hyper = graph_->input("hyper", {{8}, tensor::DType::f32});
  const tensor::Tensor max_norm = graph_->constant({1}, {settings_.clip_norm});
  const ops::ClipScale clip = ops::clip_scale(flat_gradients, max_norm);
  norm_output_ = clip.norm;
  ops::AdamwState state;
  state.parameters = graph_->variable(parameters.flat());
  state.m = graph_->variable(moment1_);
  state.v = graph_->variable(moment2_);
  state.ema = graph_->variable(task_->average().flat());
  ops::adamw(state, flat_gradients, hyper, clip.scale, parameters.decay_count());

  std::vector<tensor::Tensor> outputs = {loss_output_, norm_output_};
  outputs.insert(outputs.end(), metric_outputs_.begin(), metric_outputs_.end());
  program_ = runtime::compile(context_, *graph_, outputs, {.name = "train " + task_->name()});
}

double Trainer::fraction_done() const {
  if (settings_.minutes > 0) return std::min(1.0, seconds_ / (60.0 * settings_.minutes));
  if (settings_.steps > 0) return std::min(1.0, static_cast<double>(step_) / static_cast<double>(settings_.steps));
  return 0;
}

std::vector<float> Trainer::hyper_parameters() const {
  const std::int64_t t = step_ + 1;
  const auto decay = std::min(settings_.ema_decay, static_cast<float>(t) / static_cast<float>(t + 50));
  const ops::AdamwHyper hyper =
      ops::adamw_hyper(t, learning_rate_, settings_.beta1, settings_.beta2, settings_.weight_decay, 1.0F - decay);
  std::vector<float> words(sizeof(hyper) / sizeof(float));
  std::memcpy(words.data(), &hyper, sizeof(hyper));
  return words;
}

void Trainer::step() {
  const auto begin = std::chrono::steady_clock::now();
  const auto warm =
      static_cast<float>(step_ + 1) / static_cast<float>(std::max<std::int64_t>(1, settings_.warmup_steps));
  const auto left = static_cast<float>(1.0 - fraction_done());
  learning_rate_ = settings_.learning_rate * std::min(1.0F, warm) * std::max(0.01F, std::pow(left, 0.7F));
  task_->write_batch(*program_, settings_.batch, random_);
  program_->write("hyper", hyper_parameters());
  program_->submit();
  program_->wait();
  finish_step();
  seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

void Trainer::finish_step() {
  ++step_;
  loss_ = program_->read_scalar(loss_output_);
  gradient_norm_ = program_->read_scalar(norm_output_);
  for (std::size_t i = 0; i < metrics_.size(); ++i) metrics_[i] = program_->read_scalar(metric_outputs_[i]);
  core::require(std::isfinite(loss_) || step_ > 1,
                "the loss is not a number at the first step; the data or weights are broken");
  const float rate = std::max(0.02F, 1.0F / static_cast<float>(step_));
  if (std::isfinite(loss_)) smooth_loss_ += (step_ == 1 ? 1.0F : rate) * (loss_ - smooth_loss_);
}

void Trainer::save_checkpoint(const std::filesystem::path& path) {
  const std::vector<std::pair<std::string, tensor::Variable>> parts = {{"parameters", task_->parameters().flat()},
                                                                       {"average", task_->average().flat()},
                                                                       {"moment1", moment1_},
                                                                       {"moment2", moment2_}};
  std::vector<tensor::HostTensor> values;
  values.reserve(parts.size());
  std::vector<formats::TensorRecord> records;
  for (const auto& [name, variable] : parts) {
    values.push_back(context_.download(variable));
    records.push_back(formats::float_record(name, variable->type.shape.extents(), values.back().floats));
  }
  formats::write_safetensors(path, records,
                             {{"figment.kind", "checkpoint"},
                              {"model", task_->name()},
                              {"preset", task_->preset()},
                              {"step", std::to_string(step_)},
                              {"seconds", fmt::format("{:.1f}", seconds_)},
                              {"smooth_loss", fmt::format("{:.6f}", smooth_loss_)}});
}

void Trainer::load_checkpoint(const std::filesystem::path& path) {
  const formats::SafetensorsFile file(path);
  const auto& metadata = file.metadata();
  const auto kind = metadata.find("figment.kind");
  core::require(kind != metadata.end() && kind->second == "checkpoint",
                "{} is no checkpoint of figment train; give the file that --out named", path.string());
  core::require(metadata.at("model") == task_->name(), "{} is a checkpoint of {}, not of {}", path.string(),
                metadata.at("model"), task_->name());
  const auto load = [&](const std::string& name, const tensor::Variable& variable) {
    context_.upload(variable, file.read_floats(name, variable->type.shape.extents()));
  };
  load("parameters", task_->parameters().flat());
  load("average", task_->average().flat());
  load("moment1", moment1_);
  load("moment2", moment2_);
  try {
    step_ = std::stoll(metadata.at("step"));
    seconds_ = std::stod(metadata.at("seconds"));
    smooth_loss_ = std::stof(metadata.at("smooth_loss"));
  } catch (const std::exception&) {
    core::fail("{} is damaged: its step, time or loss is missing", path.string());
  }
  random_ = core::Random(settings_.seed, 77 + static_cast<std::uint64_t>(step_));
}

void Trainer::export_weights(const std::filesystem::path& path, bool half) {
  save_weights(path, context_, task_->average(),
               {{"figment.kind", "weights"},
                {"model", task_->name()},
                {"preset", task_->preset()},
                {"data", task_->data_version()},
                {"steps", std::to_string(step_)},
                {"batch", std::to_string(settings_.batch)},
                {"seconds", fmt::format("{:.0f}", seconds_)},
                {"seed", std::to_string(settings_.seed)},
                {"loss", fmt::format("{:.5f}", smooth_loss_)},
                {"device", context_.device().info().name}},
               half);
}

}  // namespace figment::training
