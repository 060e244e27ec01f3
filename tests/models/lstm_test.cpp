#include "models/lstm/lstm.h"

#include <array>
#include <cmath>

#include "models/one_batch.h"
#include "runtime/test_device.h"

namespace figment::models {
namespace {

using ops::Cell;

constexpr std::int64_t length = 12;
constexpr std::int64_t batch = 3;
constexpr std::int64_t vocabulary = 11;

LstmConfig tiny() { return {vocabulary, 32, 2, 16}; }

std::vector<std::int32_t> some_tokens() {
  std::vector<std::int32_t> tokens;
  for (std::int32_t i = 0; i < length * batch; ++i) tokens.push_back(i * i * 7 % vocabulary);
  return tokens;
}

using LstmTest = runtime::DeviceTest;

/// A network of the family by number: stories, then the names of each cell.
const CharacterNet& net_of(const Lstm& networks, int index) {
  return index == 0 ? networks.stories : networks.names(static_cast<Cell>(index - 1));
}

TEST_F(LstmTest, StepByStepIsAsAllAtOnce) {
  const Lstm networks(tiny(), 3);
  const std::vector<std::int32_t> tokens = some_tokens();
  for (int index = 0; index < 4; ++index) {
    const CharacterNet& net = net_of(networks, index);
    nn::Graph whole;
    const Tensor all = whole.input("tokens", {{length, batch}, tensor::DType::i32});
    const Tensor logits = net(all, net.zero_state(whole, batch)).logits;
    const auto program = runtime::compile(context(), whole, std::array{logits});
    program->write_ints("tokens", tokens);
    program->submit();
    const std::vector<float> expected = program->read(logits).floats;

    nn::Graph single;
    const CharacterMemory memory(net.config(), batch);
    const Tensor one = single.input("tokens", {{1, batch}, tensor::DType::i32});
    const Tensor keep = single.input("keep", {{1, 1}, tensor::DType::f32});
    const CharacterNet::Output output = net(one, memory.read(single, keep));
    memory.write(output.state);
    const auto step = runtime::compile(context(), single, std::array{output.logits});
    for (int round = 0; round < 2; ++round) {  // the second one forgets the first
      for (std::size_t t = 0; t < length; ++t) {
        step->write_ints("tokens", std::span(tokens).subspan(t * batch, batch));
        step->write("keep", std::array{t == 0 ? 0.0F : 1.0F});
        step->submit();
        const std::vector<float> found = step->read(output.logits).floats;
        for (std::size_t i = 0; i < found.size(); ++i) {
          ASSERT_NEAR(found[i], expected[t * batch * vocabulary + i], 1e-5) << "net " << index << ", character " << t;
        }
      }
    }
  }
}

TEST_F(LstmTest, TheGruIsTheTextbooks) {
  const Lstm networks(tiny(), 4);
  nn::Graph graph;
  const Tensor weight = networks.names_gru.recurrent_weight(graph, 0);
  const Tensor table = networks.names_gru.table(graph);
  EXPECT_EQ(weight.shape(), (tensor::Shape{16, 64}));
  const auto program = runtime::compile(context(), graph, std::array{weight, table});
  program->submit();
  const std::vector<float> values = program->read(weight).floats;
  const std::vector<float> brought = program->read(table).floats;
  for (std::size_t i = 2; i < values.size(); i += 4) EXPECT_EQ(values[i], 0) << "the state reaches p2 past the gate";
  for (std::size_t i = 3; i < brought.size(); i += 4) EXPECT_EQ(brought[i], 0) << "a character is within the gate";
}

using training::OneBatchTask;
using LstmOverfit = training::OverfitTest;

template <int index>
Tensor one_text(nn::Graph& graph, const Lstm& networks) {
  const CharacterNet& net = net_of(networks, index);
  const std::vector<std::int32_t> tokens = some_tokens();
  const std::vector<float> values(tokens.begin(), tokens.end());
  std::vector<float> next(values.begin() + batch, values.end());
  next.insert(next.end(), {1, 2, 3});
  const Tensor targets = graph.constant({length * batch}, next, tensor::DType::i32);
  const Tensor given = graph.constant({length, batch}, values, tensor::DType::i32);
  return ops::mean(ops::cross_entropy(net(given, net.zero_state(graph, batch)).logits, targets), {});
}

template <int index>
std::unique_ptr<training::Task> one_text_task() {
  return std::make_unique<OneBatchTask<Lstm>>(std::make_unique<Lstm>(tiny(), 1), std::make_unique<Lstm>(tiny(), 1),
                                              one_text<index>, [](runtime::Program&) {});
}

TEST_F(LstmOverfit, Stories) { EXPECT_LT(remaining_loss(one_text_task<0>(), 250), 0.05F); }
TEST_F(LstmOverfit, NamesOfTheRnn) { EXPECT_LT(remaining_loss(one_text_task<1>(), 250), 0.05F); }
TEST_F(LstmOverfit, NamesOfTheGru) { EXPECT_LT(remaining_loss(one_text_task<2>(), 250), 0.05F); }
TEST_F(LstmOverfit, NamesOfTheLstm) { EXPECT_LT(remaining_loss(one_text_task<3>(), 400), 0.05F); }

}  // namespace
}  // namespace figment::models
