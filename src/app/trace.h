#pragma once
#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "runtime/context.h"
#include "runtime/observer.h"

namespace figment::app {

/// What the program did lately, on the host and on the device, for Perfetto and chrome://tracing: a bounded ring, whose
/// oldest events make room for new ones. One thread.
class Trace final : public runtime::Observer {
 public:
  static constexpr std::size_t capacity = 120000;  ///< events; some ten seconds of a busy window

  explicit Trace(runtime::Context& context) : context_(context) {}
  ~Trace() override;
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;

  /// Begins or ends taking device spans in; the host's are always taken. The first call sets the device's clock
  /// against the host's, for which it waits for the device.
  void watch_device(bool is_on);
  bool watches_device() const { return context_.observer() == this; }
  /// Every dispatch with a span of its own, which costs a little time; otherwise those of one replay in sixteen.
  void set_every_dispatch(bool is_on) { every_dispatch_ = is_on; }

  /// A span of the host that ends now.
  void add_host_span(const char* name, std::int64_t begin_ns);
  /// A span of the device, in nanoseconds of its own clock, on the row `track`.
  void add_device_span(const std::string& track, const std::string& name, double begin_ns, double end_ns);
  void add_counter(const char* name, double value);
  /// Names and milliseconds of the host's spans that ended since then, the latest first.
  std::vector<std::pair<std::string, double>> host_spans_since(std::int64_t begin_ns) const;

  bool wants_dispatches() const override { return every_dispatch_; }
  void note_replay(const runtime::Program& program, std::span<const runtime::TimedSpan> spans) override;

  std::size_t size() const { return events_.size(); }
  /// Chrome's trace event format, JSON: complete events ("X") and counters ("C"), times in microseconds.
  std::string to_json() const;
  /// Writes it atomically. Throws Error.
  void save(const std::filesystem::path& path) const;

  static std::int64_t now_ns();  ///< of the steady clock

 private:
  struct Event {
    std::string name;
    const char* category = "";
    int track = 0;               ///< 1: the host; further ones: programs on the device; 0: a counter
    std::int64_t begin_ns = 0;   ///< of the host's clock
    std::int64_t length_ns = 0;  ///< of a span
    double value = 0;            ///< of a counter
  };
  void add(Event event);
  void align_clocks();
  int track_of(const std::string& name);
  std::int64_t to_host_ns(double device_ns) const { return static_cast<std::int64_t>(device_ns) + offset_ns_; }

  runtime::Context& context_;
  std::deque<Event> events_;
  std::map<std::string, int> tracks_;
  bool is_aligned_ = false;
  bool every_dispatch_ = false;
  std::int64_t offset_ns_ = 0;  ///< from the device's clock to the host's
};

/// A span of the host from here to the end of the block; no trace: nothing.
class HostSpan {
 public:
  HostSpan(Trace* trace, const char* name) : trace_(trace), name_(name), begin_ns_(Trace::now_ns()) {}
  ~HostSpan() {
    if (trace_ != nullptr) trace_->add_host_span(name_, begin_ns_);
  }
  HostSpan(const HostSpan&) = delete;
  HostSpan& operator=(const HostSpan&) = delete;

 private:
  Trace* trace_;
  const char* name_;
  std::int64_t begin_ns_;
};

}  // namespace figment::app
