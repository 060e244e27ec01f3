#include <fmt/format.h>

#include "app/commands/commands.h"
#include "data/dataset.h"
#include "gpu/device.h"
#include "sampling/sampler.h"
#include "sampling/schedule.h"
#include "studio/family.h"

namespace figment::app {
namespace {

void print_row(std::string_view name, std::string_view text) { fmt::print("  {:<18} {}\n", name, text); }

int list_everything() {
  fmt::print("models\n");
  for (const studio::Family& family : studio::families()) print_row(family.name, family.sentence);
  fmt::print("\nsamplers\n");
  for (const sampling::Sampler& sampler : sampling::samplers()) print_row(sampler.name, sampler.tooltip);
  fmt::print("\nschedules\n");
  for (const sampling::Schedule& schedule : sampling::schedules()) print_row(schedule.name, schedule.tooltip);
  fmt::print("\ndata sets\n");
  for (const data::Dataset& dataset : data::datasets()) print_row(dataset.name, dataset.description);
  fmt::print("\ndevices\n");
  const std::vector<gpu::DeviceInfo> devices = gpu::list_devices();
  for (std::size_t i = 0; i < devices.size(); ++i) {
    print_row(std::to_string(i), fmt::format("{} ({})", devices[i].name, gpu::name_of(devices[i].type)));
  }
  if (devices.empty()) print_row("none", "install mesa-vulkan-drivers and libvulkan1");
  return 0;
}

}  // namespace

void add_list(CLI::App& app, CommonOptions&, Run& run) {
  app.add_subcommand("list", "Models, samplers, schedules, data sets and devices")->callback([&run] {
    run = list_everything;
  });
}

}  // namespace figment::app
