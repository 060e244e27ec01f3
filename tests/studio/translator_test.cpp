// The translator's activity with the weights that ship.
#include <filesystem>

#include "core/error.h"
#include "runtime/test_device.h"
#include "studio/family.h"
#include "studio/repeating_activity.h"
#include "training/weights.h"

namespace figment::studio {
namespace {

class TranslatorTest : public runtime::DeviceTest {
 protected:
  void SetUp() override {
    DeviceTest::SetUp();
    if (!std::filesystem::exists(training::shipped_weights("translator"))) GTEST_SKIP() << "no weights";
    request_.numbers["translator.speed"] = 0;
    request_.numbers["translator.examples"] = 0;
  }
  std::unique_ptr<Activity> start() {
    auto activity = family_named("translator").make(context(), request_);
    finish_loading(*activity);
    return activity;
  }
  static std::string translation(Activity& activity) {
    for (int i = 0; i < 60 && !activity.is_finished(); ++i) activity.single_step();
    EXPECT_TRUE(activity.is_finished());
    EXPECT_TRUE(activity.view().error.empty()) << activity.view().error;
    std::string text;
    for (const TextToken& token : activity.view().text.tokens) text += token.is_prompt ? "" : token.text;
    return text;
  }
  static const ViewPart& part(const Activity& activity, const std::string& name) {
    for (const ViewPart& part : activity.view().parts)
      if (part.name == name) return part;
    core::fail("no part {}", name);
  }
  Request request_;
};

TEST_F(TranslatorTest, WritesBothLanguagesAsBefore) {
  const auto activity = start();
  EXPECT_EQ(translation(*activity), "Le vieux roi ne veut pas vendre son cheval blanc.");
  request_.numbers["translator.language"] = 1;
  activity->set_request(request_);
  EXPECT_EQ(translation(*activity), "El rey viejo no quiere vender su caballo blanco.");
  request_.texts["translator.sentence"] = "Where does she sleep?";
  activity->set_request(request_);
  EXPECT_EQ(translation(*activity), "¿Dónde duerme ella?");
}

TEST_F(TranslatorTest, ShowsAlignmentAndBeams) {
  const auto activity = start();
  translation(*activity);
  const auto& map = std::get<HeatMapView>(part(*activity, "alignment").content);
  ASSERT_EQ(map.values.size(), static_cast<std::size_t>(map.rows * map.columns));
  for (int row = 0; row < map.rows; ++row) {
    float sum = 0;
    for (int column = 0; column < map.columns; ++column)
      sum += map.values[static_cast<std::size_t>(row * map.columns + column)];
    EXPECT_NEAR(sum, 1, 1e-3);
  }
  const auto& tree = std::get<TreeView>(part(*activity, "beams").content);
  ASSERT_GT(tree.nodes.size(), 10U);
  for (std::size_t i = 1; i < tree.nodes.size(); ++i) ASSERT_LT(tree.nodes[i].parent, static_cast<int>(i));
  // A press on a word shows what that one looked at; one on an example translates it.
  activity->point({.part = "translation", .item = 1});
  EXPECT_TRUE(std::get<WordsView>(part(*activity, "translation").content).words[1].is_marked);
  const std::string english = std::get<WordsView>(part(*activity, "english").content).words[0].text;
  activity->point({.part = "examples", .item = 1});
  EXPECT_FALSE(activity->is_finished());
  EXPECT_FALSE(translation(*activity).empty());
}

TEST_F(TranslatorTest, UnknownWordsAreSaid) {
  const auto activity = start();
  for (const std::string typed :
       {"The kat sleeps.", "\xF0\x9F\x98\x80", "\xFF\xFE", "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D"}) {
    request_.texts["translator.sentence"] = typed;
    activity->set_request(request_);
    // Broken UTF-8 is refused as such.
    const std::string& error = activity->view().error;
    EXPECT_TRUE(error.find("no word") != std::string::npos || error.find("UTF-8") != std::string::npos)
        << typed << ": " << error;
  }
  request_.texts["translator.sentence"] = "";  // sentences of its own
  activity->set_request(request_);
  EXPECT_FALSE(translation(*activity).empty());
}

}  // namespace
}  // namespace figment::studio
