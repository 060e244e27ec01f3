#include "studio/answerer.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <numeric>
#include <sstream>

#include "core/error.h"
#include "data/conversations.h"

namespace figment::studio {
namespace {

using tensor::DType;
using tensor::Tensor;

constexpr int longest_answer = 24;
constexpr int longest_question = 40;
constexpr std::int64_t shown = 6;   // candidates
constexpr std::int64_t chunk = 16;  // tokens that are read at once

}  // namespace

/// The recorded programs: one reads a token at a place, and says how likely each is behind it; the other only reads
/// several.
struct Answerer::Decode {
  Decode(runtime::Context& context, const models::Gpt& network) : cache(network.config(), 1) {
    const Tensor token = graph.input("token", {{1, 1}, DType::i32});
    const Tensor position = graph.input("position", {{1}, DType::i32});
    const Tensor length = graph.input("length", {{1}, DType::i32});
    probabilities = ops::softmax(network.next(token, position, length, cache, &seen));
    program = runtime::compile(context, graph, std::array{probabilities, seen},
                               {.name = "next token of an answer", .frozen = true});
    trace_reading(context, network);
  }

  void trace_reading(runtime::Context& context, const models::Gpt& network) {
    const Tensor several = reading.input("tokens", {{1, chunk}, DType::i32});
    const Tensor position = reading.input("position", {{1}, DType::i32});
    const Tensor length = reading.input("length", {{1}, DType::i32});
    const Tensor logits = network.next(several, position, length, cache);
    reader = runtime::compile(context, reading, std::array{ops::slice(logits, 0, 0, 1)},
                              {.name = "read a story", .frozen = true});
  }

