#include "app/frame_loop.h"

#include <imgui_impl_glfw.h>

#include <array>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "app/keys.h"
#include "app/panels/panels.h"
#include "core/files.h"
#include "core/log.h"
#include "gpu/error.h"

namespace figment::app {

namespace {

double since_ms(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

double budget_of(const WindowOptions& options, const gpu::DeviceInfo& info) {
  if (options.frame_budget_ms > 0) return options.frame_budget_ms;
  return info.is_cpu ? 33.0 : 8.0;
}

}  // namespace

FrameLoop::FrameLoop(const WindowOptions& options, Window& window, runtime::Context& context,
                     const std::vector<studio::Family>& families)
    : options_(options),
      window_(window),
      context_(context),
      device_(context.device()),
      presenter_(device_, window.make_surface(device_.instance())),
      style_(make_style(window.content_scale())),
      widgets_(style_),
      players_(context, families),
      sheets_(device_, presenter_.renderer()),
      state_(players_, widgets_, sheets_),
      budget_ms_(budget_of(options, device_.info())) {
  state_.request = applied_ = options.request;
  state_.measurements.device = device_.info().name;
  state_.measurements.budget_ms = budget_ms_;
  presenter_.renderer().load_fonts();
  presenter_.on_pixels([this](formats::Picture picture) {
    last_pixels_ = picture;
    if (film_) film_->add(std::move(picture));
  });
  select_first_models();
}

FrameLoop::~FrameLoop() {
  try {
    device_.wait_idle();
  } catch (const core::Error&) {
    // A lost device runs nothing any more.
  }
}

void FrameLoop::select_first_models() {
  const studio::Family* painter = nullptr;
  const studio::Family* writer = nullptr;
  bool is_known = options_.model.empty();
  for (const studio::Family& family : players_.families()) {
    const studio::Family*& place = family.paints ? painter : writer;
    const bool is_wanted = family.name == options_.model;
    if (place == nullptr || is_wanted) place = &family;
    is_known |= is_wanted;
  }
  if (!is_known) {
    std::string names;
    for (const studio::Family& family : players_.families()) names += (names.empty() ? "" : ", ") + family.name;
    core::fail("There is no model called '{}'; choose one of {}.", options_.model, names);
  }
  if (painter != nullptr) players_.select(*painter);
  if (writer != nullptr) players_.select(*writer);
}

/// While it lives, Ctrl+C and a request to end close the window as its cross does: films are finished, files whole.
class FrameLoop::Signals {
 public:
  Signals() : interrupt_(std::signal(SIGINT, note)), terminate_(std::signal(SIGTERM, note)) { was_asked = 0; }
  ~Signals() {
    std::signal(SIGINT, interrupt_);
    std::signal(SIGTERM, terminate_);
  }
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  static inline volatile std::sig_atomic_t was_asked = 0;

