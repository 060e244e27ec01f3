#include "core/clock.h"

#include <cmath>
#include <optional>

#include "core/error.h"

namespace figment::core {
namespace {

std::optional<Clock::time_point> manual_time;

}  // namespace

Clock::time_point Clock::now() { return manual_time ? *manual_time : std::chrono::steady_clock::now(); }

bool Clock::is_manual() { return manual_time.has_value(); }

ManualTime::ManualTime() {
  require(!manual_time, "two films are being made at once; make one after the other");
  manual_time = std::chrono::steady_clock::now();
}

ManualTime::~ManualTime() { manual_time.reset(); }

void ManualTime::advance(double seconds) {
  *manual_time += Clock::duration(std::llround(seconds * Clock::period::den / Clock::period::num));
}

}  // namespace figment::core
