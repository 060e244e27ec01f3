#include "studio/flow_matching_painter.h"

#include <array>

#include "studio/landscape_labels.h"
#include "training/weights.h"

namespace figment::studio {
namespace {

using tensor::DType;
using tensor::Tensor;

constexpr std::int64_t row_size = 4;  // angle, from_last, from_this, ends_step

}  // namespace

std::shared_ptr<models::VelocityNet> load_flow_matching(const std::filesystem::path& weights) {
  return training::load_network<models::VelocityNet>("flow_matching", weights);
}

struct FlowMatchingPainter::Programs {
  tensor::Graph start_graph, evaluate_graph, place_graph, look_graph;
  Tensor ways;
  std::unique_ptr<runtime::Program> start, evaluate, place, look;
};

FlowMatchingPainter::FlowMatchingPainter(runtime::Context& context, std::shared_ptr<models::VelocityNet> network,
                                         int count)
    : context_(context), network_(std::move(network)), count_(count), programs_(std::make_unique<Programs>()) {
  const models::UnetConfig& config = network_->config();
  const tensor::TensorType state = {{count_, config.side(), config.side(), config.depth()}, DType::f32};
  const std::int64_t size = state.shape.count();
  x_ = tensor::make_variable("flow_matching.x", state);
  base_ = tensor::make_variable("flow_matching.base", state);
  last_ = tensor::make_variable("flow_matching.last", state);
  path_ = tensor::make_variable("flow_matching.path", {{1, steps_max + 1, size}, DType::f32});
  shown_ = tensor::make_variable("flow_matching.shown", {{1, columns, size}, DType::f32},
                                 std::vector<float>(static_cast<std::size_t>(columns * size), -1.0F));
  place_ = tensor::make_variable("flow_matching.place", {{2 * count_, config.picture, config.picture, 3}, DType::f32},
                                 std::vector<float>(static_cast<std::size_t>(2 * size), -1.0F));
  trace();
  trace_look();
}

FlowMatchingPainter::~FlowMatchingPainter() = default;

void FlowMatchingPainter::trace() {
  const models::UnetConfig& config = network_->config();
  const std::int64_t size = x_->type.shape.count();
  const auto show = [&](tensor::Graph& graph, Tensor x, Tensor column) {
    const Tensor pictures = ops::depth_to_space(x, config.block);
    ops::write_rows(graph.variable(shown_), ops::reshape(pictures, {1, 1, size}), column);
  };
  tensor::Graph& start = programs_->start_graph;
  const Tensor noise = ops::random_normal(start.input("seed", {{4}, DType::u32}), x_->type.shape, 0);
  ops::assign(start.variable(x_), noise);
  ops::assign(start.variable(base_), noise);
  ops::write_rows(start.variable(path_), ops::reshape(noise, {1, 1, size}), start.constant({1}, {0}, DType::i32));
  show(start, noise, start.input("column", {{1}, DType::i32}));
  programs_->start = runtime::compile(context_, start, {}, {.name = "begin flow"});

  tensor::Graph& graph = programs_->evaluate_graph;
  const Tensor row = graph.input("row", {{row_size}, DType::f32});
  const auto entry = [&](int index) { return ops::slice(row, 0, index, index + 1); };
  std::vector<Tensor> labels;
  for (const char* input : landscape_label_inputs) labels.push_back(graph.input(input, {{count_}, DType::i32}));
  const Tensor velocity = (*network_)(graph.variable(x_), ops::broadcast_to(entry(0), {count_}), labels);
  const Tensor base = graph.variable(base_);
  const Tensor next = base + entry(1) * graph.variable(last_) + entry(2) * velocity;
  ops::assign(graph.variable(last_), velocity);
  ops::assign(graph.variable(x_), next);
  ops::assign(graph.variable(base_), base + entry(3) * (next - base));
  const Tensor position = graph.input("position", {{1}, DType::i32});
  ops::write_rows(graph.variable(path_), ops::reshape(next, {1, 1, size}), position);
  show(graph, next, graph.input("column", {{1}, DType::i32}));
  programs_->evaluate = runtime::compile(context_, graph, {}, {.name = "follow flow", .frozen = true});
}

/// What looks at the way of a run.
void FlowMatchingPainter::trace_look() {
  const models::UnetConfig& config = network_->config();
  const std::int64_t size = x_->type.shape.count();
  tensor::Graph& place = programs_->place_graph;
  const Tensor weights = place.input("weights", {{2, steps_max + 1}, DType::f32});
  const Tensor states = ops::matmul(weights, ops::reshape(place.variable(path_), {steps_max + 1, size}));
  const Tensor mixed = ops::reshape(states, {2 * count_, config.side(), config.side(), config.depth()});
  ops::assign(place.variable(place_), ops::depth_to_space(mixed, config.block));
  programs_->place = runtime::compile(context_, place, {}, {.name = "place on the way"});

  tensor::Graph& look = programs_->look_graph;
  programs_->ways =
      ops::slice(ops::reshape(look.variable(path_), {steps_max + 1, count_, size / count_}), 1, 0, ways());
  programs_->look = runtime::compile(context_, look, std::array{programs_->ways}, {.name = "look at the ways"});
}

void FlowMatchingPainter::begin(const PictureRequest& request, FlowSolver solver, int steps, int column) {
  std::vector<FlowEvaluation> evaluations = flow_evaluations(solver, steps);
  programs_->evaluate->abandon();
  in_flight_ = false;
  evaluations_ = std::move(evaluations);
  steps_ = steps;
  column_ = column;
  done_ = 0;
  step_ = 0;
  const std::array<std::int32_t, 1> place = {column};
  programs_->start->write_ints("seed", landscape_seed(request.seed, 0, 0));
  programs_->start->write_ints("column", place);
  programs_->start->submit();
  programs_->evaluate->write_ints("column", place);
  const auto labels = landscape_labels(request, count_, false);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    programs_->evaluate->write_ints(landscape_label_inputs[i], labels[i]);
  }
}

