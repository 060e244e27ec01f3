#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "formats/png.h"
#include "studio/activity.h"
#include "studio/control.h"
#include "training/task.h"

namespace figment::studio {

/// Told how far an evaluation is, 0..1.
using EvaluationProgress = std::function<void(double)>;

struct EvaluationOptions {
  Request request;  ///< sampler, steps ... of models that sample
  std::uint64_t seed = 1;
  std::int64_t count = 0;         ///< samples to measure with; 0: the model's own number
  std::filesystem::path data;     ///< the user's own folder of pictures or text file; empty: held-out data
  std::filesystem::path weights;  ///< empty: the shipped ones
  std::filesystem::path judge_weights;
};

/// What `figment eval` prints and writes.
struct Evaluation {
  std::string text;        ///< a table for people
  std::string json;        ///< the same numbers
  formats::Picture sheet;  ///< made above, real below; empty if there is nothing to look at
};

/// A model family as the list knows it.
struct Family {
  std::string name;         ///< "diffusion"
  std::string title;        ///< "Diffusion"
  bool paints = true;       ///< pictures (else words)
  bool fills_stage = true;  ///< its view is on the stage (else its text goes below the stage)
  std::string sentence;     ///< "paints landscapes out of noise, step by step"
  /// Null: a helper such as a judge, which is trained and measured but not shown.
  std::unique_ptr<Activity> (*make)(runtime::Context& context, const Request& request) = nullptr;
  /// `preset` is "small" (what ships) or "large" (for a GPU). Throws Error for a preset that it has not.
  std::unique_ptr<training::Task> (*make_task)(const std::string& preset) = nullptr;
  Evaluation (*evaluate)(runtime::Context& context, const EvaluationOptions& options,
                         const EvaluationProgress& progress) = nullptr;
  bool has_sampler = false;     ///< takes a diffusion sampler, schedule, steps and guidance
  bool has_landscapes = false;  ///< takes a time of day and a terrain
  std::vector<Control> controls;
};

/// An activity that waits for the thread that reads for it before any of its members goes.
template <typename Kind>
class Awaited final : public Kind {
 public:
  using Kind::Kind;
  ~Awaited() override { this->loading().clear(); }
};

/// What Family::make is for all; `Kind` is a RepeatingActivity.
template <typename Kind>
std::unique_ptr<Activity> make_activity(runtime::Context& context, const Request& request) {
  return std::make_unique<Awaited<Kind>>(context, request);
}

/// Every family of this build, in the order of the window.
const std::vector<Family>& families();
/// Those that have a view.
const std::vector<Family>& shown_families();
/// Throws Error with the known names. `shown` leaves out those without a view.
const Family& family_named(const std::string& name, bool shown = false);

/// Reads a family's control from a request: its initial value if the request has none, the nearest possible if it is out
/// of range. Throws Error if there is no such control: a mistake of the program, not of the user.
double number(const Request& request, const Family& family, const std::string& control);
std::string text(const Request& request, const Family& family, const std::string& control);
/// Throws Error with one sentence if a value in the request is unknown or out of range.
void check(const Request& request, const Family& family);
/// Takes "NAME=VALUE" as a command line gives it (a choice by its name). Throws Error with one sentence.
void take_setting(Request& request, const Family& family, const std::string& setting);

}  // namespace figment::studio
