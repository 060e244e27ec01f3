#pragma once
#include <memory>
#include <string>
#include <vector>

#include "runtime/program.h"
#include "studio/request.h"
#include "studio/view.h"

namespace figment::studio {

/// Something that goes on: a model that generates, or is trained. It advances by a bounded amount of
/// work, so that the window stays fluid, and publishes a view.
class Activity {
 public:
  virtual ~Activity() = default;

  /// Takes the request up from the next step on. Never throws: a request that makes no sense becomes view().error.
  virtual void set_request(const Request& request) = 0;

  /// Submits work worth about `budget_ms` of device time, without waiting for it.
  /// Throws gpu::DeviceLost only.
  virtual void advance(double budget_ms) = 0;

  virtual void restart() = 0;      ///< begins anew from the request
  virtual void single_step() = 0;  ///< one sampler step or token; finishes one that has begun
  virtual const View& view() const = 0;

  /// The programs behind it, for the HUD's kernel times.
  virtual std::vector<const runtime::Program*> programs() const = 0;
};

/// A model family as the list knows it.
struct Family {
  std::string name;    ///< "diffusion"
  std::string title;   ///< "Diffusion"
  bool paints = true;  ///< pictures (else words)
  std::string sentence;
  std::unique_ptr<Activity> (*make)(runtime::Context& context, const Request& request);
};

/// Every family that this build can show, in the order of the window.
const std::vector<Family>& families();
const Family& family_named(const std::string& name);  ///< throws Error with the known names

}  // namespace figment::studio
