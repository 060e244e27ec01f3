#include "studio/evaluate_pictures.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

#include "core/error.h"
#include "data/landscape.h"
#include "training/weights.h"

namespace figment::studio {
namespace {

// Training draws its pictures from small seeds; these keys are far from them.
constexpr std::uint64_t held_out_key = 0x68656c64'2d6f7574ULL;
constexpr std::uint64_t second_key = 0x7365636f'6e640000ULL;
constexpr int time_count = static_cast<int>(data::time_of_day_names.size());
constexpr int terrain_count = static_cast<int>(data::terrain_names.size());
constexpr int class_count = time_count * terrain_count;
constexpr int pictures_at_once = 24;  // a compromise of memory and speed

float from_byte(std::uint8_t value) { return static_cast<float>(value) / 127.5F - 1.0F; }

/// What is left of a value that was saved in 8 bits.
float through_byte(float value) {
  return from_byte(static_cast<std::uint8_t>(std::lround(std::clamp(0.5F * value + 0.5F, 0.0F, 1.0F) * 255.0F)));
}

void report(const EvaluationProgress& progress, double fraction) {
  if (progress) progress(fraction);
}

EvaluationProgress part_of(const EvaluationProgress& progress, double from, double to) {
  if (!progress) return {};
  return [&progress, from, to](double fraction) { progress(from + fraction * (to - from)); };
}

std::vector<int> choices(const std::vector<float>& logits, std::int64_t classes, std::int64_t rows) {
  std::vector<int> result;
  for (std::int64_t i = 0; i < rows; ++i) {
    const auto begin = logits.begin() + i * classes;
    result.push_back(static_cast<int>(std::max_element(begin, begin + classes) - begin));
  }
  return result;
}

}  // namespace

PictureDistance distance(const FeatureSet& made, const FeatureSet& real) {
  return {precision_recall(made, real), frechet_distance(made, real)};
}

PictureSet held_out_landscapes(std::int64_t count, std::uint64_t seed) {
  PictureSet set;
  for (std::int64_t i = 0; i < count; ++i) {
    core::Random random(held_out_key ^ seed, static_cast<std::uint64_t>(i));
    data::LandscapeOptions options;
    options.time = static_cast<data::TimeOfDay>(i % class_count / terrain_count);
    options.terrain = static_cast<data::Terrain>(i % terrain_count);
    const data::Landscape landscape = data::draw_landscape(random, options);
    for (const std::uint8_t byte : landscape.pixels) set.pixels.push_back(from_byte(byte));
    set.time_of_day.push_back(static_cast<int>(landscape.time));
    set.terrain.push_back(static_cast<int>(landscape.terrain));
  }
  return set;
}

PictureSet other_held_out_landscapes(std::int64_t count, std::uint64_t seed) {
  return held_out_landscapes(count, seed ^ second_key);
}

int landscapes_at_once(std::int64_t count) {
  const std::int64_t each = std::max<std::int64_t>(1, (count + class_count - 1) / class_count);
  return static_cast<int>(std::min<std::int64_t>(each, pictures_at_once));
}

PictureSet paint_all_classes(const LandscapePainter& painter, const PictureRequest& request, std::int64_t count,
                             const EvaluationProgress& progress) {
  const std::int64_t each = std::max<std::int64_t>(1, (count + class_count - 1) / class_count);
  PictureRequest one = request;
  one.count = landscapes_at_once(count);
  const std::int64_t rounds = (each + one.count - 1) / one.count;
  PictureSet set;
  const double total = static_cast<double>(class_count * rounds);
  double done = 0;
  for (int kind = 0; kind < class_count; ++kind) {
    one.time_of_day = kind / terrain_count;
    one.terrain = kind % terrain_count;
    for (std::int64_t round = 0; round < rounds; ++round) {
      const std::vector<float> pixels = painter(one, [&](double share) { report(progress, (done + share) / total); });
      const auto wanted = std::min<std::int64_t>(one.count, each - round * one.count);
      const auto floats = static_cast<std::ptrdiff_t>(wanted * PictureSet::side * PictureSet::side * 3);
      std::transform(pixels.begin(), pixels.begin() + floats, std::back_inserter(set.pixels), through_byte);
      set.time_of_day.insert(set.time_of_day.end(), static_cast<std::size_t>(wanted), one.time_of_day);
      set.terrain.insert(set.terrain.end(), static_cast<std::size_t>(wanted), one.terrain);
      one.seed += 1;
      done += 1;
    }
  }
  return set;
}

PictureSet paint_all_classes(runtime::Context& context, std::shared_ptr<models::Unet> network,
                             const PictureRequest& request, std::int64_t count, const EvaluationProgress& progress) {
  PictureGenerator generator(context, std::move(network), landscapes_at_once(count));
  const LandscapePainter painter = [&](const PictureRequest& one, const EvaluationProgress& share) {
    generator.begin(one);
    generator.run_all([&](int row, int rows) { share(static_cast<double>(row) / rows); });
    return generator.read_pixels();
  };
  return paint_all_classes(painter, request, count, progress);
}

PictureJudge::PictureJudge(runtime::Context& context, const std::filesystem::path& weights)
    : network_(std::make_shared<models::Judge>(std::vector<std::int64_t>{time_count, terrain_count}, 1)) {
  training::load_weights(weights.empty() ? training::shipped_weights("judge") : weights, network_->parameters());
  compile(context);
}

PictureJudge::PictureJudge(runtime::Context& context, std::shared_ptr<models::Judge> network)
    : network_(std::move(network)) {
  compile(context);
}

void PictureJudge::compile(runtime::Context& context) {
  const tensor::Tensor pictures =
      graph_.input("pictures", {{batch, PictureSet::side, PictureSet::side, 3}, tensor::DType::f32});
  traced_ = (*network_)(pictures);
  const std::array<tensor::Tensor, 3> outputs = {traced_.features, traced_.logits[0], traced_.logits[1]};
  program_ = runtime::compile(context, graph_, outputs, {.name = "judge"});
}

PictureJudge::Verdict PictureJudge::judge(const PictureSet& pictures, const EvaluationProgress& progress) {
  constexpr std::int64_t floats = PictureSet::side * PictureSet::side * 3;
  Verdict verdict;
  verdict.features.dimensions = models::Judge::feature_count;
  std::vector<float> rows(static_cast<std::size_t>(batch * floats));
  for (std::int64_t first = 0; first < pictures.count(); first += batch) {
    const std::int64_t count = std::min(batch, pictures.count() - first);
    std::copy_n(pictures.pixels.begin() + first * floats, count * floats, rows.begin());
    program_->write("pictures", rows);
    program_->submit();
    const std::vector<float> features = program_->read(traced_.features).floats;
    verdict.features.values.insert(verdict.features.values.end(), features.begin(),
                                   features.begin() + count * models::Judge::feature_count);
    for (const int value : choices(program_->read(traced_.logits[0]).floats, time_count, count)) {
      verdict.time_of_day.push_back(value);
    }
    for (const int value : choices(program_->read(traced_.logits[1]).floats, terrain_count, count)) {
      verdict.terrain.push_back(value);
    }
    report(progress, static_cast<double>(first + count) / static_cast<double>(pictures.count()));
  }
  return verdict;
}

Agreement agreement(const PictureJudge::Verdict& verdict, const PictureSet& labelled) {
  core::require(!labelled.time_of_day.empty() && verdict.time_of_day.size() == labelled.time_of_day.size(),
                "{} verdicts cannot be held against {} labels", verdict.time_of_day.size(),
                labelled.time_of_day.size());
  Agreement result;
  const double one = 1.0 / static_cast<double>(labelled.time_of_day.size());
  for (std::size_t i = 0; i < labelled.time_of_day.size(); ++i) {
    const bool time = verdict.time_of_day[i] == labelled.time_of_day[i];
    const bool terrain = verdict.terrain[i] == labelled.terrain[i];
    result.time_of_day += time ? one : 0;
    result.terrain += terrain ? one : 0;
    result.both += time && terrain ? one : 0;
  }
  return result;
}

namespace {

std::vector<Agreement> agreement_by_class(const PictureJudge::Verdict& verdict, const PictureSet& labelled) {
  std::vector<Agreement> result;
  for (int kind = 0; kind < class_count; ++kind) {
    PictureJudge::Verdict some;
    PictureSet labels;
    for (std::size_t i = 0; i < labelled.terrain.size(); ++i) {
      if (labelled.time_of_day[i] * terrain_count + labelled.terrain[i] != kind) continue;
      some.time_of_day.push_back(verdict.time_of_day[i]);
      some.terrain.push_back(verdict.terrain[i]);
      labels.time_of_day.push_back(labelled.time_of_day[i]);
      labels.terrain.push_back(labelled.terrain[i]);
    }
    result.push_back(labels.terrain.empty() ? Agreement{} : agreement(some, labels));
  }
  return result;
}

}  // namespace

PictureSet some_of(const PictureSet& set, std::int64_t count) {
  constexpr std::int64_t floats = PictureSet::side * PictureSet::side * 3;
  PictureSet result;
  for (std::int64_t i = 0; i < std::min(count, set.count()); ++i) {
    const auto at = set.pixels.begin() + i * set.count() / std::min(count, set.count()) * floats;
    result.pixels.insert(result.pixels.end(), at, at + floats);
  }
  return result;
}

DiffusionEvaluation evaluate_diffusion(runtime::Context& context, const DiffusionEvaluationOptions& options,
                                       const EvaluationProgress& progress) {
  // What can fail at once comes first.
  PictureJudge judge(context, options.judge_weights);
  const auto network = load_landscape_network(options.weights);
  const std::int64_t count = (options.count + class_count - 1) / class_count * class_count;
  PictureSet real;
  if (!options.data.empty()) real = load_pictures(options.data, count);

  DiffusionEvaluation result;
  const auto begin = std::chrono::steady_clock::now();
  const PictureSet made = paint_all_classes(context, network, options.request, count, part_of(progress, 0, 0.9));
  result.seconds_painting = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  if (options.data.empty()) real = held_out_landscapes(count, options.request.seed);
  const PictureSet fresh = other_held_out_landscapes(count, options.request.seed);
  report(progress, 0.94);

  const PictureJudge::Verdict made_verdict = judge.judge(made);
  const PictureJudge::Verdict real_verdict = judge.judge(real);
  const PictureJudge::Verdict fresh_verdict = judge.judge(fresh);
  result.made = made.count();
  result.real = real.count();
  result.as_asked = agreement(made_verdict, made);
  result.by_class = agreement_by_class(made_verdict, made);
  result.judge = agreement(fresh_verdict, fresh);
  result.distance = distance(made_verdict.features, real_verdict.features);
  result.real_distance = distance(fresh_verdict.features, real_verdict.features);
  result.made_pictures = some_of(made, 2 * class_count);
  result.real_pictures = some_of(real, 2 * class_count);
  report(progress, 1);
  return result;
}

Agreement evaluate_judge(runtime::Context& context, std::int64_t count, std::uint64_t seed,
                         const std::filesystem::path& weights, const EvaluationProgress& progress) {
  PictureJudge judge(context, weights);
  const PictureSet pictures = held_out_landscapes(count, seed);
  return agreement(judge.judge(pictures, progress), pictures);
}

}  // namespace figment::studio
