#include "studio/cgan_activity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/random.h"
#include "studio/family.h"
#include "training/weights.h"

namespace figment::studio {
namespace {

using models::Cgan;
using tensor::DType;
using tensor::Tensor;

constexpr double rest_seconds = 3;
constexpr int digit_count = static_cast<int>(Cgan::digit_count);
constexpr int slice_cells = 9;       // a side
constexpr float slice_reach = 1.5F;  // of both coordinates
constexpr std::int64_t survey_count = 320;
constexpr std::int64_t survey_batch = 16;
constexpr std::uint64_t survey_seed = 7003;
constexpr int score_bins = 36;

std::vector<float> normal_style(core::Random& random) {
  std::vector<float> style(Cgan::style_size);
  for (float& value : style) value = random.normal();
  return style;
}

}  // namespace

CganActivity::CganActivity(runtime::Context& context, const Request& request)
    : RepeatingActivity(context, request, "pictures/s", rest_seconds) {
  view().title = "Conditional GAN";
  view().subtitle = "digits";
  view().sentence =
      "The generator is told which digit to paint and in which style; it has learned from a discriminator that tried "
      "to tell its pictures from real ones.";
  loading().read("Reading the weights", [this] {
    network_ = training::load_network<Cgan>("cgan");
    surveyed_ = held_out_signs("digits", survey_count, survey_seed);
  });
  loading().run("Laying out the networks", [this] {
    view().subtitle = fmt::format("digits {0}\u00d7{0}, {1:.2f} M weights", digit_side,
                                  static_cast<double>(network_->parameters().count()) * 1e-6);
    trace_row();
    trace_slice();
    trace_survey();
  });
  loading().warm([this] {
    return std::vector<runtime::Program*>{row_program_.program.get(), slice_program_.program.get(),
                                          survey_program_.program.get()};
  });
  loading().repeat("Scoring real and made digits", [this](double) { return survey_slice(); });
}

void CganActivity::trace_row() {
  row_ = ShownPictures("cgan.row", digit_count);
  picked_ = ShownPictures("cgan.picked", 1);
  tensor::Graph& graph = row_program_.graph;
  const Tensor style = graph.input("style", {{1, Cgan::style_size}, DType::f32});
  const Tensor digits = graph.input("digits", {{digit_count + 1}, DType::i32});
  const Tensor pictures = network_->generator(ops::broadcast_to(style, {digit_count + 1, Cgan::style_size}), digits);
  row_.show(ops::slice(pictures, 0, 0, digit_count));
  picked_.show(ops::slice(pictures, 0, digit_count, digit_count + 1));
  row_scores_ = network_->discriminator(pictures, digits);
  row_program_.compile(context(), std::array{row_scores_}, "cgan row");
}

void CganActivity::trace_slice() {
  constexpr int count = slice_cells * slice_cells;
  slice_ = ShownPictures("cgan.slice", 1, slice_cells * digit_side, slice_cells * digit_side);
  tensor::Graph& graph = slice_program_.graph;
  const Tensor styles = graph.input("styles", {{count, Cgan::style_size}, DType::f32});
  const Tensor digits = graph.input("digits", {{count}, DType::i32});
  slice_.show(tiled(network_->generator(styles, digits), slice_cells, slice_cells));
  slice_program_.compile(context(), {}, "cgan slice");
}

void CganActivity::trace_survey() {
  tensor::Graph& graph = survey_program_.graph;
  const Tensor pictures = graph.input("pictures", {{survey_batch, digit_side, digit_side, 1}, DType::f32});
  const Tensor digits = graph.input("digits", {{survey_batch}, DType::i32});
  const Tensor seed = graph.input("seed", {{4}, DType::u32});
  const Tensor styles = ops::random_normal(seed, {survey_batch, Cgan::style_size}, 0);
  real_scores_ = network_->discriminator(pictures, digits);
  made_scores_ = network_->discriminator(network_->generator(styles, digits), digits);
  survey_program_.compile(context(), std::array{real_scores_, made_scores_}, "cgan survey");
}

void CganActivity::trace_samples(int count) {
  context().device().wait_idle();  // the pictures that are shown are about to go
  samples_program_ = std::make_unique<RecordedProgram>();
  samples_ = ShownPictures("cgan.samples", count);
  tensor::Graph& graph = samples_program_->graph;
  const Tensor styles = graph.input("styles", {{count, Cgan::style_size}, DType::f32});
  const Tensor digits = graph.input("digits", {{count}, DType::i32});
  samples_.show(network_->generator(styles, digits));
  samples_program_->compile(context(), {}, "cgan samples");
  samples_count_ = count;
}

double CganActivity::survey_slice() {
  runtime::Program& program = *survey_program_.program;
  const std::size_t first = real_.size();
  program.write("pictures", std::span(surveyed_.pixels).subspan(first * digit_pixels, survey_batch * digit_pixels));
  program.write_ints("digits", std::span(surveyed_.labels).subspan(first, survey_batch));
  write_seed(program, "seed", survey_seed, static_cast<int>(first));
  program.submit();
  const std::vector<float> real = program.read(real_scores_).floats;
  const std::vector<float> made = program.read(made_scores_).floats;
  real_.insert(real_.end(), real.begin(), real.end());
  made_.insert(made_.end(), made.begin(), made.end());
  return static_cast<double>(real_.size()) / static_cast<double>(survey_count);
}

int CganActivity::digit() const {
  return picked_digit_ >= 0 ? picked_digit_ : static_cast<int>(number(request(), family_named("cgan"), "digit"));
}

/// Every place of the slice is as likely as any other style: three drawn ones, mixed to the same length.
CganActivity::Style CganActivity::style_at(float x, float y) const {
  const auto variety = static_cast<float>(number(request(), family_named("cgan"), "variety"));
  const float scale = variety / std::sqrt(1 + x * x + y * y);
  Style style;
  for (std::size_t i = 0; i < corners_[0].size(); ++i) {
    style.push_back(scale * (corners_[0][i] + x * corners_[1][i] + y * corners_[2][i]));
  }
  return style;
}

void CganActivity::choose_slice() {
  core::Random random(request().picture.seed + round(), 41);
  for (Style& corner : corners_) corner = normal_style(random);
  is_slice_stale_ = is_row_stale_ = are_samples_stale_ = true;
}

void CganActivity::begin() {
  check(request(), family_named("cgan"));
  check(request().picture);
  const int count = request().picture.count;
  if (count != samples_count_) {
    loading().run("Laying out the networks", [this, count] { trace_samples(count); });
    loading().warm([this] { return std::vector<runtime::Program*>{samples_program_->program.get()}; });
    return;
  }
  // What was found by hand stays for one more rest.
  if (!style_.was_dragged() || corners_[0].empty()) choose_slice();
  style_.begin();
}

bool CganActivity::is_complete() const {
  return !is_row_stale_ && !is_row_running_ && !is_slice_stale_ && !is_painting_ && !are_samples_stale_ &&
         style_.is_there();
}

void CganActivity::submit_row() {
  std::vector<std::int32_t> digits;
  for (int i = 0; i < digit_count; ++i) digits.push_back(i);
  digits.push_back(digit());
  row_program_.program->write_ints("digits", digits);
  row_program_.program->write("style", style_at(style_.x, style_.y));
  row_program_.program->submit();
  is_row_stale_ = false;
  is_row_running_ = true;
}

void CganActivity::read_row() {
  score_ = static_cast<double>(row_program_.program->read(row_scores_).floats.back());
  is_row_running_ = false;
}

void CganActivity::write_slice() {
  std::vector<float> styles;
  for (int i = 0; i < slice_cells * slice_cells; ++i) {
    const auto place = [](int cell) { return slice_reach * (2 * (static_cast<float>(cell) + 0.5F) / slice_cells - 1); };
    const Style style = style_at(place(i % slice_cells), place(i / slice_cells));
    styles.insert(styles.end(), style.begin(), style.end());
  }
  slice_program_.program->write("styles", styles);
  slice_program_.program->write_ints("digits", std::vector<std::int32_t>(slice_cells * slice_cells, digit()));
  is_slice_stale_ = false;
  is_painting_ = true;
}

void CganActivity::submit_samples() {
  core::Random random(request().picture.seed + round(), 42);
  const auto variety = static_cast<float>(number(request(), family_named("cgan"), "variety"));
  std::vector<float> styles;
  for (int i = 0; i < samples_count_; ++i) {
    for (const float value : normal_style(random)) styles.push_back(variety * value);
  }
  samples_program_->program->write("styles", styles);
  samples_program_->program->write_ints("digits",
                                        std::vector<std::int32_t>(static_cast<std::size_t>(samples_count_), digit()));
  samples_program_->program->submit();
  are_samples_stale_ = false;
}

int CganActivity::step(double budget_ms) {
  if (is_row_running_) {
    if (!row_program_.program->is_idle()) return 0;
    read_row();
    return 1;
  }
  if (is_row_stale_) {
    submit_row();
    return 0;
  }
  if (is_slice_stale_ && !is_painting_) write_slice();
  if (is_painting_) {
    is_painting_ = !slice_program_.program->advance(budget_ms);
    return is_painting_ ? 0 : 1;
  }
  if (are_samples_stale_) {
    submit_samples();
    return 1;
  }
  is_row_stale_ = style_.wander();
  return 0;
}

int CganActivity::step_once() {
  constexpr double whole_ms = 1e6;
  style_.hurry();
  int finished = 0;
  while (finished == 0 && !is_complete()) {
    context().device().wait_idle();
    finished = step(whole_ms);
  }
  return finished;
}

RepeatingActivity::Taken CganActivity::take_request(const Request& before) {
  const Family& family = family_named("cgan");
  check(request(), family);
  check(request().picture);
  if (request().picture.seed != before.picture.seed || request().picture.count != before.picture.count) {
    return Taken::start_over;
  }
  if (request().numbers == before.numbers) return Taken::nothing;
  if (number(before, family, "digit") != number(request(), family, "digit")) picked_digit_ = -1;
  is_slice_stale_ = is_row_stale_ = are_samples_stale_ = true;
  resume();
  return Taken::on_the_way;
}

void CganActivity::take_pointer(const PointerEvent& event) {
  if (event.phase == PointerEvent::Phase::release) return;
  if (event.part == "slice") {
    style_.put(slice_reach * (2 * event.x - 1), slice_reach * (2 * event.y - 1));
    is_row_stale_ = true;
    resume();
  } else if (event.part == "row" && event.item >= 0 && event.item < digit_count && event.item != digit()) {
    picked_digit_ = event.item;
    is_slice_stale_ = is_row_stale_ = are_samples_stale_ = true;
    resume();
  }
}

void CganActivity::add_pictures(const char* name, const char* title, int row, const ShownPictures& pictures) {
  ViewPart part;
  part.name = name;
  part.title = title;
  part.row = row;
  part.content = pictures.view(context(), view().pictures.version);
  view().parts.push_back(std::move(part));
}

void CganActivity::publish() {
  View& shown = view();
  shown.pictures = samples_.view(context(), shown.pictures.version + 1);
  shown.parts.clear();
  constexpr float tall = 2.4F;
  add_pictures("slice", "A slice through the styles", 0, slice_);
  shown.parts.back().note = "drag over it";
  shown.parts.back().takes_pointer = true;
  add_pictures("picked", "Here", 0, picked_);
  shown.parts.back().note = fmt::format("the discriminator's score: {:+.2f}", score_);
  show_scores();
  for (ViewPart& part : shown.parts) part.height = tall;
  add_pictures("row", "All ten in that style", 1, row_);
  shown.parts.back().columns = digit_count;
  shown.parts.back().captions = digit_names();
  shown.parts.back().marked = digit();
  shown.parts.back().takes_pointer = true;
  shown.parts.back().note = "press one to see it in other styles";
  add_pictures("samples", "In styles of their own", 2, samples_);
}

void CganActivity::show_scores() {
  const auto [least_real, most_real] = std::minmax_element(real_.begin(), real_.end());
  const auto [least_made, most_made] = std::minmax_element(made_.begin(), made_.end());
  const double minimum = std::min(*least_real, *least_made);
  const double maximum = std::max(*most_real, *most_made) + 1e-3;
  HistogramView scores;
  scores.minimum = static_cast<float>(minimum);
  scores.maximum = static_cast<float>(maximum);
  scores.sets = {{"real", histogram(real_, minimum, maximum, score_bins)},
                 {"made", histogram(made_, minimum, maximum, score_bins)},
                 {"this one", bump(score_, minimum, maximum, score_bins)}};
  ViewPart part;
  part.name = "scores";
  part.title = "What the discriminator thinks";
  part.note = fmt::format("tells {:.0f} % of pairs apart (chance: 50)", 100 * area_under_curve(made_, real_));
  part.content = std::move(scores);
  view().parts.push_back(std::move(part));
}

std::vector<const runtime::Program*> CganActivity::programs() const {
  std::vector<const runtime::Program*> all;
  for (const RecordedProgram* recorded : {&row_program_, &slice_program_}) {
    if (recorded->program) all.push_back(recorded->program.get());
  }
  if (samples_program_ && samples_program_->program) all.push_back(samples_program_->program.get());
  return all;
}

}  // namespace figment::studio
