#version 460
// The interface's triangles: positions in pixels, colours as 8-bit RGBA.
layout(location = 0) in vec2 in_position;
layout(location = 1) in vec2 in_uv;
layout(location = 2) in vec4 in_color;
layout(push_constant) uniform Push {
  vec2 scale;
  vec2 translate;
};
layout(location = 0) out vec4 out_color;
layout(location = 1) out vec2 out_uv;

void main() {
  out_color = in_color;
  out_uv = in_uv;
  gl_Position = vec4(in_position * scale + translate, 0.0, 1.0);
}
