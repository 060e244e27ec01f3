#pragma once
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "gpu/commands.h"
#include "gpu/descriptors.h"
#include "gpu/device.h"
#include "gpu/pipeline.h"

namespace figment::gpu {

/// A device with validation, made once, and caches in a folder of the test's own. Fails on any validation message.
class GpuTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    cache = std::filesystem::temp_directory_path() / ("figment_gpu_test_" + std::to_string(::getpid()));
    ::setenv("XDG_CACHE_HOME", cache.c_str(), 1);
    device = Device::create({.validation = true}).release();
    shaders = new ShaderLibrary;
    pipelines = new PipelineCache(*device, *shaders);
  }
  static void TearDownTestSuite() {
    delete pipelines;
    delete shaders;
    delete device;
    std::filesystem::remove_all(cache);
  }
  void TearDown() override { EXPECT_EQ(device->validation_count(), 0U); }

  static PipelineSpec fill_spec() {
    return {.shader = "fill.comp", .bindings = {BindingKind::storage_buffer}, .push_bytes = 8};
  }

  static inline Device* device = nullptr;
  static inline ShaderLibrary* shaders = nullptr;
  static inline PipelineCache* pipelines = nullptr;
  static inline std::filesystem::path cache;
};

}  // namespace figment::gpu
