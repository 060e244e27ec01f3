#include "studio/training_text.h"

#include <gtest/gtest.h>

#include <cmath>

#include "ops/ops.h"
#include "runtime/test_device.h"

namespace figment::studio {
namespace {

constexpr std::int64_t words = 6;

/// Counts: behind each word comes the next one, nearly surely.
class CountingTask : public training::Task {
 public:
  explicit CountingTask(std::int32_t end, float temperature) : end_(end), temperature_(temperature) {}
  std::string name() const override { return "counting"; }
  std::string data_version() const override { return "numbers"; }
  training::TrainSettings defaults() const override { return {}; }
  nn::ParameterList& parameters() override { return parameters_; }
  nn::ParameterList& average() override { return parameters_; }
  training::Objective objective(nn::Graph& graph, std::int64_t) override { return graph.constant({}, {0}); }
  void write_batch(runtime::Program&, std::int64_t, core::Random&) override {}
  std::string unit() const override { return "numbers"; }
  std::string word(std::int32_t token) const override { return std::to_string(token); }
  training::Writing writing(nn::Graph& graph) override {
    std::vector<float> table(words * words);
    for (std::int64_t i = 0; i < words; ++i) table[i * words + (i + 1) % words] = 8;
    training::Writing writing;
    writing.begun = {0};
    writing.logits = ops::embedding(graph.constant({words, words}, std::move(table)),
                                    graph.input("written", {{8}, tensor::DType::i32}));
    writing.end = end_;
    writing.temperature = temperature_;
    writing.separator.assign(1, ' ');
    return writing;
  }

 private:
  nn::ParameterList parameters_{1};
  std::int32_t end_;
  float temperature_;
};

class TrainingTextTest : public runtime::DeviceTest {
 protected:
  static void write(TrainingText& text, int tokens, std::int64_t step) {
    for (int i = 0; i < tokens; ++i) {
      while (!text.advance(5)) {
      }
      text.take(step);
    }
  }
  static std::string said(const TrainingText::Text& text) {
    std::string all;
    for (const WordsView::Word& word : text.words) all += word.text;
    return all;
  }
};

TEST_F(TrainingTextTest, BeginsAnewBehindTheEnd) {
  CountingTask task(4, 0);
  TrainingText text(context(), task);
  ASSERT_FALSE(text.is_empty());
  write(text, 3, 7);
  ASSERT_EQ(text.texts().size(), 1U);
  EXPECT_EQ(said(text.texts()[0]), "1 2 3");
  EXPECT_FALSE(text.texts()[0].is_whole);
  EXPECT_EQ(text.texts()[0].step, 7);
  EXPECT_NEAR(text.texts()[0].words[1].weight, std::exp(8.0F) / (std::exp(8.0F) + words - 1), 1e-4);
  write(text, 1, 8);
  EXPECT_TRUE(text.texts()[0].is_whole);
  EXPECT_EQ(said(text.texts()[0]), "1 2 3");
  write(text, 2, 9);
  ASSERT_EQ(text.texts().size(), 2U);
  EXPECT_EQ(said(text.texts()[1]), "1 2");
}

TEST_F(TrainingTextTest, KeepsTheFirstTheLastAndTheOneBefore) {
  CountingTask task(4, 0);
  TrainingText text(context(), task);
  for (int i = 0; i < 5; ++i) write(text, 4, i);
  ASSERT_EQ(text.texts().size(), 3U);
  EXPECT_EQ(text.texts()[0].step, 0);
  EXPECT_EQ(text.texts()[1].step, 3);
  EXPECT_EQ(text.texts()[2].step, 4);
}

TEST_F(TrainingTextTest, EndsWhereTheNetworkReadsNoFurther) {
  CountingTask task(-1, 0.5F);
  TrainingText text(context(), task);
  write(text, 7, 1);
  EXPECT_TRUE(text.texts()[0].is_whole);
  EXPECT_EQ(said(text.texts()[0]), "1 2 3 4 5 0 1");
  write(text, 1, 2);
  EXPECT_EQ(text.texts().size(), 2U);
}

}  // namespace
}  // namespace figment::studio
