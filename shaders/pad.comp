#version 460
#extension GL_EXT_control_flow_attributes : require
#extension GL_GOOGLE_include_directive : require
// Sets a tensor of up to six axes into a larger one; the rest is `value`.
#include "index.glsl"
#include "launch.glsl"

layout(local_size_x = 64) in;
layout(constant_id = 0) const bool vectors = true;  // an item is a vec4 of the last axis
layout(constant_id = 1) const int rank = 1;
layout(binding = 0) uniform samplerBuffer source;
layout(binding = 1, std430) writeonly restrict buffer Target4 { vec4 target4[]; };
layout(binding = 1, std430) writeonly restrict buffer Target1 { float target1[]; };
layout(push_constant) uniform Push {
  int count;  // items
  float value;
  int span[6];  // items that one step along an axis covers
  int before[6];
  int extent[6];  // of the source
  int source_stride[6];
};

void main() {
  const int item = int(flat_invocation());
  if (item >= count) return;
  int rest = item;
  int from = 0;
  bool inside = true;
  [[unroll]] for (int axis = 0; axis < 6; ++axis) {
    if (axis >= rank) break;
    int coordinate = rest;
    if (axis + 1 < rank) {
      coordinate = quotient(rest, span[axis]);
      rest -= coordinate * span[axis];
    }
    coordinate -= before[axis];
    inside = inside && coordinate >= 0 && coordinate < extent[axis];
    from += coordinate * source_stride[axis];
  }
  const vec4 fetched = texelFetch(source, inside ? from : 0);
  const vec4 result = inside ? fetched : vec4(value);
  if (vectors) {
    target4[item] = result;
  } else {
    target1[item] = result.x;
  }
}
