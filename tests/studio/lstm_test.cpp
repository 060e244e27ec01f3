#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "data/character_stream.h"
#include "runtime/test_device.h"
#include "studio/evaluate_lstm.h"
#include "studio/gradient_reach.h"
#include "studio/lstm_activity.h"
#include "studio/name_writer.h"

namespace figment::studio {
namespace {

/// What everybody may see of an activity.
const View& seen(const Activity& activity) { return activity.view(); }

class CharacterTest : public runtime::DeviceTest {
 protected:
  /// Fresh, with weights large enough that its choices are far apart.
  static std::shared_ptr<models::Lstm> networks() {
    auto made = std::make_shared<models::Lstm>(models::LstmConfig{data::character_count, 32, 1, 16}, 5);
    for (float& value : made->parameters().flat()->initial) value *= 2;
    return made;
  }

  static std::string write(CharacterWriter& writer, std::size_t row, int count, std::uint64_t seed) {
    std::string text;
    writer.begin(seed);
    for (int i = 0; i < count; ++i) {
      writer.step();
      text += data::character_of(writer.chosen()[row]);
    }
    return text;
  }

  static std::string text_of(const View& view) {
    std::string text;
    for (const TextToken& token : view.text.tokens) text += token.text;
    return text;
  }

  static void run(Activity& activity, int steps) {
    for (int i = 0; i < steps && !activity.is_finished(); ++i) {
      activity.advance(20);
      ASSERT_TRUE(seen(activity).error.empty()) << seen(activity).error;
    }
  }
};

TEST_F(CharacterTest, ASeedAlwaysWritesTheSame) {
  const auto nets = networks();
  CharacterWriter writer(context(), nets, nets->stories, 1);
  writer.set_temperature(1);
  const std::string text = write(writer, 0, 40, 7);
  EXPECT_EQ(write(writer, 0, 40, 7), text);
  EXPECT_NE(write(writer, 0, 40, 8), text);
  CharacterWriter another(context(), nets, nets->stories, 1);
  EXPECT_EQ(write(another, 0, 40, 7), text);
}

TEST_F(CharacterTest, GreedyRowsOfABatchAreAsOneAlone) {
  const auto nets = networks();
  CharacterWriter one(context(), nets, nets->stories, 1), many(context(), nets, nets->stories, 4);
  one.set_temperature(0);
  many.set_temperature(0);
  const std::string text = write(one, 0, 30, 1);
  for (std::size_t row = 0; row < 4; ++row) EXPECT_EQ(write(many, row, 30, 1), text);
  EXPECT_EQ(one.gates().size(), 128U);
  EXPECT_EQ(one.cells().size(), 32U);
}

TEST_F(CharacterTest, NamesEndOrAreCut) {
  const auto nets = networks();
  NameWriter writer(context(), nets, nets->names_gru, 8);
  writer.begin(3, 1);
  int steps = 0;
  while (!writer.is_finished()) {
    writer.step();
    ASSERT_LT(++steps, 100);
  }
  EXPECT_EQ(writer.names().size(), 8U);
  for (const data::Name& name : writer.names()) EXPECT_LE(name.text.size(), 60U);
}

TEST_F(CharacterTest, GradientsFadeInASmallFreshNetwork) {
  // d h[T] / d h[T] is one, and each further step multiplies it by something small.
  auto nets = std::make_shared<models::Lstm>(models::LstmConfig{data::character_count, 32, 1, 16}, 5);
  for (float& value : nets->parameters().flat()->initial) value *= 0.5F;
  std::vector<std::int32_t> text(GradientReach::length, 3);
  for (const ops::Cell cell : {ops::Cell::rnn, ops::Cell::gru, ops::Cell::lstm}) {
    GradientReach reach(context(), nets, nets->names(cell));
    reach.begin(text);
    while (!reach.advance(50)) context().device().wait_idle();
    const std::vector<float>& norms = reach.of_hidden();
    ASSERT_EQ(norms.size(), static_cast<std::size_t>(GradientReach::steps + 1));
    EXPECT_NEAR(norms[0], 1, 1e-5);
    EXPECT_LT(norms[10], norms[1]);
    EXPECT_EQ(reach.of_cell().size(), cell == ops::Cell::lstm ? norms.size() : 0U);
  }
}

TEST_F(CharacterTest, ScoresOfTextsAreTheirLossesAddedUp) {
  const auto nets = std::make_shared<models::Lstm>(models::LstmConfig{data::character_count, 32, 1, 16}, 5);
  const std::vector<std::string> texts = {"Once upon a time.", "A", std::string(300, 'x')};
  QuoteUnit quotes;
  const TextScore score = score_characters(context(), nets->stories, texts, &quotes);
  EXPECT_EQ(score.characters, 318);
  EXPECT_EQ(score.tokens, 321);
  // A network that knows nothing spends about as much on each character as on a throw of a die with 96 faces.
  EXPECT_NEAR(score.nats / 321, std::log(96.0), 1.5);
  // Alone or beside others, a text costs the same.
  const TextScore first = score_characters(context(), nets->stories, {texts[0]}, nullptr);
  const TextScore rest = score_characters(context(), nets->stories, {texts[1], texts[2]}, nullptr);
  EXPECT_NEAR(first.nats + rest.nats, score.nats, 1e-2);
}

TEST_F(CharacterTest, WritesStoriesAndNamesInTheWindow) {
  Request request;
  request.text.tokens_per_second = 0;
  const Family& family = family_named("lstm");
  for (const char* text : {"stories", "names"}) {
    for (const char* net : {"lstm", "gru", "rnn"}) {
      take_setting(request, family, std::string("text=") + text);
      take_setting(request, family, std::string("net=") + net);
      LstmActivity activity(context(), request);
      run(activity, 400);
      EXPECT_FALSE(seen(activity).text.tokens.empty());
      EXPECT_GE(seen(activity).parts.size(), 4U);
    }
  }
}

TEST_F(CharacterTest, TakesAnyBeginning) {
  Request request;
  request.text.tokens_per_second = 0;
  const Family& family = family_named("lstm");
  std::string long_text;
  while (long_text.size() < 10000) long_text += "Lily had a red ball. ";
  LstmActivity activity(context(), request);
  for (const std::string& beginning :
       {std::string(), std::string("Z"), std::string("\xF0\x9F\x90\xB1 \xD7\xA9\xD7\x9C"), long_text}) {
    take_setting(request, family, "beginning=" + beginning);
    activity.set_request(request);
    run(activity, 3000);
    EXPECT_FALSE(text_of(seen(activity)).empty());
    EXPECT_TRUE(seen(activity).error.empty());
  }
  request.texts["lstm.beginning"] = "\xFF\xFE";
  activity.set_request(request);
  activity.advance(20);
  EXPECT_FALSE(seen(activity).error.empty());
}

}  // namespace
}  // namespace figment::studio
