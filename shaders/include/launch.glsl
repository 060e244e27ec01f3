// Helpers shared by kernels: see src/ops/launch.h.
uint flat_group() { return gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x; }
// A macro: a function here would see the workgroup size before the shader has declared it, and take it for 1.
#define flat_invocation() (flat_group() * gl_WorkGroupSize.x + gl_LocalInvocationIndex)

// A float buffer written as vec4 (name4) or as floats (name1).
#define FLOAT_BUFFER(slot, name)                                                   \
  layout(binding = slot, std430) buffer name##Block4 { vec4 name##4[]; };          \
  layout(binding = slot, std430) buffer name##Block1 { float name##1[]; };

// Stores elements 4 * i .. 4 * i + 3 of a buffer of `count` floats. `aligned` (a specialization constant) says that
// count is a multiple of 4.
#define STORE_VEC4(name, i, count, aligned, value)                   \
  {                                                                  \
    const vec4 stored_ = value;                                      \
    if (aligned) {                                                   \
      name##4[i] = stored_;                                          \
    } else {                                                         \
      if (4 * (i) < (count)) name##1[4 * (i)] = stored_.x;           \
      if (4 * (i) + 1 < (count)) name##1[4 * (i) + 1] = stored_.y;   \
      if (4 * (i) + 2 < (count)) name##1[4 * (i) + 2] = stored_.z;   \
      if (4 * (i) + 3 < (count)) name##1[4 * (i) + 3] = stored_.w;   \
    }                                                                \
  }
