#include "studio/flow_painter.h"

#include <array>

#include "training/flow_task.h"
#include "training/weights.h"

namespace figment::studio {
namespace {

using tensor::DType;
using tensor::Tensor;

constexpr float noise_shown = 0.4F;  // what noise is multiplied by to lie within black and white

}  // namespace

struct FlowPainter::Programs {
  tensor::Graph noise_graph, decode_graph, encode_graph;
  std::unique_ptr<runtime::Program> noise, decode, encode;
};

std::shared_ptr<models::Flow> load_flow(const std::filesystem::path& weights) {
  return training::load_network<models::Flow>("flow", weights);
}

FlowPainter::FlowPainter(runtime::Context& context, std::shared_ptr<models::Flow> network, int count)
    : context_(context), network_(std::move(network)), count_(count), programs_(std::make_unique<Programs>()) {
  const tensor::TensorType type = {{count_, side(), side(), 3}, DType::f32};
  noise_ = tensor::make_variable("flow.noise", type);
  pictures_ = tensor::make_variable("flow.pictures", type);
  display_ = tensor::make_variable("flow.display", {{stages() * count_, shown_side(), shown_side(), 3}, DType::f32});
  strip_ = tensor::make_variable("flow.strip", {{stages(), shown_side(), shown_side(), 3}, DType::f32});

  tensor::Graph& noise = programs_->noise_graph;
  const Tensor seed = noise.input("seed", {{4}, DType::u32});
  const Tensor temperature = noise.input("temperature", {{1}, DType::f32});
  ops::assign(noise.variable(noise_), ops::random_normal(seed, type.shape, 0) * temperature);
  programs_->noise = runtime::compile(context, noise, {}, {.name = "flow noise"});

  tensor::Graph& decode = programs_->decode_graph;
  std::vector<Tensor> states = network_->decode(decode.variable(noise_));
  ops::assign(decode.variable(pictures_), states.back());
  show(states);
  programs_->decode = runtime::compile(context, decode, {}, {.name = "noise to pictures", .frozen = true});

  tensor::Graph& encode = programs_->encode_graph;
  states = network_->encode(encode.variable(pictures_)).states;
  ops::assign(encode.variable(noise_), states.back());
  show({states.rbegin(), states.rend()});
  programs_->encode = runtime::compile(context, encode, {}, {.name = "pictures to noise", .frozen = true});
}

FlowPainter::~FlowPainter() = default;

/// Puts the states, the noise first, where they are shown.
void FlowPainter::show(const std::vector<Tensor>& states) const {
  tensor::Graph& graph = *states.front().graph;
  std::vector<Tensor> shown;
  std::vector<Tensor> first;
  for (std::size_t i = 0; i < states.size(); ++i) {
    const float way = static_cast<float>(i) / static_cast<float>(states.size() - 1);
    shown.push_back(ops::upsample_nearest(states[i] * (noise_shown + (1 - noise_shown) * way), zoom));
    first.push_back(ops::slice(shown.back(), 0, 0, 1));
  }
  ops::assign(graph.variable(display_), ops::concat(shown, 0));
  ops::assign(graph.variable(strip_), ops::concat(first, 0));
}

void FlowPainter::make_noise(std::uint64_t seed, float temperature) {
  programs_->noise->write_ints(
      "seed", std::array<std::int32_t, 4>{static_cast<std::int32_t>(static_cast<std::uint32_t>(seed)),
                                          static_cast<std::int32_t>(static_cast<std::uint32_t>(seed >> 32)), 0, 0});
  programs_->noise->write("temperature", std::array<float, 1>{temperature});
  programs_->noise->submit();
}

void FlowPainter::set_noise(const std::vector<float>& noise) { context_.upload(noise_, noise); }

void FlowPainter::set_pictures(const std::vector<float>& pictures) { context_.upload(pictures_, pictures); }

void FlowPainter::decode() { programs_->decode->submit(); }

void FlowPainter::encode() { programs_->encode->submit(); }

bool FlowPainter::advance(bool is_decoding, double budget_ms) {
  return (is_decoding ? programs_->decode : programs_->encode)->advance(budget_ms);
}

bool FlowPainter::is_idle(bool is_decoding) const {
  return (is_decoding ? programs_->decode : programs_->encode)->is_idle();
}

std::vector<float> FlowPainter::read_noise() { return context_.download(noise_).floats; }

std::vector<float> FlowPainter::read_pictures() { return context_.download(pictures_).floats; }

runtime::BufferSlice FlowPainter::stage_memory(int stage) {
  runtime::BufferSlice slice = context_.memory(display_);
  slice.bytes = static_cast<VkDeviceSize>(count_ * shown_side() * shown_side() * 3) * sizeof(float);
  slice.offset += static_cast<VkDeviceSize>(stage) * slice.bytes;
  return slice;
}

runtime::BufferSlice FlowPainter::strip_memory() { return context_.memory(strip_); }

std::vector<runtime::Program*> FlowPainter::compiled() {
  return {programs_->noise.get(), programs_->decode.get(), programs_->encode.get()};
}

}  // namespace figment::studio
