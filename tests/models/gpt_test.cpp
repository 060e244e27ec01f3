#include "models/gpt/gpt.h"

#include <array>

#include "models/one_batch.h"

namespace figment::training {
namespace {

using models::Gpt;
using models::GptConfig;
using models::KeyValueCache;
using tensor::DType;

constexpr std::int64_t length = 6;
constexpr std::int64_t words = 11;
constexpr std::array<std::int32_t, 2 * length> texts = {3, 4, 5, 6, 2, 1, 7, 8, 9, 10, 4, 3};

class GptTest : public OverfitTest, public testing::WithParamInterface<std::int64_t> {
 protected:
  static GptConfig config() {
    return {.vocabulary = words, .context = 8, .channels = 32, .layers = 2, .heads = 2, .reach = GetParam()};
  }
  /// With weights large enough that neighbours and attention matter.
  static Gpt network() {
    Gpt net(config(), 3);
    for (float& value : net.parameters().flat()->initial) value *= 4;
    return net;
  }

  /// Logits [2, length, words], `count` tokens at a time.
  std::vector<float> with_cache(const Gpt& net, std::int64_t count) {
    const KeyValueCache cache(config(), 2);
    nn::Graph graph;
    const nn::Tensor tokens = graph.input("tokens", {{2, count}, DType::i32});
    const nn::Tensor position = graph.input("position", {{1}, DType::i32});
    const nn::Tensor until = graph.input("length", {{1}, DType::i32});
    const std::array<nn::Tensor, 1> outputs = {net.next(tokens, position, until, cache)};
    const auto program = runtime::compile(context_, graph, outputs, {});
    std::vector<float> all(2 * length * words);
    for (std::int64_t place = 0; place < length; place += count) {
      std::vector<std::int32_t> now;
      for (std::int64_t row = 0; row < 2; ++row) {
        const auto begin = texts.begin() + row * length + place;
        now.insert(now.end(), begin, begin + count);
      }
      program->write_ints("tokens", now);
      program->write_ints("position", std::array{static_cast<std::int32_t>(place)});
      program->write_ints("length", std::array{static_cast<std::int32_t>(place + count)});
      program->submit();
      const std::vector<float> step = program->read(outputs[0]).floats;
      for (std::int64_t row = 0; row < 2; ++row) {
        std::copy_n(step.begin() + row * count * words, count * words, all.begin() + (row * length + place) * words);
      }
    }
    return all;
  }
};

TEST_P(GptTest, TheCacheEqualsTheWholeTextAtOnce) {
  const Gpt net = network();
  nn::Graph graph;
  const std::array<nn::Tensor, 1> outputs = {net(graph.input("tokens", {{2, length}, DType::i32}))};
  const auto program = runtime::compile(context_, graph, outputs, {});
  program->write_ints("tokens", texts);
  program->submit();
  const std::vector<float> whole = program->read(outputs[0]).floats;
  for (const std::int64_t count : {1, 2, 3}) {
    const std::vector<float> pieces = with_cache(net, count);
    for (std::size_t i = 0; i < whole.size(); ++i) ASSERT_NEAR(whole[i], pieces[i], 2e-3) << count << " " << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Reach, GptTest, testing::Values(0, 3));

}  // namespace
}  // namespace figment::training
