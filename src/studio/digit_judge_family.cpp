#include <fmt/format.h>

#include <array>
#include <iterator>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "data/digits.h"
#include "studio/digit_judge.h"
#include "studio/report.h"
#include "training/judge_task.h"

namespace figment::studio {
namespace {

using nlohmann::json;

constexpr std::int64_t default_pictures = 2000;

Evaluation evaluate(runtime::Context& context, const EvaluationOptions& options, const EvaluationProgress& progress) {
  core::require(options.data.empty(), "the judge is held against labels, which --data has none of; leave it out");
  const std::int64_t count = options.count > 0 ? options.count : default_pictures;
  DigitJudge judge(context, options.weights);
  json numbers = {{"model", "digit_judge"}, {"seed", options.seed}, {"pictures", count}};
  std::string text =
      fmt::format("digit_judge: right about {} pictures of each set that it has not seen, in %\n", count);
  for (const char* set : {"digits", "digits_other", "digits_fonts"}) {
    if (std::string_view(set) == "digits_fonts" && !data::has_digit_fonts()) continue;
    const SignSet signs = held_out_signs(set, count, options.seed);
    const DigitJudge::Verdict verdict = judge.judge(signs.pixels);
    numbers[set] = {{"accuracy", agreement(verdict, signs.labels)}, {"sure", share_sure(verdict, 0.8F)}};
    fmt::format_to(std::back_inserter(text), "  {:<13} {:>6.2f}   sure of {:>6.2f}\n", set,
                   percent(agreement(verdict, signs.labels)), percent(share_sure(verdict, 0.8F)));
    if (progress) progress(0.33 * static_cast<double>(numbers.size() - 3));
  }
  return {text, numbers.dump(2), {}};
}

}  // namespace

Family digit_judge_family() {
  Family family;
  family.name = "digit_judge";
  family.title = "Judge of digits";
  family.sentence = "reads digits, having learned from another hand";
  family.make_task = [](const std::string& preset) -> std::unique_ptr<training::Task> {
    core::require(!training::is_large(preset, "digit_judge"),
                  "the judge of digits has no large preset; it is small on every device");
    return std::make_unique<training::JudgeTask>("digit_judge", "digits_other");
  };
  family.evaluate = evaluate;
  return family;
}

}  // namespace figment::studio
