#pragma once

namespace figment::core {

/// From here on blocks of a mebibyte and more get pages of their own, which the system has back when they are freed.
/// Without it glibc raises that bound by itself, up to 32 MiB, and what large models leave behind stays between small
/// blocks that live on. For a program to call when it starts, not for a library. Elsewhere than on glibc nothing
/// happens.
void give_large_blocks_back();

/// What the heap of this process holds now, in bytes; 0: not known. On glibc; not under a sanitizer, which has a heap
/// of its own.
double heap_bytes();

}  // namespace figment::core
