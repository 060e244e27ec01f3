#include "studio/autoencoder_activity.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/error.h"
#include "studio/family.h"
#include "training/weights.h"

namespace figment::studio {
namespace {

using models::Autoencoder;
using tensor::DType;
using tensor::Tensor;

constexpr double rest_seconds = 2.5;       // how long a held-out digit stays
constexpr double held_seconds = 20;        // how long a person's drawing stays untouched
constexpr std::int64_t survey_each = 320;  // digits, and as many letters
constexpr std::int64_t survey_batch = 16;
constexpr std::uint64_t survey_seed = 7001;  // of other pictures than those on show
constexpr float shown_deviations = 2.5F;     // of a code's number, at which its bar is full
constexpr float map_reach = 3;
constexpr int error_bins = 32;
constexpr double largest_error = 0.1;  // of the histogram

Tensor picture_input(tensor::Graph& graph, const std::string& name, std::int64_t count) {
  return graph.input(name, {{count, digit_side, digit_side, 1}, DType::f32});
}

Tensor join(std::initializer_list<Tensor> parts) {
  return ops::concat(std::span<const Tensor>(parts.begin(), parts.size()), 0);
}

Tensor mean_square(Tensor a, Tensor b) { return ops::mean(ops::square(ops::clamp(a, -1, 1) - b), {1, 2, 3}); }

}  // namespace

AutoencoderActivity::AutoencoderActivity(runtime::Context& context, const Request& request)
    : RepeatingActivity(context, request, "pictures/s", rest_seconds) {
  view().title = "Autoencoder";
  view().subtitle = "digits";
  view().sentence =
      "Draw a digit: 1024 pixels are squeezed into 32 numbers, and drawn again from those alone. The second network "
      "has "
      "learned to leave the noise out.";
  loading().read("Reading the weights", [this] {
    network_ = training::load_network<Autoencoder>("autoencoder");
    surveyed_ = held_out_signs("digits", survey_each, survey_seed);
    const SignSet letters = held_out_signs("letters", survey_each, survey_seed);
    surveyed_.pixels.insert(surveyed_.pixels.end(), letters.pixels.begin(), letters.pixels.end());
    surveyed_.labels.insert(surveyed_.labels.end(), letters.labels.begin(), letters.labels.end());
  });
  loading().run("Laying out the network", [this] {
    view().subtitle = fmt::format("digits {0}\u00d7{0}, two networks, {1:.2f} M weights", digit_side,
                                  static_cast<double>(network_->parameters().count()) * 1e-6);
    trace_one();
    trace_survey();
  });
  loading().warm([this] { return std::vector<runtime::Program*>{one_.program.get(), survey_.program.get()}; });
  loading().repeat("Coding digits that it has not seen", [this](double budget_ms) { return survey(budget_ms); });
}

void AutoencoderActivity::trace_one() {
  canvas_ = ShownPictures("autoencoder.canvas", 1);
  noisy_ = ShownPictures("autoencoder.noisy", 1);
  plain_ = ShownPictures("autoencoder.plain", 1);
  denoised_ = ShownPictures("autoencoder.denoised", 1);
  tensor::Graph& graph = one_.graph;
  const Tensor drawing = picture_input(graph, "drawing", 1);
  const Tensor clean = picture_input(graph, "picture", 1);
  const Tensor seed = graph.input("seed", {{4}, DType::u32});
  const Tensor sigma = graph.input("sigma", {{1}, DType::f32});
  const Tensor offset = graph.input("offset", {{1, Autoencoder::code_size}, DType::f32});
  const Tensor noisy = clean + sigma * ops::random_normal(seed, clean.shape(), 0);
  // The plain network sees the picture with and without noise: the error that tells strange pictures is without.
  const Tensor codes = network_->plain.encode(join({noisy, clean}));
  const Tensor code = ops::slice(codes, 0, 0, 1) + offset;
  const Tensor outputs = network_->plain.decode(join({code, ops::slice(codes, 0, 1, 2)}));
  canvas_.show(drawing);
  noisy_.show(noisy);
  plain_.show(ops::slice(outputs, 0, 0, 1));
  denoised_.show(network_->denoising(noisy));
  code_output_ = code;
  error_output_ = mean_square(ops::slice(outputs, 0, 1, 2), clean);
  one_.compile(context(), std::array{code_output_, error_output_}, "autoencoder");
}

void AutoencoderActivity::trace_survey() {
  const Tensor pictures = picture_input(survey_.graph, "pictures", survey_batch);
  survey_codes_ = network_->plain.encode(pictures);
  survey_errors_ = mean_square(network_->plain.decode(survey_codes_), pictures);
  survey_.compile(context(), std::array{survey_codes_, survey_errors_}, "autoencoder survey");
}

void AutoencoderActivity::trace_gallery(int count) {
  context().device().wait_idle();  // the pictures that are shown are about to go
  gallery_ = std::make_unique<RecordedProgram>();
  sheet_ = ShownPictures("autoencoder.sheet", 1, 4 * digit_side, count * digit_side);
  tensor::Graph& graph = gallery_->graph;
  const Tensor clean = picture_input(graph, "pictures", count);
  const Tensor seed = graph.input("seed", {{4}, DType::u32});
  const Tensor sigma = graph.input("sigma", {{1}, DType::f32});
  const Tensor noisy = clean + sigma * ops::random_normal(seed, clean.shape(), 0);
  sheet_.show(tiled(join({clean, noisy, network_->plain(noisy), network_->denoising(noisy)}), 4, count));
  gallery_->compile(context(), {}, "autoencoder gallery");
  sheet_count_ = count;
}

double AutoencoderActivity::survey(double /*budget_ms*/) {
  const std::int64_t first = static_cast<std::int64_t>(digit_errors_.size() + letter_errors_.size());
  const auto at = static_cast<std::size_t>(first) * digit_pixels;
  survey_.program->write("pictures", std::span(surveyed_.pixels).subspan(at, survey_batch * digit_pixels));
  survey_.program->submit();
  const bool is_digits = first < survey_each;
  if (is_digits) {
    const std::vector<float> codes = survey_.program->read(survey_codes_).floats;
    codes_.dimensions = Autoencoder::code_size;
    codes_.values.insert(codes_.values.end(), codes.begin(), codes.end());
  }
  const std::vector<float> errors = survey_.program->read(survey_errors_).floats;
  std::vector<double>& all = is_digits ? digit_errors_ : letter_errors_;
  all.insert(all.end(), errors.begin(), errors.end());
  const std::int64_t done = first + survey_batch;
  if (done == 2 * survey_each) plane_ = CodePlane(codes_);
  return static_cast<double>(done) / static_cast<double>(2 * survey_each);
}

float AutoencoderActivity::sigma() const {
  return static_cast<float>(number(request(), family_named("autoencoder"), "noise"));
}

bool AutoencoderActivity::is_held() const {
  return is_own_ && (is_given_ || std::chrono::duration<double>(Clock::now() - touched_).count() < held_seconds);
}

void AutoencoderActivity::set_input(const formats::Picture& picture, const formats::Picture& /*mask*/) {
  picture_ = sign_of_picture(picture);
  drawing_ = picture_;
  strokes_.clear();
  is_own_ = is_given_ = true;
  touched_ = Clock::now();
  if (!is_loading()) begin_anew();
}

void AutoencoderActivity::begin() {
  check(request(), family_named("autoencoder"));
  check(request().picture);
  const int count = request().picture.count;
  if (count != sheet_count_) {
    loading().run("Laying out the network", [this, count] { trace_gallery(count); });
    loading().warm([this] { return std::vector<runtime::Program*>{gallery_->program.get()}; });
    return;
  }
  if (!is_held()) {
    const SignSet digit =
        held_out_signs("digits", 1, request().picture.seed, round() * static_cast<std::uint64_t>(count));
    picture_ = drawing_ = digit.pixels;
    label_ = digit.labels.front();
    strokes_.clear();
    is_own_ = false;
  }
  offset_.assign(Autoencoder::code_size, 0.0F);
  run_gallery();
  is_stale_ = true;
}

/// All that is saved: the digits of this round, the first of which is on the canvas.
void AutoencoderActivity::run_gallery() {
  const auto count = static_cast<std::int64_t>(sheet_count_);
  SignSet digits = held_out_signs("digits", count, request().picture.seed, round() * static_cast<std::uint64_t>(count));
  std::copy(picture_.begin(), picture_.end(), digits.pixels.begin());
  gallery_->program->write("pictures", digits.pixels);
  write_seed(*gallery_->program, "seed", request().picture.seed + round(), 1);
  gallery_->program->write("sigma", std::array{sigma()});
  gallery_->program->submit();
}

void AutoencoderActivity::submit_one() {
  runtime::Program& program = *one_.program;
  program.write("drawing", drawing_);
  program.write("picture", picture_);
  program.write("offset", offset_);
  program.write("sigma", std::array{sigma()});
  write_seed(program, "seed", request().picture.seed + round());
  program.submit();
  is_stale_ = false;
  is_running_ = true;
}

void AutoencoderActivity::read_one() {
  code_ = one_.program->read(code_output_).floats;
  error_ = static_cast<double>(one_.program->read_scalar(error_output_));
  is_running_ = false;
}

int AutoencoderActivity::step(double /*budget_ms*/) {
  if (is_running_ && !one_.program->is_idle()) return 0;
  const int finished = is_running_ ? 1 : 0;
  if (is_running_) read_one();
  if (is_stale_) submit_one();
  return finished;
}

int AutoencoderActivity::step_once() {
  if (is_stale_) submit_one();
  read_one();
  return 1;
}

RepeatingActivity::Taken AutoencoderActivity::take_request(const Request& before) {
  check(request(), family_named("autoencoder"));
  check(request().picture);
  if (request().picture.seed != before.picture.seed || request().picture.count != before.picture.count) {
    return Taken::start_over;
  }
  if (request().numbers == before.numbers) return Taken::nothing;
  run_gallery();
  refresh();
  return Taken::on_the_way;
}

void AutoencoderActivity::refresh() {
  is_stale_ = true;
  resume();
}

void AutoencoderActivity::take_pointer(const PointerEvent& event) {
  if (event.part == "canvas") draw(event);
  if (event.part == "map") drag_map(event);
  if (event.part == "code") drag_bar(event);
}

void AutoencoderActivity::draw(const PointerEvent& event) {
  using Phase = PointerEvent::Phase;
  touched_ = Clock::now();
  if (event.is_secondary) {
    strokes_.clear();
  } else if (event.phase == Phase::press) {
    strokes_.push_back({{event.x, event.y}});
  } else if (!strokes_.empty()) {
    strokes_.back().push_back({event.x, event.y});
  }
  is_own_ = true;
  is_given_ = false;
  label_ = -1;
  offset_.assign(Autoencoder::code_size, 0.0F);
  data::draw_glyph(strokes_, drawing_, false);
  data::draw_glyph(strokes_, picture_, true);
  if (event.phase == Phase::release) run_gallery();
  refresh();
}

void AutoencoderActivity::drag_map(const PointerEvent& event) {
  if (event.phase == PointerEvent::Phase::release || code_.empty()) return;
  touched_ = Clock::now();
  is_own_ = true;
  const CodePlane::Place here = plane_.project(code_);
  const CodePlane::Place there{map_reach * (2 * event.x - 1), map_reach * (1 - 2 * event.y)};
  const std::vector<float> change = plane_.step({there.x - here.x, there.y - here.y});
  for (std::size_t i = 0; i < change.size(); ++i) {
    offset_[i] += change[i];
    code_[i] += change[i];  // what comes back will be this
  }
  refresh();
}

void AutoencoderActivity::drag_bar(const PointerEvent& event) {
  if (event.phase == PointerEvent::Phase::release || event.item < 0 || code_.empty()) return;
  touched_ = Clock::now();
  is_own_ = true;
  const auto i = static_cast<std::size_t>(event.item);
  const float value = plane_.mean()[i] + (1 - 2 * event.y) * shown_deviations * plane_.deviation()[i];
  offset_[i] += value - code_[i];
  code_[i] = value;
  refresh();
}

void AutoencoderActivity::publish() {
  if (code_.empty()) return;  // the first is still being coded
  View& shown = view();
  shown.pictures = sheet_.view(context(), shown.pictures.version + 1);
  shown.parts.clear();
  show_pictures();
  show_code();
  show_map();
  show_errors();
}

void AutoencoderActivity::show_pictures() {
  const std::uint64_t version = view().pictures.version;
  const auto add = [&](const char* name, const char* title, std::string note,
                       const ShownPictures& pictures) -> ViewPart& {
    ViewPart part;
    part.name = name;
    part.title = title;
    part.note = std::move(note);
    part.content = pictures.view(context(), version);
    part.height = 1.1F;
    view().parts.push_back(std::move(part));
    return view().parts.back();
  };
  const std::string whose =
      is_own_ ? "right button: wipe it" : fmt::format("or look at this {}, which it has not seen", label_);
  ViewPart& canvas = add("canvas", "Draw here", whose, canvas_);
  canvas.takes_pointer = true;
  canvas.pen = 2 * data::glyph_pen_radius / static_cast<float>(digit_side);
  add("noisy", "What the networks see", fmt::format("with noise \u03c3 {:.2f}", static_cast<double>(sigma())), noisy_);
  add("plain", "Drawn again from 32 numbers", "trained without noise", plain_);
  add("denoised", "And without the noise", "trained to see through noise", denoised_);
}

void AutoencoderActivity::show_code() {
  BarsView bars;
  for (std::size_t i = 0; i < code_.size(); ++i) {
    const float value = (code_[i] - plane_.mean()[i]) / (shown_deviations * plane_.deviation()[i]);
    bars.bars.push_back({"", std::clamp(value, -1.0F, 1.0F), false, static_cast<int>(i)});
  }
  ViewPart part;
  part.name = "code";
  part.title = "The code: 32 numbers";
  part.note = "drag a bar to change what is drawn";
  part.content = std::move(bars);
  part.row = 1;
  part.takes_pointer = true;
  part.width = 0.95F;
  view().parts.push_back(std::move(part));
}

void AutoencoderActivity::show_map() {
  PointsView points;
  points.minimum = -map_reach;
  points.maximum = map_reach;
  points.groups = digit_names();
  for (std::int64_t i = 0; i < codes_.count(); ++i) {
    const CodePlane::Place place = plane_.project(
        std::span(codes_.values).subspan(static_cast<std::size_t>(i) * Autoencoder::code_size, Autoencoder::code_size));
    points.x.push_back(place.x);
    points.y.push_back(place.y);
    points.group.push_back(surveyed_.labels[static_cast<std::size_t>(i)]);
  }
  const CodePlane::Place here = plane_.project(code_);
  points.has_marker = true;
  points.marker_x = std::clamp(here.x, -map_reach, map_reach);
  points.marker_y = std::clamp(here.y, -map_reach, map_reach);
  ViewPart part;
  part.name = "map";
  part.title = "Codes of digits, flattened";
  part.note = "drag the mark through them";
  part.content = std::move(points);
  part.row = 1;
  part.width = 1.5F;  // its height follows from its width
  part.takes_pointer = true;
  view().parts.push_back(std::move(part));
}

void AutoencoderActivity::show_errors() {
  HistogramView histogram_view;
  histogram_view.maximum = static_cast<float>(largest_error);
  histogram_view.sets = {{"digits", histogram(digit_errors_, 0, largest_error, error_bins)},
                         {"letters", histogram(letter_errors_, 0, largest_error, error_bins)},
                         {"this one", bump(error_, 0, largest_error, error_bins)}};
  const auto below = std::count_if(digit_errors_.begin(), digit_errors_.end(), [&](double e) { return e < error_; });
  ViewPart part;
  part.name = "errors";
  part.title = "How strange it is";
  part.note = fmt::format("squared error {:.3f}: above {:.0f} % of digits", error_,
                          100.0 * static_cast<double>(below) / static_cast<double>(digit_errors_.size()));
  part.content = std::move(histogram_view);
  part.row = 1;
  view().parts.push_back(std::move(part));
}

std::vector<const runtime::Program*> AutoencoderActivity::programs() const {
  std::vector<const runtime::Program*> all;
  if (one_.program) all.push_back(one_.program.get());
  if (gallery_ && gallery_->program) all.push_back(gallery_->program.get());
  return all;
}

}  // namespace figment::studio
