// The window for as long as one likes, with a person who tries everything.
//
// FIGMENT_SOAK_SECONDS: how long (25). FIGMENT_SOAK_SEED: another person (1). FIGMENT_SOAK_HASTE: deeds come so many
// times faster (1), to find what is wrong sooner; what frames took then says nothing. Under the address sanitizer a
// leak fails the test at its end, and FIGMENT_SOAK_PROFILE=1 prints at home what holds the heap.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "app/capture.h"
#include "app/profiler.h"
#include "app/trace.h"
#include "app/window.h"
#include "app/window_command.h"
#include "app/window_driver.h"
#include "core/files.h"
#include "core/memory.h"
#include "soak/person.h"
#include "soak/resident.h"

#ifdef __SANITIZE_ADDRESS__
// GCC has no header for them.
extern "C" std::size_t __sanitizer_get_current_allocated_bytes();
extern "C" void __sanitizer_purge_allocator();
extern "C" void __sanitizer_print_memory_profile(std::size_t top_percent, std::size_t max_number_of_contexts);
extern "C" void __asan_print_accumulated_stats();

/// It never gives back the call stacks that it keeps of allocations, and beyond the caller those of libraries without
/// frame pointers are new for ever: 148 MiB of them after eight minutes, which hid whether memory is flat. Who looks
/// for a leak asks for them again: ASAN_OPTIONS=malloc_context_size=30.
extern "C" const char* __asan_default_options() {  // NOLINT: the sanitizer's name
  return "malloc_context_size=2:quarantine_size_mb=16";
}
#endif

namespace figment::app {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

double setting(const char* name, double otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtod(text, nullptr);
}

/// Of this process, MiB.
double resident_mib() {
  std::ifstream file("/proc/self/statm");
  double pages = 0;
  double resident = 0;
  file >> pages >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1048576.0;
}

double percentile(std::vector<float>& times, double share) {
  if (times.empty()) return 0;
  const auto rank = static_cast<std::ptrdiff_t>(share * static_cast<double>(times.size() - 1) + 0.5);
  std::ranges::nth_element(times, times.begin() + rank);
  return static_cast<double>(times[static_cast<std::size_t>(rank)]);
}

/// What the heap holds, MiB.
double heap_mib() {
#ifdef __SANITIZE_ADDRESS__
  return static_cast<double>(__sanitizer_get_current_allocated_bytes()) / 1048576.0;
#else
  return core::heap_bytes() / 1048576.0;
#endif
}

/// What is taken down every ten seconds.
struct Sample {
  double minutes = 0;
  double resident_mib = 0;
  double heap_mib = 0;  ///< which holds what the device does, if that is the processor
  double device_mib = 0;

