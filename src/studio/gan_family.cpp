#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "studio/evaluate_creatures.h"
#include "studio/family.h"
#include "studio/gan_activity.h"
#include "studio/report.h"
#include "training/gan_task.h"

namespace figment::studio {
namespace {

using nlohmann::json;

constexpr std::int64_t default_pictures = 960;
constexpr int batch = 32;
constexpr std::size_t shown = 48;  // pictures of each kind on the sheet
constexpr std::uint64_t second_seed = 0x10000;

/// Creatures of random points of the latent space, as they would be saved: in 8 bits.
CreatureSet make_creatures(runtime::Context& context, const std::filesystem::path& weights, std::int64_t count,
                           std::uint64_t seed, float truncation, const EvaluationProgress& progress) {
  GanPainter painter(context, load_gan(weights), batch);
  CreatureSet made;
  for (std::int64_t round = 0; round * batch < count; ++round) {
    std::vector<float> noise =
        latent_point(seed * 100'000 + static_cast<std::uint64_t>(round), batch * painter.latent());
    for (float& value : noise) value *= truncation;
    painter.set_noise(noise);
    painter.run();
    std::vector<float> pixels = painter.read_pictures();
    for (float& value : pixels) value = static_cast<float>(std::lround((value + 1) * 127.5F)) / 127.5F - 1;
    add_enlarged(made, pixels, painter.side());
    if (progress) progress(static_cast<double>((round + 1) * batch) / static_cast<double>(count));
  }
  return made;
}

Evaluation evaluate(runtime::Context& context, const EvaluationOptions& options, const EvaluationProgress& progress) {
  core::require(options.data.empty(), "the GAN is held against creatures, which no folder has; leave out --data");
  CreatureJudging judge(context, options.judge_weights);
  const std::int64_t count = options.count > 0 ? options.count : default_pictures;
  const auto truncation = static_cast<float>(number(options.request, family_named("gan"), "truncation"));
  CreatureSet made = make_creatures(context, options.weights, count, options.seed, truncation, progress);
  CreatureSet real = held_out_creatures("creatures", made.count(), options.seed);
  const CreatureSet other = held_out_creatures("creatures", made.count(), options.seed + second_seed);
  const FeatureSet made_features = judge.judge(made).features;
  const FeatureSet real_features = judge.judge(real).features;
  const FeatureSet other_features = judge.judge(other).features;
  const PictureDistance of_made = {precision_recall(made_features, real_features),
                                   frechet_distance(made_features, real_features)};
  const PictureDistance of_other = {precision_recall(other_features, real_features),
                                    frechet_distance(other_features, real_features)};
  const json numbers = {{"model", "gan"},           {"seed", options.seed},     {"pictures", made.count()},
                        {"truncation", truncation}, {"made", to_json(of_made)}, {"real", to_json(of_other)}};
  std::string text = fmt::format("gan: {} creatures against as many unseen ones (seed {}, truncation {:.2f})\n",
                                 made.count(), options.seed, truncation);
  const auto row = [&text](std::string_view name, const PictureDistance& distance) {
    fmt::format_to(std::back_inserter(text), "  {:<26} precision {:.3f}  recall {:.3f}  Fr\u00e9chet {:.3f}\n", name,
                   distance.neighbours.precision, distance.neighbours.recall, distance.frechet);
  };
  row("made creatures", of_made);
  row("other unseen creatures", of_other);
  for (CreatureSet* set : {&made, &real}) set->pixels.resize(std::min(set->pixels.size(), shown * CreatureSet::floats));
  const std::array<std::span<const float>, 2> sets = {made.pixels, real.pixels};
  return {text, numbers.dump(2), stacked_sheet(sets, CreatureSet::side, 16, 2)};
}

}  // namespace

Family gan_family() {
  Family family;
  family.name = "gan";
  family.title = "GAN";
  family.sentence = "makes creatures that its rival takes for real";
  family.make = make_activity<GanActivity>;
  family.make_task = training::make_task<training::GanTask>;
  family.evaluate = evaluate;
  Control truncation;
  truncation.name = "truncation";
  truncation.label = "Truncation";
  truncation.help = "How far from the middle of the latent space; low: plainer creatures, more alike";
  truncation.initial = 1;
  truncation.maximum = 2;
  family.controls.push_back(truncation);
  Control frames;
  frames.name = "frames";
  frames.label = "Frames a leg";
  frames.help = "In so many pictures it walks from one creature to the next";
  frames.kind = Control::Kind::whole_number;
  frames.initial = 60;
  frames.minimum = 1;
  frames.maximum = 300;
  family.controls.push_back(frames);
  return family;
}

}  // namespace figment::studio
