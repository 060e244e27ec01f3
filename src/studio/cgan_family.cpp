#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/random.h"
#include "studio/cgan_activity.h"
#include "studio/digit_judge.h"
#include "studio/family.h"
#include "studio/report.h"
#include "training/cgan_task.h"
#include "training/weights.h"

namespace figment::studio {
namespace {

using models::Cgan;
using nlohmann::json;
using tensor::DType;
using tensor::Tensor;

constexpr std::int64_t default_pictures = 2000;
constexpr std::int64_t batch = 40;
constexpr std::int64_t digit_count = Cgan::digit_count;
constexpr std::int64_t sheet_rows = 5;
constexpr std::uint64_t second_key = 0x7365'636f'6e64;  // of other held-out digits, for scale

/// `count` pictures of the digits in turn.
SignSet paint(runtime::Context& context, const std::filesystem::path& weights, std::int64_t count, std::uint64_t seed,
              const EvaluationProgress& progress) {
  const auto network = training::load_network<Cgan>("cgan", weights);
  RecordedProgram recorded;
  const Tensor styles = recorded.graph.input("styles", {{batch, Cgan::style_size}, DType::f32});
  const Tensor digits = recorded.graph.input("digits", {{batch}, DType::i32});
  const Tensor pictures = network->generator(styles, digits);
  recorded.compile(context, std::array{pictures}, "cgan");
  core::Random random(seed, 43);
  SignSet made;
  while (made.count() < count) {
    std::vector<float> drawn(static_cast<std::size_t>(batch * Cgan::style_size));
    for (float& value : drawn) value = random.normal();
    std::vector<std::int32_t> asked;
    for (std::int64_t i = 0; i < batch; ++i) {
      asked.push_back(static_cast<std::int32_t>((made.count() + i) % digit_count));
    }
    recorded.program->write("styles", drawn);
    recorded.program->write_ints("digits", asked);
    recorded.program->submit();
    const std::vector<float> pixels = recorded.program->read(pictures).floats;
    made.pixels.insert(made.pixels.end(), pixels.begin(), pixels.end());
    made.labels.insert(made.labels.end(), asked.begin(), asked.end());
    if (progress) progress(0.5 * static_cast<double>(made.count()) / static_cast<double>(count));
  }
  made.pixels.resize(static_cast<std::size_t>(count) * digit_pixels);
  made.labels.resize(static_cast<std::size_t>(count));
  return made;
}

PictureDistance distance(const DigitJudge::Verdict& made, const DigitJudge::Verdict& real) {
  return {precision_recall(made.features, real.features), frechet_distance(made.features, real.features)};
}

std::vector<float> rows_of(const SignSet& set, std::int64_t rows) {
  const std::int64_t count = std::min(set.count(), rows * digit_count);
  return grey_to_rgb(std::span(set.pixels).first(static_cast<std::size_t>(count) * digit_pixels));
}

Evaluation evaluate(runtime::Context& context, const EvaluationOptions& options, const EvaluationProgress& progress) {
  core::require(options.data.empty(), "the cgan is held against digits of its own set; leave --data out");
  const std::int64_t count =
      ((options.count > 0 ? options.count : default_pictures) + digit_count - 1) / digit_count * digit_count;
  DigitJudge judge(context, options.judge_weights);
  const SignSet made = paint(context, options.weights, count, options.seed, progress);
  const SignSet real = held_out_signs("digits", count, options.seed);
  const SignSet fresh = held_out_signs("digits", count, options.seed ^ second_key);
  const DigitJudge::Verdict made_verdict = judge.judge(made.pixels);
  if (progress) progress(0.7);
  const DigitJudge::Verdict real_verdict = judge.judge(real.pixels);
  const DigitJudge::Verdict fresh_verdict = judge.judge(fresh.pixels);
  if (progress) progress(0.9);
  const double as_asked = agreement(made_verdict, made.labels);
  const std::vector<double> by_digit = agreement_by_digit(made_verdict, made.labels);
  const PictureDistance made_to_real = distance(made_verdict, real_verdict);
  const PictureDistance real_to_real = distance(fresh_verdict, real_verdict);

  std::string text = fmt::format(
      "cgan: {} pictures of the ten digits (seed {})\n\n"
      "  the judge reads the digit that was asked for   {:>6.2f} %   (real ones {:.2f} %)\n  by digit, %  ",
      count, options.seed, percent(as_asked), percent(agreement(fresh_verdict, fresh.labels)));
  for (std::size_t i = 0; i < by_digit.size(); ++i) {
    fmt::format_to(std::back_inserter(text), " {}: {:.1f}", i, percent(by_digit[i]));
  }
  fmt::format_to(std::back_inserter(text), "\n\n  {:<34} {:>9} {:>8} {:>10}\n",
                 fmt::format("beside {} unseen digits", count), "precision", "recall", "Fréchet");
  const auto row = [&](const char* name, const PictureDistance& of) {
    fmt::format_to(std::back_inserter(text), "  {:<34} {:>9.3f} {:>8.3f} {:>10.3f}\n", name, of.neighbours.precision,
                   of.neighbours.recall, of.frechet);
  };
  row("painted digits", made_to_real);
  row("other unseen digits", real_to_real);
  const json numbers = {{"model", "cgan"},
                        {"seed", options.seed},
                        {"pictures", count},
                        {"as_asked", as_asked},
                        {"by_digit", by_digit},
                        {"made_to_real", to_json(made_to_real)},
                        {"real_to_real", to_json(real_to_real)}};
  const std::array rows = {rows_of(made, sheet_rows), rows_of(real, 2)};
  const std::array<std::span<const float>, 2> sets = {rows[0], rows[1]};
  return {text, numbers.dump(2), stacked_sheet(sets, digit_side, static_cast<int>(digit_count), 2)};
}

}  // namespace

Family cgan_family() {
  Family family;
  family.name = "cgan";
  family.title = "Conditional GAN";
  family.sentence = "paints the digit that it is asked for, in any style";
  family.make = make_activity<CganActivity>;
  family.make_task = training::make_task<training::CganTask>;
  family.evaluate = evaluate;
  family.controls = {{.name = "digit",
                      .label = "Digit",
                      .help = "What is to be painted.",
                      .kind = Control::Kind::choice,
                      .initial = 3,
                      .choices = digit_names()},
                     {.name = "variety",
                      .label = "Variety",
                      .help = "How far from the middle styles are drawn; 1 is what was learned.",
                      .initial = 1,
                      .minimum = 0,
                      .maximum = 1.5}};
  return family;
}

}  // namespace figment::studio
