#include "studio/picture_generator.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/random.h"
#include "data/landscape.h"
#include "ops/denoise.h"
#include "training/weights.h"

namespace figment::studio {
namespace {

using tensor::DType;
using tensor::Tensor;

/// Labels of a batch: the unconditional half is told nothing ("any"), and where a person leaves the choice open,
/// each picture draws its own, so that guidance has something to pull towards.
std::vector<std::int32_t> labels_for(int value, std::size_t classes, std::size_t conditional, std::size_t unconditional,
                                     std::uint64_t seed, std::uint64_t stream) {
  std::vector<std::int32_t> labels(unconditional, static_cast<std::int32_t>(classes));
  core::Random random(seed, stream);
  for (std::size_t i = 0; i < conditional; ++i) {
    const auto drawn = static_cast<std::int32_t>(random.below(static_cast<std::uint32_t>(classes)));
    labels.push_back(value < 0 ? drawn : static_cast<std::int32_t>(value));
  }
  return labels;
}

std::array<std::int32_t, 4> seed_words(std::uint64_t seed, int stream, int step) {
  return {static_cast<std::int32_t>(static_cast<std::uint32_t>(seed)),
          static_cast<std::int32_t>(static_cast<std::uint32_t>(seed >> 32)), stream, step};
}

}  // namespace

struct PictureGenerator::Step {
  tensor::Graph graph;
  std::unique_ptr<runtime::Program> program;
};

std::shared_ptr<models::Unet> load_landscape_network(const std::filesystem::path& weights) {
  auto network = std::make_shared<models::Unet>(models::UnetConfig{}, 1);
  training::load_weights(weights.empty() ? training::shipped_weights("diffusion") : weights, network->parameters());
  return network;
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

void PictureGenerator::make_table(const PictureRequest& request) {
  check(request);
  const sampling::NoiseProcess process = sampling::noise_process_named(landscape_process).make();
  points_ = sampling::make_schedule(sampling::schedule_named(request.schedule), process, request.steps);
  sampling::SamplerOptions options;
  options.guidance = request.guidance;
  const sampling::Sampler& sampler = sampling::sampler_named(request.sampler);
  if (request.eta >= 0 && sampler.takes_eta) options.eta = request.eta;
  table_ = sampling::make_step_table(sampler, points_, landscape_prediction, options);
  request_ = request;
}

void PictureGenerator::warm(const PictureRequest& request) {
  start_->program->warm();
  step_program(request.guidance != 1.0F).program->warm();
}

void PictureGenerator::begin(const PictureRequest& request) {
  make_table(request);
  row_ = 0;
  strip_stage_ = 0;
  in_flight_ = false;
  for (auto& step : steps_) {
    if (step && step->program->is_mid_replay()) step->program->submit();
  }
  start_->program->write_ints("seed", seed_words(request.seed, 0, 0));
  start_->program->write("scale", std::array<float, 1>{table_.initial_scale});
  start_->program->write_ints("stage", std::array<std::int32_t, 1>{0});
  start_->program->submit();
}

bool PictureGenerator::adjust(const PictureRequest& request) {
  if (request.seed != request_.seed || request.steps != request_.steps || request.count != request_.count) return false;
  if (request.sampler != request_.sampler || request.schedule != request_.schedule) return false;
  const int row = row_;
  make_table(request);
  row_ = row;
  return true;
}

void PictureGenerator::prepare_row() {
  const bool guided = request_.guidance != 1.0F;
  runtime::Program& program = *step_program(guided).program;
  const auto rows = static_cast<int>(table_.rows.size());
  const auto floats = table_.floats();
  program.write("row", floats.subspan(static_cast<std::size_t>(row_ * ops::denoise_row_size),
                                      static_cast<std::size_t>(ops::denoise_row_size)));
  program.write_ints("seed", seed_words(request_.seed, 1, row_));
  const auto count = static_cast<std::size_t>(count_);
  const std::size_t unconditional = guided ? count : 0;
  const auto write_labels = [&](const char* input, int value, std::size_t classes, std::uint64_t stream) {
    program.write_ints(input, labels_for(value, classes, count, unconditional, request_.seed, stream));
  };
  write_labels("time_of_day", request_.time_of_day, data::time_of_day_names.size(), 11);
  write_labels("terrain", request_.terrain, data::terrain_names.size(), 12);
  // Nine stages over the whole run, the last of them the finished picture.
  const int before = row_ * (strip_length - 1) / rows;
  const int after = (row_ + 1) * (strip_length - 1) / rows;
  program.write_ints("stage", std::array<std::int32_t, 1>{after > before ? after : strip_length});
}

void PictureGenerator::finish_row() {
  ++row_;
  strip_stage_ = row_ * (strip_length - 1) / static_cast<int>(table_.rows.size());
}

int PictureGenerator::advance(double budget_ms) {
  if (is_finished()) return 0;
  runtime::Program& program = *step_program(request_.guidance != 1.0F).program;
  if (!in_flight_) prepare_row();
  in_flight_ = !program.advance(budget_ms);
  if (in_flight_) return 0;
  finish_row();
  return 1;
}

void PictureGenerator::run_row() {
  if (is_finished()) return;
  if (!in_flight_) prepare_row();
  step_program(request_.guidance != 1.0F).program->submit();
  in_flight_ = false;
  finish_row();
}

void PictureGenerator::run_all(const std::function<void(int, int)>& progress) {
  while (!is_finished()) {
    run_row();
    step_program(request_.guidance != 1.0F).program->wait();
    if (progress) progress(row_, static_cast<int>(table_.rows.size()));
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
