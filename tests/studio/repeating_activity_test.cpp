#include "studio/repeating_activity.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "core/error.h"
#include "runtime/test_device.h"
#include "studio/family.h"

namespace figment::studio {
namespace {

/// Counts to `picture.steps`, one a call. The numbers are given by the test.
class Counter : public RepeatingActivity {
 public:
  Counter(runtime::Context& context, const Request& request, double rest_seconds)
      : RepeatingActivity(context, request, "steps/s", rest_seconds) {
    view().sentence = "Counts.";
    loading().read("Reading", [this] {
      if (reading_fails) core::fail("The numbers are missing.");
      has_read = true;
    });
    loading().run("Compiling", [this] { ++compiled; });
  }
  std::vector<const runtime::Program*> programs() const override { return {}; }

  static inline bool reading_fails = false;
  bool has_read = false;
  int compiled = 0;
  int compiled_count = 8;
  int begun = 0;
  int at = 0;
  int pointed = -1;
  int slices_a_step = 1;
  int slices = 0;
  std::uint64_t begun_round = 99;

 protected:
  void begin() override {
    if (request().picture.count != compiled_count) {
      loading().run("Compiling again", [this] {
        ++compiled;
        compiled_count = request().picture.count;
      });
      return;
    }
    core::require(request().picture.seed != 13, "13 is no good seed.");
    at = 0;
    ++begun;
    begun_round = round();
  }
  int step(double) override { return ++slices % slices_a_step == 0 ? step_once() : 0; }
  int step_once() override {
    ++at;
    return 1;
  }
  bool steps_in_slices() const override { return slices_a_step > 1; }
  bool is_complete() const override { return at >= request().picture.steps; }
  void publish() override {
    view().pictures.version += 1;
    view().progress = std::to_string(at);
  }
  Taken take_request(const Request& before) override {
    core::require(request().picture.steps >= 0, "fewer than no steps make no sense.");
    if (request().picture == before.picture) return Taken::nothing;
    if (request().picture.seed != before.picture.seed) return Taken::start_over;
    if (request().picture.count != before.picture.count) return Taken::begin_again;
    return Taken::on_the_way;
  }
  void take_pointer(const PointerEvent& event) override {
    pointed = event.item;
    at = event.item;
    resume();
  }
};

const View& seen(const Activity& activity) { return activity.view(); }

class RepeatingActivityTest : public runtime::DeviceTest {
 protected:
  void SetUp() override {
    DeviceTest::SetUp();
    Counter::reading_fails = false;
    request_.picture.steps = 3;
  }
  Request request_;
};

TEST_F(RepeatingActivityTest, LoadsInSlicesThenMakesRestsAndBeginsAgain) {
  Counter counter(context(), request_, 0.0);
  EXPECT_EQ(seen(counter).loading, 0);
  EXPECT_EQ(counter.begun, 0);
  while (seen(counter).loading < 1) {
    counter.advance(0);
    if (seen(counter).loading < 1) {
      EXPECT_NE(seen(counter).sentence, "Counts.");
    }
  }
  EXPECT_EQ(seen(counter).sentence, "Counts.");
  EXPECT_TRUE(counter.has_read);
  EXPECT_EQ(counter.compiled, 1);
  EXPECT_EQ(counter.begun, 1);
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(counter.is_finished());
    counter.advance(1);
  }
  EXPECT_TRUE(counter.is_finished());
  counter.advance(1);
  EXPECT_EQ(counter.begun, 2);
  EXPECT_EQ(counter.begun_round, 1U);
  counter.restart();
  EXPECT_EQ(counter.begun_round, 0U);
}

TEST_F(RepeatingActivityTest, AStepMayComeInSlices) {
  Counter counter(context(), request_, 100);
  finish_loading(counter);
  counter.begin_step();  // at once, where it does not
  EXPECT_EQ(counter.at, 1);
  EXPECT_FALSE(counter.is_stepping());
  counter.slices_a_step = 4;
  counter.begin_step();
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(counter.at, 1);
    EXPECT_TRUE(counter.is_stepping());
    counter.advance(1);
  }
  EXPECT_EQ(counter.at, 2);
  EXPECT_FALSE(counter.is_stepping());
}