 private:
  static void note(int) { was_asked = 1; }
  void (*interrupt_)(int);
  void (*terminate_)(int);
};

void FrameLoop::run() {
  const Signals signals;
  while (step()) {
  }
  if (film_) end_film();
  if (!options_.screenshot.empty()) take_screenshot();
}

template <typename Function>
void FrameLoop::guard(Function function) {
  try {
    function();
  } catch (const gpu::DeviceLost&) {
    throw;
  } catch (const std::exception& error) {
    state_.say(error.what(), true);
  }
}

bool FrameLoop::step() {
  window_.poll();
  if (options_.each_frame) options_.each_frame(window_);
  if (window_.should_close() || state_.actions.quit || Signals::was_asked != 0) return false;
  if (options_.frames > 0 && ready_frames_ >= options_.frames) return false;
  follow_scale();
  take_input();
  // One frame is shown with "Loading ..." before a model is made.
  if (drawn_frames_ > 0 && players_.has_pending() && !window_.is_minimised()) {
    players_.make_pending(state_.request);
    window_.touch();
  }
  advance();
  if (window_.is_minimised()) {
    window_.wait(0.05);
  } else if (needs_drawing()) {
    draw();
  } else {
    rest();
  }
  take_actions();
  apply_request();
  take_edited_shaders();
  measure();
  write_controls();
  ++frames_;
  if (is_ready()) ++ready_frames_;
  return true;
}

void FrameLoop::take_edited_shaders() {
  for (const gpu::ShaderChange& change : context_.poll_shader_changes()) {
    state_.say(change.ok ? change.file + " was rebuilt." : change.error + " (the old one stays)", !change.ok);
    window_.touch();
  }
}

void FrameLoop::follow_scale() {
  if (std::abs(window_.content_scale() - style_.scale) < 0.01F) return;
  const float before = style_.scale;
  Style style = make_style(window_.content_scale());
  if (style.scale == before) return;
  style_ = style;
  presenter_.renderer().load_fonts();
}

void FrameLoop::take_input() {
  for (const int key : window_.take_keys()) press_key(state_, key);
  for (const auto& path : window_.take_dropped()) restore(path);
}

void FrameLoop::restore(const std::filesystem::path& path) {
  guard([&] {
    state_.request = read_capture(path);
    state_.say("The settings of " + path.filename().string() + " are back.");
  });
}

void FrameLoop::take_actions() {
  const Actions actions = std::exchange(state_.actions, {});
  if (actions.stop != nullptr) players_.stop(*actions.stop);
  if (actions.select != nullptr) players_.select(*actions.select);
  if (actions.compare_with != nullptr) players_.compare_with(*actions.compare_with);
  if (actions.step) {
    guard([&] { players_.single_step(); });
    state_.is_paused = true;
  }
  if (actions.restart) guard([&] { players_.restart(); });
  if (actions.stop != nullptr || actions.select != nullptr || actions.compare_with != nullptr || actions.restart) {
    sheets_.forget();
  }
  if (actions.capture) capture();
  if (actions.toggle_film) toggle_film();
  if (actions.toggle_full_screen) window_.toggle_full_screen();
  state_.actions.quit = actions.quit;
}

void FrameLoop::apply_request() {
  if (state_.request == applied_) return;
  applied_ = state_.request;
  guard([&] { players_.set_request(applied_); });
  window_.touch();
}

void FrameLoop::capture() {
  guard([&] {
    const studio::View* view = players_.painter().view();
    core::require(view != nullptr, "There are no pictures to save; start a model that paints.");
    const formats::Picture picture = read_pictures(device_, view->pictures);
    const auto path = write_capture(options_.capture_dir, players_.painter().family->name, picture, state_.request);
    state_.say("Saved " + path.string());
  });
}

void FrameLoop::toggle_film() {
  if (film_) return end_film();
  guard([&] {
    film_ = std::make_unique<Film>(options_.capture_dir / ("figment-" + date_for_name() + ".mp4"), state_.request);
    state_.is_filming = true;
    state_.say("Filming; F10 ends it.");
  });
}

void FrameLoop::end_film() {
  guard([&] {
    presenter_.flush();
    state_.say("Saved " + film_->finish().string());
  });
  film_.reset();
  state_.is_filming = false;
  window_.touch();
}

void FrameLoop::advance() {
  const double interface_ms = presenter_.drawing_ms() + state_.measurements.build_ms;
  const double work_ms = std::max(budget_ms_ - interface_ms, budget_ms_ * 0.25);
  if (state_.is_paused) {
    players_.advance_loading(work_ms);
  } else {
    players_.advance(work_ms);
  }
}

bool FrameLoop::needs_drawing() const {
  if (drawn_frames_ < 3 || film_ || players_.has_pending() || widgets_.is_animating()) return true;
  if (window_.seconds_since_input() < 0.3 || since_ms(drawn_) > 250) return true;
  if (!state_.message.text.empty() && state_.message.until - ImGui::GetTime() < 0.5) return true;
  return players_.fingerprint() != drawn_fingerprint_;
}

void FrameLoop::build_interface() {
  const auto start = Clock::now();
  ImGui_ImplGlfw_NewFrame();
  ImGui::NewFrame();
  widgets_.begin_frame();
  sheets_.begin_frame();
  state_.trail = window_.take_trail();
  state_.layout = make_layout(ImGui::GetIO().DisplaySize, style_, players_.painter().family != nullptr,
                              players_.writer().family != nullptr);
  if (std::string error = players_.error(); error != shown_error_) {
    shown_error_ = error;
    if (!error.empty()) state_.say(error, true);
  }
  draw_panels(state_);
  widgets_.end_frame();
  ImGui::Render();
  state_.measurements.build_ms += 0.2 * (since_ms(start) - state_.measurements.build_ms);
}

void FrameLoop::draw() {
  presenter_.wait_for_slot();
  drawn_fingerprint_ = players_.fingerprint();
  build_interface();
  const double now_s = std::chrono::duration<double>(Clock::now() - started_).count();
  const bool is_last = options_.frames > 0 && ready_frames_ + 1 >= options_.frames && !options_.screenshot.empty();
  const bool is_filmed = film_ && film_->wants_frame(now_s);
  if (!presenter_.draw(*ImGui::GetDrawData(), window_.pixels(), sheets_.requested(), is_filmed || is_last)) return;
  if (is_filmed) film_->note_frame(now_s);
  drawn_ = Clock::now();
  if (++drawn_frames_ == 1) first_frame_ms_ = since_ms(started_);
  if (first_view_ms_ == 0 && is_ready()) first_view_ms_ = since_ms(started_);
}

void FrameLoop::rest() {
  const gpu::Queue& queue = device_.queue();
  const std::uint64_t submitted = queue.submitted();
  // Enough is under way to fill the time until the next look.
  if (!queue.is_done(submitted)) {
    queue.wait(submitted, budget_ms_ * 0.5);
  } else {
    window_.wait(budget_ms_ / 1000);
  }
}

void FrameLoop::measure() {
  // Kernels that are compiled hold up the queue on some devices; that says nothing of the frames to come.
  (is_ready() ? state_.frame_times : loading_times_).add(since_ms(frame_start_));
  frame_start_ = Clock::now();
  const double elapsed_ms = since_ms(measured_);
  if (elapsed_ms < 500) return;
  measured_ = Clock::now();
  Measurements& measurements = state_.measurements;
  measurements.frames_per_second = (frames_ - frames_at_measure_) * 1000.0 / elapsed_ms;
  frames_at_measure_ = frames_;
  measurements.interface_ms = presenter_.drawing_ms();
  measurements.device_bytes = device_.allocated_bytes();
  std::array<double, tensor::family_count> times{};
  double total = 0;
  double dispatches = 0;
  std::map<const runtime::Program*, std::uint64_t> replays;
  for (const runtime::Program* program : players_.programs()) {
    const runtime::ProgramStatistics statistics = program->statistics();
    replays[program] = statistics.replays;
    const auto before = replays_.find(program);
    const std::uint64_t last = before == replays_.end() ? statistics.replays : before->second;
    const auto count = static_cast<double>(statistics.replays - std::min(last, statistics.replays));
    const auto family_ms = program->family_times_ms();
    for (std::size_t i = 0; i < times.size(); ++i) {
      times[i] += family_ms[i] * count;
      total += family_ms[i] * count;
    }
    dispatches += statistics.dispatches * count;
  }
  replays_ = std::move(replays);
  measurements.dispatches_per_second = dispatches * 1000 / elapsed_ms;
  if (total <= 0) return;  // nothing ran: the last figures stay
  for (std::size_t i = 0; i < times.size(); ++i) {
    measurements.family_ms[i] = times[i] * 1000 / elapsed_ms;
    measurements.family_share[i] = times[i] / total;
  }
}

void FrameLoop::write_controls() {
  const char* path = std::getenv("FIGMENT_CONTROLS_FILE");
  if (path == nullptr || since_ms(controls_written_) < 100) return;
  controls_written_ = Clock::now();
  nlohmann::json list = nlohmann::json::array();
  for (const ControlRect& control : widgets_.controls()) {
    list.push_back({{"name", control.name},
                    {"x", control.min.x},
                    {"y", control.min.y},
                    {"width", control.max.x - control.min.x},
                    {"height", control.max.y - control.min.y}});
  }
  nlohmann::json document{{"controls", list},
                          {"request", nlohmann::json::parse(studio::to_json(state_.request))},
                          {"paused", state_.is_paused},
                          {"help", state_.shows_help},
                          {"hud", state_.shows_hud},
                          {"filming", state_.is_filming},
                          {"message", state_.message.text},
                          {"width", ImGui::GetIO().DisplaySize.x},
                          {"height", ImGui::GetIO().DisplaySize.y},
                          {"loading", players_.is_loading() || players_.has_pending()},
                          {"frames", frames_}};
  if (const studio::View* view = players_.painter().view(); view != nullptr) {
    document["painter"] = {{"progress", view->progress}, {"fraction", view->fraction}, {"error", view->error}};
  }
  if (const studio::View* view = players_.writer().view(); view != nullptr) {
    std::string text;
    for (const studio::TextToken& token : view->text.tokens) text += token.text;
    document["writer"] = {{"text", text}, {"tokens", view->text.tokens.size()}, {"error", view->error}};
  }
  core::write_atomically(path,
                         std::string_view(document.dump(1, ' ', false, nlohmann::json::error_handler_t::replace)));
}

void FrameLoop::take_screenshot() {
  presenter_.flush();
  if (last_pixels_.width == 0) {
    // Closed before the last frame was known to be the last: draw once more.
    last_pixels_ = {};
    build_interface();
    presenter_.draw(*ImGui::GetDrawData(), window_.pixels(), sheets_.requested(), true);
    presenter_.flush();
  }
  core::require(last_pixels_.width > 0, "This display does not let its pixels be read; there is no screenshot.");
  formats::write_png(options_.screenshot, last_pixels_,
                     formats::PngText{{request_keyword, studio::to_json(state_.request)}});
}

WindowReport FrameLoop::report() const {
  WindowReport report;
  report.frames = ready_frames_;
  report.drawn_frames = drawn_frames_;
  report.first_frame_ms = first_frame_ms_;
  report.first_view_ms = first_view_ms_;
  report.frame_p50_ms = state_.frame_times.percentile_ms(0.5);
  report.frame_p95_ms = state_.frame_times.percentile_ms(0.95);
  report.frame_p99_ms = state_.frame_times.percentile_ms(0.99);
  report.loading_p95_ms = loading_times_.percentile_ms(0.95);
  report.interface_ms = presenter_.drawing_ms();
  report.pictures_ms = presenter_.pictures_ms();
  report.build_ms = state_.measurements.build_ms;
  report.validation_messages = device_.validation_messages();
  return report;
}

}  // namespace figment::app
