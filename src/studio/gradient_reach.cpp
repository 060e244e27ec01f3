#include "studio/gradient_reach.h"

#include <cmath>

#include "core/error.h"
#include "tensor/gradient.h"
#include "training/task.h"

namespace figment::studio {

using tensor::Tensor;

namespace {

constexpr std::int64_t directions = 8;  // random ones in which h[T] is followed back; each has a row of the batch

/// Squares of each tensor's elements, added up: [n].
Tensor squared_norms(const std::vector<Tensor>& all) {
  std::vector<Tensor> norms;
  for (const Tensor& one : all) norms.push_back(ops::reshape(ops::sum(ops::square(one), {}), {1}));
  return ops::concat(norms, 0);
}

std::vector<float> relative(const std::vector<float>& squares, float whole) {
  std::vector<float> by_distance;  // the squares are in the order of time
  for (auto at = squares.rbegin(); at != squares.rend(); ++at) by_distance.push_back(std::sqrt(*at / whole));
  return by_distance;
}

}  // namespace

struct GradientReach::Measure {
  Measure(runtime::Context& context, const models::CharacterNet& network);
  tensor::Graph graph;
  Tensor of_hidden;
  Tensor of_cell;
  std::unique_ptr<runtime::Program> program;
};

GradientReach::Measure::Measure(runtime::Context& context, const models::CharacterNet& network) {
  const ops::Cell kind = network.config().cell;
  const tensor::Shape state{directions, network.config().units};
  const Tensor tokens = graph.input("tokens", {{length, directions}, tensor::DType::i32});
  const Tensor x = ops::embedding(network.table(graph), tokens);
  const Tensor weight = network.recurrent_weight(graph, 0);
  const models::CharacterState zero = network.zero_state(graph, directions);
  Tensor hidden = zero.hidden[0];
  Tensor cell = zero.cells.empty() ? Tensor{} : zero.cells[0];
  std::vector<Tensor> hiddens, cells;
  const auto run = [&](std::int64_t begin, std::int64_t end) {
    const ops::Recurrence made = ops::recurrent(kind, ops::slice(x, 0, begin, end), weight, hidden, cell);
    const std::int64_t last = end - begin - 1;
    hidden = ops::reshape(ops::slice(made.hidden, 0, last, last + 1), state);
    if (cell) cell = ops::reshape(ops::slice(made.cells, 0, last, last + 1), state);
  };
  run(0, warm_up);
  for (std::int64_t t = warm_up; t < length; ++t) {  // one by one: each state is asked for its gradient
    run(t, t + 1);
    hiddens.push_back(hidden);
    if (cell && t + 1 < length) cells.push_back(cell);  // the last makes h[T] within the same op
  }
  const Tensor loss = ops::sum(hidden * training::fixed_normal(graph, state), {});
  std::vector<Tensor> outputs = {of_hidden = squared_norms(tensor::gradient(loss, hiddens))};
  if (cell) outputs.push_back(of_cell = squared_norms(tensor::gradient(loss, cells)));
  program = runtime::compile(context, graph, outputs, {.name = "reach of gradients", .frozen = true});
}

GradientReach::GradientReach(runtime::Context& context, std::shared_ptr<const models::Lstm> owner,
                             const models::CharacterNet& network)
    : owner_(std::move(owner)), measure_(std::make_unique<Measure>(context, network)) {}

GradientReach::~GradientReach() = default;

runtime::Program* GradientReach::program() { return measure_->program.get(); }

void GradientReach::begin(std::span<const std::int32_t> text) {
  core::require(text.size() >= static_cast<std::size_t>(length), "{} characters are too few to follow gradients",
                text.size());
  program()->abandon();
  std::vector<std::int32_t> tokens;
  for (std::size_t t = 0; t < static_cast<std::size_t>(length); ++t) {
    tokens.insert(tokens.end(), static_cast<std::size_t>(directions), text[t]);
  }
  program()->write_ints("tokens", tokens);
  phase_ = Phase::submitting;
}

bool GradientReach::advance(double budget_ms) {
  if (phase_ == Phase::submitting && program()->advance(budget_ms)) phase_ = Phase::running;
  if (phase_ != Phase::running || !program()->is_idle()) return false;
  const std::vector<float> hidden = program()->read(measure_->of_hidden).floats;
  of_hidden_ = relative(hidden, hidden.back());
  if (measure_->of_cell) {
    of_cell_ = relative(program()->read(measure_->of_cell).floats, hidden.back());
    of_cell_.insert(of_cell_.begin(), of_cell_.front());  // k = 0, which is not asked for
  }
  phase_ = Phase::finished;
  return true;
}

}  // namespace figment::studio
