#include "models/digits/coder.h"

namespace figment::models {
namespace {

constexpr std::int64_t block = 4;     // of the encoder's space-to-depth
constexpr std::int64_t smallest = 4;  // pixels a side of the coarsest map

nn::ConvShape conv3(std::int64_t inputs, std::int64_t outputs, std::int64_t stride = 1) {
  return {inputs, outputs, 3, stride, 1};
}

}  // namespace

DigitNetConfig DigitNetConfig::large() {
  DigitNetConfig config;
  config.coarse = 256;
  config.fine = 128;
  config.features = 512;
  return config;
}

DigitEncoder::DigitEncoder(const nn::Scope& scope, const DigitNetConfig& config, std::int64_t outputs)
    : conv1_(scope / "conv1", conv3(block * block, config.coarse)),
      conv2_(scope / "conv2", conv3(config.coarse, 2 * config.coarse, 2)),
      norm1_(scope / "norm1", config.coarse),
      norm2_(scope / "norm2", 2 * config.coarse),
      exit_(scope / "exit", smallest * smallest * 2 * config.coarse, outputs) {}

Tensor DigitEncoder::operator()(Tensor pictures) const {
  Tensor h = norm1_.with_silu(conv1_(ops::space_to_depth(pictures, block)));
  h = norm2_.with_silu(conv2_(h));
  return exit_(ops::reshape(h, {h.dim(0), smallest * smallest * h.dim(3)}));
}

DigitDecoder::DigitDecoder(const nn::Scope& scope, const DigitNetConfig& config, std::int64_t inputs)
    : door_(scope / "door", inputs, smallest * smallest * config.coarse),
      norm1_(scope / "norm1", config.coarse),
      norm2_(scope / "norm2", config.fine),
      norm3_(scope / "norm3", config.fine),
      conv1_(scope / "conv1", conv3(config.coarse, config.fine)),
      conv2_(scope / "conv2", conv3(config.fine, config.fine)),
      exit_(scope / "exit", conv3(config.fine, 4)) {}

Tensor DigitDecoder::operator()(Tensor codes) const {
  Tensor h = ops::reshape(door_(codes), {codes.dim(0), smallest, smallest, conv1_.shape.inputs});
  h = conv1_(ops::upsample_nearest(norm1_.with_silu(h), 2));
  h = conv2_(ops::upsample_nearest(norm2_.with_silu(h), 2));
  return ops::depth_to_space(exit_(norm3_.with_silu(h)), 2);
}

}  // namespace figment::models
