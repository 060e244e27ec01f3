#include "studio/picture_generator.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "ops/denoise.h"
#include "studio/landscape_labels.h"
#include "training/weights.h"

namespace figment::studio {
namespace {

using tensor::DType;
using tensor::Tensor;

}  // namespace

struct PictureGenerator::Step {
  tensor::Graph graph;
  std::unique_ptr<runtime::Program> program;
};

std::shared_ptr<models::Unet> load_landscape_network(const std::filesystem::path& weights) {
  return training::load_network<models::Unet>("diffusion", weights);
}

PictureGenerator::PictureGenerator(runtime::Context& context, std::shared_ptr<models::Unet> network, int count)
    : context_(context), network_(std::move(network)), count_(count) {
  const models::UnetConfig& config = network_->config();
  const tensor::TensorType state{{count_, config.side(), config.side(), config.depth()}, DType::f32};
  x_ = tensor::make_variable("picture.x", state);
  saved_ = tensor::make_variable("picture.saved", state);
  for (auto& entry : history_) entry = tensor::make_variable("picture.history", state);
  display_ = tensor::make_variable("picture.display", {{count_, config.picture, config.picture, 3}, DType::f32});
  strip_ = tensor::make_variable(
      "picture.strip", {{1, strip_length, config.picture * config.picture * 3}, DType::f32},
      std::vector<float>(static_cast<std::size_t>(strip_length * config.picture * config.picture * 3), -1.0F));
  make_start();
}

PictureGenerator::~PictureGenerator() = default;

void PictureGenerator::make_start() {
  start_ = std::make_unique<Step>();
  tensor::Graph& graph = start_->graph;
  const Tensor seed = graph.input("seed", {{4}, DType::u32});
  const Tensor scale = graph.input("scale", {{1}, DType::f32});
  const Tensor stage = graph.input("stage", {{1}, DType::i32});
  const Tensor x = ops::random_normal(seed, x_->type.shape, 0) * scale;
  ops::assign(graph.variable(x_), x);
  const Tensor display = ops::depth_to_space(x, network_->config().block);
  ops::assign(graph.variable(display_), display);
  const Tensor black = graph.constant({1}, {-1.0F});
  ops::assign(graph.variable(strip_), ops::broadcast_to(black, strip_->type.shape));
  const Tensor first = ops::slice(display, 0, 0, 1);
  ops::write_rows(graph.variable(strip_), ops::reshape(first, {1, 1, first.shape().count()}), stage);
  start_->program = runtime::compile(context_, graph, {}, {.name = "begin pictures"});
  show_ = std::make_unique<Step>();
  ops::assign(show_->graph.variable(display_),
              ops::depth_to_space(show_->graph.variable(x_), network_->config().block));
  show_->program = runtime::compile(context_, show_->graph, {}, {.name = "show pictures"});
}

PictureGenerator::Step& PictureGenerator::step_program(bool guided) {
  std::unique_ptr<Step>& made = steps_[guided ? 1 : 0];
  if (made) return *made;
  made = std::make_unique<Step>();
  tensor::Graph& graph = made->graph;
  const std::int64_t batch = guided ? 2 * count_ : count_;
  const Tensor row = graph.input("row", {{ops::denoise_row_size}, DType::f32});
  const Tensor seed = graph.input("seed", {{4}, DType::u32});
  const Tensor stage = graph.input("stage", {{1}, DType::i32});
  const std::array<Tensor, 2> labels = {graph.input("time_of_day", {{batch}, DType::i32}),
                                        graph.input("terrain", {{batch}, DType::i32})};
  // All rows of the samplers here have c_in = 1: the processes scale x themselves.
  const Tensor time = ops::broadcast_to(ops::slice(row, 0, 1, 2), {batch});
  const Tensor x = graph.variable(x_);
  Tensor input = x;
  if (guided) {
    const std::array<Tensor, 2> both = {x, x};
    input = ops::concat(both, 0);
  }
  ops::DenoiseInputs inputs;
  inputs.output = (*network_)(input, time, labels);
  inputs.row = row;
  inputs.noise = ops::random_normal(seed, x_->type.shape, 0);
  ops::DenoiseState state;
  state.x = x;
  state.y = graph.variable(saved_);
  for (std::size_t i = 0; i < history_.size(); ++i) state.history[i] = graph.variable(history_[i]);
  ops::denoise(state, inputs);
  const Tensor display = ops::depth_to_space(graph.variable(x_), network_->config().block);
  ops::assign(graph.variable(display_), display);
  const Tensor first = ops::slice(display, 0, 0, 1);
  ops::write_rows(graph.variable(strip_), ops::reshape(first, {1, 1, first.shape().count()}), stage);
  made->program =
      runtime::compile(context_, graph, {}, {.name = guided ? "denoise guided" : "denoise", .frozen = true});
  return *made;
}

/// The table for the steps from `step` on: a branch at the noise level that is reached there, if it is not 0.
void PictureGenerator::make_table(const PictureRequest& request, int step) {
  check(request);
  const sampling::NoiseProcess process = sampling::noise_process_named(landscape_process).make();
  std::vector<sampling::SchedulePoint> points = followed_;
  if (points.empty()) {
    points = sampling::make_schedule(sampling::schedule_named(request.schedule), process, request.steps);
  }
  if (step > 0) {
    const sampling::SchedulePoint here = points_[static_cast<std::size_t>(step)];
    std::erase_if(points, [&](const auto& point) { return point.sigma >= here.sigma * 0.9999; });
    points.insert(points.begin(), here);
  } else if (run_strength_) {
    const auto left = static_cast<std::ptrdiff_t>(std::lround(*run_strength_ * static_cast<float>(request.steps)));
    points.erase(points.begin(), points.end() - 1 - left);
  }
  sampling::SamplerOptions options;
  options.guidance = request.guidance;
  options.process = &process;
  const sampling::Sampler& sampler = sampling::sampler_named(request.sampler);
  if (request.eta >= 0 && sampler.takes_eta) options.eta = request.eta;
  table_ = {};
  if (points.size() > 1) table_ = sampling::make_step_table(sampler, points, landscape_prediction, options);
  table_row_ = step > 0 ? row_of_step_[static_cast<std::size_t>(step)] : 0;
  table_step_ = step;
  points_.resize(static_cast<std::size_t>(step));
  points_.insert(points_.end(), points.begin(), points.end());
  row_of_step_.resize(static_cast<std::size_t>(step));
  for (int i = 0; i <= table_.steps; ++i) {
    const int row = i * table_.evaluations_per_step;
    row_of_step_.push_back(table_row_ + std::min(row, static_cast<int>(table_.rows.size())));
  }
  request_ = request;
}

std::vector<runtime::Program*> PictureGenerator::compiled() {
  std::vector<runtime::Program*> programs = {start_->program.get(), show_->program.get()};
  for (const auto& step : steps_) {
    if (step) programs.push_back(step->program.get());
  }
  if (anchor_) {
    for (runtime::Program* program : anchor_->compiled()) programs.push_back(program);
  }
  return programs;
}

void PictureGenerator::keep_rows(std::int64_t bytes_max) {
  std::vector<tensor::Variable> state = {x_, saved_};
  state.insert(state.end(), history_.begin(), history_.end());
  snapshots_ = std::make_unique<Snapshots>(context_, std::move(state), bytes_max);
}

void PictureGenerator::finish_row_in_flight() {
  if (in_flight_ != nullptr) run_row();
}

/// What it was to write is about to be written anew.
void PictureGenerator::drop_row_in_flight() {
  if (in_flight_ != nullptr) in_flight_->abandon();
  in_flight_ = nullptr;
}

void PictureGenerator::start() {
  row_ = 0;
  repeats_ = 0;
  if (run_strength_) return anchor_->begin(request_.seed, points_.front());
  start_->program->write_ints("seed", landscape_seed(request_.seed, 0, 0));
  start_->program->write("scale", std::array<float, 1>{table_.initial_scale});
  start_->program->write_ints("stage", std::array<std::int32_t, 1>{0});
  start_->program->submit();
}

void PictureGenerator::begin_from(std::span<const float> pictures, std::span<const float> masks, float strength) {
  core::require(strength >= 0 && strength <= 1, "a strength of {} makes no sense; choose 0 to 1", strength);
  drop_row_in_flight();
  if (!anchor_) {
    const PictureAnchor::Run run = {x_, display_, strip_};
    anchor_ = std::make_unique<PictureAnchor>(context_, network_->config(), run);
  }
  anchor_->set(pictures, masks);
  strength_ = strength;
}

void PictureGenerator::begin(const PictureRequest& request) {
  run_strength_ = strength_;
  make_table(request, 0);
  drop_row_in_flight();
  strip_stage_ = 0;
  start();
  seek_row_ = 0;
  if (!snapshots_) return;
  snapshots_->begin(rows());
  snapshots_->keep(0);
}

bool PictureGenerator::adjust(const PictureRequest& request) {
  if (request.seed != request_.seed || request.steps != request_.steps || request.count != request_.count) return false;
  if (request.sampler != request_.sampler || request.schedule != request_.schedule) return false;
  make_table(request, table_step_);
  if (snapshots_) snapshots_->branch(row_, rows());
  return true;
}

void PictureGenerator::branch(const PictureRequest& request) {
  core::require(request.count == count_, "A branch has as many pictures as what it branches from, {}.", count_);
  check(request);
  finish_row_in_flight();
  // Between the two evaluations of a step there is no picture to branch from.
  while (row_ < row_of_step_[static_cast<std::size_t>(step())]) run_row();
  make_table(request, step());
  seek_row_ = row_ = table_row_;
  if (snapshots_) snapshots_->branch(row_, rows());
}

void PictureGenerator::take_over(PictureGenerator& other) {
  core::require(other.count_ == count_, "A branch has as many pictures as what it branches from, {}.", other.count_);
  drop_row_in_flight();
  other.finish_row_in_flight();
  if (!take_ || taken_from_ != &other) {
    context_.device().wait_idle();
    take_ = std::make_unique<Step>();
    tensor::Graph& graph = take_->graph;
    const auto copy = [&graph](const tensor::Variable& to, const tensor::Variable& from) {
      ops::assign(graph.variable(to), graph.variable(from));
    };
    copy(x_, other.x_);
    copy(saved_, other.saved_);
    copy(display_, other.display_);
    copy(strip_, other.strip_);
    for (std::size_t i = 0; i < history_.size(); ++i) copy(history_[i], other.history_[i]);
    take_->program = runtime::compile(context_, graph, {}, {.name = "take pictures over"});
    taken_from_ = &other;
  }
  take_->program->submit();
  request_ = other.request_;
  table_ = other.table_;
  points_ = other.points_;
  row_of_step_ = other.row_of_step_;
  table_row_ = other.table_row_;
  table_step_ = other.table_step_;
  seek_row_ = row_ = other.row_;
  strip_stage_ = other.strip_stage_;
  repeats_ = 0;
  run_strength_.reset();
  if (!snapshots_) return;
  snapshots_->begin(rows());
  snapshots_->keep(row_);
}

double PictureGenerator::row_cost_ms() const {
  const auto& made = steps_[request_.guidance != 1.0F ? 1 : 0];
  return made ? made->program->statistics().cost_ms : 0;
}

void PictureGenerator::seek(int step) {
  step = std::clamp(step, 0, steps());
  const int row = row_of_step_[static_cast<std::size_t>(step)];
  const int kept = snapshots_ ? snapshots_->nearest(row) : -1;
  const int reached = in_flight_ != nullptr ? row_ + 1 : row_;
  if (row < reached || kept > reached) {
    drop_row_in_flight();
    if (kept >= 0) snapshots_->restore(kept);
    repeats_ = 0;
    row_ = kept;  // -1: from the noise on
  } else {
    finish_row_in_flight();
  }
  if (row_ < table_row_) {
    // Before a branch: what follows from here has the present settings, if a step begins here.
    int begun = step;
    while (begun > 0 && row_of_step_[static_cast<std::size_t>(begun)] > row_) --begun;
    const bool is_whole = row_of_step_[static_cast<std::size_t>(begun)] == row_;
    make_table(request_, is_whole ? begun : 0);
    if (!is_whole) row_ = -1;
    if (snapshots_) snapshots_->branch(row_, rows());
  }
  if (row_ < 0) start();
  seek_row_ = row_of_step_[static_cast<std::size_t>(std::min(step, steps()))];
  strip_stage_ = stage_of(row_);
}

void PictureGenerator::show() { show_->program->submit(); }

int PictureGenerator::step() const {
  if (row_ <= table_row_) return table_step_;
  return table_step_ + table_.step_of_row(row_ - table_row_ - 1) + 1;
}

void PictureGenerator::prepare_row() {
  const bool guided = request_.guidance != 1.0F;
  runtime::Program& program = *step_program(guided).program;
  const auto floats = table_.floats();
  program.write("row", floats.subspan(static_cast<std::size_t>((row_ - table_row_) * ops::denoise_row_size),
                                      static_cast<std::size_t>(ops::denoise_row_size)));
  program.write_ints("seed", landscape_seed(request_.seed, 1, row_));
  // A picture that is there already says by itself what it is, where a person does not.
  const auto labels = landscape_labels(request_, count_, guided, !run_strength_);
  for (std::size_t i = 0; i < labels.size(); ++i) program.write_ints(landscape_label_inputs[i], labels[i]);
  // Nine stages over the whole run, the last of them the finished picture.
  const int after = stage_of(row_ + 1);
  program.write_ints("stage", std::array<std::int32_t, 1>{after > stage_of(row_) ? after : strip_length});
}

/// Keeps to what the run is anchored to. Returns whether the step is to be taken once more.
bool PictureGenerator::hold_on(bool is_new_stage) {
  const auto here = static_cast<std::size_t>(step());
  // Between the two evaluations of a step there is no noise level to keep to.
  if (!run_strength_ || row_of_step_[here] != row_) return false;
  anchor_->hold(points_[here], is_new_stage || is_finished() ? strip_stage_ : strip_length);
  const int begun = row_of_step_[here - 1];
  // Samplers that carry x itself from step to step, or whose oldest output was overwritten, cannot take one twice.
  const sampling::StepCoefficients& row = table_.rows[static_cast<std::size_t>(row_ - 1 - table_row_)];
  const bool is_bound = (table_.evaluations_per_step == 1 && row.c_y != 0) || row.c_m[3] != 0;
  if (is_finished() || is_bound || repeats_ >= anchor_->repeats(points_[here])) {
    repeats_ = 0;
    return false;
  }
  ++repeats_;
  anchor_->go_back(points_[here], points_[here - 1], request_.seed, row_ * 16 + repeats_);
  row_ = begun;
  return true;
}

void PictureGenerator::finish_row() {
  ++row_;
  const bool is_new_stage = stage_of(row_) > strip_stage_;
  strip_stage_ = stage_of(row_);
  if (hold_on(is_new_stage)) return;
  if (snapshots_) snapshots_->keep(row_);
}

int PictureGenerator::advance(double budget_ms) {
  if (is_finished()) return 0;
  if (in_flight_ == nullptr) {
    prepare_row();
    in_flight_ = step_program(request_.guidance != 1.0F).program.get();
  }
  if (!in_flight_->advance(budget_ms)) return 0;
  in_flight_ = nullptr;
  finish_row();
  return 1;
}

void PictureGenerator::run_row() {
  if (is_finished()) return;
  if (in_flight_ == nullptr) {
    prepare_row();
    in_flight_ = step_program(request_.guidance != 1.0F).program.get();
  }
  in_flight_->submit();
  in_flight_ = nullptr;
  finish_row();
}

void PictureGenerator::run_all(const std::function<void(int, int)>& progress) {
  while (!is_finished()) {
    run_row();
    context_.device().wait_idle();
    if (progress) progress(row_, rows());
  }
}

runtime::BufferSlice PictureGenerator::pictures_memory() { return context_.memory(display_); }

runtime::BufferSlice PictureGenerator::strip_memory() { return context_.memory(strip_); }

std::vector<float> PictureGenerator::read_pixels() { return context_.download(display_).floats; }

std::vector<const runtime::Program*> PictureGenerator::programs() const {
  std::vector<const runtime::Program*> programs;
  for (const auto& step : steps_) {
    if (step) programs.push_back(step->program.get());
  }
  return programs;
}

}  // namespace figment::studio
