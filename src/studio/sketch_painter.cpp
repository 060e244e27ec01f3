#include "studio/sketch_painter.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "data/edges.h"
#include "data/hand.h"
#include "data/picture_source.h"
#include "studio/input_picture.h"
#include "training/weights.h"

namespace figment::studio {
namespace {

using tensor::DType;
using tensor::Tensor;

constexpr float ink_share_most = 0.3F;  // of a picture of lines; what has more is a painting
constexpr float ink_from = 0.4F;        // darkness, of that of the darkest, that counts as ink

/// How far each pixel is from the paper, the darkest (or lightest) being 1.
std::vector<float> ink_of_paper(const std::vector<float>& grey) {
  std::vector<float> sorted = grey;
  std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2), sorted.end());
  const float paper = sorted[sorted.size() / 2];
  std::vector<float> ink;
  for (const float value : grey)
    ink.push_back(paper > 0 ? std::max(paper - value, 0.0F) : std::max(value - paper, 0.0F));
  const float most = *std::max_element(ink.begin(), ink.end());
  for (float& value : ink) value = most > 0.1F ? value / most : 0.0F;
  return ink;
}

}  // namespace

std::shared_ptr<models::Sketch> load_sketch(const std::filesystem::path& weights) {
  return training::load_network<models::Sketch>("sketch", weights);
}

Drawing held_out_drawing(std::uint64_t seed, std::uint64_t index) {
  const data::PictureSource source("landscapes");
  Drawing drawing;
  drawing.pixels.resize(source.picture_size());
  std::array<std::int32_t, 2> classes = {-1, -1};
  source.draw(index, data::held_out_seed + seed, drawing.pixels, classes);
  drawing.time = classes[0];
  drawing.terrain = classes[1];
  drawing.strokes =
      data::trace_lines(data::find_edges(drawing.pixels, sketch_side, sketch_side), sketch_side, sketch_side);
  return drawing;
}

std::vector<data::Stroke> strokes_of_picture(const formats::Picture& picture) {
  InputFormat format = {.width = sketch_side, .height = sketch_side, .channels = 1};
  format.background = InputFormat::Background::contrasting;
  const std::vector<float> ink = ink_of_paper(fit_input(picture, format));
  const float share = std::accumulate(ink.begin(), ink.end(), 0.0F) / static_cast<float>(ink.size());
  std::vector<std::uint8_t> lines;
  if (share > ink_share_most) {
    format.channels = 3;
    lines = data::find_edges(fit_input(picture, format), sketch_side, sketch_side);
  } else {
    for (const float value : ink) lines.push_back(value > ink_from ? 1 : 0);
    data::thin_lines(lines, sketch_side, sketch_side);
  }
  return data::trace_lines(lines, sketch_side, sketch_side);
}

std::vector<float> sketch_ink(std::span<const data::Stroke> strokes, float pen_radius) {
  std::vector<float> ink(sketch_pixels);
  data::ink_strokes(strokes, pen_radius, sketch_side, sketch_side, ink);
  return ink;
}

SketchPainter::SketchPainter(runtime::Context& context, std::shared_ptr<const models::Sketch> network, int count)
    : context_(context),
      network_(std::move(network)),
      count_(count),
      shown_("sketch", count, sketch_side, sketch_side) {
  tensor::Graph& graph = recorded_.graph;
  const Tensor ink = graph.input("ink", {{count, sketch_side, sketch_side, 1}, DType::f32});
  const Tensor times = graph.input("times", {{count}, DType::i32});
  const Tensor terrains = graph.input("terrains", {{count}, DType::i32});
  shown_.show(network_->generator(ink, {times, terrains}));
  recorded_.compile(context, {}, "sketch");
}

void SketchPainter::set(const Wanted& wanted) {
  recorded_.program->write("ink", wanted.ink);
  recorded_.program->write_ints("times", wanted.times);
  recorded_.program->write_ints("terrains", wanted.terrains);
}

void SketchPainter::run() {
  recorded_.program->submit();
  recorded_.program->wait();
}

PictureView SketchPainter::view(std::uint64_t version) const { return shown_.view(context_, version); }

std::vector<float> SketchPainter::read_pictures() const { return context_.download(shown_.variable()).floats; }

}  // namespace figment::studio
