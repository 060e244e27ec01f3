#pragma once
#include <cstdint>
#include <filesystem>

#include "nn/parameters.h"

namespace figment::training {

/// How much of another model's weights was taken over.
struct WarmStart {
  std::int64_t tensors = 0;
  std::int64_t weights = 0;
};

/// Begins with what another model has learned: each tensor of a weight file goes into the parameters' initial values
/// where the name and the shape of its rows are the same ("block.0.query.weight" counts as
/// "block.0.self.query.weight"); of tables that differ in length the rows that both have. Everything else begins as it
/// would. Call before the parameters are first used on a device. Throws Error, with one sentence that names the file,
/// if it cannot be read or nothing in it fits.
///
/// A bidirectional transformer that begins with the weights of a causal one learns sooner who is spoken of (as LLM2Vec,
/// BehnamGhader et al., 2024).
WarmStart warm_start(const std::filesystem::path& path, const nn::ParameterList& parameters);

}  // namespace figment::training
