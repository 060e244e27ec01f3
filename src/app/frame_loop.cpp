#include "app/frame_loop.h"

#include <imgui_impl_glfw.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "app/keys.h"
#include "core/files.h"
#include "core/leftovers.h"
#include "core/log.h"
#include "data/text_file.h"
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
                     const std::vector<studio::Family>& families, SettingsKeeper& keeper)
    : options_(options),
      window_(window),
      context_(context),
      device_(context.device()),
      presenter_(device_, window.make_surface(device_.instance())),
      interface_(context, presenter_.renderer(), families, options.request, window.content_scale()),
      players_(interface_.players()),
      state_(interface_.state()),
      keeper_(keeper),
      budget_ms_(budget_of(options, device_.info())) {
  state_.measurements.budget_ms = budget_ms_;
  players_.set_trace(&trace());
  presenter_.on_pixels([this](std::shared_ptr<const FramePixels> pixels) {
    last_pixels_ = options_.screenshot.empty() ? nullptr : pixels;
    if (film_) film_->add(std::move(pixels));
  });
  core::remove_leftovers(options.capture_dir, "figment-");
  take_settings();
  presenter_.on_times([this](const FrameRecorder::Times& times) {
    if (trace().watches_device()) trace().add_device_span("GPU: window", "draw window", times.begin_ns, times.end_ns);
  });
  for (const studio::Family& family : families) {
    if (family.name == options.train && family.make_task != nullptr) players_.train(family);
  }
  state_.profiler->set_trace_file(options.trace);
  if (options.tour_seconds > 0) tour_.emplace(families, options.tour_seconds, 3);
}

/// What the file of settings says, but for what was asked for on the command line.
void FrameLoop::take_settings() {
  const Settings& known = keeper_.settings();
  if (keeper_.is_kept()) {
    state_.theme = known.theme;
    state_.zoom = known.zoom;
    state_.shows_hud = known.shows_hud;
    state_.has_seen_hints = known.has_seen_hints;
    state_.hint = known.has_seen_hints ? -1 : 0;
    studio::Request request = known.request;
    for (const auto& [key, value] : options_.request.numbers) request.numbers[key] = value;
    for (const auto& [key, value] : options_.request.texts) request.texts[key] = value;
    state_.request = request;
  }
  if (options_.model.empty() && known.has_models) {
    interface_.show_models(known.models);
  } else {
    interface_.select_models(options_.model);
  }
}

void FrameLoop::note_settings() {
  if (!keeper_.is_kept()) return;
  if (const std::string problem = keeper_.take_problem(); !problem.empty()) state_.say(problem, true);
  Settings now = keeper_.settings();
  now.theme = state_.theme;
  now.zoom = state_.zoom;
  now.shows_hud = state_.shows_hud;
  now.has_seen_hints = state_.has_seen_hints;
  if (!window_.is_full_screen() && !window_.is_minimised()) {
    now.width = window_.size().width;
    now.height = window_.size().height;
  }
  now.models = interface_.models_on_show();
  now.has_models = true;
  now.request = state_.request;
  keeper_.note(now, ImGui::GetTime());
}

FrameLoop::~FrameLoop() {
  try {
    device_.wait_idle();
  } catch (const core::Error&) {
    // A lost device runs nothing any more.
  }
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
  if (script_) toggle_script();
  note_settings();
  keeper_.flush();
  if (!options_.screenshot.empty()) take_screenshot();
  if (!options_.trace.empty()) trace().save(options_.trace);
}

