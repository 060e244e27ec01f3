// Each family that paints makes the pictures that it made before: the same seed, the shipped weights, a small tolerance
// for other devices. After weights were trained anew, FIGMENT_RENEW_GOLDENS=1 writes the new pictures; look at them.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "core/error.h"
#include "runtime/test_device.h"
#include "studio/family.h"
#include "studio/repeating_activity.h"
#include "training/weights.h"

namespace figment::studio {
namespace {

namespace fs = std::filesystem;

constexpr double largest_mean_difference = 2.0;  // of bytes

Request golden_request() {
  Request request;
  request.picture.count = 2;
  request.picture.seed = 5;
  request.picture.steps = 5;
  // The likeliest colour of each cell: a draw that falls otherwise would change all that comes after it.
  request.numbers["pixelcnn.temperature"] = 0;
  return request;
}

class GoldenTest : public runtime::DeviceTest, public testing::WithParamInterface<std::string> {
 protected:
  /// All pictures, one below the other.
  formats::Picture made(const Family& family) {
    const std::unique_ptr<Activity> activity = family.make(context(), golden_request());
    finish_loading(*activity);
    for (int step = 0; step < 5000 && !activity->is_finished(); ++step) {
      activity->single_step();
      context().device().wait_idle();
      core::require(activity->view().error.empty(), "{}", activity->view().error);
    }
    EXPECT_TRUE(activity->is_finished());
    const PictureView& pictures = activity->view().pictures;
    formats::Picture picture{pictures.width, pictures.count * pictures.height, 3, {}};
    std::vector<float> values(static_cast<std::size_t>(picture.width * picture.height * 3));
    gpu::download(device(), *pictures.memory.owner, std::as_writable_bytes(std::span(values)), pictures.memory.offset);
    for (const float value : values) {
      picture.pixels.push_back(
          static_cast<std::uint8_t>(std::lround(std::clamp(value * 0.5F + 0.5F, 0.0F, 1.0F) * 255)));
    }
    return picture;
  }
};

TEST_P(GoldenTest, PaintsAsBefore) {
  const Family& family = family_named(GetParam());
  if (!fs::exists(training::shipped_weights(family.name))) GTEST_SKIP() << "no weights";
  const fs::path path = fs::path(FIGMENT_SOURCE_DIR) / "tests/studio/golden" / (family.name + ".png");
  const formats::Picture picture = made(family);
  if (std::getenv("FIGMENT_RENEW_GOLDENS") != nullptr) {
    formats::write_png(path, picture);
    GTEST_SKIP() << path << " is new";
  }
  ASSERT_TRUE(fs::exists(path)) << "FIGMENT_RENEW_GOLDENS=1 " << path << " makes it";
  const formats::Picture golden = formats::read_png(path);
  ASSERT_EQ(picture.width, golden.width);
  ASSERT_EQ(picture.height, golden.height);
  double sum = 0;
  for (std::size_t i = 0; i < picture.pixels.size(); ++i) sum += std::abs(picture.pixels[i] - golden.pixels[i]);
  EXPECT_LT(sum / static_cast<double>(picture.pixels.size()), largest_mean_difference)
      << family.name << " paints otherwise. If its weights or its pictures were meant to change, renew them: "
      << "FIGMENT_RENEW_GOLDENS=1 test_studio --gtest_filter='*Golden*'";
}

std::vector<std::string> painters() {
  std::vector<std::string> names;
  for (const Family& family : shown_families()) {
    if (family.paints) names.push_back(family.name);
  }
  return names;
}

INSTANTIATE_TEST_SUITE_P(Families, GoldenTest, testing::ValuesIn(painters()),
                         [](const auto& family) { return family.param; });

}  // namespace
}  // namespace figment::studio
