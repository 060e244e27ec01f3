#include <gtest/gtest.h>

#include "studio/evaluate_bert.h"
#include "studio/mask_reader.h"

namespace figment::studio {
namespace {

class BertTest : public testing::Test {
 protected:
  static runtime::ContextOptions options() {
    runtime::ContextOptions made;
    made.device.validation = true;
    return made;
  }
  BertTest() {
    const models::BertConfig config{
        .vocabulary = stories_.tokenizer().vocabulary_size(), .channels = 32, .layers = 2, .heads = 2};
    network_ = std::make_shared<models::Bert>(config, 1);
  }
  ~BertTest() override { EXPECT_EQ(context_.device().validation_count(), 0U); }

  data::MaskedStories stories_;
  runtime::Context context_{options()};
  std::shared_ptr<models::Bert> network_;
};

TEST_F(BertTest, ReaderGivesSharesInOrder) {
  MaskReader reader(context_, network_, 48);
  const auto text = stories_.tokenizer().encode("Ella lost her _ in the garden.");
  reader.begin(text.tokens);
  while (!reader.advance(1.0)) context_.device().wait_idle();
  const int place = text.blanks.at(0);
  const MaskReader::Guess sliced = reader.guess(place, 0);
  for (int rank = 1; rank < MaskReader::guess_count; ++rank)
    EXPECT_GE(reader.guess(place, rank - 1).probability, reader.guess(place, rank).probability);
  float looks = 0;
  for (int to = 0; to < reader.tokens(); ++to) looks += reader.look(1, 1, place, to);
  EXPECT_NEAR(looks, 1, 1e-4);
  reader.begin(text.tokens);
  reader.finish();
  EXPECT_EQ(reader.guess(place, 0).token, sliced.token);
  EXPECT_FLOAT_EQ(reader.guess(place, 0).probability, sliced.probability);
  EXPECT_ANY_THROW(reader.begin(std::vector<std::int32_t>(49, 5)));
}

TEST_F(BertTest, ScoreCountsTheSamePlacesForBoth) {
  const MaskScore score = score_masks(context_, *network_, stories_, 20, 2000, 1);
  EXPECT_NEAR(static_cast<double>(score.masked), 20 * 0.15 * 134, 100);
  EXPECT_LT(score.share(score.right), 0.2);  // it has learned nothing
  EXPECT_GT(score.share(score.counts_right), 0.7);
  EXPECT_LT(score.masked_counts_right, score.counts_right);
  EXPECT_GE(score.right_of_five, score.right);
}

}  // namespace
}  // namespace figment::studio
