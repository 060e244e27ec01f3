#include "studio/vae_activity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/random.h"
#include "studio/digit_attributes.h"
#include "studio/family.h"
#include "training/weights.h"

namespace figment::studio {
namespace {

using models::BetaVae;
using models::Vae;
using tensor::DType;
using tensor::Tensor;

constexpr double rest_seconds = 3;
constexpr int manifold_cells = 16;          // a side
constexpr float manifold_reach = 2.4F;      // deviations of the prior
constexpr std::int64_t survey_count = 240;  // pictures
constexpr std::int64_t survey_batch = 16;
constexpr std::uint64_t survey_seed = 7002;
constexpr std::size_t trade_pictures = 32;  // that each is a mean of
constexpr float attribute_reach = 2.5F;     // deviations to both sides
constexpr int digit_count = 10;
constexpr double whole_ms = 1e6;  // from so much on, a step waits for the device

/// The input [1, 1] as [batch, 1].
Tensor log_beta_input(tensor::Graph& graph, std::int64_t batch) {
  return ops::broadcast_to(graph.input("log_beta", {{1, 1}, DType::f32}), {batch, 1});
}

void write_beta(runtime::Program& program, float log_beta) { program.write("log_beta", std::array{log_beta}); }

}  // namespace

VaeActivity::VaeActivity(runtime::Context& context, const Request& request)
    : RepeatingActivity(context, request, "steps/s", rest_seconds) {
  view().title = "VAE";
  view().subtitle = "digits";
  view().sentence =
      "Every digit becomes a small cloud among a few numbers, and all clouds together fill a simple shape; so any "
      "point of that shape can be drawn.";
  loading().read("Reading the weights", [this] {
    network_ = training::load_network<Vae>("vae");
    surveyed_ = held_out_signs("digits", survey_count, survey_seed);
  });
  loading().run("Laying out the networks", [this] {
    view().subtitle = fmt::format("digits {0}\u00d7{0}, codes of 2 and of 16 numbers, {1:.2f} M weights", digit_side,
                                  static_cast<double>(network_->parameters().count()) * 1e-6);
    trace_manifold();
    trace_point();
    trace_survey();
  });
  loading().warm([this] {
    return std::vector<runtime::Program*>{manifold_program_.program.get(), point_program_.program.get(),
                                          survey_program_.program.get()};
  });
  loading().repeat("Coding digits that it has not seen", [this](double) {
    survey_step(whole_ms);
    return is_surveyed_ ? 1.0 : static_cast<double>(next_.done) / static_cast<double>(survey_count);
  });
  loading().repeat("Measuring what each beta costs", [this](double) { return trade_slice(); });
}

float VaeActivity::log_beta_of(int trade) {
  const float low = std::log(BetaVae::smallest_beta);
  const float high = std::log(BetaVae::largest_beta);
  return low + (high - low) * static_cast<float>(trade) / (trade_count - 1);
}

void VaeActivity::trace_manifold() {
  constexpr int count = manifold_cells * manifold_cells;
  manifold_ = ShownPictures("vae.manifold", 1, manifold_cells * digit_side, manifold_cells * digit_side);
  tensor::Graph& graph = manifold_program_.graph;
  std::vector<float> codes;
  for (int i = 0; i < count; ++i) {
    const auto place = [](int cell) {
      return manifold_reach * (2 * (static_cast<float>(cell) + 0.5F) / manifold_cells - 1);
    };
    codes.push_back(place(i % manifold_cells));
    codes.push_back(-place(i / manifold_cells));  // up is up, as in the map
  }
  const Tensor pictures =
      network_->plane.decode(graph.constant({count, Vae::plane_size}, codes), log_beta_input(graph, count));
  manifold_.show(tiled(pictures, manifold_cells, manifold_cells));
  manifold_program_.compile(context(), {}, "vae manifold");
}

void VaeActivity::trace_point() {
  point_picture_ = ShownPictures("vae.point", 1);
  tensor::Graph& graph = point_program_.graph;
  const Tensor code = graph.input("code", {{1, Vae::plane_size}, DType::f32});
  point_picture_.show(network_->plane.decode(code, log_beta_input(graph, 1)));
  point_program_.compile(context(), {}, "vae point");
}

void VaeActivity::trace_survey() {
  tensor::Graph& graph = survey_program_.graph;
  const Tensor pictures = graph.input("pictures", {{survey_batch, digit_side, digit_side, 1}, DType::f32});
  const Tensor seed = graph.input("seed", {{4}, DType::u32});
  const Tensor log_beta = log_beta_input(graph, survey_batch);
  outputs_.plane_codes = network_->plane.encode(pictures, log_beta).mean;
  const BetaVae::Code code = network_->space.encode(pictures, log_beta);
  outputs_.space_codes = code.mean;
  const Tensor noise = ops::random_normal(seed, code.mean.shape(), 0);
  const Tensor drawn = models::sample_code(code, noise);
  outputs_.log_variances = ops::mean(code.log_variance, {0});
  outputs_.rate = ops::mean(network_->space.rate(code, drawn, noise), {});
  outputs_.squared_error = ops::mse(ops::clamp(network_->space.decode(drawn, log_beta), -1, 1), pictures);
  survey_program_.compile(context(),
                          std::array{outputs_.plane_codes, outputs_.space_codes, outputs_.log_variances, outputs_.rate,
                                     outputs_.squared_error},
                          "vae survey");
}

void VaeActivity::trace_rows(int count) {
  context().device().wait_idle();  // the pictures that are shown are about to go
  rows_program_ = std::make_unique<RecordedProgram>();
  sample_pictures_ = ShownPictures("vae.samples", count);
  between_ = ShownPictures("vae.between", between_count);
  attribute_pictures_ = ShownPictures("vae.attribute", attribute_count);
  const std::int64_t all = count + between_count + attribute_count;
  tensor::Graph& graph = rows_program_->graph;
  const Tensor codes = graph.input("codes", {{all, Vae::space_size}, DType::f32});
  const Tensor pictures = network_->space.decode(codes, log_beta_input(graph, all));
  sample_pictures_.show(ops::slice(pictures, 0, 0, count));
  between_.show(ops::slice(pictures, 0, count, count + between_count));
  attribute_pictures_.show(ops::slice(pictures, 0, count + between_count, all));
  rows_program_->compile(context(), {}, "vae rows");
  rows_count_ = count;
}

double VaeActivity::setting(const char* name) const { return number(request(), family_named("vae"), name); }

float VaeActivity::beta() const { return static_cast<float>(setting("beta")); }

void VaeActivity::write_survey() {
  if (next_.done == 0) {
    next_ = {};
    next_.plane_codes.dimensions = Vae::plane_size;
    next_.space_codes.dimensions = Vae::space_size;
    next_.log_variances.assign(Vae::space_size, 0.0);
  }
  runtime::Program& program = *survey_program_.program;
  program.write("pictures",
                std::span(surveyed_.pixels).subspan(next_.done * digit_pixels, survey_batch * digit_pixels));
  write_seed(program, "seed", survey_seed, static_cast<int>(next_.done));
  write_beta(program, std::log(beta()));
}

void VaeActivity::take_survey() {
  runtime::Program& program = *survey_program_.program;
  const auto append = [&](FeatureSet& set, Tensor output) {
    const std::vector<float> values = program.read(output).floats;
    set.values.insert(set.values.end(), values.begin(), values.end());
  };
  append(next_.plane_codes, outputs_.plane_codes);
  append(next_.space_codes, outputs_.space_codes);
  const std::vector<float> means = program.read(outputs_.log_variances).floats;
  for (std::size_t i = 0; i < means.size(); ++i) {
    next_.log_variances[i] += static_cast<double>(means[i]) * survey_batch / survey_count;
  }
  next_.rate += static_cast<double>(program.read_scalar(outputs_.rate)) * survey_batch / survey_count;
  next_.done += survey_batch;
  if (next_.done < survey_count) return;
  survey_ = std::move(next_);
  next_ = {};
  is_surveyed_ = are_rows_stale_ = true;
}

/// Some pictures further, never waiting for the device unless all is to be done at once.
int VaeActivity::survey_step(double budget_ms) {
  runtime::Program& program = *survey_program_.program;
  if (!is_surveying_) write_survey();
  if (!is_surveying_ || program.is_mid_replay()) program.advance(budget_ms);
  is_surveying_ = true;
  if (budget_ms >= whole_ms) program.wait();
  if (!program.is_idle()) return 0;
  is_surveying_ = false;
  take_survey();
  return 1;
}

double VaeActivity::trade_slice() {
  if (trade_pictures_ == 0) trades_.emplace_back();
  runtime::Program& program = *survey_program_.program;
  program.write("pictures",
                std::span(surveyed_.pixels).subspan(trade_pictures_ * digit_pixels, survey_batch * digit_pixels));
  write_seed(program, "seed", survey_seed, static_cast<int>(trade_pictures_));
  write_beta(program, log_beta_of(static_cast<int>(trades_.size()) - 1));
  program.submit();
  constexpr double share = static_cast<double>(survey_batch) / trade_pictures;
  trades_.back().squared_error += share * static_cast<double>(program.read_scalar(outputs_.squared_error));
  trades_.back().rate += share * static_cast<double>(program.read_scalar(outputs_.rate));
  trade_pictures_ = (trade_pictures_ + survey_batch) % trade_pictures;
  const double done = static_cast<double>(trades_.size()) - (trade_pictures_ == 0 ? 0.0 : 0.5);
  return done / trade_count;
}

void VaeActivity::begin() {
  check(request(), family_named("vae"));
  check(request().picture);
  const int count = request().picture.count;
  if (count != rows_count_) {
    loading().run("Laying out the networks", [this, count] { trace_rows(count); });
    loading().warm([this] { return std::vector<runtime::Program*>{rows_program_->program.get()}; });
    return;
  }
  point_.begin();
  are_rows_stale_ = is_point_stale_ = true;
}

bool VaeActivity::is_complete() const {
  return !is_manifold_stale_ && !is_painting_ && !are_rows_stale_ && !rows_program_->program->is_mid_replay() &&
         !is_point_stale_ && is_surveyed_ && point_.is_there();
}

std::vector<float> VaeActivity::samples() const {
  core::Random random(request().picture.seed + round(), 21);
  std::vector<float> codes;
  for (int i = 0; i < rows_count_; ++i) {
    const std::vector<float> code = network_->space.draw_code(random, static_cast<float>(setting("temperature")));
    codes.insert(codes.end(), code.begin(), code.end());
  }
  return codes;
}

namespace {

/// Two digits of different kinds for this round.
std::array<std::size_t, 2> pair_of(const std::vector<int>& labels, std::uint64_t seed) {
  core::Random random(seed, 22);
  const auto draw = [&] { return static_cast<std::size_t>(random.below(static_cast<std::uint32_t>(labels.size()))); };
  const std::size_t from = draw();
  std::size_t to = draw();
  while (labels[to] == labels[from]) to = draw();
  return {from, to};
}

std::span<const float> code_of(const FeatureSet& codes, std::size_t index) {
  const auto size = static_cast<std::size_t>(codes.dimensions);
  return std::span(codes.values).subspan(index * size, size);
}

}  // namespace

std::vector<float> VaeActivity::interpolation() const {
  const auto [from, to] = pair_of(surveyed_.labels, request().picture.seed + round());
  const std::span<const float> a = code_of(survey_.space_codes, from);
  const std::span<const float> b = code_of(survey_.space_codes, to);
  std::vector<float> codes;
  for (int step = 0; step < between_count; ++step) {
    const float t = static_cast<float>(step) / (between_count - 1);
    for (std::size_t i = 0; i < a.size(); ++i) codes.push_back((1 - t) * a[i] + t * b[i]);
  }
  return codes;
}

/// A digit's code with more and more of an attribute, or on the way to the next digit.
std::vector<float> VaeActivity::arithmetic() const {
  const std::size_t from = pair_of(surveyed_.labels, request().picture.seed + round())[0];
  const std::span<const float> code = code_of(survey_.space_codes, from);
  const auto attribute = static_cast<std::size_t>(setting("attribute"));
  std::vector<float> direction;
  float first = -attribute_reach;
  float last = attribute_reach;
  if (attribute < digit_attribute_names.size()) {
    std::vector<double> values;
    for (std::int64_t i = 0; i < surveyed_.count(); ++i) {
      values.push_back(measure(static_cast<DigitAttribute>(attribute), surveyed_.picture(i)));
    }
    direction = direction_of(survey_.space_codes, surveyed_.labels, digit_count, values);
  } else {
    const std::vector<std::vector<float>> means = class_means(survey_.space_codes, surveyed_.labels, digit_count);
    const auto label = static_cast<std::size_t>(surveyed_.labels[from]);
    direction = means[(label + 1) % digit_count];
    for (std::size_t i = 0; i < direction.size(); ++i) direction[i] -= means[label][i];
    first = 0;
    last = 1.2F;
  }
  std::vector<float> codes;
  for (int step = 0; step < attribute_count; ++step) {
    const float amount = first + (last - first) * static_cast<float>(step) / (attribute_count - 1);
    for (std::size_t i = 0; i < code.size(); ++i) codes.push_back(code[i] + amount * direction[i]);
  }
  return codes;
}

void VaeActivity::write_rows() {
  std::vector<float> codes = samples();
  for (const std::vector<float>& more : {interpolation(), arithmetic()}) {
    codes.insert(codes.end(), more.begin(), more.end());
  }
  rows_program_->program->write("codes", codes);
  write_beta(*rows_program_->program, std::log(beta()));
  are_rows_stale_ = false;
}

void VaeActivity::write_point() {
  point_program_.program->write("code", std::array{point_.x, point_.y});
  write_beta(*point_program_.program, std::log(beta()));
  is_point_stale_ = false;
}

int VaeActivity::step(double budget_ms) {
  if (is_point_stale_) {
    write_point();
    point_program_.program->submit();
    return 1;
  }
  if (is_manifold_stale_ && !is_painting_) {
    write_beta(*manifold_program_.program, std::log(beta()));
    is_manifold_stale_ = false;
    is_painting_ = true;
  }
  if (is_painting_) {
    is_painting_ = !manifold_program_.program->advance(budget_ms);
    return is_painting_ ? 0 : 1;
  }
  if (!is_surveyed_) return survey_step(budget_ms);
  runtime::Program& rows = *rows_program_->program;
  if (are_rows_stale_ || rows.is_mid_replay()) {
    if (!rows.is_mid_replay()) write_rows();
    return rows.advance(budget_ms) ? 1 : 0;
  }
  is_point_stale_ = point_.wander();
  return 0;
}

int VaeActivity::step_once() {
  point_.hurry();
  int finished = 0;
  while (finished == 0 && !is_complete()) finished = step(whole_ms);
  return finished;
}

RepeatingActivity::Taken VaeActivity::take_request(const Request& before) {
  check(request(), family_named("vae"));
  check(request().picture);
  if (request().picture.seed != before.picture.seed || request().picture.count != before.picture.count) {
    return Taken::start_over;
  }
  if (request().numbers == before.numbers) return Taken::nothing;
  if (number(before, family_named("vae"), "beta") != setting("beta")) {
    is_manifold_stale_ = is_point_stale_ = true;
    is_surveyed_ = is_surveying_ = false;
    survey_program_.program->abandon();
    next_ = {};
  }
  are_rows_stale_ = true;
  resume();
  return Taken::on_the_way;
}

void VaeActivity::take_pointer(const PointerEvent& event) {
  if (event.phase == PointerEvent::Phase::release) return;
  const float reach = event.part == "manifold" ? manifold_reach : map_reach;
  if (event.part != "manifold" && event.part != "map") return;
  point_.put(reach * (2 * event.x - 1), reach * (1 - 2 * event.y));
  is_point_stale_ = true;
  resume();
}

std::vector<const runtime::Program*> VaeActivity::programs() const {
  std::vector<const runtime::Program*> all;
  for (const RecordedProgram* recorded : {&manifold_program_, &point_program_, &survey_program_}) {
    if (recorded->program) all.push_back(recorded->program.get());
  }
  if (rows_program_ && rows_program_->program) all.push_back(rows_program_->program.get());
  return all;
}

}  // namespace figment::studio
