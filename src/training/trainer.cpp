#include "training/trainer.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/error.h"
#include "ops/ops.h"
#include "ops/optimizer.h"
#include "tensor/gradient.h"

namespace figment::training {
namespace {

constexpr double longest_pause_s = 0.25;  // between two slices of a step that still counts as training

/// The input "pixels" of a trace, if it is one of pictures.
nn::Tensor pixels_of(nn::Graph& graph) {
  for (tensor::NodeId id = 0; id < graph.size(); ++id) {
    const tensor::Node& node = graph.node(id);
    if (node.kind == tensor::Node::Kind::input && node.name == "pixels") return {&graph, id, 0};
  }
  return {};
}

}  // namespace

Trainer::Trainer(runtime::Context& context, std::unique_ptr<Task> task, const TrainSettings& settings)
    : context_(context), task_(std::move(task)), settings_(settings), random_(settings.seed, 77) {
  nn::ParameterList& parameters = task_->parameters();
  const tensor::TensorType flat_type = parameters.flat()->type;
  moment1_ = tensor::make_variable("moment1", flat_type);
  moment2_ = tensor::make_variable("moment2", flat_type);
  task_->average().flat()->initial = parameters.flat()->initial;

  trace();
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

void Trainer::optimise(const Objective& objective) {
  nn::ParameterList& parameters = task_->parameters();
  const tensor::Tensor flat_gradients = gradients(objective);
  const tensor::Tensor hyper = graph_->input("hyper", {{8}, tensor::DType::f32});
  const tensor::Tensor max_norm = graph_->constant({1}, {settings_.clip_norm});
  const ops::ClipScale clip = ops::clip_scale(flat_gradients, max_norm);
  norm_output_ = clip.norm;
  const tensor::Tensor weights = graph_->variable(parameters.flat());
  const tensor::Tensor moment = graph_->variable(moment1_);
  const tensor::Tensor ema = graph_->variable(task_->average().flat());
  if (layers_) layers_->trace_before(*graph_, flat_gradients);
  const std::int64_t decaying = parameters.decay_count();
  switch (settings_.optimizer) {
    case Optimizer::sgd:
      return ops::sgd({weights, moment, ema}, flat_gradients, hyper, clip.scale, decaying);
    case Optimizer::lion:
      return ops::lion({weights, moment, ema}, flat_gradients, hyper, clip.scale, decaying);
    default:
      return ops::adamw({weights, moment, graph_->variable(moment2_), ema}, flat_gradients, hyper, clip.scale,
                        decaying);
  }
}

void Trainer::show(const Objective& objective) {
  shown_.clear();
  if (settings_.shown <= 0) return;
  std::vector<ShownPictures> all = objective.pictures;
  if (const nn::Tensor pixels = pixels_of(*graph_)) all.insert(all.begin(), {"Training data", pixels});
  for (const ShownPictures& one : all) {
    const tensor::Shape& shape = one.pictures.shape();
    if (shape.rank() != 4 || (shape[3] != 1 && shape[3] != 3)) continue;
    const std::int64_t count = std::min<std::int64_t>(shape[0], settings_.shown);
    const tensor::Shape wanted = {count, shape[1], shape[2], 3};
    const tensor::Variable kept = tensor::make_variable("shown." + one.title, {wanted, tensor::DType::f32});
    ops::assign(graph_->variable(kept), ops::broadcast_to(ops::slice(one.pictures, 0, 0, count), wanted));
    shown_.push_back({one.title, kept});
  }
}

void Trainer::watch(const std::string& name, tensor::Tensor value) {
  metric_names_.push_back(name);
  metric_outputs_.push_back(value);
}

void Trainer::trace() {
  program_.reset();
  graph_ = std::make_unique<nn::Graph>();
  const Objective objective = task_->objective(*graph_, settings_.batch);
  loss_output_ = objective.losses.front().value;
  metric_names_.clear();
  metric_outputs_.clear();
  if (objective.losses.size() > 1) {
    for (const Loss& loss : objective.losses) watch(loss.prefix.substr(0, loss.prefix.find('.')), loss.value);
  }
  loss_count_ = metric_names_.size();
  for (const Metric& metric : objective.metrics) watch(metric.name, metric.value);
  metrics_.resize(metric_outputs_.size());
  scores_ = {objective.scores.title, objective.scores.minimum, objective.scores.maximum, {}, {}};
  score_outputs_.clear();
  if (settings_.shown > 0) {
    for (const ShownScores::Set& set : objective.scores.sets) {
      scores_.labels.push_back(set.label);
      score_outputs_.push_back(set.values);
    }
  }
  scores_.values.resize(score_outputs_.size());
  show(objective);
  optimise(objective);
  if (layers_) layers_->trace_after(*graph_);

  std::vector<tensor::Tensor> outputs = {loss_output_, norm_output_};
  outputs.insert(outputs.end(), metric_outputs_.begin(), metric_outputs_.end());
  outputs.insert(outputs.end(), score_outputs_.begin(), score_outputs_.end());
  if (layers_) outputs.insert(outputs.end(), layers_->outputs().begin(), layers_->outputs().end());
  program_ = runtime::compile(context_, *graph_, outputs, {.name = "train " + task_->name()});
}

bool Trainer::must_trace(const TrainSettings& settings) const {
  return settings.batch != settings_.batch || settings.optimizer != settings_.optimizer ||
         settings.clip_norm != settings_.clip_norm || settings.shown != settings_.shown;
}

void Trainer::change(const TrainSettings& settings) {
  core::require(!is_mid_step(), "settings cannot change within a step; finish it first");
  const bool must = must_trace(settings);
  const bool is_other_rule = settings.optimizer != settings_.optimizer;
  settings_ = settings;
  if (is_other_rule) forget_moments();
  if (must) trace();
}

void Trainer::watch_layers(bool watch) {
  core::require(!is_mid_step(), "layers cannot be watched from within a step; finish it first");
  if (watch == (layers_ != nullptr)) return;
  program_.reset();
  layers_ = watch ? std::make_unique<LayerWatch>(task_->parameters()) : nullptr;
  trace();
}

double Trainer::fraction_done() const {
  if (settings_.minutes > 0) return std::min(1.0, seconds_ / (60.0 * settings_.minutes));
  if (settings_.steps > 0) return std::min(1.0, static_cast<double>(step_) / static_cast<double>(settings_.steps));
  return 0;
}

std::vector<float> Trainer::hyper_parameters() const {
  const auto average_steps = static_cast<float>(step_ + 1);
  const float decay = std::min(settings_.ema_decay, average_steps / (average_steps + 50));
  // Decay is times the learning rate: what it takes off in a step is to be the same under each rule.
  const float weight_decay =
      settings_.optimizer == Optimizer::adam ? 0 : settings_.weight_decay / rate_factor(settings_.optimizer);
  const ops::AdamwHyper hyper = ops::adamw_hyper(step_ + 1 - moments_since_, learning_rate_, settings_.beta1,
                                                 settings_.beta2, weight_decay, 1.0F - decay);
  std::vector<float> words(sizeof(hyper) / sizeof(float));
  std::memcpy(words.data(), &hyper, sizeof(hyper));
  return words;
}

void Trainer::write_hyper() {
  const auto warm =
      static_cast<float>(step_ + 1) / static_cast<float>(std::max<std::int64_t>(1, settings_.warmup_steps));
  const auto left = static_cast<float>(1.0 - fraction_done());
  learning_rate_ = settings_.learning_rate * std::min(1.0F, warm) * std::max(0.01F, std::pow(left, 0.7F));
  program_->write("hyper", hyper_parameters());
}

void Trainer::step() {
  finish_begun();
  const auto begin = Clock::now();
  task_->write_batch(*program_, settings_.batch, random_);
  write_hyper();
  program_->submit();
  program_->wait();
  finish_step();
  seconds_ += std::chrono::duration<double>(Clock::now() - begin).count();
}

bool Trainer::advance(double budget_ms) {
  const auto now = Clock::now();
  if (phase_ != Phase::idle) {
    seconds_ += std::min(longest_pause_s, std::chrono::duration<double>(now - advanced_).count());
  }
  advanced_ = now;
  if (phase_ == Phase::idle) phase_ = Phase::preparing;
  if (phase_ == Phase::preparing) {
    if (!task_->prepare_batch(*program_, random_, budget_ms)) return false;
    // Nothing else touches the program, its task or the random numbers until this is done.
    drawing_ = std::async(std::launch::async, [this] { task_->write_batch(*program_, settings_.batch, random_); });
    phase_ = Phase::drawing;
  }
  if (phase_ == Phase::drawing) {
    const std::chrono::duration<double, std::milli> patience(std::clamp(budget_ms, 0.0, 1000.0) / 2);
    if (drawing_.wait_for(patience) != std::future_status::ready) return false;
    phase_ = Phase::idle;  // in case drawing failed
    drawing_.get();
    write_hyper();
    phase_ = Phase::submitting;
  }
  if (phase_ == Phase::submitting && program_->advance(budget_ms)) phase_ = Phase::running;
  if (phase_ != Phase::running || !program_->is_idle()) return false;
  phase_ = Phase::idle;
  finish_step();
  return true;
}

void Trainer::finish_begun() {
  if (phase_ == Phase::preparing) phase_ = Phase::idle;  // what there is will be of use to the next step
  if (phase_ == Phase::idle) return;
  if (phase_ == Phase::drawing) {
    phase_ = Phase::idle;
    drawing_.get();
    write_hyper();
    phase_ = Phase::submitting;
  }
  if (phase_ == Phase::submitting) program_->submit();
  program_->wait();
  phase_ = Phase::idle;
  finish_step();
}

void Trainer::finish_step() {
  ++step_;
  samples_ += settings_.batch;
  loss_ = program_->read_scalar(loss_output_);
  gradient_norm_ = program_->read_scalar(norm_output_);
  for (std::size_t i = 0; i < metrics_.size(); ++i) metrics_[i] = program_->read_scalar(metric_outputs_[i]);
  for (std::size_t i = 0; i < score_outputs_.size(); ++i) {
    scores_.values[i] = program_->read(score_outputs_[i]).floats;
  }
  if (layers_) layers_->read(*program_);
  core::require(std::isfinite(loss_) || step_ > 1,
                "the loss is not a number at the first step; the data or weights are broken");
  const float rate = std::max(0.02F, 1.0F / static_cast<float>(step_));
  if (std::isfinite(loss_)) smooth_loss_ += (step_ == 1 ? 1.0F : rate) * (loss_ - smooth_loss_);
}

}  // namespace figment::training
