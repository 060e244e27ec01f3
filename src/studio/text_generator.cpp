#include "studio/text_generator.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/error.h"
#include "core/quote.h"
#include "training/text_file_task.h"
#include "training/weights.h"

namespace figment::studio {
namespace {

using tensor::DType;
using tensor::Tensor;

constexpr float bits_per_nat = 1.44269504F;
constexpr int stories_at_once_max = 64;

}  // namespace

/// The recorded program: feeds one token at a place of every story, and chooses the one behind it.
struct TextGenerator::Decode {
  Decode(runtime::Context& context, const models::Gpt& network, std::int64_t batch);

  tensor::Graph graph;
  models::KeyValueCache cache;
  ops::TokenChoice choice;
  std::vector<Tensor> seen;  ///< of each layer, f32 [B, heads, context]
  std::unique_ptr<runtime::Program> program;
};

TextGenerator::Decode::Decode(runtime::Context& context, const models::Gpt& network, std::int64_t batch)
    : cache(network.config(), batch) {
  const Tensor token = graph.input("token", {{batch, 1}, DType::i32});
  const Tensor position = graph.input("position", {{1}, DType::i32});
  const Tensor length = graph.input("length", {{1}, DType::i32});
  const Tensor history = graph.input("history", {{batch, network.config().context}, DType::i32});
  const Tensor history_length = graph.input("history length", {{1}, DType::i32});
  const Tensor settings = graph.input("settings", {{ops::chain_settings_size}, DType::f32});
  const Tensor limits = graph.input("limits", {{batch}, DType::f32});
  const Tensor seed = graph.input("seed", {{4}, DType::u32});
  const Tensor logits = network.next(token, position, length, cache, seen);
  choice = ops::choose_token(logits, history, history_length, settings, limits, seed);
  std::vector<Tensor> outputs = {choice.chosen, choice.facts, choice.trace};
  outputs.insert(outputs.end(), seen.begin(), seen.end());
  program = runtime::compile(context, graph, outputs, {.name = "next token", .frozen = true});
}

std::shared_ptr<const data::Tokenizer> load_story_tokenizer(const std::filesystem::path& weights) {
  const std::filesystem::path path = weights.empty() ? training::shipped_weights("gpt") : weights;
  return std::make_shared<const data::Tokenizer>(training::tokenizer_of(path));
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

sampling::TextTokens text_tokens(const TextRequest& request, const data::Tokenizer& tokenizer) {
  sampling::TextTokens result;
  for (const WordBias& bias : parse_biases(request.bias)) {
    const std::size_t before = result.bias.size();
    for (const std::string& text : {" " + bias.word, bias.word}) {
      const auto ids = tokenizer.encode(text);
      if (ids.size() == 1) result.bias.emplace_back(ids.front(), bias.value);
    }
    core::require(result.bias.size() > before, "The model does not know the word {}; give its bias to another.",
                  core::quotable(bias.word));
  }
  core::require(result.bias.size() <= static_cast<std::size_t>(ops::chain_bias_max),
                "There are too many biases; {} words are the most.", ops::chain_bias_max / 2);
  for (const char* mark : {"\n", ".", "!", "?", "\"", " \"", ",", ":"}) {
    const auto ids = tokenizer.encode(mark);
    if (ids.size() == 1) result.breakers.push_back(ids.front());
  }
  return result;
}

TextGenerator::TextGenerator(runtime::Context& context, std::shared_ptr<models::Gpt> network,
                             std::shared_ptr<const data::Tokenizer> tokenizer, int batch)
    : network_(std::move(network)), tokenizer_(std::move(tokenizer)), rows_(static_cast<std::size_t>(batch)) {
  core::require(batch >= 1 && batch <= stories_at_once_max, "{} stories at once make no sense; choose 1 to {}", batch,
                stories_at_once_max);
  decode_ = std::make_unique<Decode>(context, *network_, batch);
}

TextGenerator::~TextGenerator() = default;

runtime::Program* TextGenerator::compiled() { return decode_->program.get(); }

void TextGenerator::set_request(const TextRequest& request) {
  check(request);
  tokens_of_options_ = text_tokens(request, *tokenizer_);
  request_ = request;
}

void TextGenerator::begin(const TextRequest& request) {
  set_request(request);
  drop_in_flight();
  Row fresh;
  for (const std::int32_t id : tokenizer_->encode(request.prompt)) fresh.tokens.push_back({id, 1.0F, true});
  fresh.prompt_bytes = request.prompt.size();
  const float limit = sampling::first_mirostat_limit(request.options);
  for (Token& token : fresh.tokens) token.limit = limit;
  std::fill(rows_.begin(), rows_.end(), fresh);
  attention_.clear();
  note_.clear();
  finished_ = false;
  length_ = static_cast<int>(fresh.tokens.size());
  position_ = 0;
  first_ = -1;
  const int room = static_cast<int>(network_->config().context / 2);
  if (length_ + 1 > room) {
    note_ = fmt::format("the prompt has {} tokens; only its last {} are read", length_ + 1, room);
    first_ = length_ - room;
  }
}

void TextGenerator::drop_in_flight() {
  decode_->program->abandon();
  in_flight_ = false;
}

bool TextGenerator::is_reading() const { return next_index() + 1 < length_; }

/// Feeds the tokens again from `index` on (-1: the mark of the beginning); those before it are in the cache, or else
/// more is fed.
void TextGenerator::feed_from(int index) {
  index = std::min(index, next_index());  // what lies before that is in the cache
  if (index < first_) {
    const int keep = static_cast<int>(network_->config().context / 2);
    index = first_ = length_ > keep ? length_ - keep : 0;
    if (length_ <= keep) index = first_ = -1;
  }
  position_ = index - first_;
}

void TextGenerator::go_back(std::size_t count) {
  core::require(rows_.size() == 1, "Only a story that is written alone can be led back.");
  std::vector<Token>& tokens = rows_[0].tokens;
  core::require(count > 0 && count <= tokens.size(), "The text has {} tokens; choose one of them.", tokens.size());
  drop_in_flight();
  finished_ = rows_[0].finished = false;
  const Token last = tokens[count - 1];
  const auto cut = [&] {
    tokens.resize(count - 1);
    length_ = static_cast<int>(count) - 1;
  };
  cut();
  if (!last.is_prompt) {
    // Reads the token before once more, for the choice that was made behind it.
    feed_from(static_cast<int>(count) - 2);
    while (length_ < static_cast<int>(count) && !finished_) run_token();
    finished_ = rows_[0].finished = false;
    cut();
  }
  tokens.push_back(last);
  ++length_;
  feed_from(static_cast<int>(count) - 1);
  attention_.resize(std::min(attention_.size(), count));
}

void TextGenerator::replace_last(int id, float probability) {
  core::require(rows_.size() == 1, "Only a story that is written alone can be led elsewhere.");
  std::vector<Token>& tokens = rows_[0].tokens;
  core::require(!tokens.empty() && !tokens.back().is_prompt, "No word was chosen yet.");
  drop_in_flight();
  Token token = tokens.back();
  tokens.pop_back();
  --length_;
  finished_ = rows_[0].finished = ends_story(id);
  if (finished_) return;
  token.id = id;
  token.probability = probability;
  token.surprise = -std::log2(std::max(probability, 1e-30F));
  tokens.push_back(token);
  ++length_;
  feed_from(length_ - 1);
  attention_.resize(std::min(attention_.size(), tokens.size()));
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
                      network_->config().context, length_ - first_);
}

void TextGenerator::submit_next() {
  if (position_ >= network_->config().context) slide();
  const auto places = static_cast<std::size_t>(network_->config().context);
  std::vector<std::int32_t> fed, history(rows_.size() * places, -1);
  std::vector<float> limits;
  const std::size_t index = static_cast<std::size_t>(std::max(next_index(), 0));
  const std::size_t remembered = std::min(places, static_cast<std::size_t>(length_));
  for (std::size_t r = 0; r < rows_.size(); ++r) {
    const std::vector<Token>& tokens = rows_[r].tokens;
    const bool has_next = index < tokens.size();  // else the story has ended, and others go on
    fed.push_back(next_index() < 0 ? data::Tokenizer::bos : has_next ? tokens[index].id : data::Tokenizer::pad);
    const float first = sampling::first_mirostat_limit(request_.options);
    const bool is_first = tokens.empty() || tokens.back().is_prompt || tokens.back().limit <= 0;
    limits.push_back(
        is_first ? first
                 : sampling::next_mirostat_limit(request_.options, tokens.back().limit, tokens.back().surprise));
    const std::size_t from = std::min(tokens.size(), static_cast<std::size_t>(length_) - remembered);
    for (std::size_t i = from; i < tokens.size(); ++i) history[r * places + i - from] = tokens[i].id;
  }
  settings_ = sampling::chain_settings(request_.options, tokens_of_options_);
  const std::uint64_t seed = request_.options.seed;
  runtime::Program& program = *decode_->program;
  program.write_ints("token", fed);
  program.write_ints("position", std::array<std::int32_t, 1>{position_});
  program.write_ints("length", std::array<std::int32_t, 1>{position_ + 1});
  program.write_ints("history", history);
  program.write_ints("history length", std::array<std::int32_t, 1>{static_cast<std::int32_t>(remembered)});
  program.write("settings", settings_.floats());
  program.write("limits", limits);
  program.write_ints("seed", std::array<std::int32_t, 4>{
                                 static_cast<std::int32_t>(static_cast<std::uint32_t>(seed)),
                                 static_cast<std::int32_t>(static_cast<std::uint32_t>(seed >> 32)), 2, length_});
}

bool TextGenerator::says_stop(const Row& row) const {
  const std::vector<std::string> stops = parse_stops(request_.stop);
  if (stops.empty()) return false;
  std::vector<std::int32_t> ids;
  for (const Token& token : row.tokens) ids.push_back(token.id);
  const std::string written = tokenizer_->decode(ids).substr(row.prompt_bytes);
  return std::ranges::any_of(stops, [&](const std::string& stop) { return written.find(stop) != std::string::npos; });
}

void TextGenerator::take_choice(Row& row, int id, const float* facts) {
  if (row.finished) return;
  if (ends_story(id)) {
    row.finished = true;
    return;
  }
  Token token{id, facts[1], false, facts[0] * bits_per_nat, 0};
  // The limit that held for this choice: what submit_next() wrote.
  const bool is_first = row.tokens.empty() || row.tokens.back().is_prompt || row.tokens.back().limit <= 0;
  token.limit =
      is_first ? sampling::first_mirostat_limit(request_.options)
               : sampling::next_mirostat_limit(request_.options, row.tokens.back().limit, row.tokens.back().surprise);
  row.tokens.push_back(token);
  const auto written =
      std::count_if(row.tokens.begin(), row.tokens.end(), [](const Token& one) { return !one.is_prompt; });
  row.finished = written >= request_.tokens_max || says_stop(row);
}

void TextGenerator::take_attention() {
  const int lanes = static_cast<int>(network_->config().heads);
  const auto places = static_cast<std::size_t>(network_->config().context);
  Attention read;
  read.first = first_;
  read.places = position_ + 1;
  for (const Tensor& seen : decode_->seen) {
    const std::vector<float> values = decode_->program->read(seen).floats;
    for (int lane = 0; lane < lanes; ++lane) {
      const auto row = values.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(lane) * places);
      read.values.insert(read.values.end(), row, row + read.places);
    }
  }
  attention_.resize(static_cast<std::size_t>(next_index() + 1));
  attention_.push_back(std::move(read));
}

