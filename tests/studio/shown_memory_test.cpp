// What is on show lies in memory that is there, also when a model could not begin what was asked for.
#include <gtest/gtest.h>

#include "runtime/test_device.h"
#include "studio/family.h"
#include "studio/repeating_activity.h"
#include "training/weights.h"

namespace figment::studio {
namespace {

namespace fs = std::filesystem;

class ShownMemoryTest : public runtime::DeviceTest, public testing::WithParamInterface<std::string> {
 protected:
  void expect_there(const PictureView& pictures) {
    if (pictures.count == 0) return;
    ASSERT_NE(pictures.memory.variable, nullptr) << "nobody keeps it";
    std::vector<float> values(static_cast<std::size_t>(pictures.count * pictures.height * pictures.width * 3));
    ASSERT_GE(pictures.memory.owner->size(), pictures.memory.offset + values.size() * sizeof(float));
    gpu::download(device(), *pictures.memory.owner, std::as_writable_bytes(std::span(values)), pictures.memory.offset);
  }
};

TEST_P(ShownMemoryTest, StaysWhenTheModelCannotBegin) {
  const Family& family = family_named(GetParam());
  if (!fs::exists(training::shipped_weights(family.name))) GTEST_SKIP() << "no weights";
  Request request;
  request.picture.count = 24;  // large enough for buffers of their own
  const std::unique_ptr<Activity> activity = family.make(context(), request);
  finish_loading(*activity);
  activity->advance(20);
  request.picture.count = 4;
  activity->set_request(request);
  activity->advance(0);  // loads
  request.picture.terrain = request.picture.time_of_day = 99;
  activity->set_request(request);
  for (int i = 0; i < 1000 && activity->view().error.empty() && activity->view().pictures.count != 4; ++i) {
    activity->advance(20);
  }
  context().collect_variables();
  const View& view = activity->view();
  expect_there(view.pictures);
  expect_there(view.strip.pictures);
  for (const ViewPart& part : view.parts) {
    if (const auto* pictures = std::get_if<PictureView>(&part.content)) expect_there(*pictures);
  }
}

INSTANTIATE_TEST_SUITE_P(Painters, ShownMemoryTest,
                         testing::Values("flow_matching", "flow", "gan", "diffusion", "latent_diffusion", "pixelcnn"),
                         [](const auto& family) { return family.param; });

}  // namespace
}  // namespace figment::studio
