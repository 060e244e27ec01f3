#pragma once
#include <cstdint>

#include "models/digits/coder.h"
#include "models/network.h"

namespace figment::models {

/// Two autoencoders of digits with a code of 32 numbers: one that repeats what it sees, and one that has learned to
/// repeat what is beneath noise (Vincent et al., 2008). Their parameters begin with "plain." and "denoising.".
class Autoencoder : public Network<DigitNetConfig> {
 public:
  static constexpr std::int64_t code_size = 32;

  struct Half {
    Half(const nn::Scope& scope, const DigitNetConfig& config)
        : encode(scope / "encoder", config, code_size), decode(scope / "decoder", config, code_size) {}
    Tensor operator()(Tensor pictures) const { return decode(encode(pictures)); }
    DigitEncoder encode;
    DigitDecoder decode;
  };

  Autoencoder(const DigitNetConfig& config, std::uint64_t seed)
      : Network(config, seed), plain(root() / "plain", config), denoising(root() / "denoising", config) {
    parameters().pack();
  }

  Half plain;
  Half denoising;
};

}  // namespace figment::models
