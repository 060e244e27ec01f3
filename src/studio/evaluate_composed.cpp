#include "studio/evaluate_composed.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "core/error.h"
#include "data/picture_source.h"
#include "studio/report.h"
#include "training/composed_judge_task.h"
#include "training/weights.h"

namespace figment::studio {
namespace {

constexpr std::size_t picture_floats = std::size_t{data::composed_side} * data::composed_side * 3;

/// The ids of the `count` largest values, the largest first.
std::vector<int> largest(std::span<const float> values, std::size_t count) {
  std::vector<int> ids(values.size());
  std::iota(ids.begin(), ids.end(), 0);
  std::partial_sort(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(count), ids.end(), [&](int a, int b) {
    return values[static_cast<std::size_t>(a)] > values[static_cast<std::size_t>(b)];
  });
  ids.resize(count);
  return ids;
}

}  // namespace

ComposedPictures held_out_composed(std::int64_t count, std::uint64_t seed) {
  ComposedPictures pictures;
  pictures.pixels.resize(static_cast<std::size_t>(count) * picture_floats);
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    pictures.scenes.push_back(data::draw_composed_at(
        i, data::held_out_seed + seed, std::span(pictures.pixels).subspan(i * picture_floats, picture_floats)));
  }
  return pictures;
}

ComposedScores compare(std::span<const ComposedReading> readings, std::span<const data::ComposedScene> scenes) {
  core::require(!scenes.empty() && readings.size() == scenes.size(), "{} readings cannot be held against {} scenes",
                readings.size(), scenes.size());
  ComposedScores scores;
  scores.pictures = static_cast<std::int64_t>(scenes.size());
  const double one = 1.0 / static_cast<double>(scenes.size());
  for (std::size_t i = 0; i < scenes.size(); ++i) {
    const ComposedReading& read = readings[i];
    const data::ComposedScene& scene = scenes[i];
    const bool noun = read.nouns[0] == scene.noun, number = read.number == scene.number;
    const bool size = read.size == scene.size, background = read.background == scene.background();
    const bool is_tinted = scene.color > 0, color = read.color == scene.color;
    scores.noun += noun ? one : 0;
    scores.noun_top5 += std::find(read.nouns.begin(), read.nouns.end(), scene.noun) != read.nouns.end() ? one : 0;
    scores.number += number ? one : 0;
    scores.size += size ? one : 0;
    scores.background += background ? one : 0;
    scores.tinted += is_tinted ? 1 : 0;
    scores.color += is_tinted && color ? 1 : 0;
    scores.all += noun && number && size && background && (color || !is_tinted) ? one : 0;
  }
  scores.color = scores.tinted > 0 ? scores.color / static_cast<double>(scores.tinted) : 1;
  return scores;
}

ComposedJudging::ComposedJudging(runtime::Context& context, const std::filesystem::path& weights)
    : network_(training::composed_class_counts(), 1) {
  training::load_weights(weights.empty() ? training::shipped_weights("composed_judge") : weights,
                         network_.parameters());
  traced_ = network_(graph_.input(
      "pictures", {{batch, models::ComposedJudge::side, models::ComposedJudge::side, 3}, tensor::DType::f32}));
  std::vector<tensor::Tensor> outputs = traced_.logits;
  outputs.push_back(traced_.features);
  program_ = runtime::compile(context, graph_, outputs, {.name = "composed judge"});
}

ComposedJudging::Verdict ComposedJudging::judge(std::span<const float> pixels) {
  core::require(pixels.size() % picture_floats == 0, "{} numbers are no pictures of 64x64 in RGB", pixels.size());
  Verdict verdict;
  verdict.features.dimensions = models::ComposedJudge::feature_count;
  std::vector<float> rows(static_cast<std::size_t>(batch) * picture_floats);
  const auto total = static_cast<std::int64_t>(pixels.size() / picture_floats);
  for (std::int64_t first = 0; first < total; first += batch) {
    const auto count = static_cast<std::size_t>(std::min(batch, total - first));
    const auto from = pixels.subspan(static_cast<std::size_t>(first) * picture_floats, count * picture_floats);
    std::copy(from.begin(), from.end(), rows.begin());
    program_->write("pictures", rows);
    program_->submit();
    std::array<std::vector<float>, 5> logits;
    for (std::size_t head = 0; head < logits.size(); ++head) logits[head] = program_->read(traced_.logits[head]).floats;
    const auto best = [&](std::size_t head, std::size_t picture, std::size_t wanted) {
      const std::size_t classes = logits[head].size() / static_cast<std::size_t>(batch);
      return largest(std::span(logits[head]).subspan(picture * classes, classes), wanted);
    };
    for (std::size_t i = 0; i < count; ++i) {
      ComposedReading reading;
      const std::vector<int> nouns = best(0, i, reading.nouns.size());
      std::copy(nouns.begin(), nouns.end(), reading.nouns.begin());
      reading.number = best(1, i, 1)[0] + 1;
      reading.size = best(2, i, 1)[0];
      reading.color = best(3, i, 1)[0];
      reading.background = best(4, i, 1)[0];
      verdict.readings.push_back(reading);
    }
    const std::vector<float> features = program_->read(traced_.features).floats;
    verdict.features.values.insert(
        verdict.features.values.end(), features.begin(),
        features.begin() + static_cast<std::ptrdiff_t>(count) * models::ComposedJudge::feature_count);
  }
  return verdict;
}

ComposedScores score_composed(runtime::Context& context, std::span<const float> pixels,
                              std::span<const data::ComposedScene> scenes) {
  return compare(ComposedJudging(context).judge(pixels).readings, scenes);
}

nlohmann::json to_json(const ComposedScores& scores) {
  return {{"pictures", scores.pictures},
          {"background", scores.background},
          {"number", scores.number},
          {"size", scores.size},
          {"noun", scores.noun},
          {"noun_top5", scores.noun_top5},
          {"color", scores.color},
          {"tinted", scores.tinted},
          {"all", scores.all}};
}

std::string to_text(const ComposedScores& scores) {
  return fmt::format(
      "background {:.1f}, number {:.1f}, size {:.1f}, noun {:.1f} (among five {:.1f}), color of {} tinted ones {:.1f}, "
      "all {:.1f}",
      percent(scores.background), percent(scores.number), percent(scores.size), percent(scores.noun),
      percent(scores.noun_top5), scores.tinted, percent(scores.color), percent(scores.all));
}

}  // namespace figment::studio
