#include <algorithm>
#include <array>
#include <cmath>

#include "training/autoencoder_task.h"
#include "training/cgan_task.h"
#include "training/diffusion_task.h"
#include "training/flow_task.h"
#include "training/gan_task.h"
#include "training/gpt_task.h"
#include "training/pixelcnn_task.h"
#include "training/token_word.h"
#include "training/unrolled_sampler.h"
#include "training/vae_task.h"

/// What each task shows of its averaged network while it is trained.
namespace figment::training {
namespace {

constexpr int columns = 8;

/// Unseen pictures of a set as a constant: [count, H, W, C].
nn::Tensor held_out(nn::Graph& graph, const std::string& set, std::int64_t count) {
  const data::PictureSource source(set);
  std::vector<float> pixels(static_cast<std::size_t>(count) * source.picture_size());
  std::vector<std::int32_t> classes(static_cast<std::size_t>(count) * source.class_axes().size());
  source.draw_batch(0, data::held_out_seed, pixels, classes);
  return graph.constant({count, source.height(), source.width(), source.channels()}, std::move(pixels));
}

nn::Tensor stack(std::initializer_list<nn::Tensor> rows) {
  return ops::concat(std::span<const nn::Tensor>(rows.begin(), rows.size()), 0);
}

}  // namespace

Preview AutoencoderTask::preview(nn::Graph& graph) {
  constexpr float sigma = 0.5F;
  const nn::Tensor pixels = held_out(graph, "digits", columns);
  const nn::Tensor noisy = pixels + sigma * fixed_normal(graph, pixels.shape());
  const auto& network = averaged_network();
  return {.title = "Unseen digits, repeated; with noise, and cleaned",
          .pictures = stack({pixels, network.plain(pixels), noisy, network.denoising(noisy)}),
          .columns = columns,
          .captions = {},
          .followed = 3 * columns,
          .guesses = {}};
}

Preview VaeTask::preview(nn::Graph& graph) {
  constexpr int rows = 3;
  const nn::Tensor pixels = held_out(graph, "digits", columns);
  const auto log_beta = [&](std::int64_t count) {
    return graph.constant({count, 1}, std::vector<float>(static_cast<std::size_t>(count)));
  };
  const models::Vae& network = averaged_network();
  const nn::Tensor repeated =
      network.space.decode(network.space.encode(pixels, log_beta(columns)).mean, log_beta(columns));
  std::vector<float> points;
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) {
      points.push_back(-2.1F + 4.2F * static_cast<float>(column) / (columns - 1));
      points.push_back(1.2F - 2.4F * static_cast<float>(row) / (rows - 1));
    }
  }
  const nn::Tensor plane = graph.constant({rows * columns, models::Vae::plane_size}, std::move(points));
  return {.title = "Unseen digits; repeated; below: the plane of codes",
          .pictures = stack({pixels, repeated, network.plane.decode(plane, log_beta(rows * columns))}),
          .columns = columns,
          .captions = {},
          .followed = columns,
          .guesses = {}};
}

Preview CganTask::preview(nn::Graph& graph) {
  constexpr std::int64_t digits = models::Cgan::digit_count;
  constexpr std::int64_t rows = 3;
  // Each row in one style.
  std::vector<nn::Tensor> styles;
  for (std::uint64_t row = 0; row < rows; ++row) {
    const nn::Tensor style = fixed_normal(graph, {1, models::Cgan::style_size}, row + 1);
    styles.push_back(ops::broadcast_to(style, {digits, models::Cgan::style_size}));
  }
  return {.title = "Digits as asked, each row in one style",
          .pictures = averaged_network().generator(ops::concat(styles, 0), fixed_labels(graph, rows * digits, digits)),
          .columns = static_cast<int>(digits),
          .captions = {},
          .followed = 3,
          .guesses = {}};
}

Preview GanTask::preview(nn::Graph& graph) {
  constexpr std::int64_t count = 24;
  const models::Gan& network = averaged_network();
  return {.title = "Creatures of the averaged generator",
          .pictures = network.generate(fixed_normal(graph, {count, network.config().latent})),
          .columns = columns,
          .captions = {},
          .followed = 0,
          .guesses = {}};
}

Preview DiffusionTask::preview(nn::Graph& graph) {
  constexpr std::int64_t count = 8;
  constexpr int steps = 8;
  const models::Unet& network = averaged_network();
  const models::UnetConfig& config = network.config();
  std::vector<nn::Tensor> labels;
  for (const std::int64_t values : config.classes) labels.push_back(fixed_labels(graph, count, values));
  const nn::Tensor x =
      unrolled_sample(fixed_normal(graph, {count, config.side(), config.side(), config.depth()}), steps, 1.5F,
                      [&](nn::Tensor noisy, nn::Tensor time) { return network(noisy, time, labels); });
  return {.title = "Landscapes in 8 steps, always from the same noise",
          .pictures = ops::depth_to_space(x, config.block),
          .columns = 4,
          .captions = {},
          .followed = 0,
          .guesses = {}};
}