  void print(const char* when, int frames) const {
    fmt::print("[soak] {:5.1f} min  {:6d} frames  resident {:.0f} MiB  heap {:.0f} MiB  device {:.1f} MiB{}\n", minutes,
               frames, resident_mib, heap_mib, device_mib, when);
    std::fflush(stdout);
  }
};

/// The mean of what `value` says of the samples from this share of the time to that.
template <typename Value>
double mean_of(const std::vector<Sample>& samples, double from, double to, Value value) {
  double sum = 0;
  int count = 0;
  const auto n = static_cast<double>(samples.size());
  for (auto i = static_cast<std::size_t>(from * n); i < static_cast<std::size_t>(to * n); ++i, ++count) {
    sum += value(samples[i]);
  }
  return count == 0 ? 0 : sum / count;
}

/// Which spans of the host were long in the frame that began then.
std::string long_spans(const State& state, std::int64_t begin_ns, double least_ms) {
  std::string names;
  for (const auto& [name, ms] : state.profiler->trace().host_spans_since(begin_ns)) {
    if (ms >= least_ms && name != "frame") names += (names.empty() ? "" : " < ") + name;
  }
  return names;
}

/// What is in the window, and whether it is filmed.
std::string on_show(const State& state) {
  std::string names;
  for (const Player* player : {&state.players.painter(0), &state.players.painter(1), &state.players.writer()}) {
    if (player->family != nullptr) names += (player->trains ? "train " : "") + player->family->name + ", ";
  }
  return names + (state.is_filming ? "filmed" : "not filmed");
}

/// Takes down how the window does, and reads it at the end.
class Watch {
 public:
  void note(const State& state, const Person& person) {
    const std::string& deed = person.last();
    const Clock::time_point now = Clock::now();
    const double time_ms = std::chrono::duration<double, std::milli>(now - last_).count();
    last_ = now;
    const std::int64_t begin_ns = std::exchange(last_ns_, Trace::now_ns());
    if (frames_++ > 0 && !person.is_home()) {
      (is_loading_ ? loading_ : ready_).push_back(static_cast<float>(time_ms));
      if (time_ms > longest_ms_) {
        longest_ms_ = time_ms;
        longest_ = deed + ": " + long_spans(state, begin_ns, time_ms / 3);
      }
      if (const double most = 2 * state.measurements.budget_ms; !is_loading_ && time_ms > most) {
        ++slow_[fmt::format("{}: {}", deed.substr(0, deed.find(' ')), long_spans(state, begin_ns, most / 3))];
        ++slow_on_show_[on_show(state)];
      }
    }
    is_loading_ = state.players.has_pending() || state.players.is_loading();
    if (now - sampled_ < std::chrono::seconds(10)) return;
    sampled_ = now;
    samples_.push_back(sample_of(state));
    if (samples_.size() % 6 == 1) samples_.back().print("", frames_);
  }

  /// All is as at the start.
  void note_home(const State& state) {
#ifdef __SANITIZE_ADDRESS__
    __sanitizer_purge_allocator();  // which keeps what was freed
#endif
    homes_.push_back(sample_of(state));
    homes_.back().print("  at home", frames_);
    for (const auto& [kind, mib] : resident_by_kind()) fmt::print("  {} {:.0f}", kind, mib);
    fmt::print("\n");
    std::fflush(stdout);
#ifdef __SANITIZE_ADDRESS__
    if (std::getenv("FIGMENT_SOAK_PROFILE") != nullptr) {
      __sanitizer_print_memory_profile(90, 20);
      __asan_print_accumulated_stats();
    }
#endif
    last_ = Clock::now();
  }

  void report(const Person& person, double budget_ms) {
    const auto resident = [](const Sample& sample) { return sample.resident_mib; };
    const auto device = [](const Sample& sample) { return sample.device_mib; };
    const nlohmann::json result{{"frames", frames_},
                                {"deeds", person.deeds()},
                                {"families", person.families_seen()},
                                {"budget_ms", budget_ms},
                                {"p50_ms", percentile(ready_, 0.5)},
                                {"p95_ms", percentile(ready_, 0.95)},
                                {"p99_ms", percentile(ready_, 0.99)},
                                {"loading_frames", loading_.size()},
                                {"loading_p95_ms", percentile(loading_, 0.95)},
                                {"longest_ms", longest_ms_},
                                {"longest", longest_},
                                {"slow", slow_},
                                {"slow_on_show", slow_on_show_},
                                {"resident_second_quarter_mib", mean_of(samples_, 0.25, 0.5, resident)},
                                {"resident_last_quarter_mib", mean_of(samples_, 0.75, 1, resident)},
                                {"device_second_quarter_mib", mean_of(samples_, 0.25, 0.5, device)},
                                {"device_last_quarter_mib", mean_of(samples_, 0.75, 1, device)}};
    fmt::print("[soak] {}\n", result.dump());
    check_homes();
    // Quarters of less have only some of the models on show, which differ in size by far more than this.
    if (std::chrono::duration<double>(last_ - begin_) < std::chrono::minutes(30)) return;
    EXPECT_LT(result.at("resident_last_quarter_mib").get<double>(),
              1.1 * result.at("resident_second_quarter_mib").get<double>() + 32);
    EXPECT_LT(result.at("device_last_quarter_mib").get<double>(),
              1.1 * result.at("device_second_quarter_mib").get<double>() + 32);
  }