TEST_F(RepeatingActivityTest, WhatFailsIsASentenceAndMayBeTriedAgain) {
  Counter::reading_fails = true;
  Counter counter(context(), request_, 100);
  for (int i = 0; i < 1000 && seen(counter).error.empty(); ++i) {
    counter.advance(1);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_EQ(seen(counter).error, "The numbers are missing.");
  EXPECT_EQ(seen(counter).loading, 1);
  counter.advance(1);
  counter.single_step();
  counter.point({"progress"});
  EXPECT_EQ(counter.begun, 0);
  EXPECT_THROW(finish_loading(counter), core::Error);
  Counter::reading_fails = false;
  counter.restart();
  counter.advance(1);
  finish_loading(counter);
  EXPECT_EQ(counter.begun, 1);
  EXPECT_TRUE(seen(counter).error.empty());
}

TEST_F(RepeatingActivityTest, TakesRequestsUp) {
  Counter counter(context(), request_, 100);
  finish_loading(counter);
  counter.advance(1);
  request_.picture.steps = 5;
  counter.set_request(request_);
  EXPECT_EQ(counter.at, 1) << "goes on";
  request_.picture.steps = -1;
  request_.picture.count = 7;
  counter.set_request(request_);
  EXPECT_EQ(seen(counter).error, "fewer than no steps make no sense.");
  counter.advance(1);
  EXPECT_EQ(counter.at, 2) << "goes on as it was";
  Request as_before = request_;
  as_before.picture.steps = 5;
  as_before.picture.count = counter.compiled_count;
  counter.set_request(as_before);
  EXPECT_TRUE(seen(counter).error.empty()) << "what made no sense is taken back";
  EXPECT_EQ(counter.at, 2);
  counter.set_request(request_);
  request_.picture.steps = 5;
  counter.set_request(request_);
  EXPECT_LT(seen(counter).loading, 1) << "the other count came along with what made no sense; it is not forgotten";
  finish_loading(counter);
  counter.advance(1);
  request_.picture.seed = 13;
  counter.set_request(request_);
  EXPECT_EQ(seen(counter).error, "13 is no good seed.");
  counter.advance(1);
  EXPECT_EQ(counter.at, 1) << "nothing was begun";
  request_.text.prompt = "of no concern";
  counter.set_request(request_);
  EXPECT_EQ(seen(counter).error, "13 is no good seed.");
  counter.advance(1);
  EXPECT_EQ(counter.at, 1) << "another's setting changes nothing of that";
  request_.picture.seed = 14;
  counter.set_request(request_);
  EXPECT_TRUE(seen(counter).error.empty());
  EXPECT_EQ(counter.begun, 3);
  request_.picture.count = 2;
  counter.set_request(request_);
  EXPECT_LT(seen(counter).loading, 1);
  finish_loading(counter);
  EXPECT_EQ(counter.compiled, 3);
  EXPECT_EQ(counter.begun, 4);
}

TEST_F(RepeatingActivityTest, ThePointerEndsTheRest) {
  Counter counter(context(), request_, 100);
  PointerEvent event;
  event.item = 1;
  counter.point(event);
  EXPECT_EQ(counter.pointed, -1) << "not while loading";
  finish_loading(counter);
  for (int i = 0; i < 3; ++i) counter.advance(1);
  EXPECT_TRUE(counter.is_finished());
  counter.point(event);
  EXPECT_FALSE(counter.is_finished());
  EXPECT_EQ(seen(counter).progress, "1");
}

TEST(Loading, RunsStagesInOrderAndKeepsWhatFailed) {
  Loading loading;
  std::string order;
  bool fails = true;
  loading.run("a", [&] { order += 'a'; });
  loading.run("b", [&] {
    if (fails) core::fail("b fails");
    order += 'b';
    loading.run("d", [&] { order += 'd'; });
  });
  loading.repeat("c", [&](double) {
    order += 'c';
    return order.size() < 4 ? 0.1 * static_cast<double>(order.size()) : 1.0;
  });
  EXPECT_THROW(loading.advance(1000), core::Error);
  EXPECT_EQ(order, "a");
  EXPECT_GT(loading.share(), 0);
  EXPECT_LT(loading.share(), 1);
  EXPECT_EQ(loading.sentence(), "b ...");
  fails = false;
  loading.advance(1000);
  EXPECT_EQ(order, "abccd");
  EXPECT_TRUE(loading.is_done());
  EXPECT_EQ(loading.share(), 1);
}

/// Reads for a while, and notes whether its members were gone before it was done.
class SlowReader : public RepeatingActivity {
 public:
  SlowReader(runtime::Context& context, const Request& request) : RepeatingActivity(context, request, "steps/s", 1) {
    loading().read("Reading", [this] {
      is_reading = true;
      std::this_thread::sleep_for(std::chrono::milliseconds(60));
      was_early |= member_.is_gone;
    });
  }
  std::vector<const runtime::Program*> programs() const override { return {}; }
  static inline std::atomic<bool> is_reading = false;
  static inline bool was_early = false;

 protected:
  void begin() override {}
  int step(double) override { return 1; }
  int step_once() override { return 1; }
  bool is_complete() const override { return true; }
  void publish() override {}
  Taken take_request(const Request&) override { return Taken::begin_again; }

 private:
  struct Member {
    Member() { is_gone = false; }
    ~Member() { is_gone = true; }
    static inline std::atomic<bool> is_gone = false;
  } member_;
};

TEST_F(RepeatingActivityTest, ThatIsClosedWhileItReadsWaitsForTheThread) {
  auto activity = make_activity<SlowReader>(context(), Request());
  activity->advance(1);
  while (!SlowReader::is_reading) std::this_thread::yield();
  activity.reset();
  EXPECT_FALSE(SlowReader::was_early);
}

}  // namespace
}  // namespace figment::studio
