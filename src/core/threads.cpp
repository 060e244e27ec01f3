#include "core/threads.h"

#ifdef __linux__
#include <sys/resource.h>
#include <unistd.h>
#endif

namespace figment::core {

void work_behind_others() {
#ifdef __linux__
  constexpr int niceness = 10;
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), niceness);  // of a thread, on Linux
#endif
}

}  // namespace figment::core
