// What the leak check of the address sanitizer must know: that the window system's and the driver's own leaks are not
// ours, and whose a leak is. Without the sanitizer nothing of this is asked for.

extern "C" const char* __lsan_default_suppressions() {  // NOLINT: the sanitizer's name
  return "leak:libvulkan_lvp\nleak:libLLVM\nleak:libfontconfig\nleak:libX11\nleak:libxcb\nleak:libVkLayer\n";
}

#ifdef __SANITIZE_ADDRESS__
/// Libraries stay where they are: of one that has been closed, the sanitizer could not say the name.
extern "C" int dlclose(void* /*library*/) { return 0; }
#endif