  tensor::Graph graph;
  tensor::Graph reading;
  models::KeyValueCache cache;
  Tensor probabilities;  ///< f32 [1, V]
  Tensor seen;           ///< f32 [1, layers * heads, context]
  std::unique_ptr<runtime::Program> program;
  std::unique_ptr<runtime::Program> reader;
};

Answerer::Answerer(runtime::Context& context, std::shared_ptr<models::Gpt> network,
                   std::shared_ptr<const data::Tokenizer> tokenizer)
    : network_(std::move(network)),
      tokenizer_(std::move(tokenizer)),
      decode_(std::make_unique<Decode>(context, *network_)) {}

Answerer::~Answerer() = default;

std::vector<runtime::Program*> Answerer::compiled() { return {decode_->reader.get(), decode_->program.get()}; }

void Answerer::tell(const std::string& story) {
  std::vector<std::int32_t> tokens = tokenizer_->encode(story);
  const std::int64_t room = network_->config().context - longest_answer - longest_question - 1;
  core::require(!tokens.empty(), "the story is empty; tell one of a few sentences");
  core::require(static_cast<std::int64_t>(tokens.size()) <= room, "the story has {} tokens; tell one of at most {}",
                tokens.size(), room);
  collect();
  story_ = std::move(tokens);
  pending_ = {data::Tokenizer::bos};
  pending_.insert(pending_.end(), story_.begin(), story_.end());
  story_end_ = static_cast<int>(pending_.size());
  position_ = 0;
  is_answering_ = false;
  answer_.clear();
  candidates_.clear();
}

void Answerer::ask(const std::string& question) {
  const std::vector<std::int32_t> tokens = data::question_tokens(*tokenizer_, question);
  core::require(static_cast<int>(tokens.size()) <= longest_question, "the question is too long; ask a shorter one");
  core::require(!story_.empty(), "there is no story yet to ask about");
  collect();
  // What the story still needs to be read stays; a question that was being read or answered is dropped.
  if (position_ < story_end_) {
    pending_.resize(static_cast<std::size_t>(story_end_ - position_));
  } else {
    const int needed = static_cast<int>(pending_.size() + tokens.size()) + longest_answer;
    if (is_answering_ || position_ + needed > network_->config().context) {
      // Only the story stays in the cache: what lies behind it is written over.
      pending_.clear();
      position_ = story_end_;
    }
  }
  pending_.insert(pending_.end(), tokens.begin(), tokens.end());
  answer_.clear();
  candidates_.clear();
  is_answering_ = true;
}

void Answerer::prepare_next() {
  // The last token goes through the program that foretells the next.
  const bool reads =
      static_cast<std::int64_t>(pending_.size()) > chunk && position_ + chunk <= network_->config().context;
  in_flight_ = reads ? decode_->reader.get() : decode_->program.get();
  const int count = reads ? static_cast<int>(chunk) : 1;
  if (reads) {
    in_flight_->write_ints("tokens", std::span(pending_).first(chunk));
  } else {
    in_flight_->write_ints("token", std::array{pending_.empty() ? answer_.back().id : pending_.front()});
  }
  in_flight_->write_ints("position", std::array<std::int32_t, 1>{position_});
  in_flight_->write_ints("length", std::array<std::int32_t, 1>{position_ + count});
}

/// Waits for what runs; returns the tokens that were finished by it.
int Answerer::collect() {
  if (in_flight_ == nullptr) return 0;
  if (in_flight_->is_mid_replay()) in_flight_->submit();
  in_flight_->wait();
  const int count = in_flight_ == decode_->reader.get() ? static_cast<int>(chunk) : 1;
  in_flight_ = nullptr;
  position_ += count;
  pending_.erase(pending_.begin(), pending_.begin() + std::min<std::ptrdiff_t>(count, std::ssize(pending_)));
  if (pending_.empty() && is_answering_) take_word();
  return count;
}

void Answerer::take_word() {
  const std::vector<float> probabilities = decode_->program->read(decode_->probabilities).floats;
  std::vector<std::int32_t> order(probabilities.size());
  std::iota(order.begin(), order.end(), 0);
  std::partial_sort(order.begin(), order.begin() + shown, order.end(), [&](std::int32_t one, std::int32_t other) {
    return probabilities[static_cast<std::size_t>(one)] > probabilities[static_cast<std::size_t>(other)];
  });
  candidates_.clear();
  for (std::int64_t i = 0; i < shown; ++i) {
    const std::int32_t id = order[static_cast<std::size_t>(i)];
    candidates_.push_back({id, probabilities[static_cast<std::size_t>(id)]});
  }
  const Candidate& best = candidates_.front();
  if (best.id == data::Tokenizer::eos || static_cast<int>(answer_.size()) + 1 >= longest_answer) {
    // The mark of the end is read with the next question, so that both find it in the cache.
    pending_ = {data::Tokenizer::eos};
    is_answering_ = false;
    return;
  }
  answer_.push_back({best.id, best.probability, looks()});
}

/// Of each token of the story, the weight of the head that looks at it hardest, of the layers from the second on: the
/// first sees little but the words.
std::vector<float> Answerer::looks() {
  const std::vector<float> seen = decode_->program->read(decode_->seen).floats;
  const models::GptConfig& config = network_->config();
  std::vector<float> most(story_.size(), 0.0F);
  for (std::int64_t head = config.layers > 1 ? config.heads : 0; head < config.heads * config.layers; ++head) {
    const float* row = seen.data() + head * config.context + 1;  // behind the mark of the beginning
    for (std::size_t i = 0; i < most.size(); ++i) most[i] = std::max(most[i], row[i]);
  }
  return most;
}

void Answerer::run_token() {
  collect();
  if (is_idle()) return;
  prepare_next();
  in_flight_->submit();
  collect();
}

int Answerer::advance(double budget_ms) {
  if (in_flight_ != nullptr && !in_flight_->is_mid_replay()) return in_flight_->is_idle() ? collect() : 0;
  if (in_flight_ == nullptr) {
    if (is_idle()) return 0;
    prepare_next();
  }
  in_flight_->advance(budget_ms);
  return 0;
}

std::string Answerer::answer_text() const {
  std::vector<std::int32_t> ids;
  for (const Token& token : answer_) ids.push_back(token.id);
  return as_sentence(tokenizer_->decode(ids));
}

std::vector<const runtime::Program*> Answerer::programs() const {
  return {decode_->reader.get(), decode_->program.get()};
}

std::vector<std::string> unknown_words(const data::Tokenizer& tokenizer, const std::string& text) {
  std::vector<std::string> unknown;
  std::istringstream stream(text);
  const auto is_known = [&](const std::string& piece) {
    const std::vector<std::int32_t> tokens = tokenizer.encode(piece);
    return std::none_of(tokens.begin(), tokens.end(), [&](std::int32_t id) { return tokenizer.is_byte(id); });
  };
  for (std::string word; stream >> word;) {
    if (is_known(" " + word) || is_known(word)) continue;  // a lone mark is known without the blank only
    while (word.size() > 1 && std::string_view(".,;:!?").find(word.back()) != std::string_view::npos) word.pop_back();
    if (std::find(unknown.begin(), unknown.end(), word) == unknown.end()) unknown.push_back(word);
  }
  return unknown;
}

std::string tidy_question(const data::Tokenizer& tokenizer, const std::string& typed) {
  std::string tidy;
  bool is_first = true;
  const std::string spaced = " " + typed;
  for (const std::string_view piece : data::split_pieces(spaced)) {
    std::string word(piece);
    const std::size_t letter = word.starts_with(' ') ? 1 : 0;
    if (letter == word.size() || word == "?" || word == " ?") continue;  // blanks, and the mark that comes last
    std::string small = word;
    std::string large = word;
    small[letter] = static_cast<char>(std::tolower(static_cast<unsigned char>(small[letter])));
    large[letter] = static_cast<char>(std::toupper(static_cast<unsigned char>(large[letter])));
    // "Tom" for "tom", "where" for "Where" within the question.
    const auto knows = [&](const std::string& form) { return tokenizer.encode(form).size() == 1; };
    if (is_first) {
      word = large;
    } else if (!knows(word)) {
      word = knows(small) ? small : knows(large) ? large : word;
    }
    tidy += word;
    is_first = false;
  }
  if (tidy.starts_with(' ')) tidy.erase(0, 1);
  return tidy.empty() ? tidy : tidy + "?";
}

std::string as_sentence(const std::string& words) {
  std::string sentence = words;
  if (sentence.starts_with(' ')) sentence.erase(0, 1);
  if (sentence.empty()) return sentence;
  sentence[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(sentence[0])));
  return sentence + ".";
}

}  // namespace figment::studio
