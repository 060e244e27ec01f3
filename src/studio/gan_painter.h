#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "models/gan/gan.h"
#include "runtime/program.h"

namespace figment::studio {

/// Makes creatures of noise by the generator of a GAN, and has its discriminator say how real they and others look.
class GanPainter {
 public:
  GanPainter(runtime::Context& context, std::shared_ptr<models::Gan> network, int count);
  ~GanPainter();

  int count() const { return count_; }
  int latent() const { return static_cast<int>(network_->config().latent); }
  int side() const { return static_cast<int>(network_->config().side); }

  /// noise [count, latent]: begins to make pictures of it. Submits about `budget_ms`; returns whether that was all.
  void set_noise(const std::vector<float>& noise);
  bool advance(double budget_ms);
  bool is_idle() const;
  void run();  ///< all at once, and waits

  std::vector<float> made_scores();                                    ///< of the last pictures, 0 to 1; waits
  std::vector<float> real_scores(const std::vector<float>& pictures);  ///< of [count, side, side, 3]; waits
  std::vector<float> read_pictures();                                  ///< [count, side, side, 3] in [-1, 1]; waits
  runtime::BufferSlice pictures_memory();                              ///< f32 [count, side, side, 3]
  std::vector<runtime::Program*> compiled();

 private:
  struct Programs;
  runtime::Context& context_;
  std::shared_ptr<models::Gan> network_;
  int count_;
  tensor::Variable pictures_;
  std::unique_ptr<Programs> programs_;
};

/// The network with the weights of a file (default: the shipped ones).
std::shared_ptr<models::Gan> load_gan(const std::filesystem::path& weights = {});
/// Normal numbers of a seed: where in the latent space something lies.
std::vector<float> latent_point(std::uint64_t seed, int size);

}  // namespace figment::studio
