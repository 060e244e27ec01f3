#include "studio/sequence_writer.h"

#include <algorithm>
#include <array>

#include "core/error.h"

namespace figment::studio {
namespace {

using tensor::DType;
using tensor::Tensor;

sampling::BeamOptions beams_of(const SequenceWriter::Options& options) {
  return {.sentences = options.sentences, .width = options.beams, .length_exponent = options.length_exponent};
}

}  // namespace

/// The two recorded programs and what they share.
struct SequenceWriter::Decode {
  Decode(runtime::Context& context, const models::EncoderDecoder& network, const Options& options);

  models::DecoderState state;
  sampling::BeamState beams;
  tensor::Graph read_graph;
  tensor::Graph next_graph;
  sampling::BeamChoice choice;
  Tensor seen;  ///< [batch, layers * heads, source_context], if it is kept
  std::unique_ptr<runtime::Program> read;
  std::unique_ptr<runtime::Program> next;
};

SequenceWriter::Decode::Decode(runtime::Context& context, const models::EncoderDecoder& network, const Options& options)
    : state(network.config(), options.sentences, options.beams), beams(beams_of(options)) {
  const Tensor source = read_graph.input("source", {{options.sentences, network.config().source_context}, DType::i32});
  network.read(source, state);
  sampling::begin_beams(read_graph, beams);
  read = runtime::compile(context, read_graph, {}, {.name = "read", .frozen = true});

  const Tensor position = next_graph.input("position", {{1}, DType::i32});
  const Tensor length = next_graph.input("length", {{1}, DType::i32});
  const Tensor logits =
      network.next(next_graph.variable(beams.token), position, length, state, options.sees ? &seen : nullptr);
  choice = sampling::choose_beams(logits, beams);
  if (options.beams > 1) {
    for (const auto* cache : {&state.keys, &state.values}) {
      for (const tensor::Variable& layer : *cache) sampling::follow_parents(next_graph, layer, choice.parents);
    }
  }
  std::vector<Tensor> outputs = {choice.parents, choice.tokens, choice.sums};
  if (options.sees) outputs.push_back(seen);
  next = runtime::compile(context, next_graph, outputs, {.name = "next token", .frozen = true});
}

SequenceWriter::SequenceWriter(runtime::Context& context, std::shared_ptr<const models::EncoderDecoder> network,
                               const Options& options)
    : network_(std::move(network)),
      options_(options),
      decode_(std::make_unique<Decode>(context, *network_, options)),
      history_(beams_of(options)) {}

SequenceWriter::~SequenceWriter() = default;

std::vector<runtime::Program*> SequenceWriter::compiled() { return {decode_->read.get(), decode_->next.get()}; }

std::vector<const runtime::Program*> SequenceWriter::programs() const {
  return {decode_->read.get(), decode_->next.get()};
}

void SequenceWriter::begin(const std::vector<std::vector<std::int32_t>>& sources) {
  const auto width = static_cast<std::size_t>(network_->config().source_context);
  core::require(!sources.empty() && sources.size() <= static_cast<std::size_t>(options_.sentences),
                "{} texts cannot be read at once; give 1 to {}", sources.size(), options_.sentences);
  std::vector<std::int32_t> rows(static_cast<std::size_t>(options_.sentences) * width);
  for (std::size_t i = 0; i < static_cast<std::size_t>(options_.sentences); ++i) {
    const std::vector<std::int32_t>& source = sources[std::min(i, sources.size() - 1)];
    core::require(!source.empty() && source.size() <= width, "a text of {} tokens cannot be read; give 1 to {}",
                  source.size(), width);
    std::copy(source.begin(), source.end(), rows.begin() + static_cast<std::ptrdiff_t>(i * width));
  }
  decode_->next->abandon();
  in_flight_ = false;
  sources_ = sources;
  history_.clear();
  seen_.clear();
  finished_ = false;
  decode_->read->write_ints("source", rows);
  decode_->read->submit();
}

void SequenceWriter::submit_next() {
  const int position = history_.steps();
  decode_->next->write_ints("position", std::array<std::int32_t, 1>{position});
  decode_->next->write_ints("length", std::array<std::int32_t, 1>{position + 1});
  in_flight_ = true;
}

void SequenceWriter::collect() {
  runtime::Program& program = *decode_->next;
  if (program.is_mid_replay()) program.submit();
  program.wait();
  in_flight_ = false;
  const std::vector<std::int32_t> parents = program.read(decode_->choice.parents).ints;
  const std::vector<std::int32_t> tokens = program.read(decode_->choice.tokens).ints;
  const std::vector<float> sums = program.read(decode_->choice.sums).floats;
  if (options_.sees) {
    // A row of the program is the beam that was gone on with, so the choice looked at what its parent row did.
    const std::vector<float> rows = program.read(decode_->seen).floats;
    const std::size_t row = rows.size() / parents.size();
    for (const std::int32_t parent : parents) {
      const auto begin = rows.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(parent) * row);
      seen_.insert(seen_.end(), begin, begin + static_cast<std::ptrdiff_t>(row));
    }
  }
  history_.add(parents, tokens, sums);
  finished_ = history_.have_all_ended() || history_.steps() >= network_->config().target_context;
}

void SequenceWriter::run_token() {
  if (finished_) return;
  if (!in_flight_) submit_next();
  decode_->next->submit();
  collect();
}

int SequenceWriter::advance(double budget_ms) {
  if (finished_) return 0;
  runtime::Program& program = *decode_->next;
  if (in_flight_ && !program.is_mid_replay()) {
    if (!program.is_idle()) return 0;
    collect();
    return 1;
  }
  if (!in_flight_) submit_next();
  program.advance(budget_ms);
  return 0;
}

std::vector<std::int32_t> SequenceWriter::tokens(std::int64_t sentence, std::int64_t beam) const {
  std::vector<std::int32_t> tokens;
  for (const int node : history_.path(sentence, beam))
    tokens.push_back(history_.nodes()[static_cast<std::size_t>(node)].token);
  return tokens;
}

std::vector<SequenceWriter::Word> SequenceWriter::words(std::int64_t sentence, std::int64_t beam) const {
  std::vector<Word> words;
  for (const int node : history_.path(sentence, beam)) {
    const sampling::BeamHistory::Node& written = history_.nodes()[static_cast<std::size_t>(node)];
    words.push_back({written.token, written.probability, mean_seen(node)});
  }
  return words;
}

std::vector<float> SequenceWriter::seen(int node, std::int64_t layer, std::int64_t head) const {
  if (!options_.sees) return {};
  const models::EncoderDecoderConfig& config = network_->config();
  const std::int64_t row = (node * config.layers + layer) * config.heads + head;
  const auto begin = seen_.begin() + row * config.source_context;
  return {begin, begin + config.source_context};
}

std::vector<float> SequenceWriter::mean_seen(int node) const {
  if (!options_.sees) return {};
  const models::EncoderDecoderConfig& config = network_->config();
  std::vector<float> mean(static_cast<std::size_t>(config.source_context));
  const float share = 1.0F / static_cast<float>(config.layers * config.heads);
  for (std::int64_t layer = 0; layer < config.layers; ++layer) {
    for (std::int64_t head = 0; head < config.heads; ++head) {
      const std::vector<float> one = seen(node, layer, head);
      for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += share * one[i];
    }
  }
  return mean;
}

}  // namespace figment::studio
