#include "models/pixelcnn/pixelcnn.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "models/one_batch.h"
#include "runtime/test_device.h"

namespace figment::models {
namespace {

constexpr std::int64_t side = 8;
constexpr std::int64_t cells = side * side;
constexpr std::int64_t colors = 5;

PixelCnnConfig tiny() {
  PixelCnnConfig config;
  config.side = side;
  config.colors = colors;
  config.channels = 16;
  config.layers = 2;
  config.condition = 8;
  config.classes = {2, 3};
  return config;
}

Tensor trace_logits(nn::Graph& graph, const PixelCnn& net, std::int64_t batch) {
  const Tensor indices = graph.input("indices", {{batch, cells}, tensor::DType::i32});
  std::vector<float> first(static_cast<std::size_t>(batch), 1);
  std::vector<float> any(static_cast<std::size_t>(batch), 3);
  const std::array<Tensor, 2> labels = {graph.constant({batch}, first, tensor::DType::i32),
                                        graph.constant({batch}, any, tensor::DType::i32)};
  return net.logits(net.features(indices, labels));
}

using PixelCnnTest = runtime::DeviceTest;

TEST_F(PixelCnnTest, ACellIsGuessedFromThoseBeforeItAlone) {
  const PixelCnn net(tiny(), 3);
  nn::Graph graph;
  const Tensor logits = trace_logits(graph, net, 1);
  const auto program = runtime::compile(context(), graph, std::array<Tensor, 1>{logits});
  std::vector<std::int32_t> picture(cells);
  for (std::size_t i = 0; i < picture.size(); ++i) picture[i] = static_cast<std::int32_t>(i * i % colors);
  const auto read = [&] {
    program->write_ints("indices", picture);
    program->submit();
    return program->read(logits).floats;
  };
  const std::vector<float> before = read();
  for (const std::size_t changed : {0U, 11U, 12U, 37U, 60U}) {
    const std::int32_t kept = picture[changed];
    picture[changed] = (kept + 1) % colors;
    const std::vector<float> after = read();
    picture[changed] = kept;
    for (std::size_t i = 0; i <= changed; ++i) {
      for (std::size_t c = 0; c < colors; ++c) {
        ASSERT_EQ(before[i * colors + c], after[i * colors + c]) << "cell " << i << " sees cell " << changed;
      }
    }
    float most = 0;
    for (std::size_t i = (changed + 1) * colors; i < after.size(); ++i)
      most = std::max(most, std::abs(after[i] - before[i]));
    EXPECT_GT(most, 1e-4F) << "nothing sees cell " << changed;
  }
}

TEST_F(PixelCnnTest, ARowByItselfIsAsInThePicture) {
  const PixelCnn net(tiny(), 3);
  nn::Graph graph;
  const Tensor indices = graph.input("indices", {{2, cells}, tensor::DType::i32});
  const std::array<Tensor, 2> labels = {graph.constant({2}, {1, 0}, tensor::DType::i32),
                                        graph.constant({2}, {3, 2}, tensor::DType::i32)};
  constexpr std::int64_t y = 5;
  const auto row_of = [](Tensor all) { return ops::slice(all, 1, y, y + 1); };
  std::vector<Tensor> above;
  for (const Tensor& all : net.above(indices, labels)) above.push_back(row_of(all));
  const Tensor by_row =
      ops::cast(ops::slice(ops::cast(indices, tensor::DType::f32), 1, y * side, (y + 1) * side), tensor::DType::i32);
  const Tensor row = net.along(by_row, above, row_of(net.places(graph)));
  const Tensor whole = ops::slice(net.features(indices, labels), 1, y * side, (y + 1) * side);
  const auto program = runtime::compile(context(), graph, std::array{row, whole});
  std::vector<std::int32_t> pictures(2 * cells);
  for (std::size_t i = 0; i < pictures.size(); ++i) pictures[i] = static_cast<std::int32_t>(i * i % colors);
  program->write_ints("indices", pictures);
  program->submit();
  const std::vector<float> a = program->read(row).floats;
  const std::vector<float> b = program->read(whole).floats;
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-5F);
}

using PixelCnnOverfit = training::OverfitTest;

TEST_F(PixelCnnOverfit, LearnsABatchByHeart) {
  auto task = std::make_unique<training::OneBatchTask<PixelCnn>>(
      std::make_unique<PixelCnn>(tiny(), 1), std::make_unique<PixelCnn>(tiny(), 1),
      [](nn::Graph& graph, const PixelCnn& net) {
        const Tensor logits = ops::reshape(trace_logits(graph, net, 2), {2 * cells, colors});
        const Tensor targets = graph.input("targets", {{2 * cells}, tensor::DType::i32});
        return ops::mean(ops::cross_entropy(logits, targets), {});
      },
      [](runtime::Program& program) {
        core::Random random(8);
        std::vector<std::int32_t> picture(2 * cells);
        // The first cell tells the pictures apart for all that come after.
        for (std::int32_t& cell : picture) cell = static_cast<std::int32_t>(random.below(colors));
        picture[0] = picture[cells] = 0;
        for (std::size_t i = 1; i < 4; ++i) picture[i] = picture[cells + i] = 2;
        program.write_ints("indices", picture);
        program.write_ints("targets", picture);
      });
  EXPECT_LT(remaining_loss(std::move(task), 250), 0.1F);
}

}  // namespace
}  // namespace figment::models
