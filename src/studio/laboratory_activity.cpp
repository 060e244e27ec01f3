#include "studio/laboratory_activity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "studio/family.h"

namespace figment::studio {
namespace {

constexpr double stays = std::numeric_limits<double>::infinity();  // nothing begins anew by itself
constexpr std::int64_t kept_bytes = std::int64_t{128} << 20;       // of each lane's steps

PictureRequest of_count(PictureRequest request, int count) {
  request.count = count;
  return request;
}

}  // namespace

LaboratoryActivity::LaboratoryActivity(runtime::Context& context, const Request& request)
    : LaboratoryActivity(context, request, nullptr) {
  loading().read("Reading the weights", [this] { network_ = load_landscape_network(); });
  load();
}

LaboratoryActivity::LaboratoryActivity(runtime::Context& context, const Request& request,
                                       std::shared_ptr<models::Unet> network)
    : RepeatingActivity(context, request, "steps/s", stays), network_(std::move(network)) {
  view().title = "Sampler laboratory";
  view().subtitle = "landscapes";
  if (network_) load();
}

void LaboratoryActivity::load() {
  loading().run("Reading the weights", [this] {
    view().subtitle = fmt::format("landscapes {0}\u00d7{0}, {1:.1f} M weights", network_->config().picture,
                                  static_cast<double>(network_->parameters().count()) * 1e-6);
    settings_ = laboratory_settings(request());
    prepare();
  });
}

/// Whether a generator can run this; adds to loading() what is missing.
bool LaboratoryActivity::is_ready(Slot& slot, const PictureRequest& request, const std::string& what, bool keeps_rows) {
  if (slot && slot->count() == request.count && slot->is_compiled(request)) return true;
  loading().run("Laying out " + what, [this, &slot, request, keeps_rows] {
    if (!slot || slot->count() != request.count) {
      if (slot) retired_.push_back(std::move(slot));
      slot = std::make_unique<PictureGenerator>(context(), network_, request.count);
      if (keeps_rows) slot->keep_rows(kept_bytes);
    }
    slot->compile(request);
  });
  loading().warm([&slot] { return slot->compiled(); });
  return false;
}

/// Whether all is there for the view; adds to loading() what is missing.
bool LaboratoryActivity::prepare() {
  bool is_all = true;
  const PictureRequest& first = settings_.lanes.front().picture;
  if (shows_lanes()) {
    for (std::size_t i = 0; i < settings_.lanes.size(); ++i) {
      const auto is_missing =
          !is_ready(lanes_.slot(i), settings_.lanes[i].picture, fmt::format("lane {}", i + 1), true);
      if (is_missing) begun_lanes_.clear();
      is_all &= !is_missing;
    }
  }
  if (shows_lanes() || shows_error()) {
    for (const LaneSettings& lane : settings_.lanes) {
      is_all &= is_ready(references_.slot(), lane.picture, "the reference", false);
      if (shows_error()) is_all &= is_ready(board_.slot(), lane.picture, "the runs", false);
    }
  } else {
    is_all &= is_ready(board_.slot(), of_count(first, 1), "the grid", false);
  }
  return is_all;
}

void LaboratoryActivity::begin() {
  settings_ = laboratory_settings(request());
  if (!is_drawn_edited_) drawn_ = settings_.drawn;
  if (!prepare()) return;
  if (shows_lanes() && (begun_lanes_ != settings_.lanes || begun_branch_ != settings_.branch)) {
    begun_lanes_ = settings_.lanes;
    begun_branch_ = settings_.branch;
    is_sought_ = false;
    lanes_.begin(settings_.lanes, settings_.branch);
    distances_ = {};
  }
  begin_runs();
}

/// The reference and the board, as far as they are not there.
void LaboratoryActivity::begin_runs() {
  std::vector<PictureRequest> wanted;
  if (shows_lanes() || shows_error()) {
    for (const LaneSettings& lane : settings_.lanes) wanted.push_back(lane.picture);
  }
  references_.want(wanted);
  if (shows_lanes()) return;
  const bool is_same = begun_view_ == settings_.view && begun_all_ == settings_.has_all_samplers;
  if (is_same && begun_board_ == settings_.lanes) return;
  begun_view_ = settings_.view;
  begun_all_ = settings_.has_all_samplers;
  begun_board_ = settings_.lanes;
  board_.begin(make_board(settings_, static_cast<int>(network_->config().picture)));
  shown_runs_ = 0;
  const auto side = network_->config().picture;
  const tensor::Shape shape{static_cast<std::int64_t>(board_.board().sheet.cells.size()), side, side, 3};
  context().device().wait_idle();  // the pictures that are shown are about to go
  board_pixels_ = tensor::make_variable("laboratory.board", {shape, tensor::DType::f32});
}

void LaboratoryActivity::restart() {
  begun_lanes_.clear();
  begun_board_.clear();
  RepeatingActivity::restart();
}

RepeatingActivity::Taken LaboratoryActivity::take_request(const Request& before) {
  LaboratorySettings wanted = laboratory_settings(request());
  drawn_ = wanted.drawn;
  is_drawn_edited_ = false;
  const bool branches = shows_lanes() && wanted.view == settings_.view && wanted.branch == settings_.branch &&
                        is_sought_ && !is_resting() && wanted.lanes != begun_lanes_ &&
                        wanted.lanes.size() == begun_lanes_.size() && lanes_.shown(0).step() > 0 &&
                        wanted.lanes.front().picture.count == begun_lanes_.front().picture.count &&
                        request().picture.seed == before.picture.seed;
  if (!branches) return Taken::begin_again;
  settings_ = std::move(wanted);
  begun_lanes_ = settings_.lanes;
  lanes_.change(settings_.lanes);
  distances_ = {};
  begin_runs();
  return Taken::on_the_way;
}

int LaboratoryActivity::step(double budget_ms) {
  if (shows_lanes() && !lanes_.is_finished()) return lanes_.advance(budget_ms);
  if (!references_.is_done()) return references_.advance(budget_ms);
  if (shows_lanes()) return 0;
  const int done = board_.advance(budget_ms);
  note_results();
  return done;
}

int LaboratoryActivity::step_once() {
  if (!shows_lanes() || lanes_.is_finished()) return std::max(step(1), 1);
  int done = 0;
  for (std::size_t i = 0; i < lanes_.count(); ++i) done += lanes_.run_row();
  return std::max(done, 1);
}

bool LaboratoryActivity::is_complete() const {
  if (shows_lanes()) return lanes_.is_finished() && references_.is_done();
  return references_.is_done() && board_.is_done();
}

/// Writes the distances of finished runs below their pictures.
void LaboratoryActivity::note_results() {
  if (!shows_error()) return;
  LaboratoryBoard& board = board_.board();
  for (std::size_t i = 0; i < board_.finished(); ++i) {
    const LaboratoryBoard::Run& run = board.runs[i];
    std::string& caption = board.sheet.cells[run.cell].caption;
    const std::vector<float>* reference = references_.find(run.settings.picture);
    if (caption.empty() && reference != nullptr) {
      caption = fmt::format("{:.2g}", rms_distance(run.pixels, *reference));
    }
  }
}

void LaboratoryActivity::take_pointer(const PointerEvent& event) {
  if (event.part == "progress" && shows_lanes()) {
    const int steps = lanes_.shown(0).steps();
    seek(static_cast<int>(std::lround(std::clamp(event.x, 0.0F, 1.0F) * static_cast<float>(steps))));
  } else if (event.part == "schedule") {
    bend(event);
  }
}

void LaboratoryActivity::seek(int step) {
  if (begun_lanes_.empty()) return;
  if (is_seeking_) loading().clear();
  is_sought_ = true;
  resume();
  lanes_.seek(step);
  is_seeking_ = !lanes_.is_there();
  if (!is_seeking_) return lanes_.arrive();
  const int from = lanes_.rows();
  loading().repeat(fmt::format("Computing the way to step {}", step), [this, from](double budget_ms) {
    lanes_.advance(budget_ms);
    if (!lanes_.is_there()) {
      const double all = std::max(lanes_.rows_total() - from, 1);
      return std::min((lanes_.rows() - from) / all, 0.99);
    }
    lanes_.arrive();
    is_seeking_ = false;
    return 1.0;
  });
}

void LaboratoryActivity::bend(const PointerEvent& event) {
  if (event.phase == PointerEvent::Phase::release) return;
  if (event.is_secondary) {
    drawn_ = {};
  } else {
    const double low = std::log(static_cast<double>(plot_low_));
    const double high = std::log(static_cast<double>(plot_high_));
    drawn_.bend(static_cast<double>(event.x), std::exp(std::lerp(high, low, static_cast<double>(event.y))));
  }
  is_drawn_edited_ = true;
}

bool LaboratoryActivity::edit(Request& request) {
  if (!is_drawn_edited_) return false;
  is_drawn_edited_ = false;
  request.texts["laboratory.drawn"] = drawn_.text();
  return true;
}

void LaboratoryActivity::ask_for_grid(Request& request) const {
  if (shows_lanes()) request.numbers["laboratory.view"] = static_cast<double>(LaboratoryView::samplers);
}

bool LaboratoryActivity::is_grid_complete() const { return !is_loading() && !shows_lanes() && is_complete(); }

formats::Picture LaboratoryActivity::labelled_sheet() const {
  const bool has_begun = !(shows_lanes() ? begun_lanes_ : begun_board_).empty();  // not if it could not
  core::require(!is_loading() && has_begun, "There is no grid of pictures to save yet.");
  return draw(shows_lanes() ? sheet_of_lanes() : board_.board().sheet);
}

std::vector<const runtime::Program*> LaboratoryActivity::programs() const {
  std::vector<const runtime::Program*> programs;
  const auto add = [&](const Slot& slot) {
    if (!slot) return;
    const auto more = slot->programs();
    programs.insert(programs.end(), more.begin(), more.end());
  };
  for (std::size_t i = 0; i < laboratory_lanes_max; ++i) add(lanes_.slot(i));
  add(references_.slot());
  add(board_.slot());
  return programs;
}

}  // namespace figment::studio