void FlowMatchingPainter::prepare() {
  const FlowEvaluation& one = evaluations_[done_];
  const std::array<float, row_size> row = {static_cast<float>(models::VelocityNet::angle_of(one.time)),
                                           static_cast<float>(one.from_last), static_cast<float>(one.from_this),
                                           one.ends_step ? 1.0F : 0.0F};
  programs_->evaluate->write("row", row);
  // Halves of a step go where the whole one will overwrite them.
  programs_->evaluate->write_ints("position", std::array<std::int32_t, 1>{step_ + 1});
  if (one.ends_step) ++step_;
}

int FlowMatchingPainter::advance(double budget_ms) {
  if (is_finished()) return 0;
  if (!in_flight_) prepare();
  in_flight_ = !programs_->evaluate->advance(budget_ms);
  if (in_flight_) return 0;
  ++done_;
  return 1;
}

void FlowMatchingPainter::run_evaluation() {
  if (is_finished()) return;
  if (!in_flight_) prepare();
  programs_->evaluate->submit();
  in_flight_ = false;
  ++done_;
}

void FlowMatchingPainter::run_all() {
  while (!is_finished()) {
    run_evaluation();
    context_.device().wait_idle();
  }
}

void FlowMatchingPainter::show_place(double time) {
  FlowPlace place = flow_place(time, steps_);
  std::vector<float> weights;
  for (std::vector<float>* part : {&place.here, &place.picture}) {
    part->resize(steps_max + 1);
    weights.insert(weights.end(), part->begin(), part->end());
  }
  programs_->place->write("weights", weights);
  programs_->place->submit();
}

namespace {

runtime::BufferSlice part_of(runtime::BufferSlice all, int index, int parts) {
  all.bytes /= static_cast<VkDeviceSize>(parts);
  all.offset += static_cast<VkDeviceSize>(index) * all.bytes;
  return all;
}

}  // namespace

runtime::BufferSlice FlowMatchingPainter::column_memory(int column) {
  return part_of(context_.memory(shown_), column, columns);
}

runtime::BufferSlice FlowMatchingPainter::here_memory() { return part_of(context_.memory(place_), 0, 2); }

runtime::BufferSlice FlowMatchingPainter::guess_memory() { return part_of(context_.memory(place_), 1, 2); }

std::vector<float> FlowMatchingPainter::read_column(int column) {
  const std::vector<float> all = context_.download(shown_).floats;
  const auto size = static_cast<std::ptrdiff_t>(all.size() / columns);
  return {all.begin() + column * size, all.begin() + (column + 1) * size};
}

std::vector<float> FlowMatchingPainter::read_ways() {
  programs_->look->submit();
  std::vector<float> states = programs_->look->read(programs_->ways).floats;
  states.resize(states.size() / (steps_max + 1) * static_cast<std::size_t>(steps_ + 1));
  return states;
}

bool FlowMatchingPainter::is_idle() const { return programs_->evaluate->is_idle() && programs_->start->is_idle(); }

std::vector<runtime::Program*> FlowMatchingPainter::compiled() {
  return {programs_->start.get(), programs_->evaluate.get(), programs_->place.get(), programs_->look.get()};
}

}  // namespace figment::studio