Preview FlowTask::preview(nn::Graph& graph) {
  constexpr std::int64_t count = 16;
  constexpr float temperature = 0.8F;
  const models::Flow& network = averaged_network();
  const std::int64_t side = network.config().side;
  const nn::Tensor noise = temperature * fixed_normal(graph, {count, side, side, network.config().channels});
  return {.title = "Creatures of noise at temperature 0.8",
          .pictures = network.decode(noise, models::Flow::Inverse::of_present).back(),
          .columns = columns,
          .captions = {},
          .followed = 0,
          .guesses = {}};
}

nn::Tensor creature_palette(nn::Graph& graph) {
  const auto& palette = data::find_picture_set("creatures_palette").palette;
  std::vector<float> colors;
  for (const auto& color : palette) {
    for (const std::uint8_t byte : color) colors.push_back(static_cast<float>(byte) / 127.5F - 1);
  }
  return graph.constant({static_cast<std::int64_t>(palette.size()), 3}, std::move(colors));
}

Preview PixelCnnTask::preview(nn::Graph& graph) {
  const data::PictureSource source("creatures_palette");
  const models::PixelCnn& network = averaged_network();
  const models::PixelCnnConfig& config = network.config();
  const std::int64_t cells = config.cells();
  std::vector<float> indices;
  std::array<std::vector<float>, 2> labels;
  std::vector<std::int32_t> drawn(static_cast<std::size_t>(cells));
  for (std::uint64_t i = 0; i < columns; ++i) {
    std::array<std::int32_t, 2> classes = {-1, -1};
    source.draw_indices(i, data::held_out_seed, drawn, classes);
    indices.insert(indices.end(), drawn.begin(), drawn.end());
    for (std::size_t axis = 0; axis < 2; ++axis) labels[axis].push_back(static_cast<float>(classes[axis]));
  }
  const nn::Tensor palette = creature_palette(graph);
  const nn::Tensor real = graph.constant({columns, cells}, std::move(indices), tensor::DType::i32);
  std::array<nn::Tensor, 2> asked;
  for (std::size_t axis = 0; axis < 2; ++axis) {
    asked[axis] = graph.constant({columns}, std::move(labels[axis]), tensor::DType::i32);
  }
  const nn::Tensor shares = ops::softmax(network.logits(network.features(real, asked)));
  const nn::Shape pictures = {columns, config.side, config.side, 3};
  return {.title = "Unseen creatures; below: each cell as guessed from those before it",
          .pictures = stack({ops::reshape(ops::embedding(palette, real), pictures),
                             ops::reshape(ops::matmul(shares, palette), pictures)}),
          .columns = columns,
          .captions = {},
          .followed = columns,
          .guesses = {}};
}

Preview GptTask::preview(nn::Graph& graph) {
  const std::vector<std::int64_t> lengths = {4, 9, 17, 30};  // of the texts, in tokens
  constexpr std::int64_t longest = 30;
  core::Random random = data::held_out_random(1);
  std::vector<std::int32_t> tokens(lengths.size() * longest);
  std::vector<std::int32_t> targets(tokens.size());
  stream_.sample_batch(random, static_cast<int>(lengths.size()), longest, tokens, targets);
  return guess_next(graph, tokens, lengths);
}

Writing GptTask::writing(nn::Graph& graph) { return write_on(graph, {data::Tokenizer::bos}); }

Writing GptTask::write_on(nn::Graph& graph, std::vector<std::int32_t> begun) const {
  constexpr std::int64_t most = 128;  // tokens
  Writing writing;
  writing.begun = std::move(begun);
  writing.logits = averaged_network()(graph.input("written", {{1, most}, tensor::DType::i32}));
  writing.end = data::Tokenizer::eos;
  writing.temperature = 0.8F;
  return writing;
}

Preview GptTask::guess_next(nn::Graph& graph, std::span<const std::int32_t> tokens,
                            const std::vector<std::int64_t>& lengths) const {
  constexpr std::int64_t shown = 6;
  const auto rows = static_cast<std::int64_t>(lengths.size());
  const std::int64_t width = static_cast<std::int64_t>(tokens.size()) / rows;
  const nn::Tensor logits = averaged_network()(
      graph.constant({rows, width}, std::vector<float>(tokens.begin(), tokens.end()), tensor::DType::i32));
  Preview preview;
  for (std::int64_t row = 0; row < rows; ++row) {
    const std::int64_t length = lengths[static_cast<std::size_t>(row)];
    const std::int64_t last = row * width + length - 1;
    const auto likeliest = ops::top_k(ops::softmax(ops::slice(logits, 0, last, last + 1)), shown);
    const auto text = tokens.subspan(static_cast<std::size_t>(row * width), static_cast<std::size_t>(length));
    preview.guesses.push_back({stream_.tokenizer().decode(text), likeliest[0], likeliest[1]});
  }
  return preview;
}

std::string GptTask::word(std::int32_t token) const { return token_word(stream_.tokenizer(), token); }

}  // namespace figment::training
