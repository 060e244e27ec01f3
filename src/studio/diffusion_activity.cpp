#include "studio/diffusion_activity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "studio/family.h"

namespace figment::studio {
namespace {

constexpr double rest_seconds = 4.0;  // how long finished pictures stay
constexpr std::int64_t kept_bytes_cpu = std::int64_t{192} << 20;
constexpr std::int64_t kept_bytes_gpu = std::int64_t{512} << 20;

double setting(const Request& request, const char* name) { return number(request, family_named("diffusion"), name); }

}  // namespace

DiffusionActivity::DiffusionActivity(runtime::Context& context, const Request& request)
    : RepeatingActivity(context, request, "steps/s", rest_seconds) {
  view().title = "Diffusion";
  view().subtitle = "landscapes";
  view().can_seek = true;
  view().sentence =
      "Start from pure noise; at each step the network guesses the noise that is left, and the sampler removes a part "
      "of it.";
  loading().read("Reading the weights", [this] { network_ = load_landscape_network(); });
  loading().run("Reading the weights", [this] {
    view().subtitle = fmt::format("landscapes {0}\u00d7{0}, {1:.1f} M weights", network_->config().picture,
                                  static_cast<double>(network_->parameters().count()) * 1e-6);
    prepare();
  });
}

PictureRequest DiffusionActivity::wanted() const {
  PictureRequest picture = request().picture;
  picture.seed += round() + start_.seed_offset();
  return picture;
}

bool DiffusionActivity::prepare() {
  const PictureRequest picture = wanted();
  check(picture);
  const bool is_other = !generator_ || generator_->count() != picture.count;
  const bool lacks_forward = shows_forward() && !forward_;
  if (lacks_forward) {
    loading().run("Laying out the forward process",
                  [this] { forward_ = std::make_unique<ForwardProcess>(context(), *network_); });
    loading().warm([this] { return std::vector<runtime::Program*>{forward_->program()}; });
  }
  if (!is_other && generator_->is_compiled(picture)) return lacks_forward;
  if (is_other) {
    loading().run("Laying out the steps", [this, count = picture.count] {
      next_ = std::make_unique<PictureGenerator>(context(), network_, count);
      next_->keep_rows(context().traits().is_cpu ? kept_bytes_cpu : kept_bytes_gpu);
    });
  }
  loading().run("Laying out the steps", [this, picture] { (next_ ? *next_ : *generator_).compile(picture); });
  loading().warm([this] { return (next_ ? *next_ : *generator_).compiled(); });
  return true;
}

void DiffusionActivity::begin() {
  if (next_) {
    context().device().wait_idle();  // the pictures that are shown are about to go
    generator_ = std::move(next_);
    goes_on_ = false;
  }
  if (prepare()) return;
  if (forward_) show_forward();
  if (goes_on_) {
    goes_on_ = false;
    if (generator_->adjust(wanted())) return;
  }
  is_sought_ = false;
  if (!start_.is_held()) start_.forget(false);
  start_.apply(*generator_, request(), round());
  generator_->begin(wanted());
}

void DiffusionActivity::set_input(const formats::Picture& picture, const formats::Picture& mask) {
  start_.give(picture, mask, landscape_side);
  if (!is_loading()) begin_anew();
}

void DiffusionActivity::restart() {
  start_.forget(true);
  RepeatingActivity::restart();
}

bool DiffusionActivity::shows_forward() const { return setting(request(), "forward") > 0.5; }

/// The real pictures change with the round; noise and guess follow the slider.
void DiffusionActivity::show_forward() {
  const std::uint64_t seed = request().picture.seed + round();
  if (forward_seed_ != seed) forward_->set_pictures(seed);
  forward_seed_ = seed;
  forward_->show(setting(request(), "level"), seed);
}

RepeatingActivity::Taken DiffusionActivity::take_request(const Request& before) {
  check(request(), family_named("diffusion"));
  const auto differs = [&](const char* name) { return setting(request(), name) != setting(before, name); };
  if (request().picture == before.picture) {
    if (differs("start") || differs("strength")) return Taken::begin_again;
    if (differs("forward") && shows_forward() && !forward_) {
      goes_on_ = true;  // begin() prepares, and comes back
      return Taken::begin_again;
    }
    if (!differs("forward") && !differs("level")) return differs("pen") ? Taken::on_the_way : Taken::nothing;
    if (forward_) show_forward();
    return Taken::on_the_way;
  }
  const PictureRequest& old = before.picture;
  check(request().picture);
  if (request().picture.seed != old.seed || request().picture.count != old.count) {
    start_.forget(false);
    return Taken::start_over;
  }
  if (is_resting()) return Taken::begin_again;
  if (!generator_->is_compiled(wanted())) {
    goes_on_ = true;  // begin() prepares, and comes back
    return Taken::begin_again;
  }
  if (generator_->adjust(wanted())) return Taken::on_the_way;
  if (!is_sought_ || generator_->step() == 0) return Taken::begin_again;
  generator_->branch(wanted());
  return Taken::on_the_way;
}

int DiffusionActivity::step_once() {
  generator_->run_row();
  return 1;
}

void DiffusionActivity::take_pointer(const PointerEvent& event) {
  const int steps = generator_->steps();
  if (event.part == "pictures") {
    resume();
    if (start_.draw(*generator_, event, static_cast<float>(setting(request(), "pen")))) begin_anew();
  } else if (event.part == "progress") {
    seek(static_cast<int>(std::lround(std::clamp(event.x, 0.0F, 1.0F) * static_cast<float>(steps))));
  } else if (event.part == "strip" && event.item >= 0) {
    // The first step whose picture is shown at that stage.
    constexpr int last = PictureGenerator::strip_length - 1;
    seek((event.item * steps + last - 1) / last);
  }
}

void DiffusionActivity::seek(int step) {
  if (is_sought_ && step == sought_ && (is_seeking_ || generator_->step() == step)) return;  // moved within a step
  if (is_seeking_) loading().clear();
  is_sought_ = true;
  sought_ = step;
  resume();
  generator_->seek(step);
  const int rows = generator_->rows_to_seek();
  goes_on_ = is_seeking_ = rows > 0;
  if (rows == 0) return generator_->show();
  loading().repeat(fmt::format("Computing the way to step {}", step), [this, rows](double budget_ms) {
    generator_->advance(budget_ms);
    if (generator_->rows_to_seek() > 0) return 1 - static_cast<double>(generator_->rows_to_seek()) / rows;
    generator_->show();
    is_seeking_ = false;
    return 1.0;
  });
}

std::vector<const runtime::Program*> DiffusionActivity::programs() const {
  return generator_ ? generator_->programs() : std::vector<const runtime::Program*>{};
}

void DiffusionActivity::publish() {
  const int side = generator_->side();
  const auto& points = generator_->points();
  const int step = generator_->step();
  View& shown = view();
  shown.pictures = {generator_->pictures_memory(), generator_->count(), side, side, shown.pictures.version + 1};
  shown.strip.pictures = {generator_->strip_memory(), PictureGenerator::strip_length, side, side,
                          shown.pictures.version};
  shown.strip.current = generator_->strip_stage();
  shown.curve.title = "noise level over the steps";
  shown.curve.x.clear();
  shown.curve.y.clear();
  for (std::size_t i = 0; i < points.size(); ++i) {
    shown.curve.x.push_back(static_cast<float>(i));
    shown.curve.y.push_back(static_cast<float>(points[i].sigma));
  }
  shown.curve.marker = step;
  const auto at = static_cast<std::size_t>(std::clamp(step, 0, generator_->steps()));
  shown.progress = fmt::format("step {} of {}\n\u03c3 {:.2f}", step, generator_->steps(), points[at].sigma);
  if (const int branch = generator_->branch_step(); branch > 0) {
    shown.progress += fmt::format("\nbranched at step {}", branch);
  }
  const int rows = std::max(generator_->rows(), 1);
  shown.fraction = generator_->is_finished() ? 1.0F : static_cast<float>(generator_->row()) / static_cast<float>(rows);
  show_parts();
}

void DiffusionActivity::show_parts() {
  View& shown = view();
  shown.parts.clear();
  const auto add = [&](const char* name, std::string title, const PictureView& pictures) -> ViewPart& {
    ViewPart& part = shown.parts.emplace_back();
    part.name = name;
    part.title = std::move(title);
    part.content = pictures;
    return part;
  };
  ViewPart& painted = add("pictures", "", shown.pictures);
  painted.takes_pointer = true;
  painted.pen = static_cast<float>(setting(request(), "pen"));
  painted.note = "paint over a finished picture, and it is made anew there";
  if (!shows_forward() || !forward_) return;
  const std::uint64_t version = shown.pictures.version;
  const double level = setting(request(), "level");
  add("real", "Unseen landscapes", forward_->real(version));
  add("noisy", fmt::format("Under {:.0f} % noise: the forward process", 100 * forward_->noise_share(level)),
      forward_->noisy(version));
  add("guessed", "What the network takes them for", forward_->guessed(version));
  for (std::size_t i = 1; i < shown.parts.size(); ++i) {
    shown.parts[i].row = 1;
    shown.parts[i].height = 0.6F;
    shown.parts[i].columns = 2;
  }
}

}  // namespace figment::studio
