#include "training/latent_diffusion_task.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "data/composed.h"
#include "training/unrolled_sampler.h"
#include "training/weights.h"

namespace figment::training {

namespace {

constexpr std::uint64_t initial_seed = 1;  // of the weights
constexpr float caption_drop = 0.1F;       // so that it can also paint unasked, which guidance needs
constexpr float even_share = 0.3F;         // of the noise levels
constexpr float noisy_shift = 0.9F;        // of the others, towards noise
constexpr int landscape_kinds = data::composed_background_count - static_cast<int>(data::composed_plain_names.size());
constexpr float thing_weight = 5;      // how much more an error counts where the things are
constexpr float plain_share = 0.35F;   // of the pictures are asked to have a plain background, besides chance
constexpr float single_share = 0.25F;  // likewise to show one thing

/// Where a thing is, about: the middle of its foot and its length, as shares of the side.
struct Spot {
  float x = 0;
  float foot = 0;
  float length = 0;
};

/// About where draw_composed() puts the things of a scene.
std::vector<Spot> spots_of(const data::ComposedScene& scene) {
  const bool is_plain = scene.plain >= 0;
  const auto spot = [is_plain](float x, float foot, float length) {
    return Spot{x, is_plain ? 0.5F + length / 2 : foot, length};
  };
  if (scene.number == 2) return {spot(0.26F, 0.87F, 0.42F), spot(0.74F, 0.87F, 0.42F)};
  if (scene.number == 3) return {spot(0.175F, 0.84F, 0.31F), spot(0.5F, 0.84F, 0.31F), spot(0.825F, 0.84F, 0.31F)};
  constexpr std::array<float, 3> middles = {0.5F, 0.27F, 0.73F};
  constexpr std::array<float, 3> feet = {0.83F, 0.89F, 0.97F};
  constexpr std::array<float, 3> lengths = {0.33F, 0.53F, 0.82F};
  const auto size = static_cast<std::size_t>(scene.size);
  return {spot(middles[static_cast<std::size_t>(scene.position)], feet[size], lengths[size])};
}

/// Adds the weights [side, side] of the errors in a scene. Backgrounds are learned long before things are, and what is
/// by chance in them would drown what can be learned of things. The caption tells where things are, so that what is
/// learned in the end is the same.
void add_place_weights(std::vector<float>& weights, const data::ComposedScene& scene, std::int64_t side) {
  constexpr float margin = 0.04F;  // things are not put at quite the same place each time
  const std::vector<Spot> spots = spots_of(scene);
  for (std::int64_t i = 0; i < side * side; ++i) {
    const float x = (static_cast<float>(i % side) + 0.5F) / static_cast<float>(side);
    const float y = (static_cast<float>(i / side) + 0.5F) / static_cast<float>(side);
    const bool is_thing = std::any_of(spots.begin(), spots.end(), [x, y](const Spot& spot) {
      return std::abs(x - spot.x) < spot.length / 2 + margin && y < spot.foot + margin &&
             y > spot.foot - spot.length - margin;
    });
    weights.push_back((is_thing ? 1 + thing_weight : 1) / (1 + thing_weight / 2));
  }
}

}  // namespace

std::shared_ptr<models::LatentCoder> load_latent_coder(const std::filesystem::path& weights) {
  const std::filesystem::path path = weights.empty() ? shipped_weights("latent_coder") : weights;
  auto coder = std::make_shared<models::LatentCoder>(
      is_large(preset_of(path), "latent_coder") ? models::LatentCoderConfig::large() : models::LatentCoderConfig{}, 1);
  load_weights(path, coder->parameters());
  return coder;
}

models::LatentUnetConfig latent_unet_config(const std::string& preset) {
  const auto vocabulary = static_cast<std::int64_t>(data::caption_words().size());
  models::LatentUnetConfig config;
  config.vocabulary = vocabulary;
  return is_large(preset, "latent_diffusion") ? models::LatentUnetConfig::large(vocabulary) : config;
}

LatentDiffusionTask::LatentDiffusionTask(const std::string& preset)
    : NetworkTask(latent_unet_config(preset), initial_seed), preset_(preset), coder_(load_latent_coder()) {}

std::string LatentDiffusionTask::data_version() const { return std::string(data::composed_version); }

TrainSettings LatentDiffusionTask::defaults() const {
  TrainSettings settings;
  settings.batch = 32;
  settings.learning_rate = 1.5e-3F;
  settings.minutes = 75;
  return settings;
}

Objective LatentDiffusionTask::objective(nn::Graph& graph, std::int64_t batch) {
  const std::int64_t side = coder_->config().picture;
  const nn::Tensor pixels = graph.input("pixels", {{batch, side, side, 3}, tensor::DType::f32});
  const nn::Tensor words = graph.input("words", {{batch, network().config().words}, tensor::DType::i32});
  const nn::Tensor seed = graph.input("seed", {{4}, tensor::DType::u32});
  const nn::Tensor x0 = coder_->encode(pixels);
  const nn::Tensor noise = ops::random_normal(seed, x0.shape(), 0);
  // Most weight where it is decided what is painted; a share is spread evenly, for the last bit of noise.
  const nn::Tensor middle = ops::sigmoid(ops::random_normal(seed, {batch}, 1) + noisy_shift);
  const nn::Tensor evenly = ops::random_uniform(seed, {batch}, 2);
  const nn::Tensor is_even = ops::greater(graph.constant({1}, {even_share}), ops::random_uniform(seed, {batch}, 3));
  const nn::Tensor time = ops::where(is_even, evenly, middle);
  const nn::Tensor angle = ops::reshape(time * (std::numbers::pi_v<float> / 2), {batch, 1, 1, 1});
  const nn::Tensor alpha = ops::cos(angle);
  const nn::Tensor sigma = ops::sin(angle);
  const nn::Tensor error = network()(alpha * x0 + sigma * noise, time, words) - (alpha * noise - sigma * x0);
  const nn::Tensor weights = graph.input("weights", {{batch, x0.dim(1), x0.dim(2), 1}, tensor::DType::f32});
  return ops::mean(ops::square(error) * weights, {});
}

void LatentDiffusionTask::write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) {
  const auto count = static_cast<std::size_t>(batch);
  const auto length = static_cast<std::size_t>(network().config().words);
  pixels_.resize(count * data::composed_side * data::composed_side * 3);
  words_.assign(count * length, data::padding_word);
  weights_.clear();
  std::vector<std::uint8_t> bytes(pixels_.size() / count);
  for (std::size_t i = 0; i < count; ++i) {
    data::ComposedWish wish;
    if (random.chance(plain_share)) {
      wish.background = landscape_kinds + static_cast<int>(random.below(data::composed_plain_names.size()));
    }
    if (random.chance(single_share)) wish.number = 1;
    const data::ComposedScene scene = data::draw_scene(random, wish);
    data::draw_composed(random, scene, bytes);
    std::transform(bytes.begin(), bytes.end(), pixels_.begin() + static_cast<std::ptrdiff_t>(i * bytes.size()),
                   [](std::uint8_t byte) { return static_cast<float>(byte) / 127.5F - 1.0F; });
    add_place_weights(weights_, scene, network().config().side);
    const std::string said = data::caption(scene, random);
    if (random.chance(caption_drop)) continue;
    const data::CaptionIds ids = data::tokenize_caption(said);
    std::copy_n(ids.begin(), std::min(length, ids.size()), words_.begin() + static_cast<std::ptrdiff_t>(i * length));
  }
  program.write("weights", weights_);
  program.write("pixels", pixels_);
  program.write_ints("words", words_);
  write_seed(program, "seed", random);
}

