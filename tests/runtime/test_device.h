#pragma once
#include <gtest/gtest.h>

#include <memory>

#include "runtime/context.h"

namespace figment::runtime {

/// A test with a context on a device with the validation layer; any message fails the test.
class DeviceTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    gpu::DeviceOptions options;
    options.validation = true;
    device_ = gpu::Device::create(options);
  }
  static void TearDownTestSuite() { device_.reset(); }

  void SetUp() override {
    ContextOptions options;
    options.shared_device = device_;
    context_ = std::make_unique<Context>(options);
    messages_ = device_->validation_count();
  }
  void TearDown() override {
    context_.reset();
    const auto messages = device_->validation_messages();
    for (std::size_t i = messages_; i < messages.size(); ++i) ADD_FAILURE() << "validation: " << messages[i];
  }

  Context& context() { return *context_; }
  gpu::Device& device() { return *device_; }

 private:
  static inline std::shared_ptr<gpu::Device> device_;
  std::unique_ptr<Context> context_;
  std::size_t messages_ = 0;
};

}  // namespace figment::runtime
