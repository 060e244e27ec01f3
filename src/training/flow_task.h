#pragma once
#include <span>
#include <vector>

#include "models/flow/flow.h"
#include "training/picture_task.h"

namespace figment::training {

/// The flow learns the density of creatures of one pixel a cell, bytes made continuous by uniform noise. Its loss is in
/// bits per dimension.
class FlowTask : public PictureTask<models::Flow> {
 public:
  explicit FlowTask(const std::string& preset = "small");
  TrainSettings defaults() const override;
  Objective objective(nn::Graph& graph, std::int64_t batch) override;
  Preview preview(nn::Graph& graph) override;
};

/// Pictures [n, side, side, 3] with every `factor`-th pixel of every `factor`-th row: creatures of one pixel a cell.
std::vector<float> thinned(std::span<const float> pixels, int side, int factor);

/// Bytes, given as pixels in [-1, 1], spread over the whole of their 1/256 by noise in [0, 1) of their shape.
nn::Tensor dequantised(nn::Tensor pixels, nn::Tensor noise);
/// The bits per dimension of pictures of 8 bits whose dequantised log density is given in nats.
nn::Tensor bits_per_dimension(nn::Tensor log_density, std::int64_t dimensions);

}  // namespace figment::training
