#include "studio/diffusion_activity.h"

#include <fmt/format.h>

#include "core/error.h"
#include "gpu/error.h"

namespace figment::studio {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double rest_seconds = 4.0;  // how long finished pictures stay
constexpr double rate_window_seconds = 1.0;

double seconds_since(Clock::time_point time) { return std::chrono::duration<double>(Clock::now() - time).count(); }

}  // namespace

DiffusionActivity::DiffusionActivity(runtime::Context& context, const Request& request)
    : context_(context), network_(load_landscape_network()), request_(request.picture), rate_since_(Clock::now()) {
  check(request_);
  generator_ = std::make_unique<PictureGenerator>(context_, network_, request_.count);
  generator_->warm(request_);
  view_.title = "Diffusion";
  view_.subtitle = fmt::format("landscapes {0}\u00d7{0}, {1:.1f} M weights", network_->config().picture,
                               static_cast<double>(network_->parameters().count()) * 1e-6);
  view_.sentence =
      "Start from pure noise; at each step the network guesses the noise that is left, and the sampler removes a part "
      "of it.";
  view_.rate_unit = "steps/s";
  begin();
}

void DiffusionActivity::begin() {
  try {
    PictureRequest request = request_;
    request.seed += seed_offset_;
    if (generator_->count() != request.count) {
      generator_ = std::make_unique<PictureGenerator>(context_, network_, request.count);
    }
    generator_->begin(request);
    resting_ = false;
    rate_since_ = Clock::now();  // the rest between two grids is no work
    rate_rows_ = rows_done_;
    view_.error.clear();
    publish();
  } catch (const gpu::DeviceLost&) {
    throw;
  } catch (const core::Error& error) {
    view_.error = error.what();
  }
}

void DiffusionActivity::set_request(const Request& request) {
  if (request.picture == request_) return;
  const bool same_noise = request.picture.seed == request_.seed && request.picture.count == request_.count;
  request_ = request.picture;
  if (!same_noise) seed_offset_ = 0;
  try {
    PictureRequest shown = request_;
    shown.seed += seed_offset_;
    check(shown);
    if (!resting_ && generator_->adjust(shown)) {
      view_.error.clear();
      return;
    }
  } catch (const core::Error& error) {
    view_.error = error.what();
    return;
  }
  begin();
}

void DiffusionActivity::restart() {
  seed_offset_ = 0;
  begin();
}

void DiffusionActivity::advance(double budget_ms) {
  if (resting_) {
    if (seconds_since(finished_at_) < rest_seconds) return;
    seed_offset_ += 1;
    begin();
    return;
  }
  const int rows = generator_->advance(budget_ms);
  if (rows > 0) take_rows(rows);
}

void DiffusionActivity::single_step() {
  if (resting_) {
    seed_offset_ += 1;
    begin();
  }
  generator_->run_row();
  take_rows(1);
}

void DiffusionActivity::take_rows(int rows) {
  rows_done_ += static_cast<std::uint64_t>(rows);
  if (generator_->is_finished()) {
    resting_ = true;
    finished_at_ = Clock::now();
  }
  publish();
}

void DiffusionActivity::publish() {
  const int side = generator_->side();
  const auto& points = generator_->points();
  const int step = generator_->step();
  view_.pictures = {generator_->pictures_memory(), generator_->count(), side, side, view_.pictures.version + 1};
  view_.strip.pictures = {generator_->strip_memory(), PictureGenerator::strip_length, side, side,
                          view_.pictures.version};
  view_.strip.current = generator_->strip_stage();
  view_.curve.title = "noise level over the steps";
  view_.curve.x.clear();
  view_.curve.y.clear();
  for (std::size_t i = 0; i < points.size(); ++i) {
    view_.curve.x.push_back(static_cast<float>(i));
    view_.curve.y.push_back(static_cast<float>(points[i].sigma));
  }
  view_.curve.marker = step;
  const auto at = static_cast<std::size_t>(std::min<int>(step, static_cast<int>(points.size()) - 1));
  view_.progress = fmt::format("step {} of {}\n\u03c3 {:.2f}", step, points.size() - 1, points[at].sigma);
  view_.fraction = static_cast<float>(generator_->row()) / static_cast<float>(generator_->table().rows.size());
  const double elapsed = seconds_since(rate_since_);
  if (elapsed > rate_window_seconds) {
    if (!resting_) view_.rate = static_cast<double>(rows_done_ - rate_rows_) / elapsed;
    rate_rows_ = rows_done_;
    rate_since_ = Clock::now();
  }
}

}  // namespace figment::studio
