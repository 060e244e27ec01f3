#include "studio/forward_process.h"

#include <array>

#include "data/picture_source.h"
#include "sampling/schedule.h"
#include "studio/landscape_labels.h"
#include "studio/picture_generator.h"

namespace figment::studio {
namespace {

using tensor::DType;
using tensor::Tensor;

sampling::SchedulePoint level_at(double time) {
  return sampling::noise_process_named(landscape_process).make().at_time(time);
}

}  // namespace

struct ForwardProcess::Recorded {
  tensor::Graph graph;
  std::unique_ptr<runtime::Program> program;
};

ForwardProcess::ForwardProcess(runtime::Context& context, const models::Unet& network)
    : context_(context), side_(static_cast<int>(network.config().picture)), recorded_(std::make_unique<Recorded>()) {
  const models::UnetConfig& config = network.config();
  pictures_ = tensor::make_variable("forward.pictures", {{count, side_, side_, 3}, DType::f32});
  shown_ = tensor::make_variable("forward.shown", {{3 * count, side_, side_, 3}, DType::f32});
  tensor::Graph& graph = recorded_->graph;
  const Tensor level = graph.input("level", {{3}, DType::f32});  // alpha, sigma, time
  const auto entry = [&](int i) { return ops::slice(level, 0, i, i + 1); };
  const Tensor pictures = graph.variable(pictures_);
  const Tensor x0 = ops::space_to_depth(pictures, config.block);
  const Tensor noise = ops::random_normal(graph.input("seed", {{4}, DType::u32}), x0.shape(), 0);
  const Tensor x = entry(0) * x0 + entry(1) * noise;
  std::vector<Tensor> labels;  // the network is told nothing
  for (const std::int64_t any : config.classes) {
    labels.push_back(graph.constant({count}, std::vector<float>(count, static_cast<float>(any)), DType::i32));
  }
  const Tensor v = network(x, ops::broadcast_to(entry(2), {count}), labels);
  const Tensor guess = entry(0) * x - entry(1) * v;
  const std::array<Tensor, 3> shown = {pictures, ops::depth_to_space(x, config.block),
                                       ops::depth_to_space(guess, config.block)};
  ops::assign(graph.variable(shown_), ops::concat(shown, 0));
  recorded_->program = runtime::compile(context_, graph, {}, {.name = "forward process", .frozen = true});
}

ForwardProcess::~ForwardProcess() = default;

void ForwardProcess::set_pictures(std::uint64_t seed) {
  const data::PictureSource source("landscapes");
  std::vector<float> pixels(source.picture_size() * count);
  std::vector<std::int32_t> classes(source.class_axes().size() * count, -1);
  source.draw_batch(0, data::held_out_seed + seed, pixels, classes);
  context_.upload(pictures_, pixels);
}

void ForwardProcess::show(double time, std::uint64_t seed) {
  const sampling::SchedulePoint level = level_at(time);
  recorded_->program->write("level",
                            std::array<float, 3>{static_cast<float>(level.alpha), static_cast<float>(level.sigma),
                                                 static_cast<float>(level.time)});
  recorded_->program->write_ints("seed", landscape_seed(seed, 2, 0));
  recorded_->program->submit();
}

double ForwardProcess::noise_share(double time) const {
  const sampling::SchedulePoint level = level_at(time);
  return level.sigma * level.sigma;
}

runtime::Program* ForwardProcess::program() { return recorded_->program.get(); }

PictureView ForwardProcess::view(int which, std::uint64_t version) {
  runtime::BufferSlice memory = context_.memory(shown_);
  memory.bytes /= 3;
  memory.offset += static_cast<VkDeviceSize>(which) * memory.bytes;
  return {memory, count, side_, side_, version};
}

}  // namespace figment::studio
