#include "studio/picture_anchor.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "studio/landscape_labels.h"

namespace figment::studio {
namespace {

using tensor::DType;
using tensor::Tensor;

// Steps that are taken more than once: those at noise levels (sigma over alpha) where the layout is decided.
constexpr double least_ratio = 0.12;
constexpr double largest_ratio = 12;
constexpr int repeats_within = 2;

/// Values of one picture (or mask), or of all: repeated for each of `count`, each value `times` times.
std::vector<float> for_each(std::span<const float> values, std::size_t one, std::size_t count, std::size_t times) {
  core::require(values.size() == one || values.size() == one * count,
                "{} values are no picture or mask for each of {} pictures of {} values", values.size(), count, one);
  std::vector<float> all;
  all.reserve(one * count * times);
  for (std::size_t i = 0; i < one * count; ++i) {
    all.insert(all.end(), times, values[values.size() == one ? i % one : i]);
  }
  return all;
}

std::array<float, 2> numbers(const sampling::SchedulePoint& level) {
  return {static_cast<float>(level.alpha), static_cast<float>(level.sigma)};
}

}  // namespace

struct PictureAnchor::Programs {
  tensor::Graph begin_graph, hold_graph, back_graph;
  std::unique_ptr<runtime::Program> begin, hold, back;
};

PictureAnchor::PictureAnchor(runtime::Context& context, const models::UnetConfig& config, const Run& run)
    : context_(context), config_(config), run_(run), programs_(std::make_unique<Programs>()) {
  const tensor::TensorType pictures = run_.display->type;
  known_ = tensor::make_variable("anchor.known", pictures);
  mask_ = tensor::make_variable("anchor.mask", pictures);
  noise_ = tensor::make_variable("anchor.noise", run_.x->type);
  const std::int64_t one = config_.picture * config_.picture * 3;
  const auto show = [&](tensor::Graph& graph, Tensor x, Tensor stage) {
    const Tensor display = ops::depth_to_space(x, config_.block);
    ops::assign(graph.variable(run_.display), display);
    ops::write_rows(graph.variable(run_.strip), ops::reshape(ops::slice(display, 0, 0, 1), {1, 1, one}), stage);
  };
  const auto under_noise = [&](tensor::Graph& graph, Tensor noise) {
    const Tensor level = graph.input("level", {{2}, DType::f32});
    const Tensor known = ops::space_to_depth(graph.variable(known_), config_.block);
    return ops::slice(level, 0, 0, 1) * known + ops::slice(level, 0, 1, 2) * noise;
  };

  tensor::Graph& begin = programs_->begin_graph;
  const Tensor noise = ops::random_normal(begin.input("seed", {{4}, DType::u32}), run_.x->type.shape, 0);
  ops::assign(begin.variable(noise_), noise);
  const Tensor x = under_noise(begin, noise);
  ops::assign(begin.variable(run_.x), x);
  const Tensor black = begin.constant({1}, {-1.0F});
  ops::assign(begin.variable(run_.strip), ops::broadcast_to(black, run_.strip->type.shape));
  show(begin, x, begin.constant({1}, {0}, DType::i32));
  programs_->begin = runtime::compile(context_, begin, {}, {.name = "begin from pictures"});

  tensor::Graph& hold = programs_->hold_graph;
  const Tensor mask = ops::space_to_depth(hold.variable(mask_), config_.block);
  const Tensor kept = under_noise(hold, hold.variable(noise_));
  const Tensor held = kept + mask * (hold.variable(run_.x) - kept);
  ops::assign(hold.variable(run_.x), held);
  show(hold, held, hold.input("stage", {{1}, DType::i32}));
  programs_->hold = runtime::compile(context_, hold, {}, {.name = "keep what is known"});

  tensor::Graph& back = programs_->back_graph;
  const Tensor weights = back.input("weights", {{2}, DType::f32});
  const Tensor fresh = ops::random_normal(back.input("seed", {{4}, DType::u32}), run_.x->type.shape, 0);
  ops::assign(back.variable(run_.x),
              ops::slice(weights, 0, 0, 1) * back.variable(run_.x) + ops::slice(weights, 0, 1, 2) * fresh);
  programs_->back = runtime::compile(context_, back, {}, {.name = "back to more noise"});
}

PictureAnchor::~PictureAnchor() = default;

void PictureAnchor::set(std::span<const float> pictures, std::span<const float> masks) {
  const auto place_count = static_cast<std::size_t>(config_.picture * config_.picture);
  const auto count = static_cast<std::size_t>(run_.display->type.shape[0]);
  context_.upload(known_, for_each(pictures, 3 * place_count, count, 1));
  has_mask_ = !masks.empty();
  if (has_mask_) context_.upload(mask_, for_each(masks, place_count, count, 3));
}

void PictureAnchor::begin(std::uint64_t seed, const sampling::SchedulePoint& level) {
  programs_->begin->write_ints("seed", landscape_seed(seed, 0, 0));
  programs_->begin->write("level", numbers(level));
  programs_->begin->submit();
}

void PictureAnchor::hold(const sampling::SchedulePoint& level, int stage) {
  if (!has_mask_) return;
  programs_->hold->write("level", numbers(level));
  programs_->hold->write_ints("stage", std::array<std::int32_t, 1>{stage});
  programs_->hold->submit();
}

int PictureAnchor::repeats(const sampling::SchedulePoint& level) const {
  return has_mask_ && level.ratio() > least_ratio && level.ratio() < largest_ratio ? repeats_within : 0;
}

void PictureAnchor::go_back(const sampling::SchedulePoint& from, const sampling::SchedulePoint& to, std::uint64_t seed,
                            int step) {
  const double kept = to.alpha / from.alpha;
  const double added = std::sqrt(std::max(to.sigma * to.sigma - kept * kept * from.sigma * from.sigma, 0.0));
  programs_->back->write("weights", std::array<float, 2>{static_cast<float>(kept), static_cast<float>(added)});
  programs_->back->write_ints("seed", landscape_seed(seed, 3, step));
  programs_->back->submit();
}

std::array<runtime::Program*, 3> PictureAnchor::compiled() {
  return {programs_->begin.get(), programs_->hold.get(), programs_->back.get()};
}

}  // namespace figment::studio
