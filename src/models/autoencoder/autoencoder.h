#pragma once
#include <cstdint>

#include "models/digits/coder.h"

namespace figment::models {

/// Two autoencoders of digits with a code of 32 numbers: one that repeats what it sees, and one that has learned to
/// repeat what is beneath noise (Vincent et al., 2008). Their parameters begin with "plain." and "denoising.".
class Autoencoder {
 public:
  static constexpr std::int64_t code_size = 32;

  struct Half {
    explicit Half(const nn::Scope& scope)
        : encode(scope / "encoder", code_size), decode(scope / "decoder", code_size) {}
    Tensor operator()(Tensor pictures) const { return decode(encode(pictures)); }
    DigitEncoder encode;
    DigitDecoder decode;
  };

  explicit Autoencoder(std::uint64_t seed)
      : parameters_(seed), plain(nn::Scope(parameters_) / "plain"), denoising(nn::Scope(parameters_) / "denoising") {
    parameters_.pack();
  }
  nn::ParameterList& parameters() { return parameters_; }

 private:
  nn::ParameterList parameters_;

 public:
  Half plain;
  Half denoising;
};

}  // namespace figment::models
