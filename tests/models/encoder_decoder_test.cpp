#include "models/encoder_decoder/encoder_decoder.h"

#include <array>

#include "models/one_batch.h"
#include "training/translator_task.h"

namespace figment::training {
namespace {

using models::DecoderState;
using models::EncoderDecoder;
using models::EncoderDecoderConfig;
using tensor::DType;

constexpr EncoderDecoderConfig tiny = {
    .vocabulary = 11, .source_context = 6, .target_context = 5, .channels = 32, .layers = 2, .heads = 2, .reach = 2};
constexpr std::array<std::int32_t, 12> sources = {3, 4, 5, 6, 0, 0, 7, 8, 9, 10, 4, 3};
constexpr std::array<std::int32_t, 10> targets = {1, 4, 6, 8, 10, 1, 9, 9, 5, 3};

class EncoderDecoderTest : public OverfitTest {
 protected:
  /// With weights large enough that attention matters.
  static EncoderDecoder network() {
    EncoderDecoder net(tiny, 3);
    for (float& value : net.parameters().flat()->initial) value *= 4;
    return net;
  }

  std::vector<float> at_once(const EncoderDecoder& net) {
    nn::Graph graph;
    const nn::Tensor source = graph.input("source", {{2, 6}, DType::i32});
    const nn::Tensor target = graph.input("target", {{2, 5}, DType::i32});
    const std::array<nn::Tensor, 1> outputs = {net(source, target)};
    const auto program = runtime::compile(context_, graph, outputs, {});
    program->write_ints("source", sources);
    program->write_ints("target", targets);
    program->submit();
    return program->read(outputs[0]).floats;
  }
};

TEST_F(EncoderDecoderTest, TheCacheEqualsTheWholeTextAtOnce) {
  const EncoderDecoder net = network();
  const std::vector<float> whole = at_once(net);
  constexpr std::int64_t beams = 2;  // both rows of a sentence read the same source
  const DecoderState state(tiny, 2, beams);
  nn::Graph reading;
  net.read(reading.input("source", {{2, 6}, DType::i32}), state);
  const auto read = runtime::compile(context_, reading, {}, {});
  read->write_ints("source", sources);
  read->submit();
  nn::Graph graph;
  nn::Tensor seen;
  const nn::Tensor tokens = graph.input("tokens", {{2 * beams}, DType::i32});
  const nn::Tensor position = graph.input("position", {{1}, DType::i32});
  const nn::Tensor length = graph.input("length", {{1}, DType::i32});
  const nn::Tensor logits = net.next(tokens, position, length, state, &seen);
  const std::array<nn::Tensor, 2> outputs = {logits, seen};
  const auto next = runtime::compile(context_, graph, outputs, {});
  for (std::int32_t place = 0; place < 5; ++place) {
    const std::int32_t first = targets[static_cast<std::size_t>(place)];
    const std::int32_t second = targets[static_cast<std::size_t>(place) + 5];
    next->write_ints("tokens", std::array<std::int32_t, 4>{first, first, second, second});
    next->write_ints("position", std::array<std::int32_t, 1>{place});
    next->write_ints("length", std::array<std::int32_t, 1>{place + 1});
    next->submit();
    const std::vector<float> step = next->read(logits).floats;
    const std::vector<float> looks = next->read(seen).floats;
    for (std::size_t row = 0; row < 4; ++row) {
      for (std::size_t token = 0; token < 11; ++token) {
        const std::size_t place_in_whole = (row / 2) * 5 + static_cast<std::size_t>(place);
        ASSERT_NEAR(step[row * 11 + token], whole[place_in_whole * 11 + token], 2e-3) << place << " " << row;
      }
      for (std::size_t head = 0; head < 4; ++head) {
        const float* weights = &looks[(row * 4 + head) * 6];
        float sum = 0;
        for (std::size_t i = 0; i < 6; ++i) sum += weights[i];
        EXPECT_NEAR(sum, 1, 1e-4);
        EXPECT_LT(row < 2 ? weights[4] + weights[5] : 0, 1e-6F) << "padding is not looked at";
      }
    }
  }
}

TEST_F(EncoderDecoderTest, PaddingChangesNothing) {
  const EncoderDecoder net = network();
  const std::vector<float> padded = at_once(net);
  nn::Graph graph;
  const nn::Tensor source = graph.input("source", {{1, 4}, DType::i32});
  const nn::Tensor target = graph.input("target", {{1, 3}, DType::i32});
  const std::array<nn::Tensor, 1> outputs = {net(source, target)};
  const auto program = runtime::compile(context_, graph, outputs, {});
  program->write_ints("source", std::span(sources).first(4));
  program->write_ints("target", std::span(targets).first(3));
  program->submit();
  const std::vector<float> alone = program->read(outputs[0]).floats;
  for (std::size_t i = 0; i < alone.size(); ++i) ASSERT_NEAR(alone[i], padded[i], 2e-3);
}

TEST_F(EncoderDecoderTest, LearnsABatchByHeart) {
  auto task = std::make_unique<OneBatchTask<EncoderDecoder>>(
      std::make_unique<EncoderDecoder>(tiny, 1), std::make_unique<EncoderDecoder>(tiny, 1),
      [](nn::Graph& graph, const EncoderDecoder& net) {
        const nn::Tensor source = graph.input("source", {{2, 6}, DType::i32});
        const nn::Tensor target = graph.input("target", {{2, 5}, DType::i32});
        const nn::Tensor wanted = graph.input("wanted", {{10}, DType::i32});
        return mean_over_words(net(source, target), target, wanted);
      },
      [](runtime::Program& program) {
        // Alike but for their sources: only attention to those tells them apart.
        program.write_ints("source", sources);
        program.write_ints("target", std::array<std::int32_t, 10>{1, 4, 6, 8, 0, 1, 4, 6, 8, 0});
        program.write_ints("wanted", std::array<std::int32_t, 10>{4, 6, 8, 2, -1, 9, 9, 5, 2, -1});
      });
  EXPECT_LT(remaining_loss(std::move(task), 150), 0.05F);
}

}  // namespace
}  // namespace figment::training
