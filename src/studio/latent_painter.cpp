#include "studio/latent_painter.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "ops/denoise.h"
#include "studio/family.h"
#include "training/latent_diffusion_task.h"
#include "training/weights.h"

namespace figment::studio {
namespace {

using tensor::DType;
using tensor::Tensor;

constexpr const char* process_name = "cosine";
constexpr sampling::Prediction prediction = sampling::Prediction::v;
constexpr int steps_always_shown = 12;  // of a run; longer ones show every second step

std::array<std::int32_t, 4> seed_words(std::uint64_t seed, int stream, int step) {
  return {static_cast<std::int32_t>(static_cast<std::uint32_t>(seed)),
          static_cast<std::int32_t>(static_cast<std::uint32_t>(seed >> 32)), stream, step};
}

/// Shares of attention [N, H, W, 1] as 0..1 over the places of each, what is below the mean being 0; all light where
/// nothing has been attended to yet.
Tensor contrast(Tensor shares) {
  const Tensor mean = ops::mean(shares, {1, 2}, true);
  const Tensor high = ops::max(shares, {1, 2}, true);
  const Tensor is_unknown = ops::clamp(1e5F * -high + 1.0F, 0, 1);
  return ops::clamp((shares - mean) / (high - mean + 1e-5F) + is_unknown, 0, 1);
}

/// Pictures [N, H, W, 3] in [-1, 1], dark where `light` [N, H, W, 1] is 0 and a little warmer where it is 1.
Tensor lit(Tensor pictures, Tensor light) {
  const Tensor seen = (pictures + 1.0F) * (0.82F * light + 0.18F);
  const Tensor glow = light * pictures.graph->constant({1, 1, 1, 3}, {0.16F, 0.08F, -0.06F});
  return ops::clamp(seen + glow + -1.0F, -1, 1);
}

}  // namespace

LatentNetworks load_latent_networks(const std::filesystem::path& weights) {
  const std::filesystem::path path = weights.empty() ? training::shipped_weights("latent_diffusion") : weights;
  LatentNetworks networks;
  networks.unet = std::make_shared<models::LatentUnet>(training::latent_unet_config(training::preset_of(path)), 1);
  training::load_weights(path, networks.unet->parameters());
  networks.coder = training::load_latent_coder();
  return networks;
}

PictureRequest with_pull(const Request& request) {
  constexpr float most = 10;  // of check()
  PictureRequest picture = request.picture;
  const auto pull = static_cast<float>(number(request, family_named("latent_diffusion"), "pull"));
  picture.guidance = std::clamp(1 + pull * (picture.guidance - 1), 0.0F, most);
  return picture;
}

LatentPainter::LatentPainter(runtime::Context& context, LatentNetworks networks, int count)
    : context_(context), networks_(std::move(networks)), count_(count) {
  const models::LatentUnetConfig& config = networks_.unet->config();
  const tensor::TensorType state{{count_, config.side, config.side, config.code}, DType::f32};
  x_ = tensor::make_variable("latent.x", state);
  saved_ = tensor::make_variable("latent.saved", state);
  clean_ = tensor::make_variable("latent.clean", state);
  for (auto& entry : history_) entry = tensor::make_variable("latent.history", state);
  shares_ = tensor::make_variable("latent.shares", {{count_, config.side, config.side, config.keys()}, DType::f32});
  pictures_ = ShownPictures("latent.pictures", count_, side(), side());
  marked_ = ShownPictures("latent.marked", count_, side(), side());
  words_ = ShownPictures("latent.words", static_cast<int>(config.words), side(), side());
  show_words({});
  make_start();
  make_show();
}

void LatentPainter::show_words(std::span<const int> places) {
  const auto length = static_cast<std::size_t>(networks_.unet->config().words);
  order_.assign(length * length, 0);
  for (std::size_t i = 0; i < length; ++i) {
    const std::size_t from = i < places.size() ? static_cast<std::size_t>(places[i]) : i;
    if (from < length) order_[from * length + i] = 1;
  }
}

void LatentPainter::make_start() {
  tensor::Graph& graph = start_.graph;
  const Tensor seed = graph.input("seed", {{4}, DType::u32});
  const Tensor scale = graph.input("scale", {{1}, DType::f32});
  const Tensor x = ops::random_normal(seed, x_->type.shape, 0) * scale;
  ops::assign(graph.variable(x_), x);
  ops::assign(graph.variable(clean_), x);
  ops::assign(graph.variable(shares_), ops::broadcast_to(graph.constant({1, 1, 1, 1}, {0}), shares_->type.shape));
  start_.program = runtime::compile(context_, graph, {}, {.name = "begin codes"});
}

/// Decodes, and lays the attention of the words over it: `picture` and `word` are one-hot.
void LatentPainter::make_show() {
  const models::LatentUnetConfig& config = networks_.unet->config();
  tensor::Graph& graph = show_.graph;
  const Tensor picture = graph.input("picture", {{count_, 1, 1, 1}, DType::f32});
  const Tensor word = graph.input("word", {{1, 1, 1, config.words}, DType::f32});
  const std::int64_t enlarge = networks_.coder->config().block;
  const Tensor pixels = ops::clamp(networks_.coder->decode(graph.variable(clean_)), -1, 1);
  const Tensor shares = ops::slice(graph.variable(shares_), 3, models::LatentUnetConfig::rests, config.keys());
  ops::assign(graph.variable(pictures_.variable()), pixels);

  const Tensor light = ops::upsample_bilinear(contrast(ops::sum(shares * word, {3}, true)), enlarge);
  const Tensor is_chosen = ops::sum(word, {3}, true);
  ops::assign(graph.variable(marked_.variable()), pixels + is_chosen * (lit(pixels, light) - pixels));

  const Tensor order = graph.input("order", {{config.words, config.words}, DType::f32});
  const Tensor of_one = ops::transpose(ops::matmul(ops::sum(shares * picture, {0}, true), order), {3, 1, 2, 0});
  const Tensor lights = ops::upsample_bilinear(contrast(of_one), enlarge);
  ops::assign(graph.variable(words_.variable()), lit(ops::sum(pixels * picture, {0}, true), lights));
  show_.compile(context_, {}, "show codes");
}

RecordedProgram& LatentPainter::step_program(bool guided) {
  std::unique_ptr<RecordedProgram>& made = step_programs_[guided ? 1 : 0];
  if (made) return *made;
  made = std::make_unique<RecordedProgram>();
  tensor::Graph& graph = made->graph;
  const models::LatentUnetConfig& config = networks_.unet->config();
  const std::int64_t batch = guided ? 2 * count_ : count_;
  const Tensor row = graph.input("row", {{ops::denoise_row_size}, DType::f32});
  const Tensor seed = graph.input("seed", {{4}, DType::u32});
  const Tensor share_weight = graph.input("share_weight", {{1}, DType::f32});
  const Tensor words = graph.input("words", {{batch, config.words}, DType::i32});
  const Tensor time = ops::broadcast_to(ops::slice(row, 0, 1, 2), {batch});
  const Tensor x = graph.variable(x_);
  const std::array<Tensor, 2> both = {x, x};
  Tensor shares;
  ops::DenoiseInputs inputs;
  inputs.output = (*networks_.unet)(guided ? ops::concat(both, 0) : x, time, words, &shares);
  inputs.row = row;
  inputs.noise = ops::random_normal(seed, x_->type.shape, 0);
  ops::DenoiseState state;
  state.x = x;
  state.y = graph.variable(saved_);
  for (std::size_t i = 0; i < history_.size(); ++i) state.history[i] = graph.variable(history_[i]);
  ops::assign(graph.variable(clean_), ops::denoise(state, inputs));
  const Tensor asked = ops::slice(shares, 0, batch - count_, batch);
  ops::assign(graph.variable(shares_), graph.variable(shares_) + share_weight * asked);
  made->compile(context_, {}, guided ? "denoise codes guided" : "denoise codes");
  return *made;
}

std::vector<runtime::Program*> LatentPainter::compiled() {
  std::vector<runtime::Program*> programs = {start_.program.get(), show_.program.get()};
  for (const auto& step : step_programs_) {
    if (step) programs.push_back(step->program.get());
  }
  return programs;
}

bool LatentPainter::adjust(const PictureRequest& request) {
  if (request.seed != request_.seed || request.steps != request_.steps || request.count != request_.count) return false;
  if (request.sampler != request_.sampler || request.schedule != request_.schedule) return false;
  check(request);
  const sampling::NoiseProcess process = sampling::noise_process_named(process_name).make();
  sampling::SamplerOptions options;
  options.guidance = request.guidance;
  options.process = &process;
  const sampling::Sampler& sampler = sampling::sampler_named(request.sampler);
  if (request.eta >= 0 && sampler.takes_eta) options.eta = request.eta;
  table_ = sampling::make_step_table(sampler, points_, prediction, options);
  request_ = request;
  return true;
}

void LatentPainter::begin(const PictureRequest& request, std::span<const std::int32_t> words) {
  check(request);
  const auto length = static_cast<std::size_t>(networks_.unet->config().words);
  const std::size_t all = length * static_cast<std::size_t>(count_);
  core::require(words.size() == length || words.size() == all,
                "a caption has {} words, filled up with 0, one caption for all pictures or one for each", length);
  caption_.clear();
  while (caption_.size() < all) caption_.insert(caption_.end(), words.begin(), words.end());
  const sampling::NoiseProcess process = sampling::noise_process_named(process_name).make();
  points_ = sampling::make_schedule(sampling::schedule_named(request.schedule), process, request.steps);
  request_ = request;
  adjust(request);
  if (in_flight_ != nullptr) in_flight_->abandon();
  in_flight_ = nullptr;
  start_.program->write_ints("seed", seed_words(request.seed, 0, 0));
  start_.program->write("scale", std::array<float, 1>{table_.initial_scale});
  start_.program->submit();
  row_ = 0;
  show();
}

double LatentPainter::sigma() const {
  return points_.empty() ? 0 : points_[static_cast<std::size_t>(std::clamp(step(), 0, steps()))].sigma;
}

bool LatentPainter::is_shown_after(int row) const {
  return row >= rows() || steps() <= steps_always_shown || row % 2 == 0;
}

/// The middle of the run decides what lies where; before it all is noise, after it all is settled.
float LatentPainter::share_weight(int row) const {
  const int first = rows() / 4;
  const int last = std::max(first + 1, rows() * 3 / 4);
  return row >= first && row < last ? 1.0F / static_cast<float>(last - first) : 0.0F;
}

void LatentPainter::prepare_row() {
  const bool guided = request_.guidance != 1.0F;
  runtime::Program& program = *step_program(guided).program;
  program.write("row", table_.floats().subspan(static_cast<std::size_t>(row_ * ops::denoise_row_size),
                                               static_cast<std::size_t>(ops::denoise_row_size)));
  program.write_ints("seed", seed_words(request_.seed, 1, row_));
  program.write("share_weight", std::array<float, 1>{share_weight(row_)});
  std::vector<std::int32_t> words(guided ? caption_.size() : 0);  // the unguided half is asked for nothing
  words.insert(words.end(), caption_.begin(), caption_.end());
  program.write_ints("words", words);
  in_flight_ = &program;
}

void LatentPainter::prepare_show() {
  std::vector<float> picture(static_cast<std::size_t>(count_));
  picture[static_cast<std::size_t>(std::clamp(chosen_picture_, 0, count_ - 1))] = 1;
  std::vector<float> word(static_cast<std::size_t>(networks_.unet->config().words));
  if (chosen_word_ >= 0 && chosen_word_ < static_cast<int>(word.size()))
    word[static_cast<std::size_t>(chosen_word_)] = 1;
  show_.program->write("picture", picture);
  show_.program->write("word", word);
  show_.program->write("order", order_);
  in_flight_ = show_.program.get();
}

void LatentPainter::finish(const runtime::Program* program) {
  in_flight_ = nullptr;
  if (program == show_.program.get()) {
    shows_ = false;
  } else {
    ++row_;
    shows_ = is_shown_after(row_);
  }
}

int LatentPainter::advance(double budget_ms) {
  if (is_finished()) return 0;
  if (in_flight_ == nullptr) shows_ ? prepare_show() : prepare_row();
  const runtime::Program* running = in_flight_;
  if (!in_flight_->advance(budget_ms)) return 0;
  finish(running);
  return running == show_.program.get() ? 0 : 1;
}

void LatentPainter::run_row() {
  if (in_flight_ == nullptr && row_ < rows()) prepare_row();
  while (in_flight_ != nullptr || shows_) {
    if (in_flight_ == nullptr) prepare_show();
    in_flight_->submit();
    finish(in_flight_);
  }
}

void LatentPainter::run_all(const std::function<void(int, int)>& progress) {
  while (!is_finished()) {
    run_row();
    context_.device().wait_idle();
    if (progress) progress(row_, rows());
  }
}

void LatentPainter::choose(int picture, int word) {
  chosen_picture_ = picture;
  chosen_word_ = word;
}

void LatentPainter::show() {
  if (in_flight_ != nullptr) {
    in_flight_->submit();
    finish(in_flight_);
  }
  prepare_show();
  in_flight_->submit();
  finish(in_flight_);
}

std::vector<float> LatentPainter::read_pixels() { return context_.download(pictures_.variable()).floats; }

std::vector<const runtime::Program*> LatentPainter::programs() const {
  std::vector<const runtime::Program*> programs = {show_.program.get()};
  for (const auto& step : step_programs_) {
    if (step) programs.push_back(step->program.get());
  }
  return programs;
}

}  // namespace figment::studio
