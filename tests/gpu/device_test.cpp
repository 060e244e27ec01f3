#include "gpu/device.h"

#include <gmock/gmock.h>

#include <thread>

#include "gpu/gpu_fixture.h"

namespace figment::gpu {
namespace {

using testing::HasSubstr;

std::string message_of(const DeviceOptions& options) {
  try {
    Device::create(options);
  } catch (const core::Error& error) {
    return error.what();
  }
  return "";
}

class DeviceTest : public GpuTest {};

TEST_F(DeviceTest, ListsDevicesWithTheirTraits) {
  const auto devices = list_devices();
  ASSERT_FALSE(devices.empty());
  for (const DeviceInfo& info : devices) {
    EXPECT_FALSE(info.name.empty());
    EXPECT_GE(info.max_storage_range, 1U << 27);
    EXPECT_GE(info.max_push_bytes, 128U);
    EXPECT_GT(info.heap_bytes, 0U);
    EXPECT_GE(info.subgroup_size, 1U);
  }
}

TEST_F(DeviceTest, IsChosenByNumberAndName) {
  const auto devices = list_devices();
  EXPECT_EQ(Device::create({.select = "0"})->info().name, devices[0].name);
  if (devices.size() == 1) {
    EXPECT_EQ(Device::create({.select = devices[0].name.substr(0, 4)})->info().name, devices[0].name);
  }
}

TEST_F(DeviceTest, WrongChoicesAreExplained) {
  EXPECT_THAT(message_of({.select = "no such device"}), HasSubstr("No device is called 'no such device'"));
  EXPECT_THAT(message_of({.select = "999"}), HasSubstr("no device number 999"));
  EXPECT_THAT(message_of({.select = "99999999999999999999"}), HasSubstr("no device number"));
  EXPECT_THAT(message_of({.instance_extensions = {"VK_KHR_nonsense"}}), HasSubstr("VK_KHR_nonsense"));
  ::setenv("FIGMENT_DEVICE", "from the environment", 1);
  EXPECT_THAT(message_of({}), HasSubstr("from the environment"));
  ::unsetenv("FIGMENT_DEVICE");
}

TEST_F(DeviceTest, WithoutADriverThePackagesAreNamed) {
  const char* drivers[] = {"VK_DRIVER_FILES", "VK_ICD_FILENAMES"};
  std::string before[2];
  for (int i = 0; i < 2; ++i) {
    if (const char* value = std::getenv(drivers[i])) before[i] = value;
    ::setenv(drivers[i], "/no/such/driver.json", 1);
  }
  EXPECT_THAT(message_of({}), HasSubstr("mesa-vulkan-drivers"));
  EXPECT_TRUE(list_devices().empty());
  for (int i = 0; i < 2; ++i) {
    before[i].empty() ? ::unsetenv(drivers[i]) : ::setenv(drivers[i], before[i].c_str(), 1);
  }
}

TEST_F(DeviceTest, LostDeviceAndFailuresAreNamed) {
  EXPECT_THROW(check(VK_ERROR_DEVICE_LOST, "vkQueueSubmit2"), DeviceLost);
  try {
    check(VK_ERROR_OUT_OF_DEVICE_MEMORY, "vkAllocateMemory");
    FAIL();
  } catch (const core::Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("vkAllocateMemory"));
    EXPECT_THAT(error.what(), HasSubstr("VK_ERROR_OUT_OF_DEVICE_MEMORY"));
  }
}

TEST_F(DeviceTest, ValidationMessagesAreKept) {
  const auto other = Device::create({.validation = true});
  VkBufferCreateInfo info{VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO};
  info.size = 0;  // not allowed
  info.usage = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT;
  VkBuffer buffer = VK_NULL_HANDLE;
  if (vkCreateBuffer(other->handle(), &info, nullptr, &buffer) == VK_SUCCESS) {
    vkDestroyBuffer(other->handle(), buffer, nullptr);
  }
  EXPECT_GE(other->validation_count(), 1U);
}

TEST_F(DeviceTest, AdoptsTheDeviceOfAHost) {
  ExternalDevice external;
  external.instance = device->instance();
  external.physical_device = device->physical();
  external.device = device->handle();
  external.queue = device->queue().handle();
  external.queue_family = device->queue().family();
  external.queue_mutex = &device->queue().mutex();
  const auto guest = Device::create({.external = external});
  EXPECT_EQ(guest->info().name, device->info().name);
  EXPECT_FALSE(guest->info().f16_storage);
  const std::uint64_t value = guest->queue().submit(std::span<const VkCommandBuffer>{});
  EXPECT_TRUE(guest->queue().wait(value, 10000.0));
}

TEST_F(DeviceTest, TimelineCountsSubmissionsOfManyThreads) {
  Queue& queue = device->queue();
  const std::uint64_t start = queue.submitted();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 8; ++i) queue.wait(queue.submit(std::span<const VkCommandBuffer>{}));
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(queue.submitted(), start + 32);
  EXPECT_EQ(queue.completed(), start + 32);
  EXPECT_TRUE(queue.is_done(start + 32));
  EXPECT_FALSE(queue.is_done(start + 33));
  EXPECT_FALSE(queue.wait(start + 33, 1.0));
}

}  // namespace
}  // namespace figment::gpu
