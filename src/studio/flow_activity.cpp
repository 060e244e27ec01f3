#include "studio/flow_activity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "studio/family.h"
#include "training/flow_task.h"

namespace figment::studio {
namespace {

constexpr double rest_seconds = 4.0;    // how long finished pictures stay
constexpr double stage_seconds = 0.22;  // how long each stage is shown
constexpr std::uint64_t pair_stride = 4096;
constexpr double whole_ms = 1e9;  // a budget for all of it

double setting(const Request& request, const char* control) { return number(request, family_named("flow"), control); }

}  // namespace

FlowActivity::FlowActivity(runtime::Context& context, const Request& request)
    : RepeatingActivity(context, request, "blocks/s", rest_seconds), source_("creatures") {
  view().title = "Flow";
  view().subtitle = "creatures";
  view().sentence =
      "Every step can be undone exactly: one way it turns noise into creatures, the other way creatures into noise, "
      "and "
      "so it knows how likely each picture is.";
  loading().read("Reading the weights", [this] { network_ = load_flow(); });
  loading().run("Laying out the blocks", [this] {
    view().subtitle =
        fmt::format("creatures {0}\u00d7{0}, {1:.2f} M weights, {2} blocks", network_->config().side,
                    static_cast<double>(network_->parameters().count()) * 1e-6, network_->config().blocks());
    way_ = std::make_unique<FlowPainter>(this->context(), network_, way_length);
  });
  loading().warm([this] { return way_->compiled(); });
}

bool FlowActivity::is_encoding() const { return setting(request(), "direction") > 0.5; }

/// Cells of held-out creatures, [count, side, side, 3] in [-1, 1].
std::vector<float> FlowActivity::held_out(std::uint64_t first, int count) const {
  std::vector<float> pixels(source_.picture_size() * static_cast<std::size_t>(count));
  std::vector<std::int32_t> classes(static_cast<std::size_t>(count) * source_.class_axes().size());
  source_.draw_batch(first, data::held_out_seed + request().picture.seed, pixels, classes);
  return training::thinned(pixels, source_.width(), source_.width() / static_cast<int>(network_->config().side));
}

void FlowActivity::begin() {
  check(request().picture);
  check(request(), family_named("flow"));
  const int count = request().picture.count;
  if (next_ && next_->count() == count) {
    context().device().wait_idle();  // the pictures that are shown are about to go
    painter_ = std::move(next_);
  }
  if (!painter_ || painter_->count() != count) {
    loading().run("Laying out the blocks",
                  [this, count] { next_ = std::make_unique<FlowPainter>(context(), network_, count); });
    loading().warm([this] { return next_->compiled(); });
    return;
  }
  order_.clear();
  const int last = painter_->stages() - 1;
  if (is_encoding()) {
    originals_ = held_out(1000 + round() * static_cast<std::uint64_t>(count), count);
    painter_->set_pictures(originals_);
    painter_->encode();
    for (int stage = last; stage > 0; --stage) order_.push_back(stage);
  } else {
    painter_->make_noise(request().picture.seed + round(), static_cast<float>(setting(request(), "temperature")));
  }
  for (int stage = 0; stage <= last; ++stage) order_.push_back(stage);
  is_computing_ = true;
  error_ = 0;
  shown_ = 0;
  if (round() == 0) begin_way();
}

void FlowActivity::begin_way() {
  // What was half submitted has to end first.
  if (way_state_ == Way::to_encode && !way_->is_idle(false)) way_->encode();
  if (way_state_ == Way::decoding && !way_->is_idle(true)) way_->decode();
  const std::vector<float> ends = held_out((pair_ + 1) * pair_stride + 2 * round(), 2);
  const std::size_t size = ends.size() / 2;
  std::vector<float> pictures(size * way_length);
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    pictures[i] = ends[(i / size == way_length - 1 ? size : 0) + i % size];
  }
  way_->set_pictures(pictures);
  way_state_ = Way::to_encode;
}

/// Puts the noise of the pictures between the ends along the sphere from one to the other, since noise lies near one.
void FlowActivity::mix_noise() {
  std::vector<float> noise = way_->read_noise();
  const std::size_t size = noise.size() / way_length;
  const std::vector<float> from(noise.begin(), noise.begin() + static_cast<std::ptrdiff_t>(size));
  const std::vector<float> to(noise.end() - static_cast<std::ptrdiff_t>(size), noise.end());
  for (std::size_t i = 0; i < noise.size(); ++i) {
    const double angle = 0.5 * std::numbers::pi * static_cast<double>(i / size) / (way_length - 1);
    noise[i] =
        static_cast<float>(std::cos(angle)) * from[i % size] + static_cast<float>(std::sin(angle)) * to[i % size];
  }
  way_->set_noise(noise);
}

