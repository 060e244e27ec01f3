#include "studio/evaluate_lstm.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/error.h"
#include "data/character_stream.h"
#include "data/token_stream.h"
#include "formats/text.h"
#include "runtime/program.h"
#include "studio/name_writer.h"
#include "studio/text_generator.h"

namespace figment::studio {
namespace {

using tensor::Tensor;

constexpr std::int64_t rows_at_once = 16;
constexpr std::int64_t window = 128;
constexpr std::int64_t default_stories = 400;
constexpr std::int64_t names_count = 512;
constexpr std::int64_t names_at_once = 16;

/// Sums over characters of a cell and of "within quotes", for their correlation.
struct Correlation {
  std::vector<double> sums, squares, products;
  double count = 0, within = 0;

  void add(const float* cells, std::size_t units, bool is_within) {
    sums.resize(units);
    squares.resize(units);
    products.resize(units);
    for (std::size_t unit = 0; unit < units; ++unit) {
      const auto value = static_cast<double>(std::tanh(cells[unit]));
      sums[unit] += value;
      squares[unit] += value * value;
      if (is_within) products[unit] += value;
    }
    count += 1;
    within += is_within ? 1 : 0;
  }

  /// The cell that is high within quotes: the text is coloured by high cells.
  QuoteUnit best() const {
    QuoteUnit found;
    for (std::size_t unit = 0; unit < sums.size(); ++unit) {
      const double covariance = products[unit] / count - sums[unit] / count * within / count;
      const double variance =
          (squares[unit] / count - std::pow(sums[unit] / count, 2)) * within / count * (1 - within / count);
      const double correlation = variance > 0 ? covariance / std::sqrt(variance) : 0;
      if (correlation > found.correlation) found = {static_cast<int>(unit), correlation};
    }
    return found;
  }
};

/// The network's losses for a window of each row; the state stays from window to window.
class WindowProgram {
 public:
  WindowProgram(runtime::Context& context, const models::CharacterNet& network)
      : memory_(network.config(), rows_at_once) {
    const Tensor tokens = graph_.input("tokens", {{window, rows_at_once}, tensor::DType::i32});
    const Tensor targets = graph_.input("targets", {{window * rows_at_once}, tensor::DType::i32});
    const Tensor keep = graph_.input("keep", {{1, 1}, tensor::DType::f32});
    const auto output = network(tokens, memory_.read(graph_, keep));
    memory_.write(output.state);
    losses_ = ops::cross_entropy(output.logits, targets);
    state_ = output.layers.front().cells ? output.layers.front().cells : output.layers.front().hidden;
    program_ = runtime::compile(context, graph_, std::array{losses_, state_}, {.name = "score characters"});
  }

  double run(const std::vector<std::string>& rows, std::size_t begin) {
    std::vector<std::int32_t> tokens(static_cast<std::size_t>(window * rows_at_once), data::line_end);
    std::vector<std::int32_t> targets(tokens.size(), -1);
    for (std::size_t t = 0; t < window; ++t) {
      for (std::size_t b = 0; b < rows.size(); ++b) {
        const std::size_t at = begin + t;
        if (at + 1 >= rows[b].size()) continue;
        tokens[t * rows_at_once + b] = data::character_id(rows[b][at]);
        targets[t * rows_at_once + b] = data::character_id(rows[b][at + 1]);
      }
    }
    program_->write_ints("tokens", tokens);
    program_->write_ints("targets", targets);
    program_->write("keep", std::array{begin == 0 ? 0.0F : 1.0F});
    program_->submit();
    double nats = 0;
    for (const float loss : program_->read(losses_).floats) nats += static_cast<double>(loss);
    return nats;
  }
  std::vector<float> state() { return program_->read(state_).floats; }  ///< [window, rows, units]

