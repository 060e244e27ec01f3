// Kills figment at seeded random moments while it writes pictures, films, clips and scripts: what has its final name
// is whole, and what was left of a killed writer goes with the next start.
//
// FIGMENT_KILLS: how many (6). FIGMENT_KILL_SEED: another seed (1).
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <thread>

#include "app/capture.h"
#include "app/film/script.h"
#include "app/window_driver.h"
#include "core/error.h"
#include "core/files.h"
#include "core/leftovers.h"
#include "core/random.h"
#include "core/run_command.h"
#include "formats/film_probe.h"

namespace figment::app {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr int film_frames = 8;
constexpr int clip_frames = 12;

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr || *text == '\0' ? otherwise : std::strtoull(text, nullptr, 10);
}

double since_s(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }
void sleep_s(double seconds) { std::this_thread::sleep_for(std::chrono::duration<double>(seconds)); }

/// A process that is killed, or ends by itself.
class Victim {
 public:
  /// Runs `work` in a copy of this process.
  explicit Victim(const std::function<void()>& work) {
    pid_ = ::fork();
    if (pid_ != 0) return;
    const int null = ::open("/dev/null", O_RDWR);
    for (int file = 0; file < 3; ++file) ::dup2(null, file);
    work();
    ::_exit(0);
  }
  ~Victim() { kill(); }
  Victim(const Victim&) = delete;
  Victim& operator=(const Victim&) = delete;

  bool has_ended() {
    if (pid_ > 0 && ::waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = -1;
    return pid_ <= 0;
  }
  /// Waits, and kills it after so many seconds. Returns whether it was killed.
  bool kill_after(double seconds) {
    const Clock::time_point start = Clock::now();
    while (!has_ended() && since_s(start) < seconds) sleep_s(0.001);
    return kill();
  }
  bool kill() {
    if (has_ended()) return false;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
    return true;
  }

 private:
  pid_t pid_ = -1;
};

void run_program(const std::vector<std::string>& arguments) {
  std::vector<char*> words{const_cast<char*>(FIGMENT_PROGRAM)};
  for (const std::string& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  ::execv(FIGMENT_PROGRAM, words.data());
  ::_exit(127);
}

formats::Picture noise(int width, int height, int channels, std::uint64_t seed) {
  core::Random random(seed);
  formats::Picture picture{width, height, channels, {}};
  picture.pixels.resize(static_cast<std::size_t>(width * height * channels));
  for (auto& value : picture.pixels) value = static_cast<std::uint8_t>(random.bits());
  return picture;
}

class KillCapture : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(folder_);
    core::write_atomically(folder_ / "film.json", std::string_view(R"({"figment_script": 1, "size": "480x360", "fps": 8,
      "seconds": 1, "model": "autoencoder", "events": [{"at": 0.5, "capture": "middle.png"}]})"));
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::vector<std::string> film(const std::string& name) const {
    std::vector<std::string> words{"film", "--script", (folder_ / "film.json").string(), "--out",
                                   (folder_ / name).string()};
    if (name.starts_with("sheet")) words.insert(words.end(), {"--sheet", "4"});
    if (name.ends_with(".mp4")) words.insert(words.end(), {"--hashes", (folder_ / "hashes.txt").string()});
    return words;
  }

  /// PNG captures again and again.
  void capture() const {
    const formats::Picture picture = noise(200, 150, 3, 1);
    for (int i = 0; i < 400; ++i) write_capture(folder_, "diffusion", picture, {});
  }
  /// Short clips of the stage again and again.
  void clip() const {
    for (int i = 0; i < 40; ++i) {
      FilmShape shape;
      shape.frames_per_second = 10;
      shape.seconds_most = clip_frames / 10.0;
      shape.area = {10, 10, 160, 120};
      Film film(folder_ / fmt::format("figment-clip-{:02}.gif", i), {}, shape);
      for (int n = 0; n < clip_frames; ++n) {
        film.note_frame(n / 10.0);
        const formats::Picture frame = noise(200, 150, 4, static_cast<std::uint64_t>(n));
        film.add(std::make_shared<FramePixels>(FramePixels{frame.width, frame.height, false, frame.pixels}));
      }
      film.finish();
    }
  }
  /// Scripts again and again.
  void script() const {
    for (int i = 0; i < 400; ++i) {
      std::string text = R"({"figment_script": 1, "seconds": 100, "events": [)";
      for (int n = 0; n < 300; ++n)
        text += fmt::format("{}{{\"at\": {}, \"pause\": true}}", n > 0 ? ", " : "", n % 100);
      core::write_atomically(folder_ / fmt::format("figment-script-{:03}.json", i), std::string_view(text + "]}"));
    }
  }

  /// The window, in which a person presses the keys of captures. Kills it after a random while.
  bool kill_window(core::Random& random) const {
    const VirtualDisplay display;
    if (!display.is_running() || core::run_command("xdotool version").status != 0) return false;
    const fs::path controls = fs::temp_directory_path() / fmt::format("figment_kill_controls_{}", ::getpid());
    fs::remove(controls);
    ::setenv("FIGMENT_CONTROLS_FILE", controls.c_str(), 1);
    Victim window([&] {
      run_program({"--model", "autoencoder", "--size", "800x600", "--capture-dir", folder_.string()});
    });
    ::unsetenv("FIGMENT_CONTROLS_FILE");
    for (int i = 0; i < 600 && !fs::exists(controls) && !window.has_ended(); ++i) sleep_s(0.1);
    sleep_s(1);
    const std::vector<std::string> keys = {"F12", "F10", "F9", "shift+F10"};
    for (std::uint32_t i = 2 + random.below(8); i > 0; --i) {
      core::run_command("xdotool key " + keys[random.below(4)]);
      sleep_s(static_cast<double>(random.uniform(0.05F, 0.8F)));
    }
    const bool is_killed = window.kill();
    fs::remove(controls);
    core::remove_leftovers_of(controls);
    return is_killed;
  }

  void check_film(const fs::path& path, int frames) const {
    const formats::FilmProbe probe = formats::probe_film(path);
    EXPECT_TRUE(probe.is_whole) << path;
    if (frames > 0) {
      EXPECT_EQ(probe.frames, frames) << path;
    } else {
      EXPECT_GT(probe.frames, 0) << path;
    }
  }

  /// Every file that has its final name. Counts what killed writers have left.
  int check_folder() {
    int leftovers = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
      const fs::path& path = entry.path();
      const std::string name = path.filename().string();
      if (!entry.is_regular_file()) continue;
      ++checked_;
      if (name.ends_with(".tmp")) {
        ++leftovers;
      } else if (name == "film.png" || name == "film.gif" || name == "film.mp4") {
        check_film(path, film_frames);
      } else if (path.extension() == ".gif") {
        check_film(path, name.starts_with("figment-clip") ? clip_frames : 0);
      } else if (path.extension() == ".mp4") {
        check_film(path, 0);
      } else if (path.extension() == ".png") {
        EXPECT_NO_THROW(formats::read_png(path)) << path;
        if (name.starts_with("figment-")) {
          EXPECT_NO_THROW(read_capture(path)) << path;
        }
      } else if (path.extension() == ".json") {
        EXPECT_NO_THROW(parse_script(core::read_text(path), studio::shown_families())) << path;
      } else if (path.extension() == ".txt") {
        EXPECT_NE(core::read_text(path).find("all 8 frames"), std::string::npos) << path;
      } else {
        ADD_FAILURE() << "nobody knows " << path;
      }
    }
    return leftovers;
  }

