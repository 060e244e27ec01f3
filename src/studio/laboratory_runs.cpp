#include "studio/laboratory_runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/error.h"
#include "sampling/sampler.h"

namespace figment::studio {
namespace {

constexpr double endless_ms = 1e6;  // callers that draw no frames
constexpr int rows_at_once = 16;
constexpr std::size_t most_references = 64;

/// As many evaluations as fit; one where it is not known how long they take.
int advance_rows(PictureGenerator& generator, double budget_ms) {
  const double cost_ms = generator.row_cost_ms();
  int rows = 1;
  if (budget_ms >= endless_ms) {
    rows = rows_at_once;
  } else if (cost_ms > 0) {
    rows = std::clamp(static_cast<int>(budget_ms / cost_ms), 1, rows_at_once);
  }
  int done = 0;
  while (done < rows && !generator.is_finished()) {
    const int finished = generator.advance(budget_ms);
    if (finished == 0) break;
    done += finished;
  }
  return done;
}

std::string key_of(const PictureRequest& request) {
  return fmt::format("{} {} {} {} {}", request.seed, request.guidance, request.time_of_day, request.terrain,
                     request.count);
}

int evaluations(const LaneSettings& lane) {
  return lane.picture.steps * sampling::sampler_named(lane.picture.sampler).evaluations_per_step;
}

}  // namespace

double rms_distance(std::span<const float> a, std::span<const float> b) {
  core::require(a.size() == b.size() && !a.empty(), "Pictures of {} and {} numbers cannot be compared.", a.size(),
                b.size());
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double difference = static_cast<double>(a[i]) - static_cast<double>(b[i]);
    sum += difference * difference;
  }
  return std::sqrt(sum / static_cast<double>(a.size()));
}

void ReferenceRuns::want(const std::vector<PictureRequest>& requests) {
  const std::string running = is_running_ ? key_of(waiting_.front()) : std::string();
  std::vector<PictureRequest> waiting;
  bool goes_on = false;
  for (const PictureRequest& request : requests) {
    const std::string key = key_of(request);
    if (known_.contains(key)) continue;
    if (std::ranges::any_of(waiting, [&](const auto& other) { return key_of(other) == key; })) continue;
    // What is under way comes first, or it would be begun anew.
    waiting.insert(key == running ? waiting.begin() : waiting.end(), request);
    goes_on |= key == running;
  }
  is_running_ = goes_on;
  waiting_ = std::move(waiting);
  wanted_ = static_cast<int>(waiting_.size());
}

const std::vector<float>* ReferenceRuns::find(const PictureRequest& request) const {
  const auto found = known_.find(key_of(request));
  return found == known_.end() ? nullptr : &found->second;
}

float ReferenceRuns::share() const {
  if (waiting_.empty() || wanted_ < 1) return 1;
  const float done = static_cast<float>(wanted_) - static_cast<float>(waiting_.size());
  return (done + static_cast<float>(step()) / steps) / static_cast<float>(wanted_);
}

int ReferenceRuns::advance(double budget_ms) {
  if (waiting_.empty()) return 0;
  PictureGenerator& generator = *slot_;
  if (!is_running_) {
    PictureRequest request = waiting_.front();
    request.sampler = "dpmpp_2m";
    const auto process = sampling::noise_process_named(landscape_process).make();
    generator.follow(sampling::make_schedule(sampling::schedule_named("karras"), process, steps));
    generator.begin(request);
    is_running_ = true;
  }
  const int done = advance_rows(generator, budget_ms);
  if (generator.is_finished()) {
    if (known_.size() >= most_references) known_.clear();
    known_[key_of(waiting_.front())] = generator.read_pixels();
    waiting_.erase(waiting_.begin());
    is_running_ = false;
  }
  return done;
}

void BoardRuns::begin(LaboratoryBoard board) {
  board_ = std::move(board);
  next_ = 0;
  is_running_ = false;
  rows_ = rows_total_ = 0;
  for (const auto& run : board_.runs) rows_total_ += evaluations(run.settings);
}

float BoardRuns::share() const {
  if (is_done()) return 1;
  const int here = is_running_ ? slot_->row() : 0;
  return static_cast<float>(rows_ + here) / static_cast<float>(std::max(rows_total_, 1));
}

int BoardRuns::advance(double budget_ms) {
  if (is_done()) return 0;
  LaboratoryBoard::Run& run = board_.runs[next_];
  PictureGenerator& generator = *slot_;
  if (!is_running_) {
    generator.follow(run.settings.points(run.settings.picture.steps));
    generator.begin(run.settings.picture);
    is_running_ = true;
  }
  const int done = advance_rows(generator, budget_ms);
  if (generator.is_finished()) {
    run.pixels = generator.read_pixels();
    LabelledSheet::Cell& cell = board_.sheet.cells[run.cell];
    const auto one = static_cast<std::size_t>(board_.sheet.side * board_.sheet.side * 3);
    cell.pixels.assign(run.pixels.begin(), run.pixels.begin() + static_cast<std::ptrdiff_t>(one));
    rows_ += evaluations(run.settings);
    ++next_;
    is_running_ = false;
  }
  return done;
}

}  // namespace figment::studio