void TextGenerator::collect() {
  if (!in_flight_) return;
  runtime::Program& program = *decode_->program;
  if (program.is_mid_replay()) program.submit();
  program.wait();
  in_flight_ = false;
  if (keeps_attention_) take_attention();
  ++position_;
  if (next_index() < length_) return;
  const std::vector<std::int32_t> chosen = program.read(decode_->choice.chosen).ints;
  const std::vector<float> facts = program.read(decode_->choice.facts).floats;
  for (std::size_t r = 0; r < rows_.size(); ++r) take_choice(rows_[r], chosen[r], facts.data() + 4 * r);
  finished_ = std::ranges::all_of(rows_, &Row::finished);
  for (const Row& row : rows_) length_ = std::max(length_, static_cast<int>(row.tokens.size()));
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
    const int before = length_;
    collect();
    if (finished_) return 0;
    if (length_ > before) return 1;
  }
  if (!in_flight_) submit_next();
  in_flight_ = true;
  program.advance(budget_ms);
  return 0;
}

std::vector<std::string> TextGenerator::stage_names() const {
  std::vector<std::string> names;
  for (const auto& stage : settings_.stages) {
    const auto kind = static_cast<sampling::TextStage>(stage.kind);
    if (kind == sampling::TextStage::none) break;
    names.emplace_back(kind == sampling::TextStage::greedy ? "Greedy" : sampling::info_of(kind).title);
  }
  return names;
}

