#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/panels/panels.h"
#include "app/parts/plot.h"
#include "app/workbench.h"
#include "core/error.h"

namespace figment::app {

namespace {

using Verdict = BenchKernel::Verdict;

const ImU32& good = color::current.series[2];

void small_line(const Style& style, ImU32 tint, const std::string& text) {
  ImGui::PushFont(style.fonts.small);
  ImGui::PushStyleColor(ImGuiCol_Text, tint);
  ImGui::PushTextWrapPos(0);
  ImGui::TextUnformatted(text.c_str());
  ImGui::PopTextWrapPos();
  ImGui::PopStyleColor();
  ImGui::PopFont();
}

void draw_verdict(State& state, const BenchKernel& kernel) {
  const Style& style = state.style();
  state.widgets.heading("PARITY WITH THE CPU REFERENCE");
  const std::size_t done = kernel.results.size();
  switch (kernel.verdict) {
    case Verdict::unknown:
      small_line(style, color::dim,
                 kernel.is_used() ? "Not checked yet. It is checked by itself when the file changes."
                                  : "No op's example uses it, so there is nothing to check.");
      return;
    case Verdict::broken:
      small_line(style, color::warning, "It does not compile; the old one stays in use.");
      break;
    case Verdict::checking:
      small_line(style, color::accent, fmt::format("Example {} of {}", done, kernel.checks_total));
      state.widgets.bar(static_cast<float>(done) / static_cast<float>(std::max<std::size_t>(kernel.checks_total, 1)),
                        ImGui::GetContentRegionAvail().x, style.px(5), color::accent);
      break;
    case Verdict::passed:
      small_line(style, good, fmt::format("Passed: {} examples, largest error {:.1e}", done, kernel.max_error));
      break;
    case Verdict::failed:
      small_line(style, color::warning,
                 fmt::format("Failed {} of {} examples",
                             std::ranges::count_if(kernel.results, [](const auto& r) { return !r.passed(); }), done));
      break;
  }
  if (!kernel.message.empty()) small_line(style, color::text, kernel.message);
}

/// Two bars under each other, the longer one the slower.
void draw_speed(State& state, const BenchKernel& kernel) {
  const Style& style = state.style();
  state.widgets.heading("SPEED");
  if (kernel.us_per_call > 0) {
    std::string text = fmt::format("In the running models {:.1f} \u00b5s a call", kernel.us_per_call);
    if (kernel.us_per_call_before > 0) text += fmt::format(", before the edit {:.1f}", kernel.us_per_call_before);
    small_line(style, color::dim, text + ".");
  }
  if (!kernel.speed) return;
  const SpeedComparison& speed = *kernel.speed;
  if (!speed.is_prepared()) return small_line(style, color::dim, "Taking the present version down to compare with ...");
  if (speed.before_us() <= 0 || speed.after_us() <= 0) {
    return small_line(style, color::dim,
                      speed.is_done() ? "Edit and save the file: both versions are then timed in turns."
                                      : "Timing the old and the new version in turns ...");
  }
  const double ratio = speed.before_us() / speed.after_us();
  const double longest = std::max(speed.before_us(), speed.after_us());
  const float width = ImGui::GetContentRegionAvail().x;
  const auto bar = [&](const char* name, double us, ImU32 tint) {
    small_line(style, color::text, fmt::format("{}  {:.2f} \u00b5s", name, us));
    state.widgets.bar(static_cast<float>(us / longest), width, style.px(6), tint);
  };
  bar("before", speed.before_us(), color::faint);
  const double off = std::abs(ratio - 1);
  bar("after", speed.after_us(), off < 0.03 ? color::accent : ratio > 1 ? good : color::warning);
  small_line(style,
             off < 0.03  ? color::dim
             : ratio > 1 ? good
                         : color::warning,
             off < 0.03  ? "As fast as before."
             : ratio > 1 ? fmt::format("{:.2f} times as fast.", ratio)
                         : fmt::format("{:.2f} times as slow.", 1 / ratio));
  small_line(style, color::faint, "Example: " + speed.example());
}

void draw_results(const Style& style, const BenchKernel& kernel) {
  std::vector<const runtime::ParityResult*> rows;
  for (const runtime::ParityResult& result : kernel.results) rows.push_back(&result);
  std::ranges::stable_sort(rows, std::greater<>(), &runtime::ParityResult::max_error);
  ImGui::PushFont(style.fonts.small);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  for (const runtime::ParityResult* result : rows) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    const std::string error = fmt::format("{:.1e}", result->max_error);
    const float right = text_size(style.fonts.small, error).x + style.px(6);
    draw_line_of_text(list, style.fonts.small, at, width - right - style.px(8), color::dim, result->name);
    draw_text(list, style.fonts.small, {at.x + width - right, at.y}, result->passed() ? color::text : color::warning,
              error);
    ImGui::Dummy({width, style.fonts.small->FontSize});
  }
  ImGui::PopFont();
}

void draw_buttons(State& state, BenchKernel& kernel) {
  const Style& style = state.style();
  const float gap = style.px(6);
  const float third = std::floor((ImGui::GetContentRegionAvail().x - 2 * gap) / 3);
  const std::string path = state.workbench->path_of(kernel).string();
  if (state.widgets.button("Edit", third, true, "Opens the file in your editor (FIGMENT_EDITOR, VISUAL or EDITOR).")) {
    try {
      const std::string note = state.workbench->edit(kernel);
      if (!note.empty()) state.say(note);
    } catch (const core::Error& error) {
      state.say(error.what(), true);
    }
  }
  ImGui::SameLine(0, gap);
  if (state.widgets.button("Check", third, false, "Compares all examples with the CPU reference now.")) {
    state.workbench->check(kernel);
  }
  ImGui::SameLine(0, gap);
  if (state.widgets.button("Copy path", third, false, path)) {
    ImGui::SetClipboardText(path.c_str());
    state.say("The path is on the clipboard.");
  }
}

}  // namespace

bool draw_workbench_section(State& state) {
  const Style& style = state.style();
  BenchKernel* kernel = state.workbench->find(state.workbench_file);
  if (kernel == nullptr) {
    small_line(style, color::dim,
               "Choose a shader and edit it in an editor of yours. When you save, it is rebuilt while the models go "
               "on, compared with the CPU reference, and timed against the version before.");
    return false;
  }
  ImGui::PushFont(style.fonts.bold);
  ImGui::TextUnformatted(kernel->file.c_str());
  ImGui::PopFont();
  std::string ops;
  for (const std::string& name : kernel->ops) ops += (ops.empty() ? "Used by " : ", ") + name;
  if (!ops.empty()) small_line(style, color::dim, ops);
  ImGui::Dummy({0, style.px(2)});
  draw_buttons(state, *kernel);
  draw_verdict(state, *kernel);
  draw_speed(state, *kernel);
  if (!kernel->results.empty()) {
    state.widgets.heading("EXAMPLES BY ERROR");
    draw_results(style, *kernel);
  }
  return false;
}

}  // namespace figment::app
