#include "gpu/commands.h"

#include <gmock/gmock.h>

#include <cmath>
#include <cstring>
#include <thread>

#include "gpu/gpu_fixture.h"
#include "gpu/image.h"

namespace figment::gpu {
namespace {

using testing::Each;

struct Push {
  std::uint32_t count, value;
};

class CommandsTest : public GpuTest {
 protected:
  static std::vector<std::uint32_t> words_of(const Buffer& buffer) {
    std::vector<std::uint32_t> words(buffer.size() / 4);
    download(*device, buffer, std::as_writable_bytes(std::span(words)));
    return words;
  }
};

TEST_F(CommandsTest, FillsABufferAndReadsItBack) {
  const PipelinePtr pipeline = pipelines->get(fill_spec());
  const Buffer buffer(*device, 4000);
  DescriptorAllocator sets(*device);
  const Binding bindings[] = {Binding::storage(buffer)};
  CommandBuffer commands(*device);
  commands.begin();
  commands.bind(*pipeline, sets.make(*pipeline, bindings));
  commands.push_value(Push{1000, 0xabcd});
  commands.dispatch(16);
  commands.barrier(Access::compute, Access::host);
  commands.end();
  device->queue().run(commands.handle());
  EXPECT_THAT(words_of(buffer), Each(0xabcdU));
}

TEST_F(CommandsTest, ReplayAllocatesAndRecordsNothing) {
  const PipelinePtr pipeline = pipelines->get(fill_spec());
  const Buffer buffer(*device, 4096);
  DescriptorAllocator sets(*device);
  const Binding bindings[] = {Binding::storage(buffer)};
  CommandBuffer commands(*device);
  commands.begin();
  commands.barrier(Access::all, Access::all);
  commands.bind(*pipeline, sets.make(*pipeline, bindings));
  commands.push_value(Push{1024, 7});
  commands.dispatch(16);
  commands.end();
  Counts before = device->statistics().snapshot();
  EXPECT_GE(before.allocated_bytes, 4096U);
  EXPECT_EQ(device->allocated_bytes(), before.allocated_bytes);
  for (int i = 0; i < 10; ++i) device->queue().submit(commands.handle());
  device->wait_idle();
  before.submissions += 10;
  EXPECT_EQ(device->statistics().snapshot(), before);
}

TEST_F(CommandsTest, TexelViewsReadPartOfABuffer) {
  shaders->add("test_texel.comp", R"(#version 460
    layout(local_size_x = 8) in;
    layout(constant_id = 0) const uint factor = 1;
    layout(binding = 0) uniform samplerBuffer source;
    layout(binding = 1, rgba32f) writeonly uniform imageBuffer target;
    void main() {
      int i = int(gl_GlobalInvocationID.x);
      imageStore(target, i, texelFetch(source, i) * float(factor));
    })");
  const PipelinePtr pipeline = pipelines->get({.shader = "test_texel.comp",
                                               .bindings = {BindingKind::uniform_texel, BindingKind::storage_texel},
                                               .constants = {3},
                                               .subgroup_size = device->info().subgroup_size,
                                               .full_subgroups = true});
  std::vector<float> input(96);
  for (std::size_t i = 0; i < input.size(); ++i) input[i] = static_cast<float>(i);
  const Buffer source(*device, input.size() * 4), target(*device, 128);
  upload(*device, source, std::as_bytes(std::span(input)));
  const BufferView in = source.texel_view(256, 128, VK_FORMAT_R32G32B32A32_SFLOAT);
  const BufferView out = target.texel_view(0, 128, VK_FORMAT_R32G32B32A32_SFLOAT);
  DescriptorAllocator sets(*device);
  const Binding bindings[] = {Binding::texel(in), Binding::texel_write(out)};
  CommandBuffer commands(*device);
  commands.begin();
  commands.barrier(Access::all, Access::all);
  commands.bind(*pipeline, sets.make(*pipeline, bindings));
  commands.dispatch(1);
  commands.barrier(Access::all, Access::host);
  commands.end();
  device->queue().run(commands.handle());
  std::vector<float> output(32);
  download(*device, target, std::as_writable_bytes(std::span(output)));
  for (std::size_t i = 0; i < output.size(); ++i) EXPECT_EQ(output[i], 3.0F * static_cast<float>(64 + i));
}

TEST_F(CommandsTest, CopiesFillsUpdatesAndDispatchesIndirectly) {
  const PipelinePtr pipeline = pipelines->get(fill_spec());
  const Buffer a(*device, 1024, MemoryKind::device), b(*device, 1024, MemoryKind::readback),
      sizes(*device, 16, MemoryKind::upload);
  ASSERT_NE(b.mapped(), nullptr);
  ASSERT_NE(sizes.mapped(), nullptr);
  const std::uint32_t groups[] = {1, 1, 1, 0};
  std::memcpy(sizes.mapped(), groups, sizeof(groups));
  DescriptorAllocator sets(*device);
  const Binding bindings[] = {Binding::storage(a)};
  const std::uint32_t patch[] = {5, 6};
  CommandBuffer commands(*device);
  commands.begin();
  commands.fill(a, 0, 1024, 1);
  commands.barrier(Access::transfer, Access::compute);
  commands.bind(*pipeline, sets.make(*pipeline, bindings));
  commands.push_value(Push{64, 2});
  commands.dispatch_indirect(sizes, 0);
  commands.barrier(Access::compute, Access::transfer);
  commands.update(a, 8, std::as_bytes(std::span(patch)));
  commands.barrier(Access::transfer, Access::transfer);
  commands.copy(a, 0, b, 0, 1024);
  commands.barrier(Access::transfer, Access::host);
  commands.end();
  device->queue().run(commands.handle());
  const auto* words = b.mapped_as<std::uint32_t>();
  EXPECT_EQ(words[0], 2U);
  EXPECT_EQ(words[2], 5U);
  EXPECT_EQ(words[3], 6U);
  EXPECT_EQ(words[63], 2U);
  EXPECT_EQ(words[64], 1U);
}

TEST_F(CommandsTest, TimersAreWrittenByEachReplay) {
  const Timers timers(*device, 4);
  if (!timers.is_available()) GTEST_SKIP() << "no timestamps on this device";
  const Buffer buffer(*device, 1 << 20);
  CommandBuffer commands(*device);
  commands.begin();
  commands.reset_timers(timers, 0, 2);
  commands.timestamp(timers, 0);
  commands.fill(buffer, 0, buffer.size(), 3);
  commands.timestamp(timers, 1);
  commands.end();
  for (int i = 0; i < 2; ++i) {
    device->queue().run(commands.handle());
    const auto elapsed = timers.elapsed_ms(0, 1);
    ASSERT_TRUE(elapsed.has_value());
    EXPECT_TRUE(std::isfinite(*elapsed) && *elapsed >= 0.0);
  }
  EXPECT_THROW((void)timers.read_ns(3, 2), core::Error);
}

TEST_F(CommandsTest, WrongUseIsExplained) {
  EXPECT_THROW(Buffer(*device, 0), core::Error);
  EXPECT_THROW(Buffer(*device, 1ULL << 50), core::Error);
  const Buffer buffer(*device, 256);
  EXPECT_THROW((void)buffer.texel_view(0, 512, VK_FORMAT_R32_SFLOAT), core::Error);
  const PipelinePtr pipeline = pipelines->get(fill_spec());
  DescriptorAllocator sets(*device);
  EXPECT_THROW(sets.make(*pipeline, {}), core::Error);
  const Binding wrong[] = {Binding::uniform(buffer)};
  EXPECT_THROW(sets.make(*pipeline, wrong), core::Error);
  EXPECT_THROW((void)pipelines->get({.shader = "no_such.comp"}), core::Error);
  auto spec = fill_spec();
  spec.push_bytes = 1 << 20;
  EXPECT_THROW((void)pipelines->get(spec), core::Error);
  std::byte bytes[512];
  EXPECT_THROW(upload(*device, buffer, bytes), core::Error);
}

TEST_F(CommandsTest, DescriptorPoolsGrow) {
  const PipelinePtr pipeline = pipelines->get(fill_spec());
  const Buffer buffer(*device, 256);
  DescriptorAllocator sets(*device);
  const Binding bindings[] = {Binding::storage(buffer)};
  for (int i = 0; i < 700; ++i) EXPECT_NE(sets.make(*pipeline, bindings), VkDescriptorSet{VK_NULL_HANDLE});
}

TEST_F(CommandsTest, OnePipelineForManyThreads) {
  const std::uint64_t before = device->statistics().pipelines;
  auto spec = fill_spec();
  spec.constants = {42};
  std::vector<PipelinePtr> got(4);
  std::vector<std::thread> threads;
  for (auto& slot : got) threads.emplace_back([&] { slot = pipelines->get(spec); });
  for (std::thread& thread : threads) thread.join();
  for (const auto& slot : got) EXPECT_EQ(slot, got[0]);
  EXPECT_EQ(device->statistics().pipelines, before + 1);
  std::size_t last = 0;
  const std::vector<PipelineSpec> specs = {fill_spec(), spec};
  pipelines->prepare(specs, [&](std::size_t done, std::size_t total) {
    last = done;
    return done < total;
  });
  EXPECT_EQ(last, 2U);
}

TEST_F(CommandsTest, PipelineCacheSurvivesDamage) {
  (void)pipelines->get(fill_spec());
  pipelines->save();
  const auto folder = cache / "figment" / "pipelines";
  ASSERT_TRUE(std::filesystem::exists(folder));
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::filesystem::resize_file(entry.path(), std::filesystem::file_size(entry.path()) / 2);
  }
  PipelineCache again(*device, *shaders);
  EXPECT_NE(again.get(fill_spec()), nullptr);
}

TEST_F(CommandsTest, PipelineCacheKeepsFewThatNobodyHolds) {
  const auto spec_of = [](std::uint32_t constant) {
    PipelineSpec spec = fill_spec();
    spec.constants = {constant};
    return spec;
  };
  PipelineCache few(*device, *shaders, 2);
  const PipelinePtr held = few.get(spec_of(1));
  (void)few.get(spec_of(2));
  (void)few.get(spec_of(3));
  (void)few.get(spec_of(2));
  (void)few.get(spec_of(4));
  (void)few.get(spec_of(5));
  EXPECT_EQ(few.size(), 4U) << "the held one, two that nobody holds, and the one that is asked for";
  const std::uint64_t built = device->statistics().pipelines;
  EXPECT_EQ(few.get(spec_of(1)), held);
  (void)few.get(spec_of(2));
  (void)few.get(spec_of(4));
  EXPECT_EQ(device->statistics().pipelines, built);
  (void)few.get(spec_of(3));  // longest not asked for
  EXPECT_EQ(device->statistics().pipelines, built + 1);
}

TEST_F(CommandsTest, ImagesAreMadeAndCounted) {
  const std::uint64_t before = device->allocated_bytes();
  {
    Image image(*device, 64, 32);
    const Image moved = std::move(image);
    EXPECT_EQ(moved.width(), 64U);
    EXPECT_GT(device->allocated_bytes(), before);
  }
  EXPECT_EQ(device->allocated_bytes(), before);
  EXPECT_THROW(Image(*device, 0, 4), core::Error);
}

}  // namespace
}  // namespace figment::gpu
