// What cmake --install gives: a package that a program of somebody else's embeds, and the program itself.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include "core/run_command.h"
#include "embed/generator.h"
#include "formats/png.h"
#include "gpu/host_features.h"
#include "studio/picture_generator.h"

namespace figment {
namespace {

namespace fs = std::filesystem;

using core::Outcome;

Outcome run(const std::string& command) { return core::run_command(command); }

/// figment, installed into a folder of its own once for all tests.
class InstalledTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder() = fs::temp_directory_path() / ("figment-install-" + std::to_string(::getpid()));
    const Outcome outcome =
        run(std::string(FIGMENT_CMAKE) + " --install " FIGMENT_BUILD_DIR " --prefix " + (folder() / "prefix").string());
    ASSERT_EQ(outcome.status, 0) << outcome.text;
  }
  static void TearDownTestSuite() {
    std::error_code error;
    fs::remove_all(folder(), error);
  }
  static fs::path& folder() {
    static fs::path path;
    return path;
  }
  static std::string path(const std::string& name) { return (folder() / name).string(); }
};

/// The picture that the generator paints on a device of figment's own.
formats::Picture painted_alone(const std::string& device) {
  runtime::Context context({.device = {.select = device, .validation = true}});
  studio::PictureRequest request;
  request.steps = 5;
  request.seed = 11;
  request.count = 1;
  request.time_of_day = 0;
  request.terrain = 1;
  studio::PictureGenerator generator(context, studio::load_landscape_network(), 1);
  generator.begin(request);
  generator.run_all();
  const formats::Picture picture = studio::contact_sheet(generator.read_pixels(), 1, generator.side(), 1, 1, 0);
  EXPECT_EQ(context.device().validation_count(), 0U);
  return picture;
}

/// The part of `picture` that begins at (left, top).
formats::Picture cut(const formats::Picture& picture, int left, int top, int side) {
  formats::Picture result;
  result.width = result.height = side;
  result.channels = picture.channels;
  for (int y = 0; y < side; ++y) {
    const auto row = picture.pixels.begin() + ((top + y) * picture.width + left) * picture.channels;
    result.pixels.insert(result.pixels.end(), row, row + side * picture.channels);
  }
  return result;
}

TEST_F(InstalledTest, PaintsInTheFrameLoopOfAHostProgram) {
  const Outcome configured = run(
      std::string(FIGMENT_CMAKE) + " -S " FIGMENT_SOURCE_DIR "/tests/examples -B " + path("build") +
      " -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_COMPILER=" FIGMENT_COMPILER " -DCMAKE_PREFIX_PATH=" + path("prefix"));
  ASSERT_EQ(configured.status, 0) << configured.text;
  const Outcome built = run(std::string(FIGMENT_CMAKE) + " --build " + path("build"));
  ASSERT_EQ(built.status, 0) << built.text;
  const Outcome painted =
      run("env -u FIGMENT_ASSETS -u FIGMENT_SHADERS VK_INSTANCE_LAYERS=VK_LAYER_KHRONOS_validation " +
          path("build/embed_in_a_frame_loop") + " " + path("frame.png"));
  ASSERT_EQ(painted.status, 0) << painted.text;
  EXPECT_EQ(painted.text.find("alidation"), std::string::npos) << painted.text;
  EXPECT_EQ(painted.text.find("VUID"), std::string::npos) << painted.text;

  const std::string before = "painted on ";
  const std::size_t begin = painted.text.find(before);
  const std::size_t end = painted.text.find(" in ", begin);
  ASSERT_TRUE(begin != std::string::npos && end != std::string::npos) << painted.text;
  const std::string device = painted.text.substr(begin + before.size(), end - begin - before.size());

  const formats::Picture frame = formats::read_png(path("frame.png"));
  const formats::Picture alone = painted_alone(device);
  ASSERT_EQ(frame.width, 96);
  ASSERT_EQ(alone.width, 64);
  EXPECT_EQ(cut(frame, 16, 16, 64).pixels, alone.pixels);
  // Around it lies what the host drew: one grey.
  EXPECT_EQ(frame.pixels.front(), frame.pixels.back());
}

TEST_F(InstalledTest, TheProgramTakesItsDataFromThere) {
  const fs::path weights = fs::path(path("prefix")) / "share/figment/assets/models/diffusion.safetensors";
  ASSERT_TRUE(fs::exists(weights));
  ASSERT_TRUE(fs::exists(path("prefix/share/figment/shaders/include")));
  const fs::path aside = weights.string() + ".aside";
  fs::rename(weights, aside);
  const Outcome outcome = run("env -u FIGMENT_ASSETS " + path("prefix/bin/figment") +
                              " generate diffusion --count 1 --steps 1 --out " + path("picture.png"));
  fs::rename(aside, weights);
  EXPECT_NE(outcome.status, 0);
  EXPECT_NE(outcome.text.find("prefix/share/figment/assets/models/diffusion.safetensors"), std::string::npos)
      << outcome.text;
}

