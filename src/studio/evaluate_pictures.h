#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "formats/png.h"
#include "models/judge/judge.h"
#include "runtime/program.h"
#include "studio/evaluate_features.h"
#include "studio/family.h"
#include "studio/picture_generator.h"

namespace figment::studio {

/// Pictures of 64x64 with what is in them.
struct PictureSet {
  static constexpr int side = 64;
  std::vector<float> pixels;     ///< [count, 64, 64, 3] in [-1, 1]
  std::vector<int> time_of_day;  ///< data::TimeOfDay of each; empty if not known
  std::vector<int> terrain;      ///< data::Terrain of each

  std::int64_t count() const { return static_cast<std::int64_t>(pixels.size()) / (side * side * 3); }
};

/// Landscapes that no training has seen: their random numbers are of another key. The 24 classes take turns.
PictureSet held_out_landscapes(std::int64_t count, std::uint64_t seed);

/// The PNG pictures of a folder (not of those within), in the order of their names, cut to the square in their middle
/// and resized. More than `count_max` of them are thinned out evenly. Throws Error if there is no such folder, there
/// are fewer than 8 in it, or one is damaged.
PictureSet load_pictures(const std::filesystem::path& folder, std::int64_t count_max);

/// One picture as [64, 64, 3] in [-1, 1]: the largest square in its middle, averaged over areas. Transparent parts
/// lie on black.
std::vector<float> fit_picture(const formats::Picture& picture, int side = PictureSet::side);

/// Paints as many pictures as the request says, with its seed and class: [count, 64, 64, 3] in [-1, 1].
using LandscapePainter = std::function<std::vector<float>(const PictureRequest&, const EvaluationProgress&)>;

/// Paints `count` pictures (rounded up to a multiple of 24), as many of each of the 24 classes, as they would be
/// saved: in 8 bits. The class and count of the request are ignored; its seed is the first.
PictureSet paint_all_classes(const LandscapePainter& painter, const PictureRequest& request, std::int64_t count,
                             const EvaluationProgress& progress = {});
/// The same by diffusion.
PictureSet paint_all_classes(runtime::Context& context, std::shared_ptr<models::Unet> network,
                             const PictureRequest& request, std::int64_t count,
                             const EvaluationProgress& progress = {});
/// How many pictures paint_all_classes asks for at once.
int landscapes_at_once(std::int64_t count);

/// The shipped classifier on a device.
class PictureJudge {
 public:
  struct Verdict {
    FeatureSet features;
    std::vector<int> time_of_day;
    std::vector<int> terrain;
  };

  /// Throws Error if the weights (default: the shipped ones) are missing or damaged.
  PictureJudge(runtime::Context& context, const std::filesystem::path& weights = {});
  PictureJudge(runtime::Context& context, std::shared_ptr<models::Judge> network);

  Verdict judge(const PictureSet& pictures, const EvaluationProgress& progress = {});

 private:
  static constexpr std::int64_t batch = 32;
  void compile(runtime::Context& context);

  std::shared_ptr<models::Judge> network_;
  tensor::Graph graph_;
  models::Judge::Verdict traced_;
  std::unique_ptr<runtime::Program> program_;
};

/// How many verdicts are as the labels say.
struct Agreement {
  double both = 0;  ///< shares, 0..1
  double time_of_day = 0;
  double terrain = 0;
};
Agreement agreement(const PictureJudge::Verdict& verdict, const PictureSet& labelled);

/// How one set of pictures stands to another.
struct PictureDistance {
  PrecisionRecall neighbours;
  double frechet = 0;
};
PictureDistance distance(const FeatureSet& made, const FeatureSet& real);

struct DiffusionEvaluation {
  std::int64_t made = 0;            ///< pictures painted
  std::int64_t real = 0;            ///< pictures compared with
  Agreement as_asked;               ///< of the painted ones
  Agreement judge;                  ///< of fresh held-out landscapes: how far the judge can be trusted
  PictureDistance distance;         ///< of the painted ones to the real ones
  PictureDistance real_distance;    ///< of fresh landscapes to the real ones, for scale
  std::vector<Agreement> by_class;  ///< [time_of_day * 6 + terrain]
  double seconds_painting = 0;
  PictureSet made_pictures;  ///< a few of each class, for a contact sheet
  PictureSet real_pictures;
};

struct DiffusionEvaluationOptions {
  PictureRequest request;
  std::int64_t count = 480;
  std::filesystem::path data;     ///< folder of pictures to compare with; empty: held-out landscapes
  std::filesystem::path weights;  ///< of the painter; empty: the shipped ones
  std::filesystem::path judge_weights;
};

/// Paints, judges and compares. Throws Error as its parts do.
DiffusionEvaluation evaluate_diffusion(runtime::Context& context, const DiffusionEvaluationOptions& options,
                                       const EvaluationProgress& progress = {});

/// Landscapes that no training has seen, others than held_out_landscapes of the same seed.
PictureSet other_held_out_landscapes(std::int64_t count, std::uint64_t seed);
/// `count` pictures at equal spacing.
PictureSet some_of(const PictureSet& set, std::int64_t count);

/// The judge's own accuracy on landscapes that it has not seen.
Agreement evaluate_judge(runtime::Context& context, std::int64_t count, std::uint64_t seed,
                         const std::filesystem::path& weights = {}, const EvaluationProgress& progress = {});

}  // namespace figment::studio
