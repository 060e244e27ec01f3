#include "models/digits/coder.h"

namespace figment::models {
namespace {

constexpr std::int64_t block = 4;  // of the encoder's space-to-depth
constexpr std::int64_t fine = 32;  // channels at 16x16
constexpr std::int64_t coarse = 64;
constexpr std::int64_t smallest = 4;  // pixels a side of the coarsest map

nn::ConvShape conv3(std::int64_t inputs, std::int64_t outputs, std::int64_t stride = 1) {
  return {inputs, outputs, 3, stride, 1};
}

}  // namespace

DigitEncoder::DigitEncoder(const nn::Scope& scope, std::int64_t outputs)
    : conv1_(scope / "conv1", conv3(block * block, coarse)),
      conv2_(scope / "conv2", conv3(coarse, 2 * coarse, 2)),
      norm1_(scope / "norm1", coarse),
      norm2_(scope / "norm2", 2 * coarse),
      exit_(scope / "exit", smallest * smallest * 2 * coarse, outputs) {}

Tensor DigitEncoder::operator()(Tensor pictures) const {
  Tensor h = norm1_.with_silu(conv1_(ops::space_to_depth(pictures, block)));
  h = norm2_.with_silu(conv2_(h));
  return exit_(ops::reshape(h, {h.dim(0), smallest * smallest * 2 * coarse}));
}

DigitDecoder::DigitDecoder(const nn::Scope& scope, std::int64_t inputs)
    : door_(scope / "door", inputs, smallest * smallest * coarse),
      norm1_(scope / "norm1", coarse),
      norm2_(scope / "norm2", fine),
      norm3_(scope / "norm3", fine),
      conv1_(scope / "conv1", conv3(coarse, fine)),
      conv2_(scope / "conv2", conv3(fine, fine)),
      exit_(scope / "exit", conv3(fine, 4)) {}

Tensor DigitDecoder::operator()(Tensor codes) const {
  Tensor h = ops::reshape(door_(codes), {codes.dim(0), smallest, smallest, coarse});
  h = conv1_(ops::upsample_nearest(norm1_.with_silu(h), 2));
  h = conv2_(ops::upsample_nearest(norm2_.with_silu(h), 2));
  return ops::depth_to_space(exit_(norm3_.with_silu(h)), 2);
}

}  // namespace figment::models
