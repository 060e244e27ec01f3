#version 460
#extension GL_EXT_control_flow_attributes : require
#extension GL_KHR_shader_subgroup_basic : require
// Copies [batches, K, columns] (or [.., columns, K]) to panels [batches, columns / width, K, width] of width 4 * lanes, for
// matmul.comp. A workgroup copies `step` rows of K of one panel; a lane four columns.
layout(local_size_x_id = 0) in;
layout(constant_id = 0) const int lanes = 8;
layout(constant_id = 1) const bool k_is_inner = false;  // [.., columns, K]
layout(binding = 0) uniform samplerBuffer source;
layout(binding = 1, std430) writeonly restrict buffer Target { vec4 target[]; };
layout(push_constant) uniform Push { int k, columns; };

const int step = 16;  // of K: the whole of a cache line where K is inner

void main() {
  const int lane = int(gl_SubgroupInvocationID);
  const int k0 = int(gl_WorkGroupID.x) * step;
  const int panel = int(gl_WorkGroupID.y);
  const int batch = int(gl_WorkGroupID.z);
  const uint to = uint((batch * int(gl_NumWorkGroups.y) + panel) * k + k0) * lanes + lane;
  const int from = batch * k * (columns / 4);
  if (k_is_inner) {
    const int row = k / 4;
    const int first = from + (panel * lanes + lane) * 4 * row + k0 / 4;
    [[unroll]] for (int i = 0; i < step / 4; ++i) {
      const vec4 a = texelFetch(source, first + i);
      const vec4 b = texelFetch(source, first + row + i);
      const vec4 c = texelFetch(source, first + 2 * row + i);
      const vec4 d = texelFetch(source, first + 3 * row + i);
      target[to + (4 * i) * lanes] = vec4(a.x, b.x, c.x, d.x);
      target[to + (4 * i + 1) * lanes] = vec4(a.y, b.y, c.y, d.y);
      target[to + (4 * i + 2) * lanes] = vec4(a.z, b.z, c.z, d.z);
      target[to + (4 * i + 3) * lanes] = vec4(a.w, b.w, c.w, d.w);
    }
  } else {
    const int row = columns / 4;
    const int first = from + k0 * row + panel * lanes + lane;
    [[unroll]] for (int i = 0; i < step; ++i) target[to + i * lanes] = texelFetch(source, first + i * row);
  }
}
