// Sizes of the gradient for a weight and where its source pixels are; for conv2d_grad_weight(_shared).comp.
layout(push_constant) uniform Push {
  int height, width, channels;
  int out_height, out_width, out_channels;
  int m, n, pixels;  // channels of x and y in a group; B * OH * OW
  int kernel_width, taps, stride, padding, dilation;
  int groups, part_pixels;
  float per_width, per_height;  // reciprocals of out_width, out_height
};

// Element of x that an output pixel saw through a tap, and whether there is one.
bool source_pixel(int pixel, int tap, out int base) {
  int ox, oy;
  const int image = divide(divide(pixel, out_width, per_width, ox), out_height, per_height, oy);
  const int sy = oy * stride + tap / kernel_width * dilation - padding;
  const int sx = ox * stride + tap % kernel_width * dilation - padding;
  const bool inside = uint(sy) < uint(height) && uint(sx) < uint(width);
  base = inside ? ((image * height + sy) * width + sx) * channels : 0;
  return inside;
}
