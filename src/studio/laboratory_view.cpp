#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "studio/laboratory_activity.h"

namespace figment::studio {
namespace {

constexpr int drawn_resolution = DrawnSchedule::handles;
constexpr float unmade = -0.82F;  // the grey of cells that are not made yet

/// sigma / alpha of a schedule at even shares of the steps, without the 0 at its end.
std::vector<float> ratios_of(const std::string& schedule) {
  const auto process = sampling::noise_process_named(landscape_process).make();
  std::vector<float> ratios;
  for (const auto& point : sampling::make_schedule(sampling::schedule_named(schedule), process, drawn_resolution)) {
    if (point.sigma > 0) ratios.push_back(static_cast<float>(point.ratio()));
  }
  return ratios;
}

}  // namespace

ViewPart& LaboratoryActivity::add(const std::string& name, const std::string& title, int row) {
  ViewPart& part = view().parts.emplace_back();
  part.name = name;
  part.title = title;
  part.row = row;
  return part;
}

void LaboratoryActivity::publish() {
  view().parts.clear();
  view().can_seek = shows_lanes();
  if (shows_lanes()) publish_lanes();
  if (shows_error()) publish_error();
  if (!shows_lanes() && !shows_error()) publish_grid();
  if (retired_.empty()) return;
  context().device().wait_idle();
  retired_.clear();
}

std::string LaboratoryActivity::status() const {
  if (references_.is_done()) return {};
  return fmt::format("reference: step {} of {}", references_.step(), ReferenceRuns::steps);
}

/// What a lane would come to with steps of no length; null if that is not known, or the lane changed on its way what is
/// asked for.
const std::vector<float>* LaboratoryActivity::reference_of(std::size_t lane) const {
  const PictureRequest& asked = lanes_.settings(lane).picture;
  const PictureRequest& first = lanes_.settings(0).picture;
  const bool is_as_first =
      asked.guidance == first.guidance && asked.time_of_day == first.time_of_day && asked.terrain == first.terrain;
  if (lanes_.shown(lane).branch_step() > 0 && !is_as_first) return nullptr;
  return references_.find(asked);
}

/// RMS distance of what a lane shows to its reference; below 0 if that is not known.
double LaboratoryActivity::distance_of(std::size_t lane) {
  PictureGenerator& shown = lanes_.shown(lane);
  const std::vector<float>* reference = reference_of(lane);
  if (reference == nullptr || shown.is_between_evaluations()) return -1;
  Distance& known = distances_[lane];
  const auto state = static_cast<std::uint64_t>(shown.row()) * 2 + (lanes_.waits(lane) ? 1 : 0) + 1;
  if (known.state != state) known = {state, rms_distance(shown.read_pixels(), *reference)};
  return known.rms;
}

std::string LaboratoryActivity::lane_note(std::size_t lane) {
  const PictureGenerator& shown = lanes_.shown(lane);
  // In an evaluation between two steps it is the step before that is complete.
  const int step = shown.step() - (shown.is_between_evaluations() ? 1 : 0);
  std::string note = fmt::format("step {} of {}, {} evaluations", step, shown.steps(), shown.row());
  if (const double rms = distance_of(lane); rms >= 0) note += fmt::format(", RMS {:.2g}", rms);
  return note;
}

void LaboratoryActivity::publish_lanes() {
  View& shown = view();
  shown.sentence =
      "Same noise, same network: only the way to the picture differs. RMS: distance to a 1000-step reference.";
  const int side = lanes_.shown(0).side();
  const std::uint64_t version = shown.pictures.version + 1;
  for (std::size_t i = 0; i < lanes_.count(); ++i) {
    PictureGenerator& lane = lanes_.shown(i);
    ViewPart& part = add(fmt::format("lane {}", i + 1), fmt::format("{}  {}", i + 1, lanes_.settings(i).title()), 0);
    const PictureView pictures{lane.pictures_memory(), lane.count(), side, side, version};
    if (i == 0) shown.pictures = pictures;
    part.content = pictures;
    part.note = lane_note(i);
    part.height = 1;
  }
  add_schedules();
  const PictureGenerator& first = lanes_.shown(0);
  const int step = first.step() - (first.is_between_evaluations() ? 1 : 0);
  shown.progress = fmt::format("step {} of {}", step, first.steps());
  if (settings_.branch > 0) shown.progress += fmt::format(", branch at {}", settings_.branch);
  if (lanes_.is_finished() && !references_.is_done()) shown.progress = status();
  shown.fraction = static_cast<float>(step) / static_cast<float>(std::max(first.steps(), 1));
}

void LaboratoryActivity::add_schedules() {
  CurvesView curves;
  curves.is_logarithmic = true;
  for (int i = 0; i < drawn_resolution; ++i) {
    curves.x.push_back(static_cast<float>(i) / static_cast<float>(drawn_resolution - 1));
  }
  CurvesView::Line drawn{"drawn", {}};
  for (const float share : curves.x) {
    drawn.values.push_back(static_cast<float>(drawn_.ratio_at(static_cast<double>(share))));
  }
  curves.lines.push_back(drawn);
  for (std::size_t i = 0; i < lanes_.count(); ++i) {
    const LaneSettings& lane = lanes_.settings(i);
    const std::string title = lane.schedule_title();
    if (lane.is_drawn || std::ranges::find(curves.lines, title, &CurvesView::Line::label) != curves.lines.end()) {
      continue;
    }
    curves.lines.push_back({title, ratios_of(lane.picture.schedule)});
  }
  plot_low_ = std::numeric_limits<float>::max();
  plot_high_ = 0;
  for (const auto& line : curves.lines) {
    for (const float value : line.values) {
      plot_low_ = std::min(plot_low_, value);
      plot_high_ = std::max(plot_high_, value);
    }
  }
  ViewPart& part = add("schedule", "Noise level from the first step to the last", 1);
  part.note =
      "Drag to bend the drawn schedule, for lanes that are set to Drawn; the right button makes it Karras' again.";
  part.takes_pointer = true;
  part.height = 0.55F;
  part.content = std::move(curves);
}

/// Copies the pictures that are new on the board to the device.
void LaboratoryActivity::publish_board_pictures() {
  const LabelledSheet& sheet = board_.board().sheet;
  View& shown = view();
  const std::uint64_t version = shown.pictures.version + 1;
  if (shown_runs_ == 0 || shown_runs_ != board_.finished()) {
    const auto one = static_cast<std::size_t>(sheet.side * sheet.side * 3);
    std::vector<float> values(one * sheet.cells.size(), unmade);
    for (std::size_t i = 0; i < sheet.cells.size(); ++i) {
      std::ranges::copy(sheet.cells[i].pixels, values.begin() + static_cast<std::ptrdiff_t>(i * one));
    }
    context().upload(board_pixels_, values);
    shown_runs_ = board_.finished();
  }
  shown.pictures = {context().memory(board_pixels_), static_cast<int>(sheet.cells.size()), sheet.side, sheet.side,
                    version};
  shown.fraction = board_.share();
  shown.progress = fmt::format("{} of {} pictures", board_.finished(), board_.board().runs.size());
}

void LaboratoryActivity::publish_error() {
  const LaboratoryBoard& board = board_.board();
  View& shown = view();
  shown.sentence =
      "How far each sampler still is from a 1000-step reference. Those that add fresh noise come to another picture.";
  publish_board_pictures();
  if (!references_.is_done()) {
    shown.progress = status();
    shown.fraction = references_.share();
  }
  CurvesView curves;
  curves.is_logarithmic = true;
  curves.x = board.steps;
  for (const std::string& row : board.sheet.rows) {
    curves.lines.push_back({row, std::vector<float>(board.steps.size(), std::numeric_limits<float>::quiet_NaN())});
  }
  for (std::size_t i = 0; i < board_.finished(); ++i) {
    const LaboratoryBoard::Run& run = board.runs[i];
    const std::vector<float>* reference = references_.find(run.settings.picture);
    if (reference == nullptr) continue;
    curves.lines[run.cell / board.steps.size()].values[run.cell % board.steps.size()] =
        static_cast<float>(rms_distance(run.pixels, *reference));
  }
  ViewPart& plot = add("error", "RMS distance over the number of steps", 0);
  plot.content = std::move(curves);
  plot.height = 0.8F;
  ViewPart& part = add("board", "", 1);
  part.content = shown.pictures;
  part.columns = static_cast<int>(board.steps.size());
  for (std::size_t i = 0; i < board.sheet.cells.size(); ++i) {
    // "16: 0.013" where the distance is known; there is room for little more.
    const std::string& distance = board.sheet.cells[i].caption;
    const std::string& label = board.sheet.columns[i % board.steps.size()];
    part.captions.push_back(distance.empty() ? label : label.substr(0, label.find(' ')) + ": " + distance);
  }
  part.note = "A row for each lane, in their order; below each picture its steps and distance.";
  part.height = 1;
}

void LaboratoryActivity::publish_grid() {
  const LabelledSheet& sheet = board_.board().sheet;
  View& shown = view();
  const bool is_of_samplers = settings_.view == LaboratoryView::samplers;
  shown.sentence =
      is_of_samplers
          ? "The same noise for every picture; schedule and guidance are those of lane 1. G saves the grid "
            "with labels."
          : "A row for each guidance, a column for each seed; the rest is as lane 1 is set. G saves the grid "
            "with labels.";
  publish_board_pictures();
  ViewPart& part = add("grid", fmt::format("{}: {}", sheet.title, sheet.note), 0);
  part.content = shown.pictures;
  part.columns = static_cast<int>(sheet.columns.size());
  for (std::size_t row = 0; row < sheet.rows.size(); ++row) {
    for (const std::string& column : sheet.columns) {
      // "8  DDIM", "1.6, seed 7319": what is the same in all is in the title.
      const std::string& label = sheet.rows[row];
      const std::string steps = label.substr(0, label.find(' '));
      const std::string guidance = label.substr(label.find(' ') + 1);
      part.captions.push_back(is_of_samplers ? fmt::format("{}  {}", steps, column)
                                             : fmt::format("{}, {}", guidance, column));
    }
  }
}

LabelledSheet LaboratoryActivity::sheet_of_lanes() const {
  LabelledSheet sheet;
  sheet.title = "Samplers side by side";
  sheet.note = describe(lanes_.settings(0).picture);
  if (settings_.branch > 0) sheet.note += fmt::format(", branched at step {} of lane 1", settings_.branch);
  sheet.side = lanes_.shown(0).side();
  const int count = lanes_.shown(0).count();
  sheet.rows.assign(static_cast<std::size_t>(count), "");
  sheet.cells.resize(static_cast<std::size_t>(count) * lanes_.count());
  const auto one = static_cast<std::size_t>(sheet.side * sheet.side * 3);
  for (std::size_t lane = 0; lane < lanes_.count(); ++lane) {
    const LaneSettings& settings = lanes_.settings(lane);
    sheet.columns.push_back(settings.title());
    const std::vector<float> pixels = lanes_.shown(lane).read_pixels();
    const std::vector<float>* reference = reference_of(lane);
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
      auto& cell = sheet.cells[i * lanes_.count() + lane];
      const auto from = std::span(pixels).subspan(i * one, one);
      cell.pixels.assign(from.begin(), from.end());
      cell.caption = fmt::format("{} steps, guidance {:.3g}", lanes_.shown(lane).steps(), settings.picture.guidance);
      if (reference == nullptr) continue;
      cell.caption += fmt::format(", RMS {:.2g}", rms_distance(from, std::span(*reference).subspan(i * one, one)));
    }
  }
  return sheet;
}

}  // namespace figment::studio
