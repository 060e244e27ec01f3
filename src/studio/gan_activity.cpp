#include "studio/gan_activity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "studio/family.h"

namespace figment::studio {
namespace {

constexpr double rest_seconds = 0.8;  // between two legs of the walk
constexpr float plane_most = 3;       // of the plane's axes, in standard deviations
constexpr float kept = 0.9F;          // of the histograms' older counts, a frame
constexpr std::uint64_t plane_seed = 77;
constexpr std::uint64_t stride = 1000;  // of the seeds of pictures of one request

/// Counts as shares of all, so that sets of different sizes can be compared.
std::vector<float> shares_of(std::vector<float> counts) {
  const float total = std::accumulate(counts.begin(), counts.end(), 0.0F);
  for (float& count : counts) count /= std::max(total, 1e-6F);
  return counts;
}

double setting(const Request& request, const char* control) { return number(request, family_named("gan"), control); }

}  // namespace

GanActivity::GanActivity(runtime::Context& context, const Request& request)
    : RepeatingActivity(context, request, "frames/s", rest_seconds), source_("creatures") {
  view().title = "GAN";
  view().subtitle = "creatures";
  view().sentence =
      "The generator makes creatures of noise, and the discriminator has learned to tell them from real ones; when it "
      "no longer can, the two histograms lie on each other.";
  loading().read("Reading the weights", [this] { network_ = load_gan(); });
  loading().run("Reading the weights", [this] {
    view().subtitle = fmt::format("creatures {0}\u00d7{0}, {1:.2f} M weights", network_->config().side,
                                  static_cast<double>(network_->parameters().count()) * 1e-6);
  });
}

int GanActivity::frames() const { return static_cast<int>(std::lround(setting(request(), "frames"))); }

void GanActivity::begin() {
  check(request().picture);
  check(request(), family_named("gan"));
  const int count = request().picture.count + 1;
  if (next_ && next_->count() == count) {
    context().device().wait_idle();  // the pictures that are shown are about to go
    painter_ = std::move(next_);
  }
  if (!painter_ || painter_->count() != count) {
    loading().run("Laying out the networks",
                  [this, count] { next_ = std::make_unique<GanPainter>(context(), network_, count); });
    loading().warm([this] { return next_->compiled(); });
    return;
  }
  if (round() == 0) {
    made_counts_.assign(bins, 0);
    real_counts_.assign(bins, 0);
  }
  std::vector<float> real(source_.picture_size() * static_cast<std::size_t>(count));
  std::vector<std::int32_t> classes(static_cast<std::size_t>(count) * source_.class_axes().size());
  source_.draw_batch(round() * static_cast<std::uint64_t>(count), data::held_out_seed + request().picture.seed, real,
                     classes);
  count_scores(painter_->real_scores(real), real_counts_);
  if (is_computing_) painter_->run();
  frame_ = 0;
  is_computing_ = false;
  step_once();
  frame_ = 0;
}

/// Each picture walks from one point of the latent space to the next along a circle, so that it stays as far from the
/// middle as noise is.
std::vector<float> GanActivity::noise() const {
  const int size = painter_->latent();
  const auto truncation = static_cast<float>(setting(request(), "truncation"));
  const double angle = 0.5 * std::numbers::pi * std::min(frame_, frames()) / std::max(1, frames());
  const auto from_share = static_cast<float>(std::cos(angle));
  const auto to_share = static_cast<float>(std::sin(angle));
  std::vector<float> all;
  for (int i = 0; i + 1 < painter_->count(); ++i) {
    const std::uint64_t first =
        request().picture.seed * stride + static_cast<std::uint64_t>(i) * 1'000'003ULL + round();
    const std::vector<float> from = latent_point(first, size);
    const std::vector<float> to = latent_point(first + 1, size);
    for (std::size_t k = 0; k < from.size(); ++k) {
      all.push_back(truncation * (from_share * from[k] + to_share * to[k]));
    }
  }
  const std::vector<float> across = latent_point(plane_seed + request().picture.seed, size);
  const std::vector<float> up = latent_point(plane_seed + 1 + request().picture.seed, size);
  for (std::size_t k = 0; k < across.size(); ++k) {
    all.push_back((marker_[0] * across[k] + marker_[1] * up[k]) * std::numbers::sqrt2_v<float> / 2);
  }
  return all;
}

void GanActivity::count_scores(const std::vector<float>& scores, std::vector<float>& counts) const {
  for (float& count : counts) count *= kept;
  for (const float score : scores) {
    counts[static_cast<std::size_t>(std::clamp(static_cast<int>(score * bins), 0, bins - 1))] += 1;
  }
}

void GanActivity::finish_frame() {
  scores_ = painter_->made_scores();
  scores_.pop_back();  // the marker's picture is chosen by a person
  count_scores(scores_, made_counts_);
  is_computing_ = false;
}

int GanActivity::step(double budget_ms) {
  if (is_computing_ && painter_->is_idle()) {
    finish_frame();
    ++frame_;
    return 1;
  }
  if (!is_computing_) painter_->set_noise(noise());
  is_computing_ = true;
  painter_->advance(budget_ms);
  return 0;
}

int GanActivity::step_once() {
  painter_->set_noise(noise());
  painter_->run();
  finish_frame();
  ++frame_;
  return 1;
}

RepeatingActivity::Taken GanActivity::take_request(const Request& before) {
  check(request().picture);
  check(request(), family_named("gan"));
  if (request().picture.seed != before.picture.seed || request().picture.count != before.picture.count) {
    return Taken::start_over;
  }
  const auto differs = [&](const char* control) { return setting(request(), control) != setting(before, control); };
  if (!differs("truncation") && !differs("frames")) return Taken::nothing;
  return is_resting() ? Taken::begin_again : Taken::on_the_way;
}

void GanActivity::take_pointer(const PointerEvent& event) {
  if (event.part != "plane") return;
  marker_ = {(2 * event.x - 1) * plane_most, (1 - 2 * event.y) * plane_most};
  if (!is_computing_ && is_resting()) {
    painter_->set_noise(noise());
    painter_->run();
  }
}

std::vector<const runtime::Program*> GanActivity::programs() const {
  std::vector<const runtime::Program*> result;
  if (!painter_) return result;
  for (const runtime::Program* program : painter_->compiled()) result.push_back(program);
  return result;
}

void GanActivity::publish() {
  View& shown = view();
  const int side = painter_->side();
  const int count = painter_->count() - 1;
  const std::uint64_t version = shown.pictures.version + 1;
  shown.pictures = {painter_->pictures_memory(), count, side, side, version};
  shown.parts.resize(4);
  ViewPart& pictures = shown.parts[0];
  pictures.name = "pictures";
  pictures.title = "A walk through the latent space";
  pictures.note = "below each: how real the discriminator finds it";
  pictures.content = shown.pictures;
  pictures.width = 2;
  pictures.captions.clear();
  for (const float score : scores_) pictures.captions.push_back(fmt::format("{:.0f} %", 100 * score));

  ViewPart& chosen = shown.parts[2];
  chosen.name = "chosen";
  chosen.title = "The creature at that point";
  chosen.row = 1;
  chosen.height = 0.7F;
  PictureView one = {painter_->pictures_memory(), 1, side, side, version};
  one.memory.bytes = static_cast<VkDeviceSize>(side * side * 3) * sizeof(float);
  one.memory.offset += static_cast<VkDeviceSize>(count) * one.memory.bytes;
  chosen.content = one;

  ViewPart& plane = shown.parts[1];
  plane.name = "plane";
  plane.title = "A plane through it: drag";
  plane.row = 1;
  plane.height = 0.7F;
  plane.takes_pointer = true;
  PointsView points;
  points.minimum = -plane_most;
  points.maximum = plane_most;
  points.has_marker = true;
  points.marker_x = marker_[0];
  points.marker_y = marker_[1];
  plane.content = points;

  ViewPart& scores = shown.parts[3];
  scores.name = "scores";
  scores.title = "How real the discriminator finds them";
  scores.note = "left: surely made; right: surely real";
  scores.row = 1;
  scores.height = 0.7F;
  scores.width = 1.4F;
  scores.content = HistogramView{0, 1, {{"real", shares_of(real_counts_)}, {"made", shares_of(made_counts_)}}};
  shown.progress = fmt::format("frame {} of {}", std::min(frame_ + 1, frames()), frames());
  shown.fraction = static_cast<float>(std::min(frame_, frames())) / static_cast<float>(std::max(1, frames()));
}

}  // namespace figment::studio
