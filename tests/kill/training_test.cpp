#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <optional>

#include "core/random.h"
#include "kill/kill.h"
#include "runtime/program.h"
#include "studio/training_activity.h"
#include "training/weights.h"

namespace figment::kill {
namespace {

constexpr const char* model = "autoencoder";
constexpr const char* root_variable = "FIGMENT_KILL_ROOT";
constexpr std::int64_t batch = 2;

/// What is killed: a training as the window runs it, which writes all the time. Not a test of its own.
TEST(Kill, DISABLED_TrainsUntilItIsKilled) {
  const char* root = std::getenv(root_variable);
  if (root == nullptr) GTEST_SKIP() << "started by the test of kills";
  runtime::Context context;
  studio::TrainingOptions options;
  options.root = root;
  options.batch = batch;
  options.checkpoint_seconds = 0.7;
  options.preview_seconds = 0.05;
  options.row_seconds = 0;
  options.measured_pictures = 1;
  studio::Request request;
  if (studio::TrainingRun::latest(root, model)) request.numbers[fmt::format("train.{}.start", model)] = 2;
  request.numbers[fmt::format("train.{}.measure_every", model)] = 1;
  studio::TrainingActivity activity(context, studio::family_named(model), request, options);
  bool has_begun = false;
  for (int frame = 0;; ++frame) {
    activity.advance(5);
    const studio::View& view = std::as_const(static_cast<studio::Activity&>(activity)).view();
    if (!view.error.empty()) {
      std::printf("error: %s\n", view.error.c_str());
      return;
    }
    if (view.loading < 1 || activity.trainer() == nullptr) continue;
    if (!has_begun) std::printf("from step %lld\n", static_cast<long long>(activity.trainer()->steps_done()));
    std::fflush(stdout);
    has_begun = true;
    if (frame % 40 == 39 && activity.trainer()->steps_done() > 1) activity.save_weights(false);
  }
}

std::string log_of(const fs::path& log) {
  std::error_code error;
  return fs::exists(log, error) ? core::read_text(log) : std::string();
}

/// The step that a checkpoint is of; -1: there is none.
std::int64_t step_of(const fs::path& checkpoint) {
  std::error_code error;
  if (!fs::exists(checkpoint, error)) return -1;
  return std::stoll(formats::SafetensorsFile(checkpoint).metadata().at("step"));
}

class KillTest : public testing::Test {
 protected:
  void SetUp() override { fs::create_directories(folder_); }
  void TearDown() override {
    std::error_code error;
    if (!HasFailure()) fs::remove_all(folder_, error);
  }
  /// Lets a program work until it writes (now and then it is killed before) and for a seeded random time more, and
  /// kills it.
  void kill_some_time(Victim& victim, const std::function<bool()>& writes) {
    if (early_ * 6 > killed_ || random_.chance(0.85F)) {
      ASSERT_TRUE(victim.wait_until(writes)) << log_of(log_);
      std::this_thread::sleep_for(std::chrono::duration<float>(random_.uniform(0, 1.5F)));
    } else {
      std::this_thread::sleep_for(std::chrono::duration<float>(random_.uniform(0, 2)));
      ++early_;
    }
    killed_ += victim.kill_now() ? 1 : 0;
  }
  void look(int leftovers_most) {
    const Found found = look_at(folder_);
    files_ += found.files;
    leftovers_ = std::max(leftovers_, found.leftovers);
    for (const std::string& sentence : found.broken) ADD_FAILURE() << sentence;
    EXPECT_LE(found.leftovers, leftovers_most) << "what killed writers leave must not grow";
  }

  fs::path folder_ = fs::temp_directory_path() / fmt::format("figment-kill-{}", ::getpid());
  fs::path log_ = folder_ / "log.txt";
  core::Random random_{7, 3};
  int killed_ = 0, early_ = 0, files_ = 0, leftovers_ = 0;
};

TEST_F(KillTest, ARunThatIsWatchedIsWholeAndGoesOn) {
  const fs::path root = folder_ / "runs";
  fs::create_directories(root);
  const std::string self = fs::read_symlink("/proc/self/exe").string();
  const int times = (kills() + 1) / 2;
  std::int64_t furthest = 0;
  for (int i = 0; i < times; ++i) {
    const auto latest_step = [&] {
      const auto latest = studio::TrainingRun::latest(root, model);
      return latest ? step_of(*latest / "checkpoint.safetensors") : 0;
    };
    const std::int64_t step = latest_step();
    {
      Victim victim({self, "--gtest_filter=Kill.DISABLED_TrainsUntilItIsKilled", "--gtest_also_run_disabled_tests"},
                    {{root_variable, root.string()}}, log_);
      kill_some_time(victim, [&] { return latest_step() > step; });
    }
    const std::string said = log_of(log_);
    EXPECT_EQ(said.find("error"), std::string::npos) << said;
    if (said.find("from step") != std::string::npos) {
      EXPECT_NE(said.find(fmt::format("from step {}\n", step)), std::string::npos) << said;
    }
    if (HasFatalFailure()) return;
    // Five kinds of files are written, by two threads.
    look(2);
    for (const auto& run : fs::directory_iterator(root)) {
      const studio::RunCurves curves = studio::TrainingRun::read_curves(run.path());
      for (std::size_t row = 1; row < curves.rows.size(); ++row) {
        ASSERT_GE(curves.rows[row][0], curves.rows[row - 1][0]) << "rows of one run come one after the other";
      }
      furthest = std::max(furthest, step_of(run.path() / "checkpoint.safetensors"));
    }
    EXPECT_GE(furthest, step) << "a checkpoint is never lost";
  }
  EXPECT_GT(furthest, 0);
  fmt::print("{} kills of a watched run ({} before it trained), {} files looked at, at most {} left over, step {}\n",
             killed_, early_, files_, leftovers_, furthest);
}

TEST_F(KillTest, TheTrainCommandLeavesAWholeCheckpointAndGoesOn) {
  const fs::path weights = folder_ / "weights.safetensors";
  const fs::path checkpoint = folder_ / "weights.checkpoint";
  std::int64_t before = -1;
  const int times = (kills() + 1) / 2;
  for (int i = 0; i < times; ++i) {
    std::vector<std::string> arguments = {
        FIGMENT_PROGRAM,      "train", model,   "--batch",       std::to_string(batch), "--steps", "100000",
        "--checkpoint-every", "0",     "--out", weights.string()};
    if (before >= 0) arguments.insert(arguments.end(), {"--resume", checkpoint.string()});
    {
      Victim victim(arguments, {}, log_);
      kill_some_time(victim, [&] { return step_of(checkpoint) > before; });
    }
    if (HasFatalFailure()) return;
    look(1);
    const std::int64_t now = step_of(checkpoint);
    EXPECT_GE(now, before) << "a checkpoint is never lost";
    before = now;
  }
  EXPECT_GT(before, 0);
  fmt::print("{} kills of figment train ({} at its start), {} files looked at, at most {} left over, step {}\n",
             killed_, early_, files_, leftovers_, before);
}

}  // namespace
}  // namespace figment::kill
