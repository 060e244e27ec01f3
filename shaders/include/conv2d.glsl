// Sizes of a convolution and where its source pixels are; for conv2d.comp and conv2d_shared.comp.
layout(push_constant) uniform Push {
  int source_height, source_width, source_channels;
  int target_height, target_width, target_channels;
  int m, n, k;  // target pixels; target and source channels of a group
  int kernel_height, kernel_width, stride, padding, dilation;
  int w_row, w_tap, w_group;  // elements of the weight between rows of O, taps, groups
  int groups, tiles;          // tiles of pixels in the grid's x; z is group + groups * chunk
  float per_width, per_height, per_stride;  // reciprocals
};

// Element of x where the source pixel of this target pixel and tap begins, and whether there is one.
bool source_pixel(int image, int ty, int tx, int ky, int kx, out int base) {
  bool inside;
  int sy, sx;
  if (backward) {
    const int uy = ty + padding - ky * dilation;
    const int ux = tx + padding - kx * dilation;
    int rest_y, rest_x;
    sy = divide(max(uy, 0), stride, per_stride, rest_y);
    sx = divide(max(ux, 0), stride, per_stride, rest_x);
    inside = uy >= 0 && ux >= 0 && rest_y == 0 && rest_x == 0 && sy < source_height && sx < source_width;
  } else {
    sy = ty * stride - padding + ky * dilation;
    sx = tx * stride - padding + kx * dilation;
    inside = uint(sy) < uint(source_height) && uint(sx) < uint(source_width);
  }
  base = inside ? ((image * source_height + sy) * source_width + sx) * source_channels : 0;
  return inside;
}
