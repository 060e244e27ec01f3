#include "launch.glsl"
#include "tile.glsl"
// What the kernels of Winograd's F(4x4, 3x3) share: the transforms (Lavin and Gray, 2015) and the order of the tiles. A
// tile is 4x4 pixels of the convolution's output, and the 6x6 pixels of its input that they depend on.
layout(local_size_x = 64) in;

// The matrices B^T (6x6), A^T (4x6), A (6x4), G (6x3) and G^T (3x6) applied to a column.
void apply_b(vec4 d[6], out vec4 e[6]) {
  e[0] = 4.0 * d[0] - 5.0 * d[2] + d[4];
  e[1] = d[3] + d[4] - 4.0 * (d[1] + d[2]);
  e[2] = d[4] - d[3] + 4.0 * (d[1] - d[2]);
  e[3] = d[4] - d[2] + 2.0 * (d[3] - d[1]);
  e[4] = d[4] - d[2] + 2.0 * (d[1] - d[3]);
  e[5] = 4.0 * d[1] - 5.0 * d[3] + d[5];
}

void apply_a(vec4 d[6], out vec4 e[4]) {
  e[0] = d[0] + d[1] + d[2] + d[3] + d[4];
  e[1] = d[1] - d[2] + 2.0 * (d[3] - d[4]);
  e[2] = d[1] + d[2] + 4.0 * (d[3] + d[4]);
  e[3] = d[1] - d[2] + 8.0 * (d[3] - d[4]) + d[5];
}

void apply_a_transposed(vec4 d[4], out vec4 e[6]) {
  e[0] = d[0];
  e[1] = d[0] + d[1] + d[2] + d[3];
  e[2] = d[0] - d[1] + d[2] - d[3];
  e[3] = d[0] + 2.0 * d[1] + 4.0 * d[2] + 8.0 * d[3];
  e[4] = d[0] - 2.0 * d[1] + 4.0 * d[2] - 8.0 * d[3];
  e[5] = d[3];
}

void apply_g(vec4 d[3], out vec4 e[6]) {
  const vec4 even = d[0] + d[2];
  const vec4 far = d[0] + 4.0 * d[2];
  e[0] = 0.25 * d[0];
  e[1] = -(even + d[1]) / 6.0;
  e[2] = -(even - d[1]) / 6.0;
  e[3] = (far + 2.0 * d[1]) / 24.0;
  e[4] = (far - 2.0 * d[1]) / 24.0;
  e[5] = d[2];
}

void apply_g_transposed(vec4 d[6], out vec4 e[3]) {
  e[0] = 0.25 * d[0] - (d[1] + d[2]) / 6.0 + (d[3] + d[4]) / 24.0;
  e[1] = (d[2] - d[1]) / 6.0 + (d[3] - d[4]) / 12.0;
  e[2] = (d[3] + d[4] - d[1] - d[2]) / 6.0 + d[5];
}

// Transformed tiles lie as [tiles / block][36][block][channels]: texel of component 0 of a tile.
int tile_texel(int tile, int block, int quads, int quad) {
  int inner;
  const int outer = divide(tile, block, 1.0 / float(block), inner);
  return (outer * 36 * block + inner) * quads + quad;
}