 private:
  tensor::Graph graph_;
  models::CharacterMemory memory_;
  Tensor losses_;
  Tensor state_;
  std::unique_ptr<runtime::Program> program_;
};

/// Stories that no training has seen and that fit into the GPT's context.
std::vector<std::string> held_out_stories(std::int64_t count, std::uint64_t seed, const data::Tokenizer& tokenizer,
                                          std::int64_t context_size) {
  std::vector<std::string> stories;
  core::Random random = data::held_out_random(seed);
  while (static_cast<std::int64_t>(stories.size()) < count) {
    std::string text = data::make_story(random).text;
    if (static_cast<std::int64_t>(tokenizer.encode(text).size()) + 1 <= context_size)
      stories.push_back(std::move(text));
  }
  return stories;
}

}  // namespace

double LstmEvaluation::bits_per_character(const TextScore& score) {
  return score.nats_per_character() / std::numbers::ln2;
}

TextScore score_characters(runtime::Context& context, const models::CharacterNet& network,
                           const std::vector<std::string>& texts, QuoteUnit* quotes,
                           const std::function<void(double)>& progress) {
  TextScore score;
  std::vector<std::string> rows(rows_at_once, "\n");
  for (const std::string& text : texts) {
    std::string& shortest =
        *std::min_element(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.size() < b.size(); });
    shortest += text;
    shortest += '\n';
    score.texts += 1;
    score.tokens += static_cast<std::int64_t>(text.size()) + 1;
    score.characters += static_cast<std::int64_t>(formats::code_point_count(text));
  }
  std::size_t longest = 0;
  for (const std::string& row : rows) longest = std::max(longest, row.size());
  WindowProgram program(context, network);
  Correlation correlation;
  const auto units = static_cast<std::size_t>(network.config().units);
  std::vector<bool> is_within(rows_at_once, false);
  for (std::size_t begin = 0; begin + 1 < longest; begin += window) {
    score.nats += program.run(rows, begin);
    if (progress) progress(static_cast<double>(begin) / static_cast<double>(longest));
    if (quotes == nullptr) continue;
    const std::vector<float> state = program.state();
    for (std::size_t t = 0; t < window; ++t) {
      for (std::size_t b = 0; b < rows.size(); ++b) {
        if (begin + t >= rows[b].size()) continue;
        if (rows[b][begin + t] == '"') is_within[b] = !is_within[b];
        correlation.add(&state[(t * rows_at_once + b) * units], units, is_within[b]);
      }
    }
  }
  if (quotes != nullptr) *quotes = correlation.best();
  return score;
}

NameScore score_names(runtime::Context& context, const std::shared_ptr<const models::Lstm>& networks, ops::Cell cell,
                      std::int64_t count, float temperature, std::uint64_t seed) {
  constexpr std::size_t wrong_shown = 6;
  NameWriter writer(context, networks, networks->names(cell), names_at_once);
  NameScore score;
  for (std::int64_t done = 0; done < count; done += names_at_once) {
    writer.begin(seed + static_cast<std::uint64_t>(done), temperature);
    while (!writer.is_finished()) writer.step();
    for (std::size_t row = 0; row < writer.names().size(); ++row) {
      ++score.count;
      if (writer.is_well_formed(row)) {
        ++score.well_formed;
        score.fresh += writer.is_new(row) ? 1 : 0;
      } else if (score.wrong.size() < wrong_shown) {
        score.wrong.push_back(writer.names()[row].text);
      }
    }
  }
  return score;
}

LstmEvaluation evaluate_lstm(runtime::Context& context, const EvaluationOptions& options,
                             const EvaluationProgress& progress) {
  const auto networks = load_character_networks(options.weights);
  const data::Tokenizer tokenizer = data::Tokenizer::for_stories();
  const auto gpt = load_story_network(tokenizer, {});
  const std::int64_t count = options.count > 0 ? options.count : default_stories;
  const std::vector<std::string> stories = options.data.empty()
                                               ? held_out_stories(count, options.seed, tokenizer, gpt->config().context)
                                               : load_texts(options.data, options.count);
  LstmEvaluation result;
  const auto part = [&progress](double begin, double end) {
    return [&progress, begin, end](double share) {
      if (progress) progress(begin + share * (end - begin));
    };
  };
  result.lstm = score_characters(context, networks->stories, stories, &result.quote_unit, part(0, 0.4));
  result.gpt = score_texts(context, *gpt, tokenizer, stories, part(0.4, 0.8));
  result.shown_temperature = static_cast<float>(number(options.request, family_named("lstm"), "temperature"));
  for (std::size_t cell = 0; cell < 3; ++cell) {
    const auto kind = static_cast<ops::Cell>(cell);
    result.names[cell] = score_names(context, networks, kind, names_count, 1, options.seed);
    result.shown_names[cell] =
        score_names(context, networks, kind, names_count, result.shown_temperature, options.seed + 1'000'000);
    part(0.8, 1)(static_cast<double>(cell + 1) / 3);
  }
  return result;
}

}  // namespace figment::studio