void FlowActivity::advance_way(double budget_ms) {
  switch (way_state_) {
    case Way::to_encode:
      if (way_->advance(false, budget_ms)) way_state_ = Way::encoding;
      break;
    case Way::encoding:  // all of it is submitted
      if (!way_->is_idle(false)) break;
      mix_noise();
      way_state_ = Way::decoding;
      break;
    case Way::decoding:
      if (way_->advance(true, budget_ms)) way_state_ = Way::done;
      break;
    case Way::done:
      break;
  }
}

int FlowActivity::step(double budget_ms) {
  if (is_computing_) {
    if (!painter_->advance(true, budget_ms)) return 0;
    is_computing_ = false;
    since_ = Clock::now();
    return 0;
  }
  if (way_state_ != Way::done) advance_way(budget_ms);
  if (!painter_->is_idle(true)) return 0;
  if (shown_ == 0 && is_encoding() && error_ == 0) {
    const std::vector<float> back = painter_->read_pictures();
    for (std::size_t i = 0; i < back.size(); ++i) error_ = std::max(error_, std::abs(back[i] - originals_[i]));
  }
  if (std::chrono::duration<double>(Clock::now() - since_).count() < stage_seconds) return 0;
  since_ = Clock::now();
  shown_ = std::min(shown_ + 1, order_.size() - 1);
  return 1;
}

int FlowActivity::step_once() {
  if (is_computing_) painter_->decode();
  is_computing_ = false;
  if (way_state_ != Way::done) advance_way(whole_ms);
  since_ = Clock::now();
  shown_ = std::min(shown_ + 1, order_.size() - 1);
  return 1;
}

RepeatingActivity::Taken FlowActivity::take_request(const Request& before) {
  check(request().picture);
  check(request(), family_named("flow"));
  if (request().picture.seed != before.picture.seed || request().picture.count != before.picture.count) {
    return Taken::start_over;
  }
  const auto differs = [&](const char* control) { return setting(request(), control) != setting(before, control); };
  return differs("direction") || differs("temperature") ? Taken::begin_again : Taken::nothing;
}

void FlowActivity::take_pointer(const PointerEvent& event) {
  if (event.phase != PointerEvent::Phase::press) return;
  if (event.part == "way") {
    ++pair_;
    begin_way();
    resume();
  } else if (event.part == "strip" && event.item >= 0 && !is_computing_) {
    const auto stage = std::find(order_.begin(), order_.end(), event.item);
    if (stage != order_.end()) shown_ = static_cast<std::size_t>(stage - order_.begin());
    since_ = Clock::now();
    resume();
  }
}

std::vector<const runtime::Program*> FlowActivity::programs() const {
  std::vector<const runtime::Program*> result;
  if (!painter_) return result;
  for (const runtime::Program* program : painter_->compiled()) result.push_back(program);
  return result;
}

void FlowActivity::publish() {
  View& shown = view();
  const int side = painter_->shown_side();
  const int stage = order_[shown_];
  const int last = painter_->stages() - 1;
  const std::uint64_t version = shown.pictures.version + 1;
  shown.pictures = {painter_->stage_memory(stage), painter_->count(), side, side, version};
  shown.strip.pictures = {painter_->strip_memory(), painter_->stages(), side, side, version};
  shown.strip.current = stage;
  shown.strip.labels.clear();
  for (int i = 0; i <= last; ++i) {
    shown.strip.labels.push_back(i == 0 ? "noise" : i == last ? "picture" : fmt::format("{}", i));
  }
  shown.parts.resize(2);
  shown.parts[0].name = "pictures";
  shown.parts[0].title = is_encoding() ? "Creatures to noise, and back" : "Noise to creatures";
  shown.parts[0].content = shown.pictures;
  if (is_encoding() && error_ > 0) shown.parts[0].note = fmt::format("they come back within {:.1e}", error_);
  if (!is_encoding()) shown.parts[0].note.clear();
  shown.parts[1].name = "way";
  shown.parts[1].title = "From one unseen creature to another, through the noise";
  shown.parts[1].note = "press for another pair";
  shown.parts[1].content = PictureView{way_->stage_memory(last), way_length, side, side, version};
  shown.parts[1].row = 1;
  shown.parts[1].height = 0.35F;
  shown.parts[1].columns = way_length;
  shown.parts[1].takes_pointer = true;
  shown.progress = stage == last ? "the picture" : stage == 0 ? "noise" : fmt::format("block {} of {}", stage, last);
  shown.fraction = static_cast<float>(shown_) / static_cast<float>(std::max<std::size_t>(1, order_.size() - 1));
}

}  // namespace figment::studio
