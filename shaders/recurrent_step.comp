#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_shuffle : require
// One step of a recurrent layer: x + hidden * weight, then the gates. The four columns of a unit of a gru or lstm are
// one lane's vec4; four units of an rnn are.
#include "recurrent.glsl"
layout(binding = 2) uniform samplerBuffer x;
layout(binding = 3) uniform samplerBuffer previous;  // one element a texel: cells of an lstm, hidden of a gru
layout(binding = 4, std430) buffer Hidden4 { vec4 hidden4[]; };
layout(binding = 4, std430) buffer Hidden1 { float hidden1[]; };
layout(binding = 5, std430) buffer Gates { vec4 gates[]; };
layout(binding = 6, std430) buffer Cells { float cells[]; };
layout(push_constant) uniform Push {
  int batch, units;
  int columns;         // in texels
  int panel, row;      // texels between panels and rows of the weight
  int a_first;         // texel at which the hidden state before begins
  int previous_first;  // element at which the state before begins
  int t;               // the step
};

vec4 sigmoid(vec4 v) { return 1.0 / (1.0 + exp(-clamp(v, -30.0, 30.0))); }
vec4 squash(vec4 v) { return 1.0 - 2.0 / (1.0 + exp(2.0 * clamp(v, -15.0, 15.0))); }
float squash(float v) { return squash(vec4(v)).x; }

void main() {
  const int lane = int(gl_SubgroupInvocationID);
  const int m0 = int(gl_WorkGroupID.x) * rows;
  const int texel = int(gl_WorkGroupID.y) * lanes + lane;  // of this lane's columns
  const int inside = min(texel, columns - 1);
  const bool is_inside = texel < columns;
  [[unroll]] for (int i = 0; i < rows; ++i) {
    acc[i] = texelFetch(x, (t * batch + min(m0 + i, batch - 1)) * columns + inside);
  }
  const int first = row == lanes ? int(gl_WorkGroupID.y) * panel + lane : inside;
  multiply(batch, units, a_first, first, row, m0, lane);
  [[unroll]] for (int i = 0; i < rows; ++i) {
    const int b = m0 + i;
    const int at = (t * batch + b) * columns + texel;
    const bool stores = is_inside && b < batch;
    if (cell == 0) {
      const vec4 h = squash(acc[i]);
      if (stores) hidden4[at] = h;
    } else {
      const float last = texelFetch(previous, previous_first + min(b, batch - 1) * units + inside).x;
      const vec4 s = sigmoid(acc[i]);
      if (cell == 1) {
        const float n = squash(acc[i].z + s.x * acc[i].w);
        if (stores) {
          hidden1[at] = n + s.y * (last - n);
          gates[at] = vec4(s.x, s.y, n, acc[i].w);
        }
      } else {
        const float g = squash(acc[i].z);
        const float c = s.y * last + s.x * g;
        const float h = s.w * squash(c);
        if (stores) {
          hidden1[at] = h;
          gates[at] = vec4(s.xy, g, s.w);
          cells[at] = c;
        }
      }
    }
  }
}
