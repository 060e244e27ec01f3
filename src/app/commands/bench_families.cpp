#include <fmt/format.h>

#include <array>

#include "app/commands/bench_case.h"
#include "core/random.h"
#include "models/latent_coder/latent_coder.h"
#include "models/latent_diffusion/latent_unet.h"
#include "studio/cell_painter.h"
#include "training/autoencoder_task.h"
#include "training/cgan_task.h"
#include "training/flow_matching_task.h"
#include "training/flow_task.h"
#include "training/gan_task.h"
#include "training/pixelcnn_task.h"
#include "training/sketch_task.h"
#include "training/trainer.h"
#include "training/vae_task.h"

/// One row for making and one for training of each family of pictures, with fresh weights and fixed batches: what the
/// device does, without the drawing of data. tests/bench has the same nets in PyTorch.
namespace figment::app {
namespace {

using tensor::DType;
using tensor::Graph;
using tensor::Tensor;

Tensor floats(Graph& graph, const char* name, tensor::Shape shape) { return graph.input(name, {shape, DType::f32}); }

Tensor ids(Graph& graph, const std::string& name, std::int64_t count) {
  return graph.input(name, {{count}, DType::i32});
}

std::vector<Tensor> labels(Graph& graph, std::size_t axes, std::int64_t batch) {
  std::vector<Tensor> all;
  for (std::size_t i = 0; i < axes; ++i) all.push_back(ids(graph, "label" + std::to_string(i), batch));
  return all;
}

/// Noise for the numbers, and zeros for the labels.
void fill_inputs(runtime::Program& program, const Graph& graph, tensor::NodeId count) {
  for (tensor::NodeId id = 0; id < count; ++id) {
    const tensor::Node& node = graph.node(id);
    if (node.kind != tensor::Node::Kind::input) continue;
    const auto size = static_cast<std::size_t>(node.outputs[0].shape.count());
    if (node.outputs[0].dtype == DType::f32) {
      core::Random random(1, static_cast<std::uint64_t>(id));
      std::vector<float> values(size);
      for (float& value : values) value = random.normal();
      program.write(node.name, values);
    } else {
      program.write_ints(node.name, std::vector<std::int32_t>(size));
    }
  }
}

/// A net as it is used: what is traced, and how often a picture takes it.
struct Traced {
  Tensor output;
  std::int64_t parameters = 0;
};

BenchCase generate_case(const std::string& family, std::int64_t batch, int evaluations,
                        std::function<Traced(Graph& graph, std::int64_t batch)> trace) {
  return {fmt::format("{}_generate_b{}", family, batch),
          [=](const BenchCase::MakeContext& context, const BenchSettings& settings) {
            Graph graph;
            const Traced traced = trace(graph, batch);
            const auto program =
                runtime::compile(context(), graph, std::array{traced.output}, {.name = family, .frozen = true});
            fill_inputs(*program, graph, graph.size());
            BenchRow row;
            measure(row, settings.repeat, [&] {
              program->submit();
              program->wait();
            });
            take_statistics(row, *program, 4.0 * static_cast<double>(traced.parameters));
            row.rate = 1000.0 * static_cast<double>(batch) / (row.best_ms * evaluations);
            row.rate_unit = "pictures/s";
            row.extra = {{"parameters", static_cast<double>(traced.parameters)}};
            return row;
          }};
}

/// A row of cells of the pictures, as the painter makes them.
BenchCase pixelcnn_case(int batch) {
  return {fmt::format("pixelcnn_generate_b{}", batch),
          [=](const BenchCase::MakeContext& context, const BenchSettings& settings) {
            const auto network = std::make_shared<models::PixelCnn>(models::PixelCnnConfig{}, 1);
            studio::CellPainter painter(context(), network, batch);
            studio::CellPainter::Wanted wanted;
            wanted.hue.assign(static_cast<std::size_t>(batch), 0);
            wanted.body = wanted.hue;
            BenchRow row;
            measure(row, settings.repeat, [&] {
              if (painter.cells().empty() || painter.is_finished()) {
                const auto count = static_cast<std::size_t>(batch * painter.cell_count());
                painter.begin(wanted, std::vector<std::int32_t>(count, painter.empty()));
              }
              for (int i = 0; i < painter.side(); ++i) painter.run_cell();
            });
            const auto parameters = static_cast<double>(network->parameters().count());
            take_statistics(row, *painter.programs().back(), 4.0 * parameters);
            row.flops = 0;  // of the row, not of one cell
            row.rate = 1000.0 * batch / (row.best_ms * painter.side());
            row.rate_unit = "pictures/s";
            row.extra = {{"parameters", parameters}};
            return row;
          }};
}

/// A task whose batches are one and the same: noise of the right shapes.
class FixedBatchTask : public training::Task {
 public:
  explicit FixedBatchTask(std::unique_ptr<training::Task> task) : task_(std::move(task)) {}
  std::string name() const override { return task_->name(); }
  std::string data_version() const override { return "noise"; }
  std::string unit() const override { return "pictures"; }
  training::TrainSettings defaults() const override { return task_->defaults(); }
  nn::ParameterList& parameters() override { return task_->parameters(); }
  nn::ParameterList& average() override { return task_->average(); }
  training::Objective objective(nn::Graph& graph, std::int64_t batch) override {
    training::Objective objective = task_->objective(graph, batch);
    graph_ = &graph;
    nodes_ = graph.size();  // what the trainer adds is filled by itself
    return objective;
  }
  void write_batch(runtime::Program& program, std::int64_t /*batch*/, core::Random& /*random*/) override {
    if (!is_written_) fill_inputs(program, *graph_, nodes_);
    is_written_ = true;
  }

