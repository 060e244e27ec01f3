// The one place that holds volk's implementation.
#define VOLK_IMPLEMENTATION
#include <volk.h>
