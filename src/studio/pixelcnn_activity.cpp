#include "studio/pixelcnn_activity.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include "core/error.h"
#include "core/random.h"
#include "data/creatures.h"
#include "studio/family.h"
#include "studio/input_picture.h"

namespace figment::studio {
namespace {

constexpr double rest_seconds = 4.0;  // how long finished pictures stay
constexpr float pen_cells = 2.5F;     // diameter of the eraser
constexpr std::int32_t any_hue = static_cast<std::int32_t>(data::hue_names.size());
constexpr std::int32_t any_body = static_cast<std::int32_t>(data::body_names.size());
constexpr float surprise_most = 3.0F;
constexpr std::size_t shown_colors = 8;  // the likeliest: the pictures get the room

int whole(const Request& request, const char* control) {
  return static_cast<int>(std::lround(number(request, family_named("pixelcnn"), control)));
}

float temperature_of(const Request& request) {
  return static_cast<float>(number(request, family_named("pixelcnn"), "temperature"));
}

}  // namespace

PixelCnnActivity::PixelCnnActivity(runtime::Context& context, const Request& request)
    : RepeatingActivity(context, request, "cells/s", rest_seconds), source_("creatures_palette") {
  view().title = "PixelCNN";
  view().subtitle = "palette creatures";
  view().sentence =
      "Each cell is drawn from the distribution that the network gives it, by the cells above it and to its left; the "
      "bars are that distribution for the framed picture.";
  loading().read("Reading the weights", [this] { network_ = load_pixelcnn(); });
  loading().run("Reading the weights", [this] {
    view().subtitle = fmt::format("palette creatures {0}\u00d7{0}, {1:.2f} M weights", network_->config().side,
                                  static_cast<double>(network_->parameters().count()) * 1e-6);
  });
}

void PixelCnnActivity::begin() {
  check(request().picture);
  check(request(), family_named("pixelcnn"));
  const int count = request().picture.count;
  if (next_ && next_->count() == count) {
    context().device().wait_idle();  // the pictures that are shown are about to go
    painter_ = std::move(next_);
  }
  if (!painter_ || painter_->count() != count) {
    loading().run("Laying out the network",
                  [this, count] { next_ = std::make_unique<CellPainter>(context(), network_, count); });
    loading().warm([this] { return next_->compiled(); });
    return;
  }
  const std::uint64_t seed = request().picture.seed + round();
  core::Random random(seed, 5);
  CellPainter::Wanted wanted;
  wanted.seed = seed;
  wanted.temperature = temperature_of(request());
  captions_.clear();
  std::vector<std::int32_t> cells;
  // What a picture from outside shows is not known, unless a person says it.
  const auto is_open = [&](int axis) { return !input_.empty() && whole(request(), axis == 0 ? "hue" : "body") == 0; };
  for (int i = 0; i < count; ++i) {
    // The first choice of each control is to leave it open: each picture then draws its own.
    std::array<std::int32_t, 2> classes = {whole(request(), "hue") - 1, whole(request(), "body") - 1};
    for (std::size_t axis = 0; axis < classes.size(); ++axis) {
      const auto drawn =
          static_cast<std::int32_t>(random.below(static_cast<std::uint32_t>(source_.class_axes()[axis].values.size())));
      if (classes[axis] < 0) classes[axis] = drawn;
    }
    const std::vector<std::int32_t> picture = given_cells(static_cast<std::uint64_t>(i), seed, classes);
    cells.insert(cells.end(), picture.begin(), picture.end());
    wanted.hue.push_back(is_open(0) ? any_hue : classes[0]);
    wanted.body.push_back(is_open(1) ? any_body : classes[1]);
    captions_.push_back(input_.empty() ? source_.set().caption(classes) : std::string());
  }
  focus_ = std::min(focus_, count - 1);
  is_drawing_ = false;
  painter_->begin(wanted, std::move(cells));
}

void PixelCnnActivity::set_input(const formats::Picture& picture, const formats::Picture& mask) {
  const int side = data::creature_cells;
  const std::vector<float> pixels = fit_input(picture, {.width = side, .height = side});
  std::vector<bool> erased;
  if (!mask.pixels.empty()) {
    for (const float value : fit_mask(mask, side, side)) erased.push_back(value > 0.5F);
  }
  input_.clear();
  input_erased_ = std::move(erased);
  for (std::size_t cell = 0; cell < pixels.size(); cell += 3) {
    const auto distance = [&](const std::array<std::uint8_t, 3>& color) {
      float sum = 0;
      for (std::size_t c = 0; c < 3; ++c) {
        const float difference = 127.5F * (pixels[cell + c] + 1) - static_cast<float>(color[c]);
        sum += difference * difference;
      }
      return sum;
    };
    const auto& palette = data::creature_palette;
    const auto nearest = std::min_element(palette.begin(), palette.end(),
                                          [&](const auto& a, const auto& b) { return distance(a) < distance(b); });
    input_.push_back(static_cast<std::int32_t>(nearest - palette.begin()));
  }
  if (!is_loading()) begin_anew();
}

/// What one picture begins with: an unseen creature or a person's picture, empty where there is to be painted.
std::vector<std::int32_t> PixelCnnActivity::given_cells(std::uint64_t index, std::uint64_t seed,
                                                        std::array<std::int32_t, 2> classes) {
  const int side = painter_->side();
  int rows = whole(request(), "given");
  std::vector<std::int32_t> picture = input_;
  if (picture.empty()) {
    picture.resize(static_cast<std::size_t>(painter_->cell_count()));
    source_.draw_indices(index, data::held_out_seed + seed, picture, classes);
  } else if (rows == 0) {
    rows = side / 2;
  }
  for (std::size_t cell = 0; cell < picture.size(); ++cell) {
    const bool is_below = static_cast<int>(cell) >= rows * side;
    if (input_erased_.empty() ? is_below : input_erased_[cell]) picture[cell] = painter_->empty();
  }
  return picture;
}

int PixelCnnActivity::step_once() {
  is_drawing_ = false;
  painter_->run_cell();
  return 1;
}

RepeatingActivity::Taken PixelCnnActivity::take_request(const Request& before) {
  check(request().picture);
  check(request(), family_named("pixelcnn"));
  if (request().picture.seed != before.picture.seed || request().picture.count != before.picture.count) {
    return Taken::start_over;
  }
  const auto differs = [&](const char* control) { return whole(request(), control) != whole(before, control); };
  if (differs("hue") || differs("body") || differs("given")) return Taken::begin_again;
  if (temperature_of(request()) == temperature_of(before)) return Taken::nothing;
  if (is_resting()) return Taken::begin_again;
  painter_->set_temperature(temperature_of(request()));
  return Taken::on_the_way;
}

void PixelCnnActivity::take_pointer(const PointerEvent& event) {
  if (event.part != "pictures") return;
  is_drawing_ = event.phase != PointerEvent::Phase::release;
  if (event.item >= 0 && event.item < painter_->count()) {
    focus_ = event.item;
    erase(event);
  }
  if (!painter_->is_finished()) resume();
}

void PixelCnnActivity::erase(const PointerEvent& event) {
  const int side = painter_->side();
  const float x = event.x * static_cast<float>(side);
  const float y = event.y * static_cast<float>(side);
  std::vector<std::int32_t> cells = painter_->cells();
  bool is_changed = false;
  for (int at = 0; at < painter_->cell_count(); ++at) {
    const float dx = static_cast<float>(at % side) + 0.5F - x;
    const float dy = static_cast<float>(at / side) + 0.5F - y;
    const bool is_behind = at >= static_cast<int>(y) * side;
    const bool is_under_pen = 4 * (dx * dx + dy * dy) <= pen_cells * pen_cells;
    if (!(event.is_secondary ? is_behind : is_under_pen)) continue;
    std::int32_t& cell = cells[static_cast<std::size_t>(event.item * painter_->cell_count() + at)];
    is_changed = is_changed || cell != painter_->empty();
    cell = painter_->empty();
  }
  if (is_changed) painter_->set_cells(std::move(cells));
}

std::vector<const runtime::Program*> PixelCnnActivity::programs() const {
  return painter_ ? painter_->programs() : std::vector<const runtime::Program*>{};
}

void PixelCnnActivity::show_next_cell() {
  const int colors = painter_->colors();
  BarsView bars;
  const int last = painter_->last_position();
  bars.title = "how likely each colour was for the last cell";
  for (int i = 0; i < colors; ++i) {
    const auto at = static_cast<std::size_t>(focus_ * colors + i);
    const float value = painter_->probabilities().empty() ? 0.0F : painter_->probabilities()[at];
    bars.bars.push_back({palette_color_name(i), value, false, i});
  }
  std::ranges::stable_sort(bars.bars, std::ranges::greater{}, &BarsView::Bar::value);
  bars.bars.resize(std::min<std::size_t>(bars.bars.size(), shown_colors));
  ViewPart& part = view().parts[1];
  if (last >= 0) {
    const auto cell = static_cast<std::size_t>(focus_ * painter_->cell_count() + last);
    const bool is_erased = painter_->cells()[cell] == painter_->empty();
    part.note = fmt::format("row {}, column {}: {}", last / painter_->side() + 1, last % painter_->side() + 1,
                            is_erased ? "erased" : palette_color_name(painter_->cells()[cell]));
  }
  part.content = std::move(bars);
}

void PixelCnnActivity::show_surprise() {
  HeatMapView map;
  map.rows = map.columns = painter_->side();
  map.maximum = surprise_most;
  const auto begin = painter_->surprise().begin() + focus_ * painter_->cell_count();
  map.values.assign(begin, begin + painter_->cell_count());
  view().parts[2].content = std::move(map);
}

void PixelCnnActivity::publish() {
  View& shown = view();
  const int side = painter_->side() * CellPainter::zoom;
  shown.pictures = {painter_->pictures_memory(), painter_->count(), side, side, shown.pictures.version + 1};
  if (shown.parts.empty()) {
    shown.parts.resize(3);
    shown.parts[0].name = "pictures";
    shown.parts[0].title = "Painted cell by cell";
    shown.parts[0].note = "drag to erase, with the right button all below; it is painted anew";
    shown.parts[0].takes_pointer = true;
    shown.parts[0].pen = pen_cells / static_cast<float>(painter_->side());
    shown.parts[1].name = "next";
    shown.parts[1].title = "The next cell of the framed picture";
    shown.parts[1].row = shown.parts[2].row = 1;
    shown.parts[1].height = shown.parts[2].height = 0.4F;
    shown.parts[1].width = 2;
    shown.parts[2].name = "surprise";
    shown.parts[2].title = "Surprise at each cell";
    shown.parts[2].note = "bright: the colour was unlikely";
  }
  shown.parts[0].content = shown.pictures;
  shown.parts[0].captions = captions_;
  shown.parts[0].marked = focus_;
  show_next_cell();
  show_surprise();
  const int position = painter_->position();
  shown.progress = fmt::format("cell {} of {}", std::min(position + 1, painter_->cell_count()), painter_->cell_count());
  shown.fraction = static_cast<float>(position) / static_cast<float>(painter_->cell_count());
}

}  // namespace figment::studio
