#include "studio/request_history.h"

#include <gtest/gtest.h>

namespace figment::studio {
namespace {

Request with_steps(int steps) {
  Request request;
  request.picture.steps = steps;
  return request;
}

TEST(RequestHistory, GoesBackAndForth) {
  RequestHistory history;
  EXPECT_FALSE(history.undo());
  history.note(with_steps(10), 0);
  history.note(with_steps(20), 1);
  history.note(with_steps(20), 2);
  history.note(with_steps(30), 3);
  EXPECT_EQ(history.undo(), with_steps(20)) << "what has not settled yet is a step, too";
  EXPECT_EQ(history.undo(), with_steps(10));
  EXPECT_FALSE(history.undo());
  EXPECT_EQ(history.redo(), with_steps(20));
  EXPECT_EQ(history.redo(), with_steps(30));
  EXPECT_FALSE(history.redo());
}

TEST(RequestHistory, ADragIsOneStep) {
  RequestHistory history;
  history.note(with_steps(1), 0);
  for (int i = 2; i < 30; ++i) history.note(with_steps(i), 1 + 0.05 * i);
  history.note(with_steps(29), 4);
  EXPECT_EQ(history.undo(), with_steps(1));
}

TEST(RequestHistory, AChangeEndsWhatCouldBeRedone) {
  RequestHistory history;
  history.note(with_steps(1), 0);
  history.note(with_steps(2), 1);
  ASSERT_TRUE(history.undo());
  history.note(with_steps(1), 2);
  history.note(with_steps(3), 3);
  history.note(with_steps(3), 4);
  EXPECT_FALSE(history.redo());
  EXPECT_EQ(history.undo(), with_steps(1));
}

TEST(RequestHistory, ForgetsTheOldest) {
  RequestHistory history;
  for (int i = 0; i < 300; ++i) {
    history.note(with_steps(i), 2.0 * i);
    history.note(with_steps(i), 2.0 * i + 1);
  }
  std::size_t steps = 0;
  while (history.undo()) ++steps;
  EXPECT_EQ(steps, RequestHistory::most - 1);
}

}  // namespace
}  // namespace figment::studio
