#include "studio/sequence_writer.h"

#include <gtest/gtest.h>

#include <numeric>

#include "core/error.h"
#include "runtime/test_device.h"

namespace figment::studio {
namespace {

const models::EncoderDecoderConfig tiny = {
    .vocabulary = 13, .source_context = 6, .target_context = 8, .channels = 32, .layers = 2, .heads = 2};
const std::vector<std::vector<std::int32_t>> sources = {{3, 4, 5}, {6, 7, 8, 9, 10, 11}, {12}};

class SequenceWriterTest : public runtime::DeviceTest {
 protected:
  /// Fresh, with weights large enough that its choices are far apart.
  static std::shared_ptr<const models::EncoderDecoder> network() {
    auto net = std::make_shared<models::EncoderDecoder>(tiny, 5);
    for (float& value : net->parameters().flat()->initial) value *= 3;
    return net;
  }
  static void finish(SequenceWriter& writer) {
    while (!writer.is_finished()) writer.run_token();
  }
};

TEST_F(SequenceWriterTest, SeveralAtOnceEqualOneByOne) {
  const auto net = network();
  for (const std::int64_t beams : {1, 3}) {
    SequenceWriter together(context(), net, {.sentences = 3, .beams = beams});
    SequenceWriter alone(context(), net, {.sentences = 1, .beams = beams});
    together.begin(sources);
    finish(together);
    for (std::size_t i = 0; i < sources.size(); ++i) {
      alone.begin({sources[i]});
      finish(alone);
      EXPECT_EQ(alone.tokens(), together.tokens(static_cast<std::int64_t>(i))) << beams << " " << i;
    }
  }
}

TEST_F(SequenceWriterTest, ABeamIsNoWorseThanGreedy) {
  const auto net = network();
  SequenceWriter greedy(context(), net, {.beams = 1, .length_exponent = 0});
  SequenceWriter beam(context(), net, {.beams = 8, .length_exponent = 0});
  for (const auto& source : sources) {
    greedy.begin({source});
    finish(greedy);
    beam.begin({source});
    finish(beam);
    EXPECT_GE(beam.history().score(0), greedy.history().score(0) - 1e-4);
  }
}

TEST_F(SequenceWriterTest, SlicesGiveTheSameAsWholeTokens) {
  const auto net = network();
  SequenceWriter writer(context(), net, {.beams = 2});
  writer.begin({sources[1]});
  finish(writer);
  const std::vector<std::int32_t> wanted = writer.tokens();
  writer.begin({sources[0]});
  writer.advance(0.01);  // and breaks off
  writer.begin({sources[1]});
  for (int i = 0; i < 1000000 && !writer.is_finished(); ++i) writer.advance(0.01);
  EXPECT_EQ(writer.tokens(), wanted);
}

TEST_F(SequenceWriterTest, SaysWhatEachWordLookedAt) {
  SequenceWriter writer(context(), network(), {.beams = 2});
  writer.begin({sources[0]});
  finish(writer);
  ASSERT_FALSE(writer.words().empty());
  for (const SequenceWriter::Word& word : writer.words()) {
    ASSERT_EQ(word.seen.size(), 6U);
    EXPECT_NEAR(std::accumulate(word.seen.begin(), word.seen.end(), 0.0F), 1, 1e-4);
    EXPECT_LT(word.seen[3] + word.seen[4] + word.seen[5], 1e-6F);
    EXPECT_GT(word.probability, 0);
    EXPECT_LE(word.probability, 1);
  }
}

TEST_F(SequenceWriterTest, RefusesTextsThatDoNotFit) {
  SequenceWriter writer(context(), network(), {});
  EXPECT_THROW(writer.begin({}), core::Error);
  EXPECT_THROW(writer.begin({{}}), core::Error);
  EXPECT_THROW(writer.begin({{1, 2, 3, 4, 5, 6, 7}}), core::Error);
  EXPECT_THROW(writer.begin({{1}, {2}}), core::Error);
}

}  // namespace
}  // namespace figment::studio
