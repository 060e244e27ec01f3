#pragma once
#include <memory>
#include <string>

#include "runtime/parity.h"

namespace figment::app {

/// How long a shader takes before and after it was edited: two programs of the same example, one of which keeps the old
/// pipelines, run in turns.
class SpeedComparison {
 public:
  /// Compiles the example with the shader as it is now: what comes "before".
  SpeedComparison(runtime::Context& context, runtime::ShaderUse use, std::string file);
  ~SpeedComparison();

  /// Warms the old pipelines up, in slices. True when they are ready; from then on the file may change.
  bool prepare(double wait_ms = 0);
  bool is_prepared() const { return is_prepared_; }
  /// The file has changed: begins to compare anew.
  void start();
  /// Runs for about `budget_ms`. True when it is done. Throws Error.
  bool advance(double budget_ms);
  bool is_done() const { return rounds_ >= rounds_wanted; }
  double fraction() const { return static_cast<double>(rounds_) / rounds_wanted; }

  double before_us() const { return before_us_; }
  double after_us() const { return after_us_; }
  std::string example() const;

 private:
  static constexpr int rounds_wanted = 24;
  struct Side {
    std::unique_ptr<runtime::ExampleCase> run;
    std::unique_ptr<runtime::Program> program;
  };
  Side make_side(bool keeps_shaders);
  double run_once(Side& side);

  runtime::Context& context_;
  runtime::ShaderUse use_;
  std::string file_;
  Side before_;
  Side after_;
  bool is_prepared_ = false;
  bool is_warm_ = false;
  int rounds_ = rounds_wanted;
  double before_us_ = 0;
  double after_us_ = 0;
};

}  // namespace figment::app
