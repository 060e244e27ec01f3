#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iterator>
#include <nlohmann/json.hpp>

#include "studio/evaluate_lstm.h"
#include "studio/family.h"
#include "studio/lstm_activity.h"
#include "studio/report.h"
#include "training/lstm_task.h"

namespace figment::studio {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 3> cell_names = {"rnn", "gru", "lstm"};  // by ops::Cell

double share(std::int64_t part, std::int64_t whole) {
  return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0;
}

json to_json(const NameScore& score) {
  return {{"names", score.count},
          {"well_formed", share(score.well_formed, score.count)},
          {"new_among_these", share(score.fresh, score.well_formed)}};
}

std::string to_text(const LstmEvaluation& result) {
  std::string out = fmt::format("lstm: {} stories that it has not seen, {} characters, with their ends\n",
                                result.lstm.texts, result.lstm.characters);
  const double lstm = LstmEvaluation::bits_per_character(result.lstm);
  const double gpt = LstmEvaluation::bits_per_character(result.gpt);
  const auto to = std::back_inserter(out);
  fmt::format_to(to, "  {:<44} {:>7.4f}\n", "bits per character, LSTM", lstm);
  fmt::format_to(to, "  {:<44} {:>7.4f}\n", "bits per character, GPT on the same stories", gpt);
  fmt::format_to(to, "  {:<44} {:>+6.1f} %\n", "LSTM above GPT", percent(lstm / gpt - 1));
  fmt::format_to(to, "  {:<44} {:>7}  correlation {:.2f}\n", "cell that follows quotes best", result.quote_unit.unit,
                 result.quote_unit.correlation);
  const auto names = [&](const std::array<NameScore, 3>& scores, float temperature) {
    fmt::format_to(to, "\n  {} names by each at temperature {:.2g}, %\n", scores[0].count, temperature);
    for (std::size_t cell = 3; cell-- > 0;) {
      const NameScore& score = scores[cell];
      fmt::format_to(to, "    {:<6} well-formed {:>5.1f}   of these new {:>5.1f}   wrong: {}\n", cell_names[cell],
                     percent(share(score.well_formed, score.count)), percent(share(score.fresh, score.well_formed)),
                     fmt::join(score.wrong, ", "));
    }
  };
  names(result.names, 1);
  names(result.shown_names, result.shown_temperature);
  return out;
}

Evaluation evaluate(runtime::Context& context, const EvaluationOptions& options, const EvaluationProgress& progress) {
  const LstmEvaluation result = evaluate_lstm(context, options, progress);
  json numbers = {{"model", "lstm"},
                  {"seed", options.seed},
                  {"stories", result.lstm.texts},
                  {"characters", result.lstm.characters},
                  {"bits_per_character", LstmEvaluation::bits_per_character(result.lstm)},
                  {"gpt_bits_per_character", LstmEvaluation::bits_per_character(result.gpt)},
                  {"quote_unit", result.quote_unit.unit},
                  {"quote_correlation", result.quote_unit.correlation},
                  {"shown_temperature", result.shown_temperature}};
  for (std::size_t cell = 0; cell < cell_names.size(); ++cell) {
    numbers["names"][std::string(cell_names[cell])] = to_json(result.names[cell]);
    numbers["names_at_shown_temperature"][std::string(cell_names[cell])] = to_json(result.shown_names[cell]);
  }
  return {to_text(result), numbers.dump(2), {}};
}

Control choice(std::string name, std::string label, std::string help, std::vector<std::string> values) {
  Control control;
  control.name = std::move(name);
  control.label = std::move(label);
  control.help = std::move(help);
  control.kind = Control::Kind::choice;
  control.choices = std::move(values);
  return control;
}

}  // namespace

Family lstm_family() {
  Family family;
  family.name = "lstm";
  family.title = "LSTM";
  family.paints = false;
  family.sentence = "writes stories and names, letter by letter";
  family.make = make_activity<LstmActivity>;
  family.make_task = training::make_task<training::LstmTask>;
  family.evaluate = evaluate;
  family.controls = {
      choice("text", "Text", "What it writes", {"stories", "names"}),
      choice("net", "Network of names", "Stories are by an LSTM; names by any of these, all of one size",
             {"lstm", "gru", "rnn"}),
      {.name = "temperature",
       .label = "Temperature",
       .help = "Low: the likeliest characters only; high: bolder choices, and more slips of the pen",
       .initial = 0.5,
       .minimum = 0,
       .maximum = 1.5},
      {.name = "unit",
       .label = "Unit",
       .help = "The text is coloured where this cell is high; some cells keep something that one can name",
       .kind = Control::Kind::whole_number,
       .initial = 9,  // of the shipped weights the one that follows quotes best
       .minimum = 0,
       .maximum = 255},
      {.name = "beginning",
       .label = "Beginning",
       .help = "How a story begins; the network goes on from here",
       .kind = Control::Kind::text},
  };
  return family;
}

}  // namespace figment::studio
