#include "studio/evaluate_chat.h"

#include <algorithm>

#include "data/token_stream.h"
#include "runtime/program.h"
#include "studio/answerer.h"
#include "training/chat_task.h"
#include "training/weights.h"

namespace figment::studio {
namespace {

constexpr std::int64_t rows_at_once = 8;
constexpr std::int64_t length = training::ChatTask::length;
constexpr std::size_t mistakes_max = 12;

/// Whether the network, given the right words so far, would choose every word of the answer: it then writes just that.
void score_turn(const data::Conversation& row, const data::Conversation::Turn& turn, const std::int32_t* chosen,
                const data::Tokenizer& tokenizer, ChatScore& score) {
  bool is_right = true;
  for (std::size_t i = turn.answer_begin; i < turn.end; ++i) is_right = is_right && chosen[i - 1] == row.tokens[i];
  for (AnswerCount* count : {&score.all, &score.kinds[static_cast<std::size_t>(turn.asked.kind)], &score.first}) {
    if (count == &score.first && &turn != &row.turns.front()) continue;
    if (count != &score.kinds.back() && turn.asked.kind == data::QuestionKind::unknown) continue;
    ++count->asked;
    count->right += is_right ? 1 : 0;
  }
  if (is_right || score.mistakes.size() == mistakes_max) return;
  const std::vector<std::int32_t> given(chosen + turn.answer_begin - 1, chosen + turn.end - 1);
  score.mistakes.push_back({turn.asked.question, turn.asked.answer, tokenizer.decode(given)});
}

}  // namespace

ChatScore score_chat(runtime::Context& context, const models::Gpt& network, std::int64_t count, std::uint64_t seed,
                     const std::function<void(double)>& progress) {
  const data::ConversationStream stream;
  tensor::Graph graph;
  const tensor::Tensor tokens = graph.input("tokens", {{rows_at_once, length}, tensor::DType::i32});
  const tensor::Tensor chosen = ops::argmax(network(tokens));
  const auto program = runtime::compile(context, graph, std::array{chosen}, {.name = "score answers"});
  core::Random random = data::held_out_random(seed);
  ChatScore score;
  while (score.stories < count) {
    std::vector<data::Conversation> rows;
    std::vector<std::int32_t> batch(static_cast<std::size_t>(rows_at_once * length), data::Tokenizer::pad);
    for (std::int64_t i = 0; i < std::min(rows_at_once, count - score.stories); ++i) {
      rows.push_back(stream.sample(random, length));
      const std::size_t most = std::min(rows.back().tokens.size(), static_cast<std::size_t>(length));
      std::copy_n(rows.back().tokens.begin(), most, batch.begin() + i * length);
    }
    program->write_ints("tokens", batch);
    program->submit();
    const std::vector<std::int32_t> words = program->read(chosen).ints;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      for (const data::Conversation::Turn& turn : rows[i].turns) {
        if (turn.end <= static_cast<std::size_t>(length))
          score_turn(rows[i], turn, words.data() + i * static_cast<std::size_t>(length), stream.tokenizer(), score);
      }
    }
    score.stories += static_cast<std::int64_t>(rows.size());
    if (progress) progress(static_cast<double>(score.stories) / static_cast<double>(count));
  }
  return score;
}

AnswerCount score_looks(runtime::Context& context, std::shared_ptr<models::Gpt> network, std::int64_t count,
                        std::uint64_t seed) {
  const auto tokenizer = std::make_shared<const data::Tokenizer>(data::second_story_tokenizer());
  Answerer answerer(context, std::move(network), tokenizer);
  core::Random random = data::held_out_random(seed);
  AnswerCount result;
  while (result.asked < count) {
    const data::QuestionedStory story = data::make_questioned_story(random);
    const std::vector<data::AskedQuestion> questions = data::ask_about(story, random);
    const data::AskedQuestion& asked = questions.front();
    if (asked.kind == data::QuestionKind::unknown) continue;
    answerer.tell(story.story.text);
    answerer.ask(asked.question);
    while (!answerer.is_idle()) answerer.run_token();
    std::size_t best_begin = 0;
    float best = -1;
    for (const Answerer::Token& word : answerer.answer()) {
      std::size_t begin = 0;  // of the token in the text
      for (std::size_t i = 0; i < word.seen.size(); ++i) {
        const std::string_view piece = tokenizer->text_of(answerer.story()[i]);
        if (word.seen[i] > best) {
          best = word.seen[i];
          best_begin = begin + (piece.starts_with(' ') ? 1 : 0);
        }
        begin += piece.size();
      }
    }
    ++result.asked;
    result.right += best_begin >= asked.begin && best_begin < asked.begin + asked.length ? 1 : 0;
  }
  return result;
}

std::shared_ptr<models::Gpt> load_chat_network(const std::filesystem::path& weights) {
  const std::filesystem::path path = weights.empty() ? training::shipped_weights("chat") : weights;
  auto network = std::make_shared<models::Gpt>(training::chat_config(training::preset_of(path) == "large"), 1);
  training::load_weights(path, network->parameters());
  return network;
}

}  // namespace figment::studio