  void clear() const {
    for (const auto& entry : fs::directory_iterator(folder_)) {
      if (entry.path().filename().string().starts_with("figment-")) fs::remove(entry.path());
    }
  }

  fs::path folder_ = fs::temp_directory_path() / ("figment_kill_capture_" + std::to_string(::getpid()));
  int checked_ = 0;
};

TEST_F(KillCapture, LeavesWholeFiles) {
  core::Random random(number_from("FIGMENT_KILL_SEED", 1));
  const auto kills = static_cast<int>(number_from("FIGMENT_KILLS", 6));
  const std::vector<std::string> films = {"film.mp4", "film.gif", "film.png", "sheet.png", "frames"};
  const std::vector<std::function<void()>> writers = {[this] { capture(); }, [this] { clip(); }, [this] { script(); }};
  double film_s = 4;  // how long a film takes here; measured below
  std::map<std::string, int> killed;
  int left = 0;
  int removed = 0;
  for (int i = 0; i < kills; ++i) {
    // In turn the three writers in quick succession, films of the program, and now and then the window.
    const std::string what = i % 12 == 11 ? "window" : i % 2 == 0 ? "writer" : "film";
    if (what == "writer") {
      Victim victim(writers[static_cast<std::size_t>(i / 2 % 3)]);
      killed[what] += victim.kill_after(static_cast<double>(random.uniform(0.002F, 0.4F))) ? 1 : 0;
    } else if (what == "film") {
      const std::string& name = films[static_cast<std::size_t>(i / 2) % films.size()];
      const Clock::time_point start = Clock::now();
      Victim victim([&] { run_program(film(name)); });
      const double wait = film_s * static_cast<double>(random.uniform(0.1F, 1.05F));
      if (victim.kill_after(wait)) {
        ++killed[what];
      } else {
        film_s = since_s(start);
      }
    } else {
      killed[what] += kill_window(random) ? 1 : 0;
    }
    const int leftovers = check_folder();
    left += leftovers;
    if (what != "film" && leftovers > 0) {
      // As the window does when it starts.
      removed += core::remove_leftovers(folder_, "figment-");
    }
    clear();
    if (HasFailure()) FAIL() << "after kill " << i << " of FIGMENT_KILL_SEED=" << number_from("FIGMENT_KILL_SEED", 1);
  }
  // The next film of the same name takes away what was left of those before.
  for (const std::string& name : films) {
    Victim victim([&] { run_program(film(name)); });
    EXPECT_FALSE(victim.kill_after(300)) << name;
    EXPECT_TRUE(fs::exists(folder_ / name)) << name;
  }
  EXPECT_EQ(check_folder(), 0) << "something was left behind";
  std::printf(
      "killed: %d writers, %d films, %d windows; %d files checked, %d leftovers seen, %d of them removed by the "
      "window's cleaning, the rest by the next film\n",
      killed["writer"], killed["film"], killed["window"], checked_, left, removed);
}

}  // namespace
}  // namespace figment::app