std::vector<TextGenerator::Candidate> TextGenerator::candidates(int count) {
  const std::vector<float> trace = decode_->program->read(decode_->choice.trace).floats;
  const auto vocabulary = static_cast<std::size_t>(network_->config().vocabulary);
  const std::size_t width = (vocabulary + 3) / 4 * 4;
  const std::size_t slabs = stage_names().size() + 1;
  std::vector<int> order(vocabulary);
  std::iota(order.begin(), order.end(), 0);
  const auto wanted = std::min<std::size_t>(static_cast<std::size_t>(count), vocabulary);
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(wanted), order.end(), [&](int a, int b) {
    return trace[static_cast<std::size_t>(a)] > trace[static_cast<std::size_t>(b)];
  });
  std::vector<Candidate> result(wanted);
  for (std::size_t slab = 0; slab < slabs; ++slab) {
    const std::span<const float> logits(trace.data() + slab * width, vocabulary);
    const float most = *std::ranges::max_element(logits);
    double sum = 0;
    for (const float logit : logits) sum += std::exp(static_cast<double>(logit) - most);
    for (std::size_t i = 0; i < wanted; ++i) {
      const float logit = logits[static_cast<std::size_t>(order[i])];
      const auto share = static_cast<float>(std::exp(static_cast<double>(logit) - most) / sum);
      Candidate& candidate = result[i];
      if (slab > 0) candidate.stages.push_back(share);
      if (slab == 0) candidate.probability = share;
      candidate.id = order[i];
      candidate.kept = share;
    }
  }
  return result;
}

std::string TextGenerator::piece(int id) const { return std::string(tokenizer_->text_of(id)); }

std::string TextGenerator::text(int row) const {
  std::vector<std::int32_t> ids;
  for (const Token& token : tokens(row)) ids.push_back(token.id);
  return tokenizer_->decode(ids);
}

std::vector<const runtime::Program*> TextGenerator::programs() const { return {decode_->program.get()}; }

}  // namespace figment::studio
