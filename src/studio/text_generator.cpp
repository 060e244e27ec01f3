#include "studio/text_generator.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/error.h"
#include "ops/text_sampling.h"
#include "training/weights.h"

namespace figment::studio {
namespace {

using tensor::DType;
using tensor::Tensor;

}  // namespace

/// The recorded program: feeds one token at a place, and chooses the one behind it.
struct TextGenerator::Decode {
  Decode(runtime::Context& context, const models::Gpt& network);

  tensor::Graph graph;
  models::KeyValueCache cache;
  tensor::Variable token;    ///< i32 [1]: what was chosen last
  tensor::Variable history;  ///< i32 [1, context, 1]: the tokens at each place
  Tensor chosen;             ///< i32 [1]
  Tensor before;             ///< f32 [1, V]: probabilities of the network
  Tensor after;              ///< f32 [1, V]: what the filters left, scaled to 1
  std::unique_ptr<runtime::Program> program;
};

TextGenerator::Decode::Decode(runtime::Context& context, const models::Gpt& network)
    : cache(network.config(), 1),
      token(tensor::make_variable("text.token", {{1}, DType::i32})),
      history(tensor::make_variable("text.history", {{1, network.config().context, 1}, DType::i32})) {
  const Tensor forced = graph.input("forced", {{1}, DType::i32});
  const Tensor position = graph.input("position", {{1}, DType::i32});
  const Tensor length = graph.input("length", {{1}, DType::i32});
  const Tensor seed = graph.input("seed", {{4}, DType::u32});
  const Tensor filters = graph.input("filters", {{8}, DType::f32});
  const Tensor penalties = graph.input("penalties", {{4}, DType::f32});

  const Tensor given = ops::cast(forced, DType::f32);
  const Tensor kept = ops::cast(graph.variable(token), DType::f32);
  const Tensor is_given = ops::greater(given, graph.constant({1}, {-0.5F}));
  const Tensor now = ops::cast(ops::where(is_given, given, kept), DType::i32);
  const Tensor places = graph.variable(history);
  ops::write_rows(places, ops::reshape(now, {1, 1, 1}), position);

  const Tensor logits = network.next(ops::reshape(now, {1, 1}), position, length, cache);
  before = ops::softmax(logits);
  const std::int64_t context_size = network.config().context;
  const Tensor penalised = ops::penalize(logits, ops::reshape(places, {1, context_size}), length, penalties);
  const Tensor filtered = ops::filter_logits(penalised, filters);
  after = ops::softmax(filtered);
  chosen = ops::categorical(filtered, seed, 0);
  ops::assign(graph.variable(token), chosen);
  const std::array<Tensor, 3> outputs = {chosen, before, after};
  program = runtime::compile(context, graph, outputs, {.name = "next token", .frozen = true});
}

std::shared_ptr<models::Gpt> load_story_network(const data::Tokenizer& tokenizer,
                                                const std::filesystem::path& weights) {
  const std::filesystem::path path = weights.empty() ? training::shipped_weights("gpt") : weights;
  const std::int64_t vocabulary = tokenizer.vocabulary_size();
  const models::GptConfig config = training::preset_of(path) == "large" ? models::GptConfig::large(vocabulary)
                                                                        : models::GptConfig{.vocabulary = vocabulary};
  auto network = std::make_shared<models::Gpt>(config, 1);
  training::load_weights(path, network->parameters());
  return network;
}

TextGenerator::TextGenerator(runtime::Context& context, std::shared_ptr<models::Gpt> network,
                             std::shared_ptr<const data::Tokenizer> tokenizer)
    : network_(std::move(network)),
      tokenizer_(std::move(tokenizer)),
      decode_(std::make_unique<Decode>(context, *network_)) {}

TextGenerator::~TextGenerator() = default;

runtime::Program* TextGenerator::compiled() { return decode_->program.get(); }

void TextGenerator::begin(const TextRequest& request) {
  check(request);
  if (in_flight_) collect();
  request_ = request;
  options_ = request.options;
  tokens_.clear();
  note_.clear();
  finished_ = false;
  position_ = 0;
  first_ = -1;
  pending_ = {data::Tokenizer::bos};
  for (const std::int32_t id : tokenizer_->encode(request.prompt)) pending_.push_back(id);
  for (const int id : pending_) {
    if (id != data::Tokenizer::bos) tokens_.push_back({id, 1.0F, true});
  }
  const auto room = static_cast<std::size_t>(network_->config().context / 2);
  if (pending_.size() > room) {
    note_ = fmt::format("the prompt has {} tokens; only its last {} are read", pending_.size(), room);
    pending_.erase(pending_.begin(), pending_.end() - static_cast<std::ptrdiff_t>(room));
    first_ = static_cast<int>(tokens_.size() - room);
  }
}

void TextGenerator::drop_in_flight() {
  if (!in_flight_) return;
  runtime::Program& program = *decode_->program;
  if (program.is_mid_replay()) program.submit();
  program.wait();
  in_flight_ = false;
}

/// Feeds tokens_ again from `index` on (-1: the mark of the beginning); those before it are in the cache, or else more
/// is fed.
void TextGenerator::feed_from(int index) {
  const int read = first_ + position_;  // what lies before this index is in the cache
  index = std::min(index, read);
  if (index < first_) {
    const auto keep = static_cast<std::size_t>(network_->config().context / 2);
    index = first_ = static_cast<int>(tokens_.size() > keep ? tokens_.size() - keep : 0);
  }
  pending_.clear();
  if (index < 0) pending_.push_back(data::Tokenizer::bos);
  for (auto i = static_cast<std::size_t>(std::max(index, 0)); i < tokens_.size(); ++i)
    pending_.push_back(tokens_[i].id);
  position_ = index - first_;
}

void TextGenerator::go_back(std::size_t count) {
  core::require(count > 0 && count <= tokens_.size(), "The text has {} tokens; choose one of them.", tokens_.size());
  drop_in_flight();
  finished_ = false;
  const Token last = tokens_[count - 1];
  if (!last.is_prompt) {
    // Reads the token before once more, for the choice that was made behind it.
    tokens_.resize(count - 1);
    feed_from(static_cast<int>(count) - 2);
    do {
      run_token();
    } while (!pending_.empty());
    finished_ = false;
  }
  tokens_.resize(count - 1);
  tokens_.push_back(last);
  feed_from(static_cast<int>(count) - 1);
}

void TextGenerator::replace_last(int id, float probability) {
  core::require(!tokens_.empty() && !tokens_.back().is_prompt, "No word was chosen yet.");
  drop_in_flight();
  tokens_.pop_back();
  finished_ = ends_story(id);
  if (finished_) return;
  tokens_.push_back({id, probability, false});
  feed_from(static_cast<int>(tokens_.size()) - 1);
}

bool TextGenerator::ends_story(int id) {
  return id == data::Tokenizer::eos || id == data::Tokenizer::bos || id == data::Tokenizer::pad;
}

void TextGenerator::slide() {
  // The cache is full: the later half of the text is fed again from the first place on.
  first_ = std::numeric_limits<int>::max() / 2;  // nothing of it is of use any more
  position_ = 0;
  feed_from(0);
  note_ = fmt::format("the context of {} tokens is full; the story goes on from its last {}",
                      network_->config().context, pending_.size());
}

void TextGenerator::submit_next() {
  if (position_ >= network_->config().context) slide();
  runtime::Program& program = *decode_->program;
  const int forced = pending_.empty() ? -1 : pending_.front();
  program.write_ints("forced", std::array<std::int32_t, 1>{forced});
  program.write_ints("position", std::array<std::int32_t, 1>{position_});
  program.write_ints("length", std::array<std::int32_t, 1>{position_ + 1});
  const auto step = static_cast<std::int32_t>(tokens_.size());
  program.write_ints("seed", std::array<std::int32_t, 4>{
                                 static_cast<std::int32_t>(static_cast<std::uint32_t>(options_.seed)),
                                 static_cast<std::int32_t>(static_cast<std::uint32_t>(options_.seed >> 32)), 2, step});
  ops::FilterParams filters;
  filters.temperature = options_.greedy ? 0.0F : options_.temperature;
  filters.top_k = static_cast<float>(options_.top_k);
  filters.top_p = options_.top_p;
  filters.min_p = options_.min_p;
  filters.typical_p = options_.typical_p;
  program.write("filters", std::span(reinterpret_cast<const float*>(&filters), sizeof(filters) / sizeof(float)));
  program.write("penalties",
                std::array<float, 4>{options_.repetition_penalty, options_.presence_penalty, options_.frequency_penalty,
                                     static_cast<float>(options_.penalty_window)});
}

void TextGenerator::collect() {
  if (!in_flight_) return;
  runtime::Program& program = *decode_->program;
  if (program.is_mid_replay()) program.submit();
  program.wait();
  in_flight_ = false;
  ++position_;
  if (!pending_.empty()) pending_.erase(pending_.begin());
  if (!pending_.empty()) return;
  const int id = program.read(decode_->chosen).ints[0];
  const float probability = program.read(decode_->before).floats[static_cast<std::size_t>(id)];
  if (ends_story(id)) {
    finished_ = true;
    return;
  }
  tokens_.push_back({id, probability, false});
  const auto written =
      std::count_if(tokens_.begin(), tokens_.end(), [](const Token& token) { return !token.is_prompt; });
  if (written >= request_.tokens_max) finished_ = true;
}

void TextGenerator::run_token() {
  collect();
  if (finished_) return;
  submit_next();
  decode_->program->submit();
  in_flight_ = true;
  collect();
}

int TextGenerator::advance(double budget_ms) {
  if (finished_) return 0;
  runtime::Program& program = *decode_->program;
  if (in_flight_ && !program.is_mid_replay()) {
    if (!program.is_idle()) return 0;
    const std::size_t before = tokens_.size();
    collect();
    if (finished_) return 0;
    if (tokens_.size() > before) return 1;
  }
  if (!in_flight_) submit_next();
  in_flight_ = true;
  program.advance(budget_ms);
  return 0;
}

std::vector<TextGenerator::Candidate> TextGenerator::candidates(int count) {
  const std::vector<float> before = decode_->program->read(decode_->before).floats;
  const std::vector<float> after = decode_->program->read(decode_->after).floats;
  std::vector<int> order(before.size());
  std::iota(order.begin(), order.end(), 0);
  const auto wanted = std::min<std::size_t>(static_cast<std::size_t>(count), order.size());
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(wanted), order.end(), [&](int a, int b) {
    return before[static_cast<std::size_t>(a)] > before[static_cast<std::size_t>(b)];
  });
  std::vector<Candidate> result;
  for (std::size_t i = 0; i < wanted; ++i) {
    const auto id = static_cast<std::size_t>(order[i]);
    result.push_back({order[i], before[id], after[id]});
  }
  return result;
}

std::string TextGenerator::piece(int id) const { return std::string(tokenizer_->text_of(id)); }

std::string TextGenerator::text() const {
  std::vector<std::int32_t> ids;
  for (const Token& token : tokens_) ids.push_back(token.id);
  return tokenizer_->decode(ids);
}

std::vector<const runtime::Program*> TextGenerator::programs() const { return {decode_->program.get()}; }

}  // namespace figment::studio
