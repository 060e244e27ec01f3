#include "app/trace.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "core/files.h"
#include "gpu/commands.h"
#include "gpu/timers.h"
#include "runtime/program.h"

namespace figment::app {

namespace {

constexpr int host_track = 1;

double in_us(std::int64_t ns) { return static_cast<double>(ns) / 1000.0; }

nlohmann::json name_event(const char* kind, int track, const std::string& name) {
  return {{"ph", "M"}, {"name", kind}, {"pid", 1}, {"tid", track}, {"args", {{"name", name}}}};
}

}  // namespace

Trace::~Trace() { watch_device(false); }

std::int64_t Trace::now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

void Trace::watch_device(bool is_on) {
  if (is_on == watches_device()) return;
  if (is_on && !is_aligned_) align_clocks();
  context_.observe(is_on ? this : nullptr);
}

/// Of a few timestamps that the host waits for, the one that came back soonest says best where the clocks are.
void Trace::align_clocks() {
  is_aligned_ = true;
  gpu::Device& device = context_.device();
  gpu::Timers timers(device, 1);
  if (!timers.is_available()) return;
  device.queue().wait(device.queue().submitted());
  std::int64_t least_ns = INT64_MAX;
  for (int i = 0; i < 5; ++i) {
    gpu::CommandBuffer commands(device);
    commands.begin();
    commands.reset_timers(timers, 0, 1);
    commands.timestamp(timers, 0);
    commands.end();
    const std::int64_t before_ns = now_ns();
    device.queue().run(commands.handle());
    const std::int64_t after_ns = now_ns();
    const auto stamp = timers.read_ns(0, 1);
    if (!stamp || after_ns - before_ns >= least_ns) continue;
    least_ns = after_ns - before_ns;
    offset_ns_ = before_ns + least_ns / 2 - static_cast<std::int64_t>(stamp->front());
  }
}

void Trace::add(Event event) {
  if (events_.size() >= capacity) events_.pop_front();
  events_.push_back(std::move(event));
}

void Trace::add_host_span(const char* name, std::int64_t begin_ns) {
  add({name, "host", host_track, begin_ns, std::max<std::int64_t>(0, now_ns() - begin_ns), 0});
}

void Trace::add_device_span(const std::string& track, const std::string& name, double begin_ns, double end_ns) {
  const std::int64_t begin = to_host_ns(begin_ns);
  add({name, "device", track_of(track), begin, std::max<std::int64_t>(0, to_host_ns(end_ns) - begin), 0});
}

void Trace::add_counter(const char* name, double value) { add({name, "counter", 0, now_ns(), 0, value}); }

std::vector<std::pair<std::string, double>> Trace::host_spans_since(std::int64_t begin_ns) const {
  std::vector<std::pair<std::string, double>> spans;
  for (auto event = events_.rbegin(); event != events_.rend(); ++event) {
    if (event->track != host_track) continue;
    if (event->begin_ns + event->length_ns < begin_ns) break;
    spans.emplace_back(event->name, static_cast<double>(event->length_ns) * 1e-6);
  }
  return spans;
}

int Trace::track_of(const std::string& name) {
  return tracks_.try_emplace(name, host_track + 1 + static_cast<int>(tracks_.size())).first->second;
}

void Trace::note_replay(const runtime::Program& program, std::span<const runtime::TimedSpan> spans) {
  if (spans.empty()) return;
  const std::string track = "GPU: " + program.name();
  add_device_span(track, program.name(), spans.front().begin_ns, spans.back().end_ns);
  for (const runtime::TimedSpan& span : spans) add_device_span(track, span.name, span.begin_ns, span.end_ns);
}

std::string Trace::to_json() const {
  nlohmann::json list = nlohmann::json::array();
  list.push_back(name_event("process_name", host_track, "figment on " + context_.device().info().name));
  list.push_back(name_event("thread_name", host_track, "Host: the window"));
  for (const auto& [name, track] : tracks_) list.push_back(name_event("thread_name", track, name));
  std::vector<const Event*> sorted;
  for (const Event& event : events_) sorted.push_back(&event);
  // Of two that begin together the longer one is the outer one.
  std::ranges::stable_sort(sorted, [](const Event* a, const Event* b) {
    return a->begin_ns != b->begin_ns ? a->begin_ns < b->begin_ns : a->length_ns > b->length_ns;
  });
  const std::int64_t start_ns = sorted.empty() ? 0 : sorted.front()->begin_ns;
  for (const Event* event : sorted) {
    nlohmann::json one = {{"name", event->name},
                          {"cat", event->category},
                          {"pid", 1},
                          {"tid", event->track},
                          {"ts", in_us(event->begin_ns - start_ns)}};
    if (event->track == 0) {
      one["ph"] = "C";
      one["args"] = {{"value", event->value}};
    } else {
      one["ph"] = "X";
      one["dur"] = in_us(event->length_ns);
    }
    list.push_back(std::move(one));
  }
  const nlohmann::json document = {{"traceEvents", std::move(list)}, {"displayTimeUnit", "ms"}};
  return document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void Trace::save(const std::filesystem::path& path) const {
  core::write_atomically(path, std::string_view(to_json() + "\n"));
}

}  // namespace figment::app
