#include "core/memory.h"

#include <cstddef>  // says whether it is glibc
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace figment::core {

void give_large_blocks_back() {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
}

double heap_bytes() {
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 33)
  const struct mallinfo2 info = mallinfo2();
  return static_cast<double>(info.uordblks + info.hblkhd);
#else
  return 0;
#endif
}

}  // namespace figment::core
