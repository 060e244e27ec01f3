#include "studio/evaluate_text.h"

#include <algorithm>
#include <array>
#include <sstream>

#include "core/error.h"
#include "data/text_file.h"
#include "data/token_stream.h"
#include "formats/text.h"
#include "runtime/program.h"
#include "studio/text_generator.h"

namespace figment::studio {
namespace {

using data::Tokenizer;

constexpr std::int64_t default_stories = 1000;
constexpr std::int64_t rows_at_once = 8;

/// One row of a batch: tokens with what follows each, of which those from `first` on are scored.
struct Window {
  std::vector<std::int32_t> tokens;
  std::vector<std::int32_t> targets;
};

/// Cuts <|bos|> text <|eos|> into windows of at most `length` tokens. Targets that are not to be scored are -1.
void cut(const std::vector<std::int32_t>& text, std::int64_t length, std::vector<Window>& windows) {
  std::vector<std::int32_t> row = {Tokenizer::bos};
  row.insert(row.end(), text.begin(), text.end());
  row.push_back(Tokenizer::eos);
  const auto places = static_cast<std::int64_t>(row.size()) - 1;
  std::int64_t scored = 0;
  for (std::int64_t begin = 0; scored < places; begin += length / 2) {
    const std::int64_t end = std::min(places, begin + length);
    Window window;
    for (std::int64_t i = begin; i < end; ++i) {
      window.tokens.push_back(row[static_cast<std::size_t>(i)]);
      window.targets.push_back(i < scored ? -1 : row[static_cast<std::size_t>(i) + 1]);
    }
    windows.push_back(std::move(window));
    scored = end;
  }
}

std::int64_t count_words(const std::string& text) {
  std::istringstream stream(text);
  std::string word;
  std::int64_t count = 0;
  while (stream >> word) ++count;
  return count;
}

/// The network's losses for rows of one length.
class LossProgram {
 public:
  LossProgram(runtime::Context& context, const models::Gpt& network, std::int64_t length) : length_(length) {
    const tensor::Tensor tokens = graph_.input("tokens", {{rows_at_once, length}, tensor::DType::i32});
    const tensor::Tensor targets = graph_.input("targets", {{rows_at_once * length}, tensor::DType::i32});
    losses_ = ops::cross_entropy(network(tokens), targets);
    const std::array<tensor::Tensor, 1> outputs = {losses_};
    program_ = runtime::compile(context, graph_, outputs, {.name = "score text"});
  }

  /// Sum of the losses of up to rows_at_once windows, in nats.
  double run(std::span<const Window> windows) {
    const auto size = static_cast<std::size_t>(rows_at_once * length_);
    std::vector<std::int32_t> tokens(size, Tokenizer::pad);
    std::vector<std::int32_t> targets(size, -1);
    for (std::size_t i = 0; i < windows.size(); ++i) {
      const auto at = static_cast<std::ptrdiff_t>(i) * length_;
      std::copy(windows[i].tokens.begin(), windows[i].tokens.end(), tokens.begin() + at);
      std::copy(windows[i].targets.begin(), windows[i].targets.end(), targets.begin() + at);
    }
    program_->write_ints("tokens", tokens);
    program_->write_ints("targets", targets);
    program_->submit();
    double sum = 0;
    for (const float loss : program_->read(losses_).floats) sum += static_cast<double>(loss);
    return sum;
  }

 private:
  std::int64_t length_;
  tensor::Graph graph_;
  tensor::Tensor losses_;
  std::unique_ptr<runtime::Program> program_;
};

struct HeldOut {
  std::vector<std::string> stories;
  double nats = 0;  ///< what the grammar spends on them
  std::int64_t skipped = 0;
};

HeldOut held_out_stories(std::int64_t count, std::uint64_t seed, const Tokenizer& tokenizer,
                         std::int64_t context_size) {
  HeldOut result;
  core::Random random = data::held_out_random(seed);
  while (static_cast<std::int64_t>(result.stories.size()) < count) {
    const data::Story story = data::make_story(random);
    if (static_cast<std::int64_t>(tokenizer.encode(story.text).size()) + 1 > context_size) {
      ++result.skipped;
      continue;
    }
    result.stories.push_back(story.text);
    result.nats += story.choice_nats;
  }
  return result;
}

std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  std::string line;
  while (std::getline(stream, line)) {
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t')) line.pop_back();
    lines.push_back(line);
  }
  return lines;
}

}  // namespace