nn::Tensor LatentDiffusionTask::paint_from(nn::Tensor noise, nn::Tensor words, int steps) {
  constexpr float limit = 3;  // codes have variance 1
  const models::LatentUnet& net = averaged_network();
  return coder_->decode(
      unrolled_sample(noise, steps, limit, [&](nn::Tensor noisy, nn::Tensor time) { return net(noisy, time, words); }));
}

nn::Tensor LatentDiffusionTask::paint(nn::Tensor words, nn::Tensor seed, int steps) {
  const models::LatentUnetConfig& config = network().config();
  return paint_from(ops::random_normal(seed, {words.dim(0), config.side, config.side, config.code}, 0), words, steps);
}

Preview LatentDiffusionTask::preview(nn::Graph& graph) {
  constexpr int steps = 8;
  const models::LatentUnetConfig& config = network().config();
  const std::span<const std::string_view> prompts = data::suggested_prompts().first(8);
  Preview preview;
  preview.title = "What it paints when asked, in 8 steps, always from the same noise";
  preview.captions.assign(prompts.begin(), prompts.end());
  preview.columns = 4;
  std::vector<float> ids;  // constants are given as floats
  for (const std::string_view prompt : prompts) {
    const data::CaptionIds words = data::tokenize_caption(prompt);
    ids.insert(ids.end(), words.begin(), words.end());
  }
  const auto count = static_cast<std::int64_t>(prompts.size());
  const nn::Tensor words = graph.constant({count, config.words}, ids, tensor::DType::i32);
  preview.pictures = paint_from(fixed_normal(graph, {count, config.side, config.side, config.code}), words, steps);
  return preview;
}

}  // namespace figment::training
