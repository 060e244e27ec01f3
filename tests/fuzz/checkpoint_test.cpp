// Checkpoints of a training, and the other files of a run.
#include <cstring>
#include <nlohmann/json.hpp>

#include "core/files.h"
#include "fuzz/fuzz.h"
#include "nn/layers.h"
#include "runtime/context.h"
#include "studio/training_run.h"
#include "training/trainer.h"

namespace figment::fuzz {
namespace {

/// A line through points.
class LineTask : public training::Task {
 public:
  struct Net {
    Net() : list(1), layer(nn::Scope(list) / "line", 2, 1) { list.pack(); }
    nn::ParameterList list;
    nn::Linear layer;
  };
  std::string name() const override { return "line"; }
  std::string data_version() const override { return "line-1"; }
  std::string unit() const override { return "points"; }
  training::TrainSettings defaults() const override { return {}; }
  nn::ParameterList& parameters() override { return net_.list; }
  nn::ParameterList& average() override { return average_.list; }
  training::Objective objective(nn::Graph& graph, std::int64_t batch) override {
    const nn::Tensor x = graph.input("x", {{batch, 2}, tensor::DType::f32});
    const nn::Tensor y = graph.input("y", {{batch, 1}, tensor::DType::f32});
    return ops::mse(net_.layer(x), y);
  }
  void write_batch(runtime::Program& program, std::int64_t batch, core::Random&) override {
    program.write("x", std::vector<float>(static_cast<std::size_t>(batch) * 2, 0.5F));
    program.write("y", std::vector<float>(static_cast<std::size_t>(batch), 1.0F));
  }

 private:
  Net net_;
  Net average_;
};

class FuzzCheckpoints : public InFolder {
 protected:
  void SetUp() override {
    InFolder::SetUp();
    training::TrainSettings settings;
    settings.batch = 4;
    settings.steps = 10;
    trainer_ = std::make_unique<training::Trainer>(context_, std::make_unique<LineTask>(), settings);
    trainer_->step();
    trainer_->save_checkpoint(folder_ / "good.safetensors");
    good_ = core::read_bytes(folder_ / "good.safetensors");
    std::uint64_t size = 0;
    std::memcpy(&size, good_.data(), sizeof size);
    const auto data = good_.begin() + 8 + static_cast<std::ptrdiff_t>(size);
    header_ = nlohmann::json::parse(good_.begin() + 8, data);
    data_ = Bytes(data, good_.end());
  }

  /// Damaged anywhere, or only in what its header claims.
  Bytes damaged(Random& random) const {
    Bytes bytes = good_;
    if (random.chance(0.3F)) {
      mutate_bytes(bytes, random);
      return bytes;
    }
    nlohmann::json header = header_;
    mutate_json(random.chance(0.6F) ? header["__metadata__"] : header, random);
    std::string text = header.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    text.resize((text.size() + 7) / 8 * 8, ' ');
    const std::uint64_t size = text.size();
    bytes.resize(sizeof size);
    std::memcpy(bytes.data(), &size, sizeof size);
    bytes.insert(bytes.end(), text.begin(), text.end());
    bytes.insert(bytes.end(), data_.begin(), data_.end());
    return bytes;
  }

  static runtime::ContextOptions options() {
    runtime::ContextOptions made;
    made.device.validation = true;
    return made;
  }

  runtime::Context context_{options()};
  std::unique_ptr<training::Trainer> trainer_;
  Bytes good_;
  nlohmann::json header_;
  Bytes data_;
};

TEST_F(FuzzCheckpoints, AreTakenOrRefused) {
  run_cases("checkpoints", 0.05, [&](Random& random) {
    trainer_->load_checkpoint(write("checkpoint.safetensors", damaged(random)));
    EXPECT_GE(trainer_->steps_done(), 0);
    if (random.chance(0.1F)) trainer_->step();
  });
  EXPECT_EQ(context_.device().validation_count(), 0U);
}

TEST_F(FuzzCheckpoints, OtherFilesOfARunAreReadOrLeftOut) {
  const std::vector<std::string> names = {"step", "seconds", "loss"};
  const std::string rows = "step,seconds,loss\n1,0.5,2\n2,1,1.5\n3,1.5,nan\n";
  const nlohmann::json settings = {{"batch", "4"}, {"optimizer", "adamw"}};
  run_cases("files of runs", 0.03, [&](Random& random) {
    const std::string text = mutated(rows, random);
    write("curves.csv", Bytes(text.begin(), text.end()));
    const std::string object = mutated_json_text(settings, random);
    write("settings.json", Bytes(object.begin(), object.end()));
    studio::TrainingRun run(folder_);
    run.read_settings();
    for (const auto& row : run.read_rows(names, 2)) EXPECT_EQ(row.size(), names.size());
  });
}

}  // namespace
}  // namespace figment::fuzz
