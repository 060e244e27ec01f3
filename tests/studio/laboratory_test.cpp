#include <gtest/gtest.h>

#include <cstring>

#include "core/error.h"
#include "runtime/test_device.h"
#include "studio/family.h"
#include "studio/laboratory_activity.h"
#include "studio/shown_controls.h"
#include "studio/small_landscapes.h"

namespace figment::studio {
namespace {

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

const View& seen(const Activity& activity) { return activity.view(); }

class LaboratoryTest : public runtime::DeviceTest {
 protected:
  LaboratoryTest() {
    request_.picture.seed = 11;
    request_.picture.terrain = 2;
    set("lanes", 2);
    for (const std::string n : {"1", "2", "3", "4"}) {
      set("steps" + n, 4);
      set("guidance" + n, 1);
    }
  }
  void set(const std::string& name, double value) { request_.numbers["laboratory." + name] = value; }
  /// By the name that a person reads.
  void choose(const std::string& name, const std::string& choice) {
    take_setting(request_, family_named("laboratory"), name + "=" + choice);
  }
  std::unique_ptr<LaboratoryActivity> make() {
    auto activity = std::make_unique<LaboratoryActivity>(context(), request_, small_network());
    finish_loading(*activity);
    return activity;
  }
  void change(LaboratoryActivity& activity) {
    activity.set_request(request_);
    finish_loading(activity);
  }
  void finish(LaboratoryActivity& activity) {
    for (int i = 0; i < 5000 && !activity.is_finished(); ++i) {
      activity.advance(1e9);
      ASSERT_EQ(seen(activity).error, "");
    }
    ASSERT_TRUE(activity.is_finished());
  }
  void finish_lanes(LaboratoryActivity& activity) {
    for (int i = 0; i < 500 && !activity.lanes().is_finished(); ++i) activity.advance(1e9);
    ASSERT_TRUE(activity.lanes().is_finished());
  }
  static std::vector<float> pixels(const LaboratoryActivity& activity, std::size_t lane) {
    return activity.lanes().shown(lane).read_pixels();
  }
  void go_to(LaboratoryActivity& activity, float share) {
    activity.point({"progress", PointerEvent::Phase::press, false, -1, share, 0.5F});
    finish_loading(activity);
  }

