#pragma once
#include <optional>
#include <vector>

#include "studio/request.h"

namespace figment::studio {

/// The requests that there were, to go back to. What changes in one go, as by dragging a slider, is one step.
class RequestHistory {
 public:
  static constexpr double settle_seconds = 0.4;  ///< without a change, until a step is done
  static constexpr std::size_t most = 200;       ///< the oldest are forgotten

  /// The request as it is now; to be called often. The first one is where it begins.
  void note(const Request& request, double seconds);
  /// The request of a step before, or behind; none at the end.
  std::optional<Request> undo();
  std::optional<Request> redo();

 private:
  void settle();

  std::vector<Request> steps_;
  std::size_t at_ = 0;  ///< the step that holds
  Request now_;
  double changed_ = 0;  ///< seconds
};

}  // namespace figment::studio
