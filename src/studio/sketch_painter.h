#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "data/strokes.h"
#include "formats/png.h"
#include "models/sketch/sketch.h"
#include "runtime/program.h"
#include "studio/digits.h"

/// What the sketch family paints with, and where its lines come from.
namespace figment::studio {

inline constexpr int sketch_side = 64;
inline constexpr std::size_t sketch_pixels = std::size_t{sketch_side} * sketch_side;
/// Leaves the terrain to the lines.
inline constexpr std::int32_t any_terrain = 6;

/// The shipped network, or one from a file. Throws Error as training::load_network.
std::shared_ptr<models::Sketch> load_sketch(const std::filesystem::path& weights = {});

/// A drawing with the picture that it was made of, if there is one. Strokes are in pixels of the 64x64 picture.
struct Drawing {
  std::vector<data::Stroke> strokes;
  std::vector<float> pixels;  ///< [64, 64, 3] in [-1, 1], or none
  std::int32_t time = 0;
  std::int32_t terrain = any_terrain;
};

/// The outlines of a landscape that no training has seen.
Drawing held_out_drawing(std::uint64_t seed, std::uint64_t index);
/// A person's picture of lines as strokes: dark ones on light paper, or light ones on dark. A picture that is not
/// mostly paper gives its outlines. Throws Error as fit_input.
std::vector<data::Stroke> strokes_of_picture(const formats::Picture& picture);
/// Strokes as the network sees them: [64, 64] from 0 (paper) to 1 (ink).
std::vector<float> sketch_ink(std::span<const data::Stroke> strokes, float pen_radius);

/// Paints drawings.
class SketchPainter {
 public:
  /// What to paint: the ink of each picture, or of one picture for all, and the labels of each.
  struct Wanted {
    std::vector<float> ink;              ///< [count, 64, 64]
    std::vector<std::int32_t> times;     ///< [count]: data::TimeOfDay
    std::vector<std::int32_t> terrains;  ///< [count]: data::Terrain, or any_terrain
  };

  SketchPainter(runtime::Context& context, std::shared_ptr<const models::Sketch> network, int count);

  int count() const { return count_; }
  void set(const Wanted& wanted);
  /// As runtime::Program::advance: true when the last of the work was submitted.
  bool advance(double budget_ms) { return recorded_.program->advance(budget_ms); }
  bool is_idle() const { return recorded_.program->is_idle(); }
  void run();  ///< and waits for it
  PictureView view(std::uint64_t version) const;
  std::vector<float> read_pictures() const;  ///< [count, 64, 64, 3] in [-1, 1]
  runtime::Program& program() const { return *recorded_.program; }

 private:
  runtime::Context& context_;
  std::shared_ptr<const models::Sketch> network_;
  int count_;
  ShownPictures shown_;
  RecordedProgram recorded_;
};

}  // namespace figment::studio