  Request request_;
};

TEST_F(LaboratoryTest, LanesBeginFromTheSameNoiseAndGoTheirWays) {
  const auto activity = make();
  EXPECT_TRUE(same_bits(pixels(*activity, 0), pixels(*activity, 1)));
  finish_lanes(*activity);
  EXPECT_FALSE(same_bits(pixels(*activity, 0), pixels(*activity, 1)));
  EXPECT_EQ(seen(*activity).parts.front().name, "lane 1");
  EXPECT_NE(seen(*activity).parts.front().note.find("step 4 of 4"), std::string::npos);
}

TEST_F(LaboratoryTest, EqualSamplersGiveEqualPictures) {
  set("pictures", 2);
  choose("sampler1", "Heun");
  choose("sampler2", "Heun");
  const auto activity = make();
  finish_lanes(*activity);
  EXPECT_TRUE(same_bits(pixels(*activity, 0), pixels(*activity, 1)));
  set("asked2", 20);
  change(*activity);
  finish_lanes(*activity);
  EXPECT_FALSE(same_bits(pixels(*activity, 0), pixels(*activity, 1)));
}

TEST_F(LaboratoryTest, TheErrorFallsWithTheSteps) {
  choose("view", "error");
  choose("sampler2", "Euler ancestral");
  const auto activity = make();
  finish(*activity);
  const LaboratoryBoard& board = activity->board();
  ASSERT_EQ(board.steps.size(), 8U);
  const auto* curves = std::get_if<CurvesView>(&seen(*activity).parts.front().content);
  ASSERT_NE(curves, nullptr);
  ASSERT_EQ(curves->lines.size(), 2U);
  const std::vector<float>& error = curves->lines[0].values;
  EXPECT_LT(error[3], error[0]);
  EXPECT_LT(error[7], 0.3F * error[3]);
  // What adds fresh noise comes to another picture.
  EXPECT_GT(curves->lines[1].values[7], error[7]);
  EXPECT_FALSE(board.sheet.at(0, 7).caption.empty());
}

TEST_F(LaboratoryTest, ABranchIsLaneOnesRunUpToThere) {
  set("steps1", 6);
  set("steps2", 5);
  set("branch", 3);
  choose("sampler2", "Heun");
  choose("schedule2", "Linear");
  set("asked2", 9);
  const auto activity = make();
  while (activity->lanes().waits(1)) activity->advance(1e9);
  EXPECT_EQ(activity->lanes().shown(0).step(), 3);
  EXPECT_EQ(activity->lanes().shown(1).step(), 3);
  EXPECT_NE(&activity->lanes().shown(0), &activity->lanes().shown(1));
  const std::vector<float> there = pixels(*activity, 0);
  EXPECT_TRUE(same_bits(there, pixels(*activity, 1)));
  finish_lanes(*activity);
  const std::vector<float> end = pixels(*activity, 1);
  EXPECT_FALSE(same_bits(pixels(*activity, 0), end));
  // Back before the branch, and the same way again.
  go_to(*activity, 1.0F / 6);
  EXPECT_TRUE(activity->lanes().waits(1));
  go_to(*activity, 0.5F);
  EXPECT_TRUE(same_bits(there, pixels(*activity, 0)));
  finish_lanes(*activity);
  EXPECT_TRUE(same_bits(end, pixels(*activity, 1)));
}

TEST_F(LaboratoryTest, GoesBackAndBranchesThere) {
  choose("sampler1", "Euler");
  choose("sampler2", "Euler");
  set("steps1", 6);
  set("steps2", 6);
  const auto activity = make();
  finish_lanes(*activity);
  go_to(*activity, 0.5F);
  EXPECT_EQ(activity->lanes().shown(0).step(), 3);
  EXPECT_EQ(activity->lanes().shown(1).step(), 3);
  const std::vector<float> there = pixels(*activity, 1);
  choose("sampler2", "Heun");
  change(*activity);
  EXPECT_EQ(activity->lanes().shown(1).step(), 3);
  EXPECT_TRUE(same_bits(there, pixels(*activity, 1)));
  finish_lanes(*activity);
  EXPECT_FALSE(same_bits(pixels(*activity, 0), pixels(*activity, 1)));
}

TEST_F(LaboratoryTest, TheDrawnScheduleIsUsedAndGoesIntoTheRequest) {
  choose("sampler2", "DPM++ 2M");
  choose("schedule2", "Drawn");
  const auto activity = make();
  finish_lanes(*activity);
  const std::vector<float> before = pixels(*activity, 1);
  activity->point({"schedule", PointerEvent::Phase::press, false, -1, 0.5F, 0.4F});
  activity->point({"schedule", PointerEvent::Phase::drag, false, -1, 0.5F, 0.9F});
  Request edited = request_;
  ASSERT_TRUE(activity->edit(edited));
  EXPECT_FALSE(activity->edit(edited));
  EXPECT_EQ(request_from_json(to_json(edited)).texts.at("laboratory.drawn"), edited.texts.at("laboratory.drawn"));
  activity->set_request(edited);
  finish_lanes(*activity);
  EXPECT_FALSE(same_bits(before, pixels(*activity, 1)));
  const auto& points = activity->lanes().shown(1).points();
  for (std::size_t i = 1; i < points.size(); ++i) EXPECT_LT(points[i].sigma, points[i - 1].sigma);
  activity->point({"schedule", PointerEvent::Phase::press, true, -1, 0.5F, 0.5F});
  ASSERT_TRUE(activity->edit(edited));
  EXPECT_EQ(edited.texts.at("laboratory.drawn"), DrawnSchedule().text());
}

TEST_F(LaboratoryTest, AGridIsOneLabelledSheet) {
  choose("view", "guidance x seed");
  const auto activity = make();
  EXPECT_FALSE(activity->is_grid_complete());
  finish(*activity);
  EXPECT_TRUE(activity->is_grid_complete());
  const LabelledSheet& sheet = activity->board().sheet;
  EXPECT_EQ(sheet.cells.size(), sheet.rows.size() * sheet.columns.size());
  EXPECT_EQ(seen(*activity).pictures.count, static_cast<int>(sheet.cells.size()));
  EXPECT_EQ(seen(*activity).parts.front().captions.size(), sheet.cells.size());
  const SheetLayout layout = layout_of(sheet);
  const formats::Picture picture = activity->labelled_sheet();
  EXPECT_EQ(picture.width, layout.width);
  EXPECT_EQ(picture.height, layout.height);
  EXPECT_GE(picture.width, static_cast<int>(sheet.columns.size()) * layout.cell);
  Request unchanged = request_;
  activity->ask_for_grid(unchanged);
  EXPECT_EQ(unchanged, request_);
}

TEST_F(LaboratoryTest, SideBySideIsASheetTooAndAGridCanBeAskedFor) {
  const auto activity = make();
  finish_lanes(*activity);
  EXPECT_GT(activity->labelled_sheet().width, 100);
  activity->ask_for_grid(request_);
  activity->set_request(request_);
  finish_loading(*activity);
  EXPECT_EQ(seen(*activity).parts.front().name, "grid");
  EXPECT_FALSE(activity->is_grid_complete());
}

TEST_F(LaboratoryTest, WhatCouldNotBeginHasNoSheet) {
  LaboratoryActivity activity(context(), request_, small_network());
  for (int i = 0; i < 1000 && activity.programs().empty(); ++i) activity.advance(0);
  set("sampler1", 99);
  activity.set_request(request_);  // while it loads
  for (int i = 0; i < 5000 && seen(activity).error.empty(); ++i) activity.advance(1e9);
  EXPECT_NE(seen(activity).error, "");
  EXPECT_THROW(activity.labelled_sheet(), core::Error);
  set("sampler1", 0);
  change(activity);
  finish_lanes(activity);
  EXPECT_GT(activity.labelled_sheet().width, 100);
}

TEST_F(LaboratoryTest, SettingsThatMakeNoSenseAreSentences) {
  const auto activity = make();
  activity->advance(1e9);
  for (const auto& [name, value] : {std::pair{"lanes", 9.0}, {"sampler1", 99.0}, {"steps2", 1e9}, {"view", -1.0}}) {
    Request wrong = request_;
    wrong.numbers["laboratory." + std::string(name)] = value;
    activity->set_request(wrong);
    EXPECT_NE(seen(*activity).error, "") << name;
  }
  Request wrong = request_;
  wrong.texts["laboratory.drawn"] = "1 2 3";
  activity->set_request(wrong);
  EXPECT_NE(seen(*activity).error, "");
  activity->set_request(request_);
  EXPECT_EQ(seen(*activity).error, "");
  finish_lanes(*activity);
}

TEST(Laboratory, ShowsTheControlsOfItsLanesOnly) {
  const Family& family = family_named("laboratory");
  Request request;
  request.numbers["laboratory.lanes"] = 2;
  for (const Control& control : family.controls) {
    const bool is_of_third = control.name.ends_with("3") || control.name.ends_with("4");
    EXPECT_EQ(is_shown(request, family, control), !is_of_third) << control.name;
    EXPECT_FALSE(control.help.empty());
  }
}

}  // namespace
}  // namespace figment::studio
