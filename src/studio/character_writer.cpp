#include "studio/character_writer.h"

#include <algorithm>
#include <array>

#include "core/error.h"
#include "data/character_stream.h"
#include "ops/text_sampling.h"
#include "training/weights.h"

namespace figment::studio {

using tensor::DType;
using tensor::Tensor;

std::shared_ptr<models::Lstm> load_character_networks(const std::filesystem::path& weights) {
  const std::filesystem::path path = weights.empty() ? training::shipped_weights("lstm") : weights;
  const models::LstmConfig config = training::preset_of(path) == "large"
                                        ? models::LstmConfig::large(data::character_count)
                                        : models::LstmConfig{.vocabulary = data::character_count};
  auto networks = std::make_shared<models::Lstm>(config, 1);
  training::load_weights(path, networks->parameters());
  return networks;
}

/// The recorded program of one step.
struct CharacterWriter::Step {
  Step(runtime::Context& context, const models::CharacterNet& net, std::int64_t batch);

  const models::CharacterNet& network;
  tensor::Graph graph;
  models::CharacterMemory memory;
  tensor::Variable token;  ///< i32 [B]: what was chosen last
  Tensor chosen;           ///< i32 [B]
  Tensor shares;           ///< f32 [B, V]: probabilities of the network
  ops::Recurrence layer;   ///< the first
  std::unique_ptr<runtime::Program> program;
};

CharacterWriter::Step::Step(runtime::Context& context, const models::CharacterNet& net, std::int64_t batch)
    : network(net), memory(net.config(), batch), token(tensor::make_variable("text.token", {{batch}, DType::i32})) {
  const Tensor forced = ops::cast(graph.input("forced", {{batch}, DType::i32}), DType::f32);
  const Tensor keep = graph.input("keep", {{1, 1}, DType::f32});
  const Tensor seed = graph.input("seed", {{4}, DType::u32});
  const Tensor filters = graph.input("filters", {{8}, DType::f32});
  const Tensor kept = ops::cast(graph.variable(token), DType::f32);
  const Tensor is_forced = ops::greater(forced, graph.constant({1}, {-0.5F}));
  const Tensor now = ops::cast(ops::where(is_forced, forced, kept), DType::i32);
  const models::CharacterNet::Output output = network(ops::reshape(now, {1, batch}), memory.read(graph, keep));
  memory.write(output.state);
  layer = output.layers.front();
  shares = ops::softmax(output.logits);
  chosen = ops::categorical(ops::filter_logits(output.logits, filters), seed, 0);
  ops::assign(graph.variable(token), chosen);
  std::vector<Tensor> outputs = {chosen, shares, layer.hidden};
  if (layer.gates) outputs.push_back(layer.gates);
  if (layer.cells) outputs.push_back(layer.cells);
  program = runtime::compile(context, graph, outputs, {.name = "next character", .frozen = true});
}

CharacterWriter::CharacterWriter(runtime::Context& context, std::shared_ptr<const models::Lstm> owner,
                                 const models::CharacterNet& network, std::int64_t batch)
    : owner_(std::move(owner)), batch_(batch), step_(std::make_unique<Step>(context, network, batch)) {}

CharacterWriter::~CharacterWriter() = default;

const models::CharacterNetConfig& CharacterWriter::config() const { return step_->network.config(); }
runtime::Program* CharacterWriter::program() { return step_->program.get(); }

void CharacterWriter::begin(std::uint64_t seed) {
  seed_ = seed;
  count_ = 0;
}

void CharacterWriter::step(std::span<const std::int32_t> forced) {
  runtime::Program& program = *step_->program;
  std::vector<std::int32_t> given(static_cast<std::size_t>(batch_), count_ == 0 ? data::line_end : -1);
  std::copy(forced.begin(), forced.begin() + static_cast<std::ptrdiff_t>(std::min(forced.size(), given.size())),
            given.begin());
  program.write_ints("forced", given);
  program.write("keep", std::array<float, 1>{count_ == 0 ? 0.0F : 1.0F});
  program.write_ints("seed", std::array<std::int32_t, 4>{
                                 static_cast<std::int32_t>(static_cast<std::uint32_t>(seed_)),
                                 static_cast<std::int32_t>(static_cast<std::uint32_t>(seed_ >> 32)), 3, count_});
  ops::FilterParams filters;
  filters.temperature = temperature_;
  program.write("filters", std::span(reinterpret_cast<const float*>(&filters), sizeof(filters) / sizeof(float)));
  program.submit();
  chosen_ = program.read(step_->chosen).ints;
  shares_ = program.read(step_->shares).floats;
  // Of the first row only: the others are read by nobody.
  const auto units = static_cast<std::size_t>(config().units);
  const auto first_row = [&](Tensor tensor, std::size_t size) {
    std::vector<float> values = tensor ? program.read(tensor).floats : std::vector<float>();
    values.resize(std::min(values.size(), size));
    return values;
  };
  hidden_ = first_row(step_->layer.hidden, units);
  gates_ = first_row(step_->layer.gates, units * 4);
  cells_ = first_row(step_->layer.cells, units);
  ++count_;
}

float CharacterWriter::probability(std::size_t row) const {
  const std::size_t width = shares_.size() / static_cast<std::size_t>(batch_);
  return shares_[row * width + static_cast<std::size_t>(chosen_[row])];
}

}  // namespace figment::studio