TextScore score_texts(runtime::Context& context, const models::Gpt& network, const Tokenizer& tokenizer,
                      const std::vector<std::string>& texts, const std::function<void(double)>& progress) {
  TextScore score;
  std::vector<Window> windows;
  for (const std::string& text : texts) {
    const std::vector<std::int32_t> tokens = tokenizer.encode(text);
    cut(tokens, network.config().context, windows);
    score.texts += 1;
    score.tokens += static_cast<std::int64_t>(tokens.size()) + 1;
    score.characters += static_cast<std::int64_t>(formats::code_point_count(text));
    score.words += count_words(text);
    score.unknown_tokens +=
        std::count_if(tokens.begin(), tokens.end(), [&](std::int32_t id) { return tokenizer.is_byte(id); });
  }
  LossProgram program(context, network, network.config().context);
  const auto step = static_cast<std::size_t>(rows_at_once);
  for (std::size_t i = 0; i < windows.size(); i += step) {
    const std::size_t count = std::min(step, windows.size() - i);
    score.nats += program.run(std::span(windows).subspan(i, count));
    if (progress) progress(static_cast<double>(i + count) / static_cast<double>(windows.size()));
  }
  return score;
}

std::vector<std::string> load_texts(const std::filesystem::path& path, std::int64_t count_max) {
  const std::string content = data::read_text_file(path, "give --data a UTF-8 text file");
  const std::vector<std::string> lines = split_lines(content);
  const auto is_empty = [](const std::string& line) { return line.empty(); };
  const auto last = std::find_if_not(lines.rbegin(), lines.rend(), is_empty).base();
  const auto first = std::find_if_not(lines.begin(), last, is_empty);
  const bool has_paragraphs = std::find_if(first, last, is_empty) != last;
  std::vector<std::string> texts;
  bool is_open = false;
  for (auto line = first; line != last; ++line) {
    if (line->empty()) {
      is_open = false;
    } else if (is_open && has_paragraphs) {
      texts.back() += " " + *line;
    } else {
      texts.push_back(*line);
      is_open = true;
    }
  }
  core::require(!texts.empty(), "{} is empty; give --data a file with some text", path.string());
  if (count_max > 0 && static_cast<std::int64_t>(texts.size()) > count_max) {
    texts.resize(static_cast<std::size_t>(count_max));
  }
  return texts;
}

GptEvaluation evaluate_gpt(runtime::Context& context, const GptEvaluationOptions& options,
                           const std::function<void(double)>& progress) {
  const auto owned = load_story_tokenizer(options.weights);
  const Tokenizer& tokenizer = *owned;
  GptEvaluation result;
  result.is_own_data = !options.data.empty();
  core::require(result.is_own_data || tokenizer.cut() == Tokenizer::Cut::words,
                "these weights know a text of your own; give --data a text like it to measure them on");
  if (result.is_own_data) {
    const std::vector<std::string> texts = load_texts(options.data, options.count);
    const auto network = load_story_network(tokenizer, options.weights);
    result.score = score_texts(context, *network, tokenizer, texts, progress);
    return result;
  }
  const auto network = load_story_network(tokenizer, options.weights);
  const std::int64_t count = options.count > 0 ? options.count : default_stories;
  const HeldOut held_out = held_out_stories(count, options.seed, tokenizer, network->config().context);
  result.skipped = held_out.skipped;
  result.score = score_texts(context, *network, tokenizer, held_out.stories, progress);
  result.grammar_nats_per_token = held_out.nats / static_cast<double>(result.score.tokens);
  result.grammar = data::grammar_entropy(20000, options.seed + 1);
  return result;
}

}  // namespace figment::studio
