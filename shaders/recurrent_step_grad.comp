#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_shuffle : require
// One step backwards through a recurrent layer: what the step after gave its gates, times the transposed weight, is the
// gradient of this step's hidden state (four units a lane); from it follows what the gates were given here.
#include "recurrent.glsl"
layout(constant_id = 5) const bool is_last = false;  // before the first step: only the gradients of the initial state
layout(constant_id = 6) const bool with_grad_gates = false;
layout(constant_id = 7) const bool with_grad_cells = false;
layout(binding = 2) uniform samplerBuffer grad_hidden;
layout(binding = 3) uniform samplerBuffer hidden;    // of an rnn, else gates
layout(binding = 4) uniform samplerBuffer cells;     // of an lstm
layout(binding = 5) uniform samplerBuffer previous;  // cells of an lstm, hidden of a gru, before this step
layout(binding = 6) uniform samplerBuffer carried;   // what goes straight from state to state
layout(binding = 7) uniform samplerBuffer grad_gates;
layout(binding = 8) uniform samplerBuffer grad_cells;
layout(binding = 9, std430) buffer GradX { vec4 grad_x[]; };  // at the end: gradient of the initial hidden state
layout(binding = 10, std430) buffer Carry { vec4 carry[]; };  // at the end: of the initial cell
layout(push_constant) uniform Push {
  int batch, k;         // k: columns of the gates, or 0 behind the last step
  int columns;          // units, in texels
  int panel, row;       // texels between panels and rows of the weight
  int a_first;          // texel at which the gradient of the step after begins
  int previous_first;   // texels at which these begin
  int carried_first, carry_first;
  int t;                // the step
};

vec4 squash(vec4 v) { return 1.0 - 2.0 / (1.0 + exp(2.0 * clamp(v, -15.0, 15.0))); }

void main() {
  const int lane = int(gl_SubgroupInvocationID);
  const int m0 = int(gl_WorkGroupID.x) * rows;
  const int texel = int(gl_WorkGroupID.y) * lanes + lane;
  const int inside = min(texel, columns - 1);
  const bool is_inside = texel < columns;
  [[unroll]] for (int i = 0; i < rows; ++i) acc[i] = vec4(0);
  const int first = row == lanes ? int(gl_WorkGroupID.y) * panel + lane : inside;
  multiply(batch, k, a_first, first, row, m0, lane);
  [[unroll]] for (int i = 0; i < rows; ++i) {
    const int b = min(m0 + i, batch - 1);
    const bool stores = is_inside && m0 + i < batch;
    const int in_state = b * columns + inside;
    const int at = t * batch * columns + in_state;
    vec4 kept = vec4(0);
    if (cell != 0 && k > 0) kept = texelFetch(carried, carried_first + in_state);
    if (is_last) {
      if (stores) {
        grad_x[in_state] = cell == 1 ? acc[i] + kept : acc[i];
        if (cell == 2) carry[in_state] = kept;
      }
      continue;
    }
    const vec4 dh = acc[i] + texelFetch(grad_hidden, at) + (cell == 1 ? kept : vec4(0));
    if (cell == 0) {
      const vec4 h = texelFetch(hidden, at);
      if (stores) grad_x[at] = dh * (1.0 - h * h);
      continue;
    }
    const mat4 g = transpose(mat4(texelFetch(hidden, 4 * at), texelFetch(hidden, 4 * at + 1),
                                  texelFetch(hidden, 4 * at + 2), texelFetch(hidden, 4 * at + 3)));
    mat4 d = mat4(0);
    if (with_grad_gates) {
      d = transpose(mat4(texelFetch(grad_gates, 4 * at), texelFetch(grad_gates, 4 * at + 1),
                         texelFetch(grad_gates, 4 * at + 2), texelFetch(grad_gates, 4 * at + 3)));
    }
    const vec4 last = texelFetch(previous, previous_first + in_state);
    vec4 next;
    if (cell == 1) {
      const vec4 dz = d[1] + dh * (last - g[2]);
      const vec4 dn = (d[2] + dh * (1.0 - g[1])) * (1.0 - g[2] * g[2]);
      next = dh * g[1];
      d = mat4((d[0] + dn * g[3]) * g[0] * (1.0 - g[0]), dz * g[1] * (1.0 - g[1]), dn, d[3] + dn * g[0]);
    } else {
      const vec4 squashed = squash(texelFetch(cells, at));
      vec4 dc = kept + dh * g[3] * (1.0 - squashed * squashed);
      if (with_grad_cells) dc += texelFetch(grad_cells, at);
      next = dc * g[1];
      d = mat4((d[0] + dc * g[2]) * g[0] * (1.0 - g[0]), (d[1] + dc * last) * g[1] * (1.0 - g[1]),
               (d[2] + dc * g[0]) * (1.0 - g[2] * g[2]), (d[3] + dh * squashed) * g[3] * (1.0 - g[3]));
    }
    d = transpose(d);
    if (stores) {
      [[unroll]] for (int unit = 0; unit < 4; ++unit) grad_x[4 * at + unit] = d[unit];
      carry[carry_first + in_state] = next;
    }
  }
}