 private:
  Sample sample_of(const State& state) const {
    return {std::chrono::duration<double>(last_ - begin_).count() / 60, resident_mib(), heap_mib(),
            static_cast<double>(state.measurements.device_bytes) / 1048576.0};
  }

  /// Nothing is left behind: with the same on show there is as much as at the first time, once every model was there.
  void check_homes() const {
    constexpr double every_model_was_there_min = 7;
    const auto first =
        std::ranges::find_if(homes_, [&](const Sample& home) { return home.minutes > every_model_was_there_min; });
    if (first == homes_.end()) return;
    const auto expect_flat = [&](double Sample::*value) {
      for (const Sample& home : std::ranges::subrange(first, homes_.end())) {
        EXPECT_LT(home.*value, 1.1 * (*first).*value + 32) << "after " << home.minutes << " min";
      }
    };
    expect_flat(&Sample::device_mib);
    expect_flat(&Sample::heap_mib);
    expect_flat(&Sample::resident_mib);
  }

  const Clock::time_point begin_ = Clock::now();
  Clock::time_point last_ = begin_;
  Clock::time_point sampled_ = begin_;
  int frames_ = 0;
  bool is_loading_ = true;
  double longest_ms_ = 0;
  std::string longest_;
  std::int64_t last_ns_ = 0;
  std::map<std::string, int> slow_;          ///< frames above twice the budget, by the deed before and what took long
  std::map<std::string, int> slow_on_show_;  ///< the same, by what was in the window
  std::vector<float> ready_;
  std::vector<float> loading_;
  std::vector<Sample> samples_;
  std::vector<Sample> homes_;
};

/// Every file that was written is whole; they are removed.
void check_files(const fs::path& folder) {
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const fs::path& path = entry.path();
    EXPECT_NE(path.extension(), ".tmp") << path;
    if (path.extension() == ".png") {
      EXPECT_GT(formats::read_png(path).width, 0) << path;
    }
    if (path.extension() == ".json") {
      EXPECT_TRUE(nlohmann::json::accept(core::read_text(path))) << path;
    }
  }
}

TEST(Soak, TheWindowLivesOn) {
  core::give_large_blocks_back();  // as figment does
  const VirtualDisplay display;
  ASSERT_TRUE(display.is_running()) << "Xvfb does not start; install xvfb";
  const double seconds = setting("FIGMENT_SOAK_SECONDS", 25);
  const fs::path folder = fs::temp_directory_path() / fmt::format("figment_soak_{}", getpid());
  fs::create_directories(folder);
  setenv("XDG_DATA_HOME", folder.c_str(), 1);  // trainings leave their runs there

  Person person(static_cast<std::uint64_t>(setting("FIGMENT_SOAK_SEED", 1)),
                std::max(0.1, setting("FIGMENT_SOAK_HASTE", 1)));
  Watch watch;
  const Clock::time_point begin = Clock::now();
  const auto elapsed_s = [&] { return std::chrono::duration<double>(Clock::now() - begin).count(); };
  double budget_ms = 0;
  double swept_s = 0;
  WindowOptions options;
  options.width = 1024;
  options.height = 640;
  options.validation = true;
  options.capture_dir = folder / "captures";
  options.settings = folder / "settings.json";
  options.each_frame = [&](Window& window) {
    if (elapsed_s() > seconds) window.close();
  };
  options.steer = [&](State& state) {
    budget_ms = state.measurements.budget_ms;
    const bool was_home = person.is_home();
    watch.note(state, person);
    person.act(state, elapsed_s());
    if (was_home && !person.is_home()) watch.note_home(state);
    if (elapsed_s() - swept_s < 300 || state.is_filming) return;
    swept_s = elapsed_s();
    std::error_code error;
    fs::remove_all(options.capture_dir, error);  // an hour of films fills a disk
  };
  WindowReport report;
  EXPECT_EQ(run_window(options, studio::shown_families(), &report), 0) << "after: " << person.last();
  for (const std::string& message : report.validation_messages) ADD_FAILURE() << message;
  watch.report(person, budget_ms);
  check_files(folder);
  unsetenv("XDG_DATA_HOME");
  fs::remove_all(folder);
}

}  // namespace
}  // namespace figment::app
