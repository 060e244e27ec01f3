#pragma once
#include <memory>

#include "core/random.h"
#include "models/diffusion/unet.h"
#include "studio/request.h"

/// What tests of landscape painters share.
namespace figment::studio {

/// A fresh network, small enough for many runs. Some of its layers begin as zeros, so all weights are drawn here.
template <typename Network = models::Unet>
std::shared_ptr<Network> small_network() {
  models::UnetConfig config;
  config.picture = 32;
  config.channels = 16;
  config.embedding = 16;
  config.heads = 2;
  auto network = std::make_shared<Network>(config, 5);
  core::Random random(9);
  for (const tensor::Variable& variable : network->parameters().all()) {
    for (std::size_t i = 0; i < variable->initial.size(); ++i) {
      variable->initial[i] += 0.05F * random.normal();
      variable->parent->initial[static_cast<std::size_t>(variable->offset) + i] = variable->initial[i];
    }
  }
  return network;
}

inline PictureRequest small_request() {
  PictureRequest request;
  request.steps = 4;
  request.count = 2;
  request.seed = 11;
  request.time_of_day = 1;
  return request;
}

}  // namespace figment::studio
