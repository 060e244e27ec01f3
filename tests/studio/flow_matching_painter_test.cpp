#include "studio/flow_matching_painter.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <memory>
#include <thread>

#include "core/error.h"
#include "runtime/test_device.h"
#include "studio/forward_process.h"
#include "studio/small_landscapes.h"

namespace figment::studio {
namespace {

class FlowMatchingPainterTest : public runtime::DeviceTest {
 protected:
  void SetUp() override {
    DeviceTest::SetUp();
    painter_ = std::make_unique<FlowMatchingPainter>(context(), small_network<models::VelocityNet>(), 2);
  }
  void TearDown() override {
    painter_.reset();
    DeviceTest::TearDown();
  }
  std::vector<float> paint(FlowSolver solver, int steps, int column, std::uint64_t seed = 11) {
    PictureRequest request = small_request();
    request.seed = seed;
    painter_->begin(request, solver, steps, column);
    painter_->run_all();
    return painter_->read_column(column);
  }
  std::vector<float> read(runtime::BufferSlice slice) {
    context().device().wait_idle();
    std::vector<std::byte> bytes(slice.bytes);
    gpu::download(context().device(), *slice.owner, bytes, slice.offset);
    std::vector<float> values(slice.bytes / sizeof(float));
    std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
  }

  std::unique_ptr<FlowMatchingPainter> painter_;
};

TEST_F(FlowMatchingPainterTest, SameSeedGivesTheSameBitsInAnyColumn) {
  const std::vector<float> first = paint(FlowSolver::euler, 2, 0);
  EXPECT_EQ(first.size(), 2U * 32 * 32 * 3);
  for (const float value : first) ASSERT_TRUE(std::isfinite(value));
  EXPECT_EQ(first, paint(FlowSolver::euler, 2, 3));
  EXPECT_NE(first, paint(FlowSolver::euler, 2, 0, 12));
  EXPECT_NE(first, paint(FlowSolver::heun, 2, 0));
}

TEST_F(FlowMatchingPainterTest, ManyStepsOfAllSolversAgree) {
  const std::vector<float> heun = paint(FlowSolver::heun, 16, 0);
  const std::vector<float> midpoint = paint(FlowSolver::midpoint, 16, 1);
  const std::vector<float> euler = paint(FlowSolver::euler, 2, 2);
  double close = 0;
  double far = 0;
  for (std::size_t i = 0; i < heun.size(); ++i) {
    close += std::abs(heun[i] - midpoint[i]);
    far += std::abs(heun[i] - euler[i]);
  }
  EXPECT_LT(close, 0.2 * far);
}

TEST_F(FlowMatchingPainterTest, TheWayEndsInThePicture) {
  const std::vector<float> made = paint(FlowSolver::midpoint, 3, 1);
  painter_->show_place(0);
  EXPECT_EQ(read(painter_->here_memory()), made);
  EXPECT_EQ(read(painter_->guess_memory()), made);
  const std::vector<float> states = painter_->read_ways();
  EXPECT_EQ(states.size(), 4U * 2 * 32 * 32 * 3);
  EXPECT_GT(curvature(states, 3), 0);
}

TEST_F(FlowMatchingPainterTest, SmallBudgetsGiveTheSamePicture) {
  const std::vector<float> whole = paint(FlowSolver::heun, 2, 0);
  painter_->begin(small_request(), FlowSolver::heun, 2, 0);
  int evaluations = 0;
  for (int call = 0; call < 300000 && !painter_->is_finished(); ++call) {
    evaluations += painter_->advance(0.01);
    std::this_thread::sleep_for(std::chrono::microseconds(50));
  }
  EXPECT_EQ(evaluations, 4);
  EXPECT_EQ(whole, painter_->read_column(0));
}

TEST(LoadFlowMatching, SaysWhatIsMissing) {
  try {
    load_flow_matching("/nowhere/weights.safetensors");
    FAIL() << "no error";
  } catch (const core::Error& error) {
    EXPECT_NE(std::string(error.what()).find("/nowhere/weights.safetensors"), std::string::npos) << error.what();
  }
}

using ForwardProcessTest = runtime::DeviceTest;

TEST_F(ForwardProcessTest, BeginsWithThePicture) {
  models::UnetConfig config;
  config.channels = 16;
  config.embedding = 16;
  config.heads = 2;
  ForwardProcess forward(context(), models::Unet(config, 3));
  forward.set_pictures(1);
  EXPECT_DOUBLE_EQ(forward.noise_share(0), 0);
  EXPECT_NEAR(forward.noise_share(0.5), 0.5, 1e-9);
  forward.show(0, 1);
  context().device().wait_idle();
  const auto read = [&](const PictureView& view) {
    std::vector<std::byte> bytes(view.memory.bytes);
    gpu::download(context().device(), *view.memory.owner, bytes, view.memory.offset);
    return bytes;
  };
  EXPECT_EQ(read(forward.real(1)), read(forward.noisy(1)));
  EXPECT_EQ(read(forward.real(1)), read(forward.guessed(1))) << "without noise there is nothing to guess";
  forward.show(0.7, 1);
  context().device().wait_idle();
  EXPECT_NE(read(forward.real(1)), read(forward.noisy(1)));
}

}  // namespace
}  // namespace figment::studio
