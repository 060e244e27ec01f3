#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "runtime/context.h"
#include "studio/family.h"

namespace figment::app {

struct ActivityGeneration {
  studio::Request request;
  std::filesystem::path input;  ///< picture to work on; empty: none
  std::filesystem::path mask;   ///< white where it is to be made anew; empty: none
  std::filesystem::path out;    ///< PNG to write (texts: empty means stdout)
};

/// Makes once what the window's activity of a family makes, and saves it. Throws Error with one sentence for a request
/// that makes no sense, damaged weights, or an input picture that the family does not take. Returns the exit code.
int generate_by_activity(runtime::Context& context, const studio::Family& family, const ActivityGeneration& options);

}  // namespace figment::app