/// A device that figment did not make for this Context.
class HostTest : public testing::Test {
 protected:
  HostTest() {
    v12_.timelineSemaphore = v13_.synchronization2 = v13_.maintenance4 = VK_TRUE;
    host_ = {device_->instance(),
             device_->physical(),
             device_->handle(),
             device_->queue().handle(),
             device_->queue().family(),
             &v12_,
             nullptr,
             &device_->queue().mutex()};
  }
  ~HostTest() override { EXPECT_EQ(device_->validation_count(), 0U); }

  std::unique_ptr<gpu::Device> device_ = gpu::Device::create({.validation = true});
  VkPhysicalDeviceVulkan13Features v13_{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_FEATURES};
  VkPhysicalDeviceVulkan12Features v12_{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES, &v13_};
  HostDevice host_;
};

TEST_F(HostTest, SubmissionsWaitForTheHostsSemaphore) {
  VkSemaphoreTypeCreateInfo type{VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO};
  type.semaphoreType = VK_SEMAPHORE_TYPE_TIMELINE;
  const VkSemaphoreCreateInfo info{VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO, &type};
  VkSemaphore semaphore = VK_NULL_HANDLE;
  ASSERT_EQ(vkCreateSemaphore(device_->handle(), &info, nullptr, &semaphore), VK_SUCCESS);
  {
    Context context(host_);
    context.wait_for(semaphore, 1);
    std::uint64_t reached = 0;
    vkGetSemaphoreCounterValue(device_->handle(), context.timeline(), &reached);
    EXPECT_EQ(context.submitted(), 1U);
    EXPECT_EQ(reached, 0U);
    VkSemaphoreSignalInfo signal{VK_STRUCTURE_TYPE_SEMAPHORE_SIGNAL_INFO, nullptr, semaphore, 1};
    ASSERT_EQ(vkSignalSemaphore(device_->handle(), &signal), VK_SUCCESS);
    const VkSemaphore timeline = context.timeline();
    const std::uint64_t value = context.submitted();
    const VkSemaphoreWaitInfo wait{VK_STRUCTURE_TYPE_SEMAPHORE_WAIT_INFO, nullptr, 0, 1, &timeline, &value};
    EXPECT_EQ(vkWaitSemaphores(device_->handle(), &wait, 10'000'000'000U), VK_SUCCESS);
  }
  vkDestroySemaphore(device_->handle(), semaphore, nullptr);
  // The host's device is still there.
  EXPECT_TRUE(device_->queue().wait(device_->queue().submit(std::span<const VkCommandBuffer>{}), 10'000.0));
}

TEST_F(HostTest, WhatMakesNoSenseIsRefused) {
  Context context(host_);
  EXPECT_THROW(Generator(context, "gpt"), std::runtime_error);
  EXPECT_THROW(Generator(context, "no such family"), std::runtime_error);
  EXPECT_THROW(Generator(context, "diffusion", "{"), std::runtime_error);
  Generator generator(context, "diffusion");
  EXPECT_EQ(generator.pictures().buffer, VK_NULL_HANDLE);
  EXPECT_FALSE(generator.is_finished());
  HostDevice other = host_;
  other.queue_family = 99;
  EXPECT_THROW(Context{other}, std::runtime_error);
  other = host_;
  other.queue = VK_NULL_HANDLE;
  EXPECT_THROW(Context{other}, std::runtime_error);
}

TEST(HostFeatures, AreReadFromTheChainAndAMissingOneIsNamed) {
  VkPhysicalDeviceVulkan13Features v13{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_FEATURES};
  VkPhysicalDeviceTimelineSemaphoreFeatures timeline{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_TIMELINE_SEMAPHORE_FEATURES,
                                                     &v13};
  v13.synchronization2 = v13.maintenance4 = v13.subgroupSizeControl = VK_TRUE;
  gpu::ExternalDevice external;
  const auto sentence = [&] {
    try {
      gpu::read_host_features(&timeline, nullptr, external);
    } catch (const core::Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_NE(sentence().find("timelineSemaphore"), std::string::npos);
  timeline.timelineSemaphore = VK_TRUE;
  EXPECT_EQ(sentence(), "");
  EXPECT_TRUE(external.subgroup_size_control);
  EXPECT_FALSE(external.f16_storage);
  v13.synchronization2 = VK_FALSE;
  EXPECT_NE(sentence().find("synchronization2"), std::string::npos);
  v13.synchronization2 = VK_TRUE;
  v13.maintenance4 = VK_FALSE;
  EXPECT_NE(sentence().find("maintenance4"), std::string::npos);
}

}  // namespace
}  // namespace figment
