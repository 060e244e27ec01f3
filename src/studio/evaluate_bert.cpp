#include "studio/evaluate_bert.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "data/neighbour_counts.h"
#include "data/stories.h"
#include "data/token_stream.h"
#include "runtime/program.h"

namespace figment::studio {
namespace {

using tensor::DType;
using tensor::Tensor;

constexpr std::int64_t rows_at_once = 8;
constexpr std::int64_t slots = rows_at_once * 48;  // masked tokens of one batch; 15 % of 160 are 24
constexpr int five = 5;
constexpr float share_masked = 0.15F;

/// A story with some tokens masked.
struct Question {
  std::vector<std::int32_t> story;
  std::vector<int> places;
};

class ScoreProgram {
 public:
  ScoreProgram(runtime::Context& context, const models::Bert& network) : length_(network.config().context) {
    const Tensor tokens = graph_.input("tokens", {{rows_at_once, length_}, DType::i32});
    const Tensor mask = graph_.input("mask", {{rows_at_once, length_}, DType::f32});
    const Tensor places = graph_.input("places", {{slots}, DType::i32});
    const Tensor targets = graph_.input("targets", {{slots}, DType::i32});
    const Tensor logits = network.logits(models::Bert::gather(network.features(tokens, mask), places));
    losses_ = ops::cross_entropy(logits, targets);
    likeliest_ = ops::top_k(logits, five)[1];
    const std::array<Tensor, 2> outputs = {losses_, likeliest_};
    program_ = runtime::compile(context, graph_, outputs, {.name = "score masks"});
  }

  void run(std::span<const Question> questions, std::int32_t mask_token, MaskScore& score) {
    std::vector<std::int32_t> tokens(static_cast<std::size_t>(rows_at_once * length_), data::Tokenizer::pad);
    std::vector<float> mask(tokens.size(), 1.0F);  // free rows see filling, which nobody asks for
    std::vector<std::int32_t> places;
    std::vector<std::int32_t> targets;
    for (std::size_t row = 0; row < questions.size(); ++row) {
      const Question& question = questions[row];
      const auto begin = static_cast<std::ptrdiff_t>(row) * length_;
      std::copy(question.story.begin(), question.story.end(), tokens.begin() + begin);
      std::fill(mask.begin() + begin + static_cast<std::ptrdiff_t>(question.story.size()),
                mask.begin() + begin + length_, 0.0F);
      for (const int place : question.places) {
        if (places.size() == static_cast<std::size_t>(slots)) break;
        places.push_back(static_cast<std::int32_t>(begin) + place);
        targets.push_back(question.story[static_cast<std::size_t>(place)]);
        tokens[static_cast<std::size_t>(places.back())] = mask_token;
      }
    }
    const std::size_t used = places.size();
    places.resize(static_cast<std::size_t>(slots), 0);
    targets.resize(places.size(), -1);
    program_->write_ints("tokens", tokens);
    program_->write("mask", mask);
    program_->write_ints("places", places);
    program_->write_ints("targets", targets);
    program_->submit();
    const std::vector<float> losses = program_->read(losses_).floats;
    const std::vector<std::int32_t> likeliest = program_->read(likeliest_).ints;
    for (std::size_t i = 0; i < used; ++i) {
      const auto first = likeliest.begin() + static_cast<std::ptrdiff_t>(i) * five;
      score.right += *first == targets[i] ? 1 : 0;
      score.right_of_five += std::find(first, first + five, targets[i]) != first + five ? 1 : 0;
      score.nats += static_cast<double>(std::min(losses[i], 20.0F));
    }
    score.masked += static_cast<std::int64_t>(used);
  }

 private:
  std::int64_t length_;
  tensor::Graph graph_;
  Tensor losses_, likeliest_;
  std::unique_ptr<runtime::Program> program_;
};

/// What counting has to learn from: other stories than those that are asked about.
data::NeighbourCounts count_neighbours(const data::MaskedStories& stories, std::int64_t count, std::uint64_t seed,
                                       std::int64_t length) {
  core::Random random = data::training_random(seed);
  std::vector<std::vector<std::int32_t>> texts(static_cast<std::size_t>(count));
  for (auto& text : texts) text = stories.draw_story(random, length);
  return data::NeighbourCounts(texts);
}

std::vector<Question> draw_questions(const data::MaskedStories& stories, std::int64_t count, std::uint64_t seed,
                                     std::int64_t length, MaskScore& score) {
  core::Random random = data::held_out_random(seed);
  std::vector<Question> questions;
  while (static_cast<std::int64_t>(questions.size()) < count) {
    Question question;
    question.story = stories.draw_story(random, 4 * length);
    if (static_cast<std::int64_t>(question.story.size()) > length) {
      ++score.skipped;
      continue;
    }
    question.places = data::draw_places(random, static_cast<int>(question.story.size()), share_masked);
    questions.push_back(std::move(question));
  }
  return questions;
}

}  // namespace

MaskScore score_masks(runtime::Context& context, const models::Bert& network, const data::MaskedStories& stories,
                      std::int64_t count, std::int64_t counted_stories, std::uint64_t seed,
                      const std::function<void(double)>& progress) {
  MaskScore score;
  score.stories = count;
  score.counted_stories = counted_stories;
  const std::int64_t length = network.config().context;
  const std::vector<Question> questions = draw_questions(stories, count, seed, length, score);
  const data::NeighbourCounts counts = count_neighbours(stories, counted_stories, seed, length);
  ScoreProgram program(context, network);
  const auto step = static_cast<std::size_t>(rows_at_once);
  for (std::size_t i = 0; i < questions.size(); i += step) {
    const std::size_t rows = std::min(step, questions.size() - i);
    program.run(std::span(questions).subspan(i, rows), stories.tokenizer().mask(), score);
    if (progress) progress(static_cast<double>(i + rows) / static_cast<double>(questions.size()));
  }
  for (const Question& question : questions) {
    std::vector<char> is_hidden(question.story.size(), 0);
    for (const int place : question.places) is_hidden[static_cast<std::size_t>(place)] = 1;
    for (const int place : question.places) {
      const std::int32_t right = question.story[static_cast<std::size_t>(place)];
      score.counts_right += counts.guess(question.story, place) == right ? 1 : 0;
      score.masked_counts_right += counts.guess(question.story, place, is_hidden) == right ? 1 : 0;
    }
  }
  return score;
}

}  // namespace figment::studio
