#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/random.h"
#include "nn/parameters.h"
#include "runtime/program.h"

namespace figment::training {

/// How a model is trained.
struct TrainSettings {
  std::int64_t batch = 32;
  float learning_rate = 1e-3F;  ///< at its peak
  float weight_decay = 0.01F;
  float beta2 = 0.99F;
  float clip_norm = 1.0F;    ///< of the gradient; 0: none
  float ema_decay = 0.998F;  ///< of the moving average that ships
  std::int64_t warmup_steps = 100;
  std::int64_t steps = 0;  ///< the whole run, for the learning-rate schedule
  double minutes = 0;      ///< instead of steps: the schedule follows the clock
  std::uint64_t seed = 1;
};

/// What a model gives to be trained: parameters, a loss, batches.
class Task {
 public:
  virtual ~Task() = default;

  virtual std::string name() const = 0;  ///< of the model
  virtual std::string data_version() const = 0;
  virtual TrainSettings defaults() const = 0;

  /// The parameters that are trained, packed.
  virtual nn::ParameterList& parameters() = 0;
  /// Another set of the same shapes, which follows them as a moving average and is what ships.
  virtual nn::ParameterList& average() = 0;

  /// Traces the loss of a batch (a scalar), declaring the inputs that write_batch fills.
  virtual nn::Tensor loss(nn::Graph& graph, std::int64_t batch) = 0;
  virtual void write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) = 0;

  /// What one batch is counted in, for the model card: "pictures" or "tokens".
  virtual std::string unit() const = 0;
  virtual std::int64_t units_per_sample() const { return 1; }
  virtual double progress() const { return 1; }  ///< of preparing the data, 0..1
};

/// The task of a model by name ("diffusion", "gpt", "judge"). Throws Error with the known names.
std::unique_ptr<Task> make_task(const std::string& model);

}  // namespace figment::training
