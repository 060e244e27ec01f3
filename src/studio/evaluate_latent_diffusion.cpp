#include "studio/evaluate_latent_diffusion.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "studio/report.h"

namespace figment::studio {
namespace {

using nlohmann::json;

constexpr std::int64_t default_pictures = 480;
constexpr int pictures_at_once = 16;
constexpr std::int64_t sheet_pictures = 24;
constexpr std::int64_t picture_floats = std::int64_t{data::composed_side} * data::composed_side * 3;

float through_byte(float value) {
  return std::round(std::clamp(0.5F * value + 0.5F, 0.0F, 1.0F) * 255.0F) / 127.5F - 1.0F;
}

/// The nouns whose pictures the judge knows least often, with the share of their pictures where they are among its five
/// likeliest.
json hardest_nouns(std::span<const ComposedReading> readings, std::span<const data::ComposedScene> scenes) {
  std::map<int, std::array<double, 2>> nouns;  // how often right, and asked
  for (std::size_t i = 0; i < scenes.size(); ++i) {
    const auto& five = readings[i].nouns;
    nouns[scenes[i].noun][0] += std::find(five.begin(), five.end(), scenes[i].noun) != five.end() ? 1 : 0;
    nouns[scenes[i].noun][1] += 1;
  }
  std::vector<std::pair<double, int>> order;
  for (const auto& [noun, counts] : nouns) order.emplace_back(counts[0] / counts[1], noun);
  std::sort(order.begin(), order.end());
  json list = json::array();
  for (std::size_t i = 0; i < std::min<std::size_t>(order.size(), 12); ++i) {
    list.push_back({{"noun", data::composed_nouns()[static_cast<std::size_t>(order[i].second)].singular},
                    {"top5", order[i].first}});
  }
  return list;
}

}  // namespace

std::vector<float> paint_scenes(runtime::Context& context, const LatentNetworks& networks, PictureRequest request,
                                std::span<const data::ComposedScene> scenes, const EvaluationProgress& progress) {
  const int at_once = static_cast<int>(std::min<std::size_t>(scenes.size(), pictures_at_once));
  LatentPainter painter(context, networks, at_once);
  request.count = at_once;
  std::vector<float> pixels;
  for (std::size_t first = 0; first < scenes.size(); first += static_cast<std::size_t>(at_once)) {
    std::vector<std::int32_t> words;
    for (int i = 0; i < at_once; ++i) {
      const std::size_t at = std::min(first + static_cast<std::size_t>(i), scenes.size() - 1);
      const data::CaptionIds ids = data::tokenize_caption(data::caption(scenes[at]));
      words.insert(words.end(), ids.begin(), ids.end());
    }
    painter.begin(request, words);
    painter.run_all([&](int row, int rows) {
      const double done = static_cast<double>(first) + static_cast<double>(row) / rows * at_once;
      if (progress) progress(std::min(1.0, done / static_cast<double>(scenes.size())));
    });
    const std::vector<float> painted = painter.read_pixels();
    std::transform(painted.begin(), painted.end(), std::back_inserter(pixels), through_byte);
    request.seed += 1;
  }
  pixels.resize(scenes.size() * picture_floats);
  return pixels;
}

Evaluation evaluate_latent_diffusion(runtime::Context& context, const EvaluationOptions& options,
                                     const EvaluationProgress& progress) {
  core::require(options.data.empty(), "latent diffusion is asked for composed scenes; leave --data out");
  ComposedJudging judge(context, options.judge_weights);
  const LatentNetworks networks = load_latent_networks(options.weights);
  const std::int64_t count = options.count > 0 ? options.count : default_pictures;
  const ComposedPictures real = held_out_composed(count, options.seed);
  PictureRequest request = with_pull(options.request);
  request.seed = options.seed;
  const auto begin = std::chrono::steady_clock::now();
  const std::vector<float> made = paint_scenes(context, networks, request, real.scenes, [&](double fraction) {
    if (progress) progress(0.95 * fraction);
  });
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();

  const ComposedJudging::Verdict made_verdict = judge.judge(made);
  const ComposedJudging::Verdict real_verdict = judge.judge(real.pixels);
  const ComposedScores asked = compare(made_verdict.readings, real.scenes);
  const ComposedScores trusted = compare(real_verdict.readings, real.scenes);
  const PictureDistance distance = {precision_recall(made_verdict.features, real_verdict.features),
                                    frechet_distance(made_verdict.features, real_verdict.features)};
  std::string text = fmt::format(
      "latent_diffusion: {} pictures of held-out scenes from their captions ({}, {}, {} steps, guidance {:.1f}, seed "
      "{}), "
      "painted in {:.0f} s\n\n  {:<30} {:>10} {:>7} {:>6} {:>6} {:>6} {:>7} {:>6}\n",
      count, request.sampler, request.schedule, request.steps, request.guidance, options.seed, seconds,
      "what the judge sees is right, %", "background", "number", "size", "noun", "top-5", "colour", "all");
  const auto row = [&text](const char* name, const ComposedScores& scores) {
    fmt::format_to(std::back_inserter(text),
                   "  {:<31} {:>10.1f} {:>7.1f} {:>6.1f} {:>6.1f} {:>6.1f} {:>7.1f} {:>6.1f}\n", name,
                   percent(scores.background), percent(scores.number), percent(scores.size), percent(scores.noun),
                   percent(scores.noun_top5), percent(scores.color), percent(scores.all));
  };
  row("painted pictures", asked);
  row("the scenes as they were drawn", trusted);
  fmt::format_to(std::back_inserter(text),
                 "\n  beside the scenes as they were drawn: precision {:.3f}, recall {:.3f}, "
                 "Fréchet {:.3f}\n",
                 distance.neighbours.precision, distance.neighbours.recall, distance.frechet);

  const std::int64_t shown = std::min(count, sheet_pictures);
  json captions = json::array();
  for (std::int64_t i = 0; i < shown; ++i) captions.push_back(data::caption(real.scenes[static_cast<std::size_t>(i)]));
  const json numbers = {{"model", "latent_diffusion"},
                        {"seed", options.seed},
                        {"sampler", request.sampler},
                        {"schedule", request.schedule},
                        {"steps", request.steps},
                        {"guidance", request.guidance},
                        {"pictures", count},
                        {"as_asked", to_json(asked)},
                        {"judge_accuracy", to_json(trusted)},
                        {"made_to_real", to_json(distance)},
                        {"hardest_nouns", hardest_nouns(made_verdict.readings, real.scenes)},
                        {"sheet", captions},
                        {"seconds_painting", seconds}};
  const auto floats = static_cast<std::size_t>(shown * picture_floats);
  const std::array<std::span<const float>, 2> sets = {std::span(made).first(floats),
                                                      std::span(real.pixels).first(floats)};
  return {text, numbers.dump(2), stacked_sheet(sets, data::composed_side, 12, 2)};
}

}  // namespace figment::studio
