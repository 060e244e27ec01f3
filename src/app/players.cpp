#include "app/players.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "app/trace.h"
#include "core/error.h"
#include "core/hash.h"
#include "gpu/error.h"
#include "studio/sheet_maker.h"

namespace figment::app {

namespace {

constexpr double leaving_share = 0.25;  // of a frame's time, for what is being closed

/// Mixes what a view shows into one number.
class Fingerprint {
 public:
  void add(std::uint64_t value) { value_ = (value_ ^ value) * 0x9E3779B97F4A7C15ULL + (value_ >> 29); }
  void add(float value) { add(std::uint64_t{std::bit_cast<std::uint32_t>(value)}); }
  void add(const std::vector<float>& values) {
    add(std::uint64_t{values.size()});
    for (const float value : values) add(value);
  }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = core::hash_text("");
};

void add(Fingerprint& result, const studio::PictureView& pictures) { result.add(pictures.version); }
void add(Fingerprint& result, const studio::BarsView& bars) {
  for (const auto& bar : bars.bars) result.add(bar.value);
}
void add(Fingerprint& result, const studio::CurvesView& curves) {
  for (const auto& line : curves.lines) result.add(line.values);
}
void add(Fingerprint& result, const studio::HistogramView& histogram) {
  for (const auto& set : histogram.sets) result.add(set.counts);
}
void add(Fingerprint& result, const studio::PointsView& points) {
  result.add(points.x);
  result.add(points.y);
  result.add(points.marker_x);
  result.add(points.marker_y);
}
void add(Fingerprint& result, const studio::HeatMapView& map) { result.add(map.values); }
void add(Fingerprint& result, const studio::WordsView& words) {
  for (const auto& word : words.words) {
    result.add(core::hash_text(word.text));
    result.add(word.weight);
    result.add(static_cast<std::uint64_t>(word.look) * 2 + static_cast<std::uint64_t>(word.is_marked));
  }
}
void add(Fingerprint& result, const studio::TreeView& tree) {
  for (const auto& node : tree.nodes) {
    result.add(core::hash_text(node.label));
    result.add(node.value);
    result.add(static_cast<std::uint64_t>(node.is_alive) * 2 + static_cast<std::uint64_t>(node.is_chosen));
  }
}

void add(Fingerprint& result, const studio::View& view) {
  result.add(view.pictures.version);
  result.add(view.strip.pictures.version);
  result.add(static_cast<std::uint64_t>(view.strip.current));
  result.add(static_cast<std::uint64_t>(view.curve.marker));
  result.add(view.text.version);
  result.add(core::hash_text(view.sentence));
  result.add(core::hash_text(view.progress));
  result.add(core::hash_text(view.error));
  result.add(view.fraction);
  result.add(view.loading);
  for (const studio::ViewPart& part : view.parts) {
    result.add(core::hash_text(part.title));
    result.add(core::hash_text(part.note));
    result.add(static_cast<std::uint64_t>(part.marked));
    std::visit([&](const auto& content) { add(result, content); }, part.content);
  }
}

}  // namespace

Players::Players(runtime::Context& context, const std::vector<studio::Family>& families)
    : context_(context), families_(families) {}

Players::~Players() {
  try {
    context_.device().wait_idle();
  } catch (const core::Error&) {
    // A lost device runs nothing any more.
  }
}

void Players::clear(Player& player) {
  if (player.activity) leaving_.push_back({std::move(player.activity), player.family});
  player = Player{};
}

bool Players::is_leaving(const studio::Family& family) const {
  return std::ranges::find(leaving_, &family, &Leaving::family) != leaving_.end();
}

/// The one that left first, a slice further: what it owns may still be in use by submitted work.
void Players::advance_leaving(double budget_ms) {
  if (leaving_.empty()) return;
  const HostSpan span(trace_, "close model");
  const gpu::Queue& queue = context_.device().queue();
  Leaving& first = leaving_.front();
  if (!first.last_value) {
    if (first.activity->leave(budget_ms)) first.last_value = queue.submitted();
  } else if (queue.is_done(*first.last_value)) {
    leaving_.pop_front();
    context_.collect_variables_at_once();
  }
}

void Players::close_leaving() {
  constexpr double slice_ms = 100;
  while (!leaving_.empty()) {
    advance_leaving(slice_ms);
    context_.device().wait_idle();
  }
}

void Players::put(Player& player, const studio::Family& family, bool trains) {
  clear(player);
  player.family = &family;
  player.trains = trains;
  player.is_pending = true;
}

/// Whoever stood beside it takes its place.
void Players::clear_painter(std::size_t place) {
  clear(painters_[place]);
  if (place == 0) std::swap(painters_[0], painters_[1]);
}

void Players::select(const studio::Family& family) {
  // Where it is trained it stops training. What writes is trained on the stage too, and goes from there.
  for (const std::size_t place : {std::size_t{1}, std::size_t{0}}) {
    if (painters_[place].family != &family || !painters_[place].trains) continue;
    if (family.fills_stage) return put(painters_[place], family);
    clear_painter(place);
  }
  put(family.fills_stage ? painters_[0] : writer_, family);
}

void Players::compare_with(const studio::Family& family) {
  if (!family.fills_stage) return put(writer_, family);
  if (painters_[0].family == nullptr) return select(family);
  // Beside its own training it has one place only.
  const bool is_there = painters_[0].family == &family && !painters_[0].trains && painters_[1].trains;
  put(is_there ? painters_[0] : painters_[1], family);
}

void Players::train(const studio::Family& family, bool beside) {
  put(painters_[beside && painters_[0].family != nullptr ? 1 : 0], family, true);
}

void Players::stop(const studio::Family& family) {
  if (writer_.family == &family) clear(writer_);
  if (painters_[1].family == &family) return clear_painter(1);
  if (painters_[0].family == &family) clear_painter(0);
}

bool Players::has_pending() const {
  return std::ranges::any_of(all(), [](const Player* player) { return player->is_pending; });
}

bool Players::make_pending(const studio::Request& request) {
  const auto players = all();
  const auto pending = std::ranges::find_if(
      players, [&](const Player* player) { return player->is_pending && !is_leaving(*player->family); });
  if (pending == players.end()) return false;
  Player& player = **pending;
  player.is_pending = false;
  try {
    if (player.trains) {
      auto training = std::make_unique<studio::TrainingActivity>(context_, *player.family, request);
      player.training = training.get();
      player.activity = std::move(training);
    } else {
      player.activity = player.family->make(context_, request);
    }
  } catch (const gpu::DeviceLost&) {
    throw;
  } catch (const core::Error& error) {
    player.error = error.what();
  }
  return true;
}

void Players::set_request(const studio::Request& request) {
  each([&](Player& player) {
    const HostSpan span(trace_, "take request");
    player.activity->set_request(request);
  });
}

void Players::advance(double budget_ms) {
  advance_leaving(leaving_share * budget_ms);
  const auto painters =
      std::ranges::count_if(painters_, [](const Player& player) { return player.activity != nullptr; });
  // Words are read at a person's pace and cost little; pictures take what is left.
  const double words_ms = !writer_.activity ? 0 : painters == 0 ? budget_ms : 0.3 * budget_ms;
  const double pictures_ms = (budget_ms - words_ms) / std::max(1.0, static_cast<double>(painters));
  each([&](Player& player) { advance(player, &player == &writer_ ? words_ms : pictures_ms); });
}

void Players::advance(Player& player, double budget_ms) {
  const HostSpan span(trace_, player.family->name.c_str());
  player.activity->advance(budget_ms);
}

void Players::advance_loading(double budget_ms) {
  advance_leaving(leaving_share * budget_ms);
  each([&](Player& player) {
    if (player.view()->loading < 1 || player.activity->is_stepping()) advance(player, budget_ms);
  });
}

bool Players::is_loading() const {
  return std::ranges::any_of(
      all(), [](const Player* player) { return player->view() != nullptr && player->view()->loading < 1; });
}

void Players::restart() {
  each([](Player& player) { player.activity->restart(); });
}

void Players::begin_step() {
  each([](Player& player) { player.activity->begin_step(); });
}

bool Players::is_stepping() const {
  return std::ranges::any_of(
      all(), [](const Player* player) { return player->activity != nullptr && player->activity->is_stepping(); });
}

void Players::set_input(const formats::Picture& picture) {
  core::require(painters_[0].activity != nullptr, "there is no model yet that could take a picture; drop it again");
  painters_[0].activity->set_input(picture, {});
}

void Players::point(bool painter, const studio::PointerEvent& event, int place) {
  const Player& player = painter ? painters_[static_cast<std::size_t>(place)] : writer_;
  if (player.activity) player.activity->point(event);
}

void Players::take_edits(studio::Request& request) {
  each([&](Player& player) {
    if (auto* editor = dynamic_cast<studio::RequestEditor*>(player.activity.get())) editor->edit(request);
  });
}

std::uint64_t Players::fingerprint() const {
  Fingerprint result;
  for (const Player* player : all()) {
    result.add(std::bit_cast<std::uintptr_t>(player->activity.get()));
    result.add(core::hash_text(player->error));
    if (const studio::View* view = player->view()) add(result, *view);
  }
  return result.value();
}

std::vector<const runtime::Program*> Players::programs() const {
  std::vector<const runtime::Program*> result;
  for (const Player* player : all()) {
    if (!player->activity) continue;
    for (const runtime::Program* program : player->activity->programs()) {
      if (program != nullptr) result.push_back(program);
    }
  }
  return result;
}

std::string Players::error() const {
  for (const Player* player : all()) {
    if (!player->error.empty()) return player->error;
    if (const studio::View* view = player->view(); view != nullptr && !view->error.empty()) return view->error;
  }
  return {};
}

}  // namespace figment::app
