#include "studio/evaluate_creatures.h"

#include <algorithm>
#include <array>

#include "core/error.h"
#include "data/picture_source.h"
#include "training/creature_judge_task.h"
#include "training/weights.h"

namespace figment::studio {
namespace {

/// The likeliest class of each of the first `rows` rows of logits [batch, classes].
void add_choices(const std::vector<float>& logits, std::int64_t batch, std::int64_t rows, std::vector<int>& to) {
  const std::int64_t classes = static_cast<std::int64_t>(logits.size()) / batch;
  for (std::int64_t i = 0; i < rows; ++i) {
    const auto begin = logits.begin() + i * classes;
    to.push_back(static_cast<int>(std::max_element(begin, begin + classes) - begin));
  }
}

}  // namespace

void add_enlarged(CreatureSet& to, std::span<const float> pixels, int side) {
  const int factor = CreatureSet::side / side;
  core::require(side > 0 && factor * side == CreatureSet::side, "creatures of {} pixels a side do not fit into {}",
                side, CreatureSet::side);
  const auto size = static_cast<std::size_t>(side * side * 3);
  for (std::size_t i = 0; i + size <= pixels.size(); i += size) {
    for (int y = 0; y < CreatureSet::side; ++y) {
      for (int x = 0; x < CreatureSet::side; ++x) {
        const auto from = pixels.begin() + static_cast<std::ptrdiff_t>(i) + (y / factor * side + x / factor) * 3;
        to.pixels.insert(to.pixels.end(), from, from + 3);
      }
    }
  }
}

CreatureSet held_out_creatures(const std::string& set, std::int64_t count, std::uint64_t seed) {
  const data::PictureSource source(set);
  core::require(
      source.class_axes().size() == 2 && source.class_axes()[0].name == "hue" && source.class_axes()[1].name == "body",
      "{} are no creatures; choose creatures or creatures_palette", set);
  const auto bodies = static_cast<std::int64_t>(source.class_axes()[1].values.size());
  const auto hues = static_cast<std::int64_t>(source.class_axes()[0].values.size());
  CreatureSet result;
  std::vector<float> pixels(source.picture_size());
  for (std::int64_t i = 0; i < count; ++i) {
    // The classes take turns.
    std::array<std::int32_t, 2> classes = {static_cast<std::int32_t>(i / bodies % hues),
                                           static_cast<std::int32_t>(i % bodies)};
    source.draw(static_cast<std::uint64_t>(i), data::held_out_seed + seed, pixels, classes);
    add_enlarged(result, pixels, source.width());
    result.hue.push_back(classes[0]);
    result.body.push_back(classes[1]);
  }
  return result;
}

CreatureJudging::CreatureJudging(runtime::Context& context, const std::filesystem::path& weights)
    : network_(training::creature_class_counts(), 1) {
  training::load_weights(weights.empty() ? training::shipped_weights("creature_judge") : weights,
                         network_.parameters());
  traced_ = network_(graph_.input("pictures", {{batch, CreatureSet::side, CreatureSet::side, 3}, tensor::DType::f32}));
  const std::array<tensor::Tensor, 3> outputs = {traced_.features, traced_.logits[0], traced_.logits[1]};
  program_ = runtime::compile(context, graph_, outputs, {.name = "creature judge"});
}

CreatureJudging::Verdict CreatureJudging::judge(const CreatureSet& creatures) {
  Verdict verdict;
  verdict.features.dimensions = models::CreatureJudge::feature_count;
  std::vector<float> rows(static_cast<std::size_t>(batch) * CreatureSet::floats);
  for (std::int64_t first = 0; first < creatures.count(); first += batch) {
    const std::int64_t count = std::min(batch, creatures.count() - first);
    std::copy_n(creatures.pixels.begin() + first * static_cast<std::int64_t>(CreatureSet::floats),
                static_cast<std::size_t>(count) * CreatureSet::floats, rows.begin());
    program_->write("pictures", rows);
    program_->submit();
    const std::vector<float> features = program_->read(traced_.features).floats;
    verdict.features.values.insert(verdict.features.values.end(), features.begin(),
                                   features.begin() + count * models::CreatureJudge::feature_count);
    add_choices(program_->read(traced_.logits[0]).floats, batch, count, verdict.hue);
    add_choices(program_->read(traced_.logits[1]).floats, batch, count, verdict.body);
  }
  return verdict;
}

CreatureAgreement agreement(const CreatureJudging::Verdict& verdict, const CreatureSet& labelled) {
  core::require(!labelled.hue.empty() && verdict.hue.size() == labelled.hue.size(),
                "{} verdicts cannot be held against {} labels", verdict.hue.size(), labelled.hue.size());
  CreatureAgreement result;
  const double one = 1.0 / static_cast<double>(labelled.hue.size());
  for (std::size_t i = 0; i < labelled.hue.size(); ++i) {
    const bool hue = verdict.hue[i] == labelled.hue[i];
    const bool body = verdict.body[i] == labelled.body[i];
    result.hue += hue ? one : 0;
    result.body += body ? one : 0;
    result.both += hue && body ? one : 0;
  }
  return result;
}

}  // namespace figment::studio