bool FrameLoop::step() {
  const HostSpan frame(&trace(), "frame");
  window_.poll();
  if (options_.each_frame) options_.each_frame(window_);
  if (options_.steer) options_.steer(state_);
  if (window_.should_close() || state_.actions.quit || Signals::was_asked != 0) return false;
  if (options_.frames > 0 && ready_frames_ >= options_.frames) return false;
  if (tour_) {
    if (tour_->is_over()) return false;
    if (const studio::Family* family = tour_->due()) state_.actions.select = family;
  }
  interface_.follow_scale(window_.content_scale());
  take_input();
  // One frame is shown with "Loading ..." before a model is made.
  if (drawn_frames_ > 0 && players_.has_pending() && !window_.is_minimised()) {
    const HostSpan making(&trace(), "make model");
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
  take_changes();
  take_edited_shaders();
  measure();
  write_controls();
  ++frames_;
  if (is_ready()) ++ready_frames_;
  return true;
}

/// What was asked for in this frame.
void FrameLoop::take_changes() {
  const HostSpan span(&trace(), "take changes");
  take_actions();
  if (interface_.apply_request()) window_.touch();
  state_.history.note(state_.request, ImGui::GetTime());
}

void FrameLoop::take_edited_shaders() {
  const std::vector<gpu::ShaderChange> changes = context_.poll_shader_changes();
  state_.workbench->take_changes(changes);
  for (const gpu::ShaderChange& change : changes) {
    state_.say(change.ok ? change.file + " was rebuilt." : change.error + " (the old one stays)", !change.ok);
    window_.touch();
  }
}

void FrameLoop::take_input() {
  for (const int key : window_.take_keys()) press_key(state_, key);
  for (const auto& path : window_.take_dropped()) restore(path);
}

void FrameLoop::restore(const std::filesystem::path& path) {
  interface_.guard([&] {
    if (path.extension() != ".png") return learn_text(path);
    if (!is_capture(path)) {
      players_.set_input(formats::read_png(path));
      return state_.say(path.filename().string() + " is what it works on now.");
    }
    state_.request = read_capture(path);
    state_.say("The settings of " + path.filename().string() + " are back.");
  });
}

/// A text file that was dropped: the GPT learns it, from nothing.
void FrameLoop::learn_text(const std::filesystem::path& path) {
  const auto& families = players_.families();
  const auto gpt = std::ranges::find(families, "gpt", &studio::Family::name);
  core::require(gpt != families.end() && gpt->make_task != nullptr, "{} is no picture; drop a PNG file.",
                path.filename().string());
  const std::string text = data::read_text_file(path, "drop a PNG or a UTF-8 text file");
  core::require(static_cast<std::int64_t>(text.size()) >= data::TextWindows::least_bytes,
                "{} has only {} bytes; drop a text of at least {}.", path.filename().string(), text.size(),
                data::TextWindows::least_bytes);
  state_.request.texts["train.gpt.text"] = std::filesystem::absolute(path).string();
  state_.request.numbers["train.gpt.start"] = 0;
  state_.actions.train = &*gpt;
  state_.say("The GPT learns " + path.filename().string() + ".");
}

void FrameLoop::take_actions() {
  const Actions actions = interface_.take_actions();
  if (actions.capture) capture();
  if (actions.save_sheet) interface_.guard([&] { sheet_saver_.ask(state_); });
  interface_.guard([&] { sheet_saver_.follow(state_, options_.capture_dir); });
  if (actions.save_trace) save_trace();
  if (actions.toggle_film) toggle_film();
  if (actions.make_clip) make_clip();
  follow_film();
  note_for_script(actions);
  if (actions.toggle_full_screen) window_.toggle_full_screen();
  state_.actions.quit = actions.quit;
}

void FrameLoop::advance() {
  const HostSpan span(&trace(), "advance models");
  const double interface_ms = presenter_.drawing_ms() + state_.measurements.build_ms;
  const double work_ms = pace_.share() * std::max(budget_ms_ - interface_ms, budget_ms_ * 0.25);
  if (state_.is_paused) {
    players_.advance_loading(work_ms);
  } else {
    players_.advance(work_ms);
  }
}

bool FrameLoop::needs_drawing() const {
  if (drawn_frames_ < 3 || film_needs_drawing() || players_.has_pending() || interface_.widgets().is_animating())
    return true;
  if (window_.seconds_since_input() < 0.3 || since_ms(drawn_) > 250) return true;
  if (!state_.message.text.empty() && state_.message.until - ImGui::GetTime() < 0.5) return true;
  if (state_.workbench->is_busy()) return true;
  return players_.fingerprint() != drawn_fingerprint_;
}

double FrameLoop::seconds() const { return std::chrono::duration<double>(Clock::now() - started_).count(); }

bool FrameLoop::film_needs_drawing() const {
  if (!film_) return false;
  return state_.is_filming ? film_->wants_frame(seconds()) : film_->awaits_frames();
}

void FrameLoop::build_interface() {
  ImGui_ImplGlfw_NewFrame();
  state_.trail = window_.take_trail();
  interface_.build();
}

void FrameLoop::draw() {
  const HostSpan span(&trace(), "draw");
  {
    const HostSpan waiting(&trace(), "wait for the frame before the last");
    presenter_.wait_for_slot();
  }
  drawn_fingerprint_ = players_.fingerprint();
  build_interface();
  const double now_s = seconds();
  const bool is_last = options_.frames > 0 && ready_frames_ + 1 >= options_.frames && !options_.screenshot.empty();
  const bool is_filmed = film_ && film_->wants_frame(now_s);
  const HostSpan presenting(&trace(), "present");
  if (!presenter_.draw(*ImGui::GetDrawData(), window_.pixels(), interface_.sheets(), is_filmed || is_last)) return;
  if (is_filmed) film_->note_frame(now_s);
  drawn_ = Clock::now();
  if (++drawn_frames_ == 1) first_frame_ms_ = since_ms(started_);
  if (first_view_ms_ == 0 && is_ready()) first_view_ms_ = since_ms(started_);
}

void FrameLoop::rest() {
  const HostSpan span(&trace(), "wait");
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
  state_.profiler->note_frame(since_ms(frame_start_));
  if (is_ready()) pace_.note(since_ms(frame_start_), budget_ms_);
  if (tour_) tour_->note(since_ms(frame_start_), players_.has_pending() ? nullptr : players_.painter().view());
  frame_start_ = Clock::now();
  const double elapsed_ms = since_ms(measured_);
  if (elapsed_ms < 500) return;
  measured_ = Clock::now();
  note_settings();
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
  for (const ControlRect& control : interface_.widgets().controls()) {
    list.push_back({{"name", control.name},
                    {"x", control.min.x},
                    {"y", control.min.y},
                    {"width", control.max.x - control.min.x},
                    {"height", control.max.y - control.min.y},
                    {"top", control.clip_min.y},
                    {"bottom", control.clip_max.y},
                    {"visible", control.is_visible()},
                    {"explained", control.has_tooltip},
                    {"takes_keys", control.takes_keys}});
  }
  nlohmann::json document{{"controls", list},
                          {"request", nlohmann::json::parse(studio::to_json(state_.request))},
                          {"paused", state_.is_paused},
                          {"help", state_.shows_help},
                          {"hud", state_.shows_hud},
                          {"hint", state_.hint},
                          {"models", interface_.models_on_show()},
                          {"theme", theme_names[static_cast<std::size_t>(state_.theme)]},
                          {"zoom", state_.zoom},
                          {"focus", interface_.widgets().focus()},
                          {"filming", state_.is_filming},
                          {"script", state_.is_writing_script},
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
  if (!last_pixels_) {
    // Closed before the last frame was known to be the last: draw once more.
    build_interface();
    presenter_.draw(*ImGui::GetDrawData(), window_.pixels(), interface_.sheets(), true);
    presenter_.flush();
  }
  core::require(last_pixels_ != nullptr, "This display does not let its pixels be read; there is no screenshot.");
  formats::write_png(options_.screenshot, last_pixels_->picture(),
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
  if (tour_) report.tour = tour_->report();
  report.validation_messages = device_.validation_messages();
  return report;
}

}  // namespace figment::app
