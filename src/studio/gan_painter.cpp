#include "studio/gan_painter.h"

#include <array>

#include "core/error.h"
#include "core/random.h"
#include "training/gan_task.h"
#include "training/weights.h"

namespace figment::studio {
namespace {

using tensor::DType;
using tensor::Tensor;

}  // namespace

struct GanPainter::Programs {
  tensor::Graph make_graph, judge_graph;
  Tensor made_scores, real_scores;  ///< f32 [count, 1]
  std::unique_ptr<runtime::Program> make, judge;
};

std::shared_ptr<models::Gan> load_gan(const std::filesystem::path& weights) {
  return training::load_network<models::Gan>("gan", weights);
}

std::vector<float> latent_point(std::uint64_t seed, int size) {
  core::Random random(seed, 9);
  std::vector<float> point;
  for (int i = 0; i < size; ++i) point.push_back(random.normal());
  return point;
}

GanPainter::GanPainter(runtime::Context& context, std::shared_ptr<models::Gan> network, int count)
    : context_(context), network_(std::move(network)), count_(count), programs_(std::make_unique<Programs>()) {
  const tensor::TensorType type = {{count_, side(), side(), 3}, DType::f32};
  pictures_ = tensor::make_variable("gan.pictures", type);
  tensor::Graph& make = programs_->make_graph;
  const Tensor made = network_->generate(make.input("noise", {{count_, latent()}, DType::f32}));
  ops::assign(make.variable(pictures_), made);
  programs_->made_scores = ops::sigmoid(network_->discriminate(made));
  const std::array<Tensor, 1> made_outputs = {programs_->made_scores};
  programs_->make = runtime::compile(context, make, made_outputs, {.name = "generate", .frozen = true});
  tensor::Graph& judge = programs_->judge_graph;
  programs_->real_scores = ops::sigmoid(network_->discriminate(judge.input("pictures", type)));
  const std::array<Tensor, 1> real_outputs = {programs_->real_scores};
  programs_->judge = runtime::compile(context, judge, real_outputs, {.name = "discriminate", .frozen = true});
}

GanPainter::~GanPainter() = default;

void GanPainter::set_noise(const std::vector<float>& noise) { programs_->make->write("noise", noise); }

bool GanPainter::advance(double budget_ms) { return programs_->make->advance(budget_ms); }

bool GanPainter::is_idle() const { return programs_->make->is_idle(); }

void GanPainter::run() {
  programs_->make->submit();
  programs_->make->wait();
}

std::vector<float> GanPainter::made_scores() { return programs_->make->read(programs_->made_scores).floats; }

std::vector<float> GanPainter::real_scores(const std::vector<float>& pictures) {
  programs_->judge->write("pictures", pictures);
  programs_->judge->submit();
  return programs_->judge->read(programs_->real_scores).floats;
}

std::vector<float> GanPainter::read_pictures() { return context_.download(pictures_).floats; }

runtime::BufferSlice GanPainter::pictures_memory() { return context_.memory(pictures_); }

std::vector<runtime::Program*> GanPainter::compiled() { return {programs_->make.get(), programs_->judge.get()}; }

}  // namespace figment::studio
