#include "studio/flow_matching_activity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "studio/family.h"
#include "training/weights.h"

namespace figment::studio {
namespace {

constexpr double rest_seconds = 6.0;
constexpr int bent_steps = 16;   // of diffusion's ways
constexpr int dots_a_way = 96;   // drawn for a whole way
constexpr int aside_zoom = 3;    // of what is beside the straight line, or one would not see it
constexpr float margin = 0.06F;  // beside the ways
constexpr std::array<int, 3> first_columns = {1, 2, 4};

FlowWays look(FlowMatchingPainter& painter) { return flow_ways(painter.read_ways(), painter.steps(), painter.ways()); }

}  // namespace

FlowMatchingActivity::FlowMatchingActivity(runtime::Context& context, const Request& request)
    : RepeatingActivity(context, request, "steps/s", rest_seconds) {
  view().title = "Rectified flow";
  view().subtitle = "landscapes";
  view().sentence =
      "Noise and picture are joined by a nearly straight way, so a few large steps arrive where diffusion needs many "
      "small ones.";
  loading().read("Reading the weights", [this] {
    network_ = load_flow_matching();
    if (std::filesystem::exists(training::shipped_weights("diffusion"))) {
      diffusion_ = training::load_network<models::VelocityNet>("diffusion");
    }
  });
  loading().run("Reading the weights", [this] {
    view().subtitle = fmt::format("landscapes {0}\u00d7{0}, {1:.1f} M weights", network_->config().picture,
                                  static_cast<double>(network_->parameters().count()) * 1e-6);
    prepare();
  });
}

double FlowMatchingActivity::setting(const char* name) const {
  return number(request(), family_named("flow_matching"), name);
}

std::array<int, FlowMatchingPainter::columns> FlowMatchingActivity::column_steps() const {
  std::array<int, FlowMatchingPainter::columns> steps{};
  std::copy(first_columns.begin(), first_columns.end(), steps.begin());
  steps.back() = static_cast<int>(setting("steps"));
  return steps;
}

/// Adds to loading() what the request needs and is not there; returns whether it is missing.
bool FlowMatchingActivity::prepare() {
  check(request().picture);
  const int count = request().picture.count;
  if (painter_ && painter_->count() == count) return false;
  loading().run("Laying out the steps",
                [this, count] { next_painter_ = std::make_unique<FlowMatchingPainter>(context(), network_, count); });
  loading().warm([this] { return next_painter_->compiled(); });
  if (!diffusion_) return true;
  loading().run("Laying out the steps", [this, count] {
    next_bent_ =
        std::make_unique<FlowMatchingPainter>(context(), diffusion_, std::min(count, FlowMatchingPainter::looked_at));
  });
  loading().warm([this] { return next_bent_->compiled(); });
  return true;
}

void FlowMatchingActivity::begin() {
  check(request(), family_named("flow_matching"));
  if (next_painter_ && next_painter_->count() == request().picture.count) {
    context().device().wait_idle();  // the pictures that are shown are about to go
    painter_ = std::move(next_painter_);
    bent_ = std::move(next_bent_);
    straight_ = bent_ways_ = {};
  }
  if (prepare()) return;
  time_ = setting("time");
  if (!shows_diffusion()) bent_ways_ = {};
  begin_column(0);
}

void FlowMatchingActivity::begin_column(int column) {
  stage_ = Stage::columns;
  column_ = column;
  PictureRequest picture = request().picture;
  picture.seed += round();
  painter_->begin(picture, flow_solver(request()), column_steps()[static_cast<std::size_t>(column)], column);
}

/// Goes on with what comes next, once the present run is done.
void FlowMatchingActivity::after_evaluation() {
  if (stage_ == Stage::columns && painter_->is_finished()) {
    if (column_ + 1 < FlowMatchingPainter::columns) return begin_column(column_ + 1);
    straight_ = look(*painter_);
    painter_->show_place(time_);
    stage_ = shows_diffusion() ? Stage::diffusion : Stage::done;
    PictureRequest picture = request().picture;
    picture.seed += round();
    if (stage_ == Stage::diffusion) bent_->begin(picture, FlowSolver::euler, bent_steps, 0);
  } else if (stage_ == Stage::diffusion && bent_->is_finished()) {
    bent_ways_ = look(*bent_);
    stage_ = Stage::done;
  }
}

int FlowMatchingActivity::step(double budget_ms) {
  if (stage_ == Stage::done) return 0;
  FlowMatchingPainter& painter = stage_ == Stage::columns ? *painter_ : *bent_;
  if (!painter.is_finished()) return painter.advance(budget_ms);
  if (!painter.is_idle()) return 0;
  after_evaluation();
  return 1;
}

int FlowMatchingActivity::step_once() {
  if (stage_ == Stage::done) return 0;
  (stage_ == Stage::columns ? *painter_ : *bent_).run_evaluation();
  after_evaluation();
  return 1;
}

RepeatingActivity::Taken FlowMatchingActivity::take_request(const Request& before) {
  check(request(), family_named("flow_matching"));
  check(request().picture);
  const PictureRequest& now = request().picture;
  const PictureRequest& old = before.picture;
  if (now.seed != old.seed || now.count != old.count) return Taken::start_over;
  const auto differs = [&](const char* name) {
    return setting(name) != number(before, family_named("flow_matching"), name);
  };
  if (now.time_of_day != old.time_of_day || now.terrain != old.terrain) return Taken::begin_again;
  if (differs("steps") || differs("solver") || differs("diffusion")) return Taken::begin_again;
  if (!differs("time")) return Taken::nothing;
  time_ = setting("time");
  if (stage_ != Stage::columns) painter_->show_place(time_);
  return Taken::on_the_way;
}

void FlowMatchingActivity::take_pointer(const PointerEvent& event) {
  if (event.part != "ways") return;
  const float along = event.x * (1 + 2 * margin) - margin;
  time_ = 1 - static_cast<double>(std::clamp(along, 0.0F, 1.0F));
  if (stage_ != Stage::columns) painter_->show_place(time_);
}

std::vector<const runtime::Program*> FlowMatchingActivity::programs() const {
  std::vector<const runtime::Program*> result;
  if (!painter_) return result;
  for (const runtime::Program* program : painter_->compiled()) result.push_back(program);
  return result;
}

void FlowMatchingActivity::show_columns(std::uint64_t version) {
  const auto steps = column_steps();
  const int side = painter_->side();
  const int count = painter_->count();
  for (int column = 0; column < FlowMatchingPainter::columns; ++column) {
    const int of = steps[static_cast<std::size_t>(column)];
    ViewPart part;
    part.name = fmt::format("column{}", column);
    part.title = fmt::format("{} step{}", of, of > 1 ? "s" : "");
    part.content = PictureView{painter_->column_memory(column), count, side, side, version};
    part.columns = count > 3 ? 2 : 1;
    part.height = 1.5F;
    view().parts.push_back(std::move(part));
  }
}

ViewPart FlowMatchingActivity::ways_part() const {
  PointsView points;
  points.minimum = -margin;
  points.maximum = 1 + margin;
  points.groups = {"this flow"};
  // One way above the other.
  const auto height = [&](int way) {
    return 1 - (static_cast<float>(way) + 0.5F) / static_cast<float>(straight_.count);
  };
  const auto draw = [&](const FlowWays& ways, int group) {
    for (int i = 0; i < ways.count * (dots_a_way + 1); ++i) {
      const int way = i / (dots_a_way + 1);
      const float place = static_cast<float>(i % (dots_a_way + 1) * (ways.points - 1)) / dots_a_way;
      points.x.push_back(ways.along_at(way, place));
      points.y.push_back(height(way) + aside_zoom * ways.aside_at(way, place));
      points.group.push_back(group);
    }
  };
  if (bent_ways_.points > 0) {
    points.groups.emplace_back("diffusion");
    draw(bent_ways_, 1);
  }
  if (straight_.points > 0) {
    draw(straight_, 0);
    const auto place = static_cast<float>((1 - time_) * (straight_.points - 1));
    points.has_marker = true;
    points.marker_x = straight_.along_at(0, place);
    points.marker_y = height(0) + aside_zoom * straight_.aside_at(0, place);
  }
  ViewPart part;
  part.name = "ways";
  part.title = fmt::format("From noise to picture, bends {} times enlarged", aside_zoom);
  part.note =
      straight_.points == 0 ? std::string("comes after the pictures") : fmt::format("bend {:.3f}", straight_.curvature);
  if (bent_ways_.points > 0) part.note += fmt::format(", diffusion's {:.3f}", bent_ways_.curvature);
  if (straight_.points > 0) part.note += "; drag to go along";
  part.content = std::move(points);
  part.row = 1;
  part.takes_pointer = true;
  return part;
}

void FlowMatchingActivity::show_place(std::uint64_t version) {
  const int side = painter_->side();
  view().parts.push_back(ways_part());
  const auto add = [&](const char* name, std::string title, runtime::BufferSlice memory) {
    ViewPart part;
    part.name = name;
    part.title = std::move(title);
    part.content = PictureView{memory, painter_->ways(), side, side, version};
    part.row = 1;
    part.columns = painter_->ways() > 3 ? 3 : 0;
    view().parts.push_back(std::move(part));
  };
  add("here", fmt::format("Here: {:.0f} % noise", 100 * time_), painter_->here_memory());
  add("there", "Straight on from here leads to", painter_->guess_memory());
}

void FlowMatchingActivity::publish() {
  View& shown = view();
  const std::uint64_t version = shown.pictures.version + 1;
  const int last = FlowMatchingPainter::columns - 1;
  shown.pictures = {painter_->column_memory(last), painter_->count(), painter_->side(), painter_->side(), version};
  shown.parts.clear();
  show_columns(version);
  show_place(version);
  const auto steps = column_steps();
  const bool is_painting = stage_ == Stage::columns;
  shown.progress = is_painting                  ? fmt::format("{} of 4 columns", column_ + 1)
                   : stage_ == Stage::diffusion ? "the ways of diffusion"
                                                : "done";
  int total = 0;
  int done = 0;
  for (int column = 0; column <= last; ++column) {
    total += steps[static_cast<std::size_t>(column)];
    if (column < column_ || !is_painting) done += steps[static_cast<std::size_t>(column)];
  }
  shown.fraction = static_cast<float>(done) / static_cast<float>(total);
}

}  // namespace figment::studio
