#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "nn/layers.h"

namespace figment::models {

using nn::Tensor;
using nn::Variable;

struct PixelCnnConfig {
  std::int64_t side = 16;      ///< cells along each side
  std::int64_t colors = 16;    ///< of the palette
  std::int64_t channels = 32;  ///< of both stacks
  std::int64_t layers = 5;
  std::int64_t condition = 32;                 ///< size of the label embedding
  std::vector<std::int64_t> classes = {8, 5};  ///< values of each label, without "any", which comes behind them

  std::int64_t cells() const { return side * side; }
  static PixelCnnConfig large();
};

/// A convolution whose window lies before the cell that it writes: so many rows above and columns to the left, and as
/// many to the right as the stack may see.
struct CausalConv {
  struct Window {
    std::int64_t height = 1, width = 1;
    std::int64_t above = 0, left = 0, right = 0;  ///< of padding
  };
  CausalConv(const nn::Scope& scope, Window window, std::int64_t inputs, std::int64_t outputs);
  Tensor operator()(Tensor x) const { return convolve(pad(x)); }
  Tensor pad(Tensor x) const;  ///< the same for all of one window
  Tensor convolve(Tensor padded) const;
  Window window;
  Variable weight;  ///< [height, width, inputs, outputs]
  Variable bias;    ///< [outputs]
};

/// A gated PixelCNN (van den Oord et al., "Conditional image generation with PixelCNN decoders", 2016): a picture of
/// palette indices, each cell guessed from those above it and to its left. A vertical stack looks at the rows above, a
/// horizontal one at the row itself; the causal windows are made by shifting and padding instead of masks. Since
/// creatures are symmetric, the right half of a row also sees the cell that mirrors it.
class PixelCnn {
 public:
  PixelCnn(const PixelCnnConfig& config, std::uint64_t seed);

  /// indices i32 [B, side * side]; an index outside the palette is an empty cell, which must lie behind all that is to
  /// be guessed. labels: i32 [B] each, the id behind the last meaning "any". Gives what is known before each cell,
  /// [B, side * side, channels].
  Tensor features(Tensor indices, std::span<const Tensor> labels) const;

  // The same in two parts, for painting cell by cell: what a cell takes from the rows above it stays as it is while its
  // row is painted, and the rest is of one row.
  /// The vertical stack at each place, its beginning and each layer of it: layers + 1 of [B, side, side, channels].
  std::vector<Tensor> above(Tensor indices, std::span<const Tensor> labels) const;
  /// Features [B, rows * side, channels] of some rows (all, or one each): indices i32 [B, rows * side], what above()
  /// says there ([B, rows, side, channels] each), and places() there.
  Tensor along(Tensor indices, std::span<const Tensor> above, Tensor places) const;
  /// What is learned of each place for along(): [1, side, side, channels].
  Tensor places(nn::Graph& graph) const { return graph.variable(horizontal_place_); }

  /// features [.., channels] -> [.., colors]
  Tensor logits(Tensor features) const;

  const PixelCnnConfig& config() const { return config_; }
  nn::ParameterList& parameters() { return parameters_; }

 private:
  struct Layer {
    Layer(const nn::Scope& scope, const PixelCnnConfig& config);
    // Two of each: one for what is said, one for the gate that lets it through.
    std::array<CausalConv, 2> vertical, horizontal;
    std::array<nn::Linear, 2> link;  ///< from the vertical stack to the horizontal one
    std::array<nn::Linear, 2> label;
    nn::Linear out;
  };
  Tensor cells_of(Tensor indices) const;  ///< one-hot, [B, rows, side, colors]
  Tensor mirrored(Tensor cells) const;

  PixelCnnConfig config_;
  nn::ParameterList parameters_;
  std::vector<nn::Embedding> classes_;
  CausalConv first_vertical_, first_horizontal_;
  nn::Linear first_link_, first_mirror_;
  Variable vertical_place_, horizontal_place_;  ///< [1, side, side, channels]: where in the picture it is
  std::vector<Layer> layers_;
  nn::Linear head1_, head2_;
};

}  // namespace figment::models
