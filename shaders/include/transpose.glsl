// Copies a region of up to six axes between two layouts: what transpose, concat and slice are made of.
// SAMPLER, VECTOR and SCALAR are the types of the element's kind.
#include "index.glsl"
#include "launch.glsl"

layout(local_size_x = 64) in;
layout(constant_id = 0) const int mode = 0;  // 0: one element, 1: one vec4, 2: a block of 4 x 4 turned over
layout(constant_id = 1) const int rank = 1;
layout(binding = 0) uniform SAMPLER source;
layout(binding = 1, std430) writeonly restrict buffer Target4 { VECTOR target4[]; };
layout(binding = 1, std430) writeonly restrict buffer Target1 { SCALAR target1[]; };
layout(push_constant) uniform Push {
  int count;  // items
  int source_base;
  int target_base;
  int source_step;  // between the rows of a block
  int target_step;
  int span[6];  // items that one step along an axis covers
  int source_stride[6];
  int target_stride[6];
};

void main() {
  const int item = int(flat_invocation());
  if (item >= count) return;
  int rest = item;
  int from = source_base;
  int to = target_base;
  [[unroll]] for (int axis = 0; axis < 6; ++axis) {
    if (axis >= rank) break;
    int coordinate = rest;
    if (axis + 1 < rank) {
      coordinate = quotient(rest, span[axis]);
      rest -= coordinate * span[axis];
    }
    from += coordinate * source_stride[axis];
    to += coordinate * target_stride[axis];
  }
  if (mode == 0) {
    target1[to] = texelFetch(source, from).x;
  } else if (mode == 1) {
    target4[to] = texelFetch(source, from);
  } else {
    const VECTOR a = texelFetch(source, from);
    const VECTOR b = texelFetch(source, from + source_step);
    const VECTOR c = texelFetch(source, from + 2 * source_step);
    const VECTOR d = texelFetch(source, from + 3 * source_step);
    target4[to] = VECTOR(a.x, b.x, c.x, d.x);
    target4[to + target_step] = VECTOR(a.y, b.y, c.y, d.y);
    target4[to + 2 * target_step] = VECTOR(a.z, b.z, c.z, d.z);
    target4[to + 3 * target_step] = VECTOR(a.w, b.w, c.w, d.w);
  }
}
