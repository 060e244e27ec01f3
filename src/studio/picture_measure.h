#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "models/pixelcnn/pixelcnn.h"
#include "runtime/program.h"
#include "training/task.h"

namespace figment::studio {

/// How the pictures of a network in training are measured: what makes them, which judge looks at them, and which
/// pictures that no training sees they are held against.
struct PictureMeasure {
  std::string judge;          ///< "digit_judge"
  std::string set;            ///< of data::PictureSource, or "composed"
  std::int64_t count = 128;   ///< pictures on each side
  std::int64_t at_once = 32;  ///< divides `count`
  /// Traces `at_once` pictures [at_once, side, side, C] in [-1, 1] of the averaged network, of the size that the judge
  /// takes, and as the u32 [4] input "seed" has it, if it declares one. None: `cells` are painted.
  std::function<nn::Tensor(nn::Graph& graph, std::int64_t at_once)> trace;
  /// Writes the other inputs of `trace` for pictures from `first` on, on a thread of its own; may be none.
  std::function<void(runtime::Program& program, std::int64_t first, std::int64_t at_once)> write;
  std::shared_ptr<models::PixelCnn> cells;  ///< for a CellPainter, whose cells are palette indices
};

/// None if no judge knows what the task makes. Refers to the task, which must outlive it.
std::optional<PictureMeasure> picture_measure(training::Task& task);

/// A network that looks at pictures, with its shipped weights.
struct FeatureNetwork {
  /// What it sees, [B, F], in pictures [B, side, side, channels] in [-1, 1].
  std::function<nn::Tensor(nn::Tensor pictures)> features;
  std::int64_t side = 64;
  std::int64_t channels = 3;
};
/// Throws Error if its weights are missing or damaged.
FeatureNetwork load_judge(const std::string& name);

}  // namespace figment::studio
