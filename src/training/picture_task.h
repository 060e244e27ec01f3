#pragma once
#include <string>

#include "training/picture_batches.h"

namespace figment::training {

/// What a task on a picture set says of itself.
struct PictureTaskInfo {
  std::string name;  ///< of the model
  std::string set;   ///< of the pictures
  std::string preset = "small";
  float label_drop = 0;  ///< how often a label becomes "any"
};

/// A task on the labelled pictures of one set: gives their batches and a fresh seed in each step.
template <typename Network>
class PictureTask : public NetworkTask<Network> {
 public:
  /// `arguments` are the network's own. Throws Error as data::PictureSource.
  template <typename... Arguments>
  explicit PictureTask(PictureTaskInfo info, const Arguments&... arguments)
      : NetworkTask<Network>(arguments...), info_(std::move(info)), batches_(info_.set) {}
  std::string name() const override { return info_.name; }
  std::string preset() const override { return info_.preset; }
  std::string data_version() const override { return batches_.version(); }
  void write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) override {
    batches_.write(program, batch, random, info_.label_drop);
    if (program.has_input("seed")) write_seed(program, "seed", random);
  }
  std::string unit() const override { return "pictures"; }
  double progress() const override { return batches_.progress(); }

 protected:
  const PictureBatches& batches() const { return batches_; }

 private:
  PictureTaskInfo info_;
  PictureBatches batches_;
};

}  // namespace figment::training
