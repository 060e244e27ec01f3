#pragma once

namespace figment::core {

/// From here on the calling thread, and those that it starts, take only the time that others leave: for work that
/// nobody waits for, beside a window that must stay fluid. Where the system knows no such thing, nothing happens.
void work_behind_others();

}  // namespace figment::core
