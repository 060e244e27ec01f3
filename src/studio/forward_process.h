#pragma once
#include <memory>

#include "models/diffusion/unet.h"
#include "runtime/program.h"
#include "studio/view.h"

namespace figment::studio {

/// The forward process of diffusion: real pictures under as much noise as one likes, and what the network takes them
/// for.
class ForwardProcess {
 public:
  static constexpr int count = 4;

  ForwardProcess(runtime::Context& context, const models::Unet& network);
  ~ForwardProcess();

  /// Unseen landscapes of this seed.
  void set_pictures(std::uint64_t seed);
  /// Submits; `time` from 0, the picture, to 1, noise.
  void show(double time, std::uint64_t seed);

  PictureView real(std::uint64_t version) { return view(0, version); }
  PictureView noisy(std::uint64_t version) { return view(1, version); }
  PictureView guessed(std::uint64_t version) { return view(2, version); }
  double noise_share(double time) const;  ///< sigma^2: how much of what is seen is noise
  runtime::Program* program();

 private:
  struct Recorded;
  PictureView view(int which, std::uint64_t version);

  runtime::Context& context_;
  int side_;
  tensor::Variable pictures_, shown_;
  std::unique_ptr<Recorded> recorded_;
};

}  // namespace figment::studio
