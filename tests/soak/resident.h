#pragma once
#include <map>
#include <string>

namespace figment::app {

/// What of this process is in memory now, by what holds it, in MiB: "code made" (what the driver compiles), "files",
/// "shared", "stacks", the sanitizer's "shadow" and "sanitized heap", "heap", and "other" memory without a name. Empty
/// where there is no /proc/self/smaps.
std::map<std::string, double> resident_by_kind();

}  // namespace figment::app
