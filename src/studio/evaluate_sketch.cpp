#include "studio/evaluate_sketch.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "core/error.h"
#include "data/edges.h"
#include "data/hand.h"
#include "data/landscape.h"
#include "studio/evaluate_pictures.h"
#include "studio/report.h"
#include "studio/sketch_painter.h"

namespace figment::studio {
namespace {

using nlohmann::json;

constexpr std::int64_t default_pictures = 240;
constexpr int batch = 8;
constexpr int columns = 12;  // of the sheet
constexpr std::size_t picture_floats = sketch_pixels * 3;

/// A way to paint the drawings.
struct Way {
  std::string name;
  bool knows_terrain = false;
  bool is_by_hand = false;  ///< lines are left out and shaken
};

/// The drawings as one way sees them.
std::vector<std::vector<data::Stroke>> strokes_for(const std::vector<Drawing>& drawings, const Way& way,
                                                   std::uint64_t seed) {
  std::vector<std::vector<data::Stroke>> all;
  for (std::size_t i = 0; i < drawings.size(); ++i) {
    core::Random random(seed, i);
    const data::HandOptions always = {.chance = 1, .empty = 0};
    all.push_back(way.is_by_hand ? data::draw_by_hand(drawings[i].strokes, random, always) : drawings[i].strokes);
  }
  return all;
}

/// [count, 64, 64, 3], in 8 bits as they would be saved; `time` -1: each at its own.
std::vector<float> paint(SketchPainter& painter, const std::vector<Drawing>& drawings,
                         const std::vector<std::vector<data::Stroke>>& strokes, bool knows_terrain,
                         std::int32_t time = -1) {
  std::vector<float> all;
  for (std::size_t first = 0; first < drawings.size(); first += batch) {
    SketchPainter::Wanted wanted;
    for (std::size_t i = first; i < first + batch; ++i) {
      const Drawing& drawing = drawings[std::min(i, drawings.size() - 1)];
      const std::vector<float> ink = sketch_ink(strokes[std::min(i, drawings.size() - 1)], data::sketch_pen_radius);
      wanted.ink.insert(wanted.ink.end(), ink.begin(), ink.end());
      wanted.times.push_back(time < 0 ? drawing.time : time);
      wanted.terrains.push_back(knows_terrain ? drawing.terrain : any_terrain);
    }
    painter.set(wanted);
    painter.run();
    const std::vector<float> pixels = painter.read_pictures();
    all.insert(all.end(), pixels.begin(), pixels.end());
  }
  all.resize(drawings.size() * picture_floats);
  for (float& value : all) value = static_cast<float>(std::lround((value + 1) * 127.5F)) / 127.5F - 1;
  return all;
}

std::vector<std::uint8_t> outlines(const std::vector<float>& pixels, std::size_t index) {
  return data::find_edges(std::span(pixels).subspan(index * picture_floats, picture_floats), sketch_side, sketch_side);
}

/// Lines of one pixel where strokes are.
std::vector<std::uint8_t> lines_of(const std::vector<data::Stroke>& strokes) {
  std::vector<std::uint8_t> lines;
  for (const float value : sketch_ink(strokes, data::sketch_pen_radius)) lines.push_back(value > 0.5F ? 1 : 0);
  data::thin_lines(lines, sketch_side, sketch_side);
  return lines;
}

data::LineAgreement mean_agreement(const std::vector<float>& painted,
                                   const std::vector<std::vector<data::Stroke>>& strokes, std::size_t shift,
                                   double& f1) {
  data::LineAgreement sum;
  f1 = 0;
  const auto count = static_cast<double>(strokes.size());
  for (std::size_t i = 0; i < strokes.size(); ++i) {
    const data::LineAgreement one = data::compare_lines(
        outlines(painted, i), lines_of(strokes[(i + shift) % strokes.size()]), sketch_side, sketch_side);
    sum.precision += one.precision / count;
    sum.recall += one.recall / count;
    f1 += one.f1() / count;
  }
  return sum;
}

PictureSet labelled(std::vector<float> pixels, const std::vector<Drawing>& drawings) {
  PictureSet set;
  set.pixels = std::move(pixels);
  for (const Drawing& drawing : drawings) {
    set.time_of_day.push_back(drawing.time);
    set.terrain.push_back(drawing.terrain);
  }
  return set;
}

std::vector<float> first_rows(const std::vector<float>& pixels, std::size_t pictures) {
  return {pixels.begin(),
          pixels.begin() + static_cast<std::ptrdiff_t>(std::min(pictures * picture_floats, pixels.size()))};
}

formats::Picture sheet_of(SketchPainter& painter, const std::vector<Drawing>& drawings,
                          const std::vector<std::vector<data::Stroke>>& strokes, const std::vector<float>& painted,
                          const std::vector<float>& real) {
  const std::size_t shown = std::min<std::size_t>(columns, drawings.size());
  std::vector<std::vector<float>> rows(1);
  for (std::size_t i = 0; i < shown; ++i) {
    for (const float value : sketch_ink(strokes[i], data::sketch_pen_radius))
      rows[0].insert(rows[0].end(), 3, 1 - 2 * value);
  }
  rows.push_back(first_rows(painted, shown));
  rows.push_back(first_rows(real, shown));
  const std::vector<Drawing> some(drawings.begin(), drawings.begin() + static_cast<std::ptrdiff_t>(shown));
  for (std::int32_t time = 0; time < static_cast<std::int32_t>(data::time_of_day_names.size()); ++time) {
    rows.push_back(paint(painter, some, strokes, false, time));
  }
  const std::vector<std::span<const float>> sets(rows.begin(), rows.end());
  return stacked_sheet(sets, sketch_side, columns, 1);
}

}  // namespace

Evaluation evaluate_sketch(runtime::Context& context, const EvaluationOptions& options,
                           const EvaluationProgress& progress) {
  core::require(options.data.empty(), "sketch is measured on the outlines of unseen landscapes; leave --data out");
  const auto report = [&](double fraction) {
    if (progress) progress(fraction);
  };
  const auto count = static_cast<std::size_t>(options.count > 0 ? options.count : default_pictures);
  std::vector<Drawing> drawings;
  std::vector<float> real;
  for (std::size_t i = 0; i < count; ++i) {
    drawings.push_back(held_out_drawing(options.seed, i));
    real.insert(real.end(), drawings.back().pixels.begin(), drawings.back().pixels.end());
    report(0.3 * static_cast<double>(i + 1) / static_cast<double>(count));
  }
  SketchPainter painter(context, load_sketch(options.weights), batch);
  PictureJudge judge(context, options.judge_weights);
  const PictureSet real_set = labelled(real, drawings);
  const PictureJudge::Verdict real_verdict = judge.judge(real_set);
  std::string text = fmt::format(
      "sketch: outlines of {} landscapes that it has not seen (seed {}), painted at their time of day\n"
      "outlines of the paintings against the drawn ones, within 1 pixel:\n\n"
      "  {:<34} F1 {:>6} {:>6} {:>7} {:>7} {:>7} {:>8}\n",
      count, options.seed, "", "prec.", "recall", "L1", "time %", "land %", "Fr\u00e9chet");
  json ways = json::array();
  formats::Picture sheet;
  for (const Way& way : {Way{"the land as the lines say", false, false}, Way{"the land told as well", true, false},
                         Way{"lines left out and shaken", false, true}}) {
    const auto strokes = strokes_for(drawings, way, options.seed);
    const std::vector<float> painted = paint(painter, drawings, strokes, way.knows_terrain);
    double f1 = 0, chance = 0;
    const data::LineAgreement agreed = mean_agreement(painted, strokes, 0, f1);
    mean_agreement(painted, strokes, 1, chance);
    double error = 0;
    for (std::size_t i = 0; i < real.size(); ++i) error += static_cast<double>(std::abs(painted[i] - real[i]));
    error /= static_cast<double>(real.size());
    const PictureSet made = labelled(painted, drawings);
    const PictureJudge::Verdict verdict = judge.judge(made);
    const Agreement as_asked = agreement(verdict, made);
    const double frechet = frechet_distance(verdict.features, real_verdict.features);
    fmt::format_to(std::back_inserter(text), "  {:<32} {:.3f}  {:.3f}  {:.3f}  {:>6.4f} {:>7.1f} {:>7.1f} {:>8.2f}\n",
                   way.name, f1, agreed.precision, agreed.recall, error, percent(as_asked.time_of_day),
                   percent(as_asked.terrain), frechet);
    ways.push_back({{"lines", way.name},
                    {"f1", f1},
                    {"precision", agreed.precision},
                    {"recall", agreed.recall},
                    {"f1_of_another_drawing", chance},
                    {"l1", error},
                    {"judged", to_json(as_asked)},
                    {"frechet", frechet}});
    if (sheet.pixels.empty()) {
      fmt::format_to(std::back_inserter(text), "  {:<32} {:.3f}\n", "against another drawing's lines", chance);
      sheet = sheet_of(painter, drawings, strokes, painted, real);
    }
    report(0.3 + 0.23 * static_cast<double>(ways.size()));
  }
  const json numbers = {{"model", "sketch"}, {"seed", options.seed}, {"pictures", count}, {"ways", ways}};
  return {text, numbers.dump(2), sheet};
}

}  // namespace figment::studio