 private:
  std::unique_ptr<training::Task> task_;
  const nn::Graph* graph_ = nullptr;
  tensor::NodeId nodes_ = 0;
  bool is_written_ = false;
};

/// For families whose own tasks need the weights of others: the network and its loss.
template <typename Network>
class LossTask : public training::NetworkTask<Network> {
 public:
  using Loss = std::function<Tensor(nn::Graph& graph, const Network& network, std::int64_t batch)>;
  template <typename Config>
  LossTask(const Config& config, Loss loss) : training::NetworkTask<Network>(config, 1), loss_(std::move(loss)) {}
  std::string name() const override { return "loss"; }
  std::string data_version() const override { return "noise"; }
  std::string unit() const override { return "pictures"; }
  training::TrainSettings defaults() const override { return {}; }
  training::Objective objective(nn::Graph& graph, std::int64_t batch) override {
    return loss_(graph, this->network(), batch);
  }
  void write_batch(runtime::Program&, std::int64_t, core::Random&) override {}

 private:
  Loss loss_;
};

BenchCase train_case(const std::string& family, std::int64_t batch,
                     std::function<std::unique_ptr<training::Task>()> make_task) {
  return {fmt::format("{}_train_b{}", family, batch),
          [=](const BenchCase::MakeContext& context, const BenchSettings& settings) {
            auto task = std::make_unique<FixedBatchTask>(make_task());
            training::TrainSettings train = task->defaults();
            train.batch = batch;
            train.steps = 1'000'000;
            train.minutes = 0;
            training::Trainer trainer(context(), std::move(task), train);
            BenchRow row;
            measure(row, settings.repeat, [&] { trainer.step(); });
            const auto parameters = static_cast<double>(trainer.task().parameters().count());
            take_statistics(row, trainer.program(), 16.0 * parameters);  // with their average and two moments
            row.rate = 1000.0 * static_cast<double>(batch) / row.best_ms;
            row.rate_unit = "pictures/s";
            row.extra = {{"parameters", parameters}};
            return row;
          }};
}

template <typename Task>
BenchCase train_case(const std::string& family, std::int64_t batch) {
  return train_case(family, batch, [] { return std::make_unique<Task>(); });
}

models::LatentUnetConfig latent_config() {
  models::LatentUnetConfig config;
  config.vocabulary = 300;
  return config;
}

Tensor words(Graph& graph, std::int64_t batch) {
  return graph.input("words", {{batch, latent_config().words}, DType::i32});
}

/// What is fit to be seen by the network of latent diffusion, and what it says of it.
Tensor latent_prediction(Graph& graph, const models::LatentUnet& network, std::int64_t batch) {
  const std::int64_t side = network.config().side;
  return network(floats(graph, "x", {batch, side, side, network.config().code}), floats(graph, "time", {batch}),
                 words(graph, batch));
}

Tensor velocity(Graph& graph, const models::VelocityNet& network, std::int64_t batch) {
  const models::UnetConfig& config = network.config();
  const Tensor x = floats(graph, "x", {batch, config.side(), config.side(), config.depth()});
  return network(x, floats(graph, "angle", {batch}), labels(graph, config.classes.size(), batch));
}

void add_digit_families(std::vector<BenchCase>& cases) {
  cases.push_back(generate_case("autoencoder", 32, 1, [](Graph& graph, std::int64_t batch) {
    models::Autoencoder network({}, 1);
    return Traced{network.denoising(floats(graph, "pictures", {batch, 32, 32, 1})), network.parameters().count()};
  }));
  cases.push_back(generate_case("vae", 32, 1, [](Graph& graph, std::int64_t batch) {
    models::Vae network({}, 1);
    const Tensor codes = floats(graph, "codes", {batch, models::Vae::space_size});
    return Traced{network.space.decode(codes, floats(graph, "log_beta", {batch, 1})), network.parameters().count()};
  }));
  cases.push_back(generate_case("cgan", 32, 1, [](Graph& graph, std::int64_t batch) {
    models::Cgan network({}, 1);
    const Tensor styles = floats(graph, "styles", {batch, models::Cgan::style_size});
    return Traced{network.generator(styles, ids(graph, "digits", batch)), network.parameters().count()};
  }));
  cases.push_back(train_case<training::AutoencoderTask>("autoencoder", 32));
  cases.push_back(train_case<training::VaeTask>("vae", 32));
  cases.push_back(train_case<training::CganTask>("cgan", 32));
}

void add_creature_families(std::vector<BenchCase>& cases) {
  cases.push_back(generate_case("gan", 32, 1, [](Graph& graph, std::int64_t batch) {
    models::Gan network({}, 1);
    return Traced{network.generate(floats(graph, "noise", {batch, network.config().latent})),
                  network.parameters().count()};
  }));
  cases.push_back(generate_case("flow", 16, 1, [](Graph& graph, std::int64_t batch) {
    models::Flow network({}, 1);
    const std::int64_t side = network.config().side;
    return Traced{network.decode(floats(graph, "noise", {batch, side, side, 3})).back(), network.parameters().count()};
  }));
  cases.push_back(pixelcnn_case(8));
  cases.push_back(train_case<training::GanTask>("gan", 32));
  cases.push_back(train_case<training::FlowTask>("flow", 32));
  cases.push_back(train_case<training::PixelCnnTask>("pixelcnn", 16));
}

void add_landscape_families(std::vector<BenchCase>& cases) {
  constexpr int flow_steps = 8;
  constexpr int diffusion_steps = 30;
  cases.push_back(generate_case("flow_matching", 4, flow_steps, [](Graph& graph, std::int64_t batch) {
    models::VelocityNet network({}, 1);
    return Traced{velocity(graph, network, batch), network.parameters().count()};
  }));
  cases.push_back(train_case("flow_matching", 16, [] {
    return std::make_unique<LossTask<models::VelocityNet>>(
        models::UnetConfig{}, [](nn::Graph& graph, const models::VelocityNet& network, std::int64_t batch) {
          const models::UnetConfig& config = network.config();
          const tensor::Shape shape = {batch, config.side(), config.side(), config.depth()};
          return training::straight_loss(network, floats(graph, "noise", shape), floats(graph, "picture", shape),
                                         floats(graph, "angle", {batch}), labels(graph, config.classes.size(), batch));
        });
  }));
  cases.push_back(generate_case("latent_diffusion", 4, diffusion_steps, [](Graph& graph, std::int64_t batch) {
    models::LatentUnet network(latent_config(), 1);
    return Traced{latent_prediction(graph, network, batch), network.parameters().count()};
  }));
  cases.push_back(train_case("latent_diffusion", 16, [] {
    return std::make_unique<LossTask<models::LatentUnet>>(
        latent_config(), [](nn::Graph& graph, const models::LatentUnet& network, std::int64_t batch) {
          const Tensor predicted = latent_prediction(graph, network, batch);
          return ops::mse(predicted, floats(graph, "target", predicted.shape()));
        });
  }));
  cases.push_back(generate_case("latent_coder", 4, 1, [](Graph& graph, std::int64_t batch) {
    models::LatentCoder network({}, 1);
    const std::int64_t side = network.config().side();
    return Traced{network.decode(floats(graph, "code", {batch, side, side, network.config().code})),
                  network.parameters().count()};
  }));
  cases.push_back(generate_case("sketch", 1, 1, [](Graph& graph, std::int64_t batch) {
    models::Sketch network({}, 1);
    const std::int64_t side = network.config().side;
    return Traced{network.generator(floats(graph, "lines", {batch, side, side, 1}),
                                    labels(graph, network.config().classes.size(), batch)),
                  network.parameters().count()};
  }));
  cases.push_back(train_case<training::SketchTask>("sketch", 16));
}

}  // namespace

std::vector<BenchCase> family_bench_cases() {
  std::vector<BenchCase> cases;
  add_digit_families(cases);
  add_creature_families(cases);
  add_landscape_families(cases);
  return cases;
}

}  // namespace figment::app
