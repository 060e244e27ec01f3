#include "studio/gpt_activity.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "runtime/test_device.h"

namespace figment::studio {
namespace {

/// What everybody may see of an activity.
const View& seen(const Activity& activity) { return activity.view(); }

class GptActivityTest : public runtime::DeviceTest {
 protected:
  static Request request(int stories = 1) {
    Request result;
    result.text.tokens_per_second = 0;
    result.text.tokens_max = 12;
    result.text.options.top_k = 40;
    result.numbers["gpt.stories"] = stories;
    return result;
  }

  static void write(Activity& activity, int tokens) {
    for (int i = 0; i < tokens; ++i) activity.single_step();
    EXPECT_EQ(seen(activity).error, "");
  }

  static const ViewPart* part(const Activity& activity, const std::string& name) {
    const auto& parts = seen(activity).parts;
    const auto found = std::ranges::find(parts, name, &ViewPart::name);
    return found == parts.end() ? nullptr : &*found;
  }

  static void press(Activity& activity, const std::string& name, int item) {
    PointerEvent event;
    event.part = name;
    event.item = item;
    activity.point(event);
    EXPECT_EQ(seen(activity).error, "");
  }
};

TEST_F(GptActivityTest, ShowsAttentionAndChoicesAndCanBeLed) {
  GptActivity activity(context(), request());
  finish_loading(activity);
  write(activity, 6);
  for (const char* name : {"looks", "map", "heads", "choice 0", "choice 1", "choice 2"}) {
    ASSERT_NE(part(activity, name), nullptr) << name;
  }
  EXPECT_EQ(part(activity, "choice 3"), nullptr);
  const std::size_t count = seen(activity).text.tokens.size();
  ASSERT_GT(count, 8U);

  press(activity, "looks", 2);
  EXPECT_TRUE(std::get<WordsView>(part(activity, "looks")->content).words[2].is_marked);
  press(activity, "looks", 2);
  EXPECT_FALSE(std::get<WordsView>(part(activity, "looks")->content).words[2].is_marked);
  const std::string before = part(activity, "map")->title;
  press(activity, "heads", 0);
  EXPECT_NE(part(activity, "map")->title, before);

  const BarsView::Bar other = std::get<BarsView>(part(activity, "choice 0")->content).bars[4];
  press(activity, "choice 0", 4);
  ASSERT_EQ(seen(activity).text.tokens.size(), count);
  EXPECT_NE(seen(activity).text.tokens.back().text.find(other.label), std::string::npos);
  press(activity, "words", 4);
  EXPECT_EQ(seen(activity).text.tokens.size(), 5U);
  write(activity, 3);
  EXPECT_GE(seen(activity).text.tokens.size(), 7U);
}

TEST_F(GptActivityTest, SeveralStoriesAtOnce) {
  GptActivity activity(context(), request(3));
  finish_loading(activity);
  write(activity, 6);
  ASSERT_NE(part(activity, "story 2"), nullptr);
  EXPECT_GT(std::get<WordsView>(part(activity, "story 2")->content).words.size(), 5U);
  EXPECT_FALSE(seen(activity).text.takes_pointer);
  activity.set_request(request(1));
  finish_loading(activity);
  write(activity, 3);
  EXPECT_NE(part(activity, "looks"), nullptr);
  EXPECT_TRUE(seen(activity).text.takes_pointer);
}

TEST_F(GptActivityTest, WhatMakesNoSenseIsASentence) {
  GptActivity activity(context(), request());
  finish_loading(activity);
  Request wrong = request();
  wrong.text.bias = "floccinaucinihilipilification=3";
  activity.set_request(wrong);
  EXPECT_NE(seen(activity).error.find("floccinaucinihilipilification"), std::string::npos) << seen(activity).error;
  wrong = request();
  wrong.text.prompt = "\xC3\x28";
  activity.set_request(wrong);
  EXPECT_NE(seen(activity).error.find("UTF-8"), std::string::npos) << seen(activity).error;
  activity.set_request(request());
  write(activity, 2);
}

}  // namespace
}  // namespace figment::studio
