#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/random.h"
#include "nn/parameters.h"
#include "runtime/program.h"

namespace figment::training {

/// The rules by which weights go down a gradient.
enum class Optimizer : std::uint8_t { adamw, adam, sgd, lion };
/// As the command line and files name them, in the order of the enumeration: "adamw", "adam", "sgd", "lion".
const std::vector<std::string>& optimizer_names();
const std::string& name_of(Optimizer optimizer);
/// Throws Error with the known names.
Optimizer optimizer_named(const std::string& name);
/// What a learning rate that suits AdamW is multiplied by to suit this one.
float rate_factor(Optimizer optimizer);

/// How a model is trained.
struct TrainSettings {
  std::int64_t batch = 32;
  Optimizer optimizer = Optimizer::adamw;
  float learning_rate = 1e-3F;  ///< at its peak
  float weight_decay = 0.01F;
  float beta1 = 0.9F;
  float beta2 = 0.99F;
  float clip_norm = 1.0F;    ///< of the gradient; 0: none
  float ema_decay = 0.998F;  ///< of the moving average that ships
  std::int64_t warmup_steps = 100;
  std::int64_t steps = 0;  ///< the whole run, for the learning-rate schedule
  double minutes = 0;      ///< instead of steps: the schedule follows the clock
  std::uint64_t seed = 1;
  int shown = 0;  ///< pictures of each batch that are kept on the device to be looked at
};

/// A loss and the parameters that go down along its gradient.
struct Loss {
  nn::Tensor value;    ///< a scalar
  std::string prefix;  ///< of the names of the parameters that it trains ("generator."); empty: all
};

/// A number that is worth watching while it trains.
struct Metric {
  std::string name;
  nn::Tensor value;  ///< a scalar
};

/// Pictures within a step that are worth seeing: the batch, what a generator makes of noise.
struct ShownPictures {
  std::string title;
  nn::Tensor pictures;  ///< [batch, H, W, 1 or 3] in [-1, 1]
};

/// How some numbers within a step are spread.
struct ShownScores {
  std::string title;
  float minimum = 0;
  float maximum = 1;
  struct Set {
    std::string label;
    nn::Tensor values;  ///< f32, any shape
  };
  std::vector<Set> sets;  ///< to be compared; none: nothing is shown
};

/// What training works towards. Several losses train the parts of a model against each other, each in every step.
struct Objective {
  Objective(nn::Tensor loss) : losses{{loss, ""}} {}  // NOLINT: most tasks return just a loss
  explicit Objective(std::vector<Loss> all) : losses(std::move(all)) {}
  std::vector<Loss> losses;  ///< the first is what progress shows
  std::vector<Metric> metrics;
  std::vector<ShownPictures> pictures;  ///< besides the input "pixels", which is always shown
  ShownScores scores;
};

/// What the averaged network makes at some point of its training, always from the same noise and the same unseen
/// samples, so that one can watch it learn.
struct Preview {
  std::string title;                  ///< above the pictures
  nn::Tensor pictures;                ///< [count, H, W, 1 or 3] in [-1, 1], or none
  int columns = 0;                    ///< as they are best laid out; 0: as they fit
  std::vector<std::string> captions;  ///< below each picture, or none
  int followed = 0;                   ///< the picture whose history is shown
  /// For models of words: the likeliest next words after some texts.
  struct Guess {
    std::string text;
    nn::Tensor shares;  ///< f32 [k], the likeliest first
    nn::Tensor tokens;  ///< i32 [k]
  };
  std::vector<Guess> guesses;
};

/// A text that the averaged network writes while it is trained, a token at a time.
struct Writing {
  std::string given;                ///< what it writes about, shown before it; may be empty
  std::vector<std::int32_t> begun;  ///< what it goes on from: at least one token
  /// f32 [length, vocabulary], behind each token of the graph's input "written" (i32, `length` of them); or none.
  nn::Tensor logits;
  std::int32_t end = -1;       ///< the token that ends it
  float temperature = 0;       ///< 0: always the likeliest token
  std::string separator;       ///< between two words
  bool is_about_given = true;  ///< it does not go on from what is given, but begins a line of its own
};

/// What a model gives to be trained: parameters, a loss, batches.
class Task {
 public:
  virtual ~Task() = default;

  virtual std::string name() const = 0;  ///< of the model
  virtual std::string preset() const { return "small"; }
  virtual std::string data_version() const = 0;
  virtual TrainSettings defaults() const = 0;

  /// The parameters that are trained, packed.
  virtual nn::ParameterList& parameters() = 0;
  /// Another set of the same shapes, which follows them as a moving average and is what ships.
  virtual nn::ParameterList& average() = 0;

  /// Traces the objective of a batch, declaring the inputs that write_batch fills.
  virtual Objective objective(nn::Graph& graph, std::int64_t batch) = 0;
  virtual void write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) = 0;
  /// What the next batch needs of the device, about `budget_ms` of it a call; true once it is there. Only then may
  /// write_batch() run on another thread; on that of the device it sees to this itself.
  virtual bool prepare_batch(runtime::Program& /*program*/, core::Random& /*random*/, double /*budget_ms*/) {
    return true;
  }

  /// What one batch is counted in, for the model card: "pictures" or "tokens".
  virtual std::string unit() const = 0;
  virtual std::int64_t units_per_sample() const { return 1; }
  virtual double progress() const { return 1; }  ///< of preparing the data, 0..1

  /// Traces what the averaged network makes; without inputs. None by default.
  virtual Preview preview(nn::Graph& /*graph*/) { return {}; }
  /// Traces what writes on from a text that it has begun. None by default.
  virtual Writing writing(nn::Graph& /*graph*/) { return {}; }
  /// Of Preview::Guess::tokens and Writing.
  virtual std::string word(std::int32_t /*token*/) const { return {}; }
};

/// A task on a network with `parameters()`, and a second one of the same sizes that follows it.
template <typename Network>
class NetworkTask : public Task {
 public:
  /// Both begin alike: `arguments` are the network's own, its seed among them.
  template <typename... Arguments>
  explicit NetworkTask(const Arguments&... arguments) : network_(arguments...), average_(arguments...) {}
  nn::ParameterList& parameters() override { return network_.parameters(); }
  nn::ParameterList& average() override { return average_.parameters(); }
  const Network& averaged_network() const { return average_; }

 protected:
  const Network& network() const { return network_; }

 private:
  Network network_;
  Network average_;
};

/// A task as lists know it.
template <typename Kind>
std::unique_ptr<Task> make_task(const std::string& preset) {
  return std::make_unique<Kind>(preset);
}

/// Normal numbers that are always the same, as a constant: the noise of previews.
nn::Tensor fixed_normal(nn::Graph& graph, const nn::Shape& shape, std::uint64_t seed = 1);
/// The first `count` values, and again from the first: the labels of previews, an i32 constant.
nn::Tensor fixed_labels(nn::Graph& graph, std::int64_t count, std::int64_t values);

/// Fills the u32 [4] input that ops::random_normal and its like take with fresh numbers.
void write_seed(runtime::Program& program, const std::string& input, core::Random& random);

/// Whether the preset is the large one. Throws Error if it is neither "small" nor "large".
bool is_large(const std::string& preset, const std::string& model);

}  // namespace figment::training
