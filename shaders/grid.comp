#version 460
#extension GL_EXT_control_flow_attributes : require
#extension GL_GOOGLE_include_directive : require
// Up- and downsampling of [batch, height, width, channels]: one vec4 of channels (or one channel) of a target pixel each.
#include "index.glsl"
#include "launch.glsl"

const int repeat = 0;         // nearest upsampling: an item is a source pixel's, and is written factor x factor times
const int average = 1;        // sums of factor x factor windows, times `weight`
const int bilinear = 2;       // upsampling with pixel centres at half integers, clamped at the edges
const int bilinear_grad = 3;  // its transpose, gathered
const int largest = 4;        // maxima of factor x factor windows

layout(local_size_x = 64) in;
layout(constant_id = 0) const bool vectors = true;
layout(constant_id = 1) const int mode = repeat;
layout(constant_id = 2) const int factor = 2;
layout(binding = 0) uniform samplerBuffer source;
layout(binding = 1, std430) writeonly restrict buffer Target4 { vec4 target4[]; };
layout(binding = 1, std430) writeonly restrict buffer Target1 { float target1[]; };
layout(push_constant) uniform Push {
  int count;          // items: vec4s (or elements) of the target (of the source for `repeat`)
  int height;         // of the target
  int width;
  int source_height;
  int source_width;
  int channels;       // vec4s (or elements) of a pixel
  float weight;
};

vec4 fetch(int picture, int y, int x, int channel) {
  return texelFetch(source, ((picture * source_height + y) * source_width + x) * channels + channel);
}

vec4 window(int picture, int y, int x, int channel) {
  vec4 result = fetch(picture, y * factor, x * factor, channel);
  [[unroll]] for (int dy = 0; dy < factor; ++dy) {
    [[unroll]] for (int dx = dy == 0 ? 1 : 0; dx < factor; ++dx) {
      const vec4 v = fetch(picture, y * factor + dy, x * factor + dx, channel);
      result = mode == largest ? max(result, v) : result + v;
    }
  }
  return mode == largest ? result : result * weight;
}

// Where a fine pixel lies among `extent` coarse ones: the lower neighbour and the share of the upper one.
struct Place {
  int low;
  int high;
  float share;
};

Place place(int fine, int extent) {
  const float at = clamp((float(fine) + 0.5) / float(factor) - 0.5, 0.0, float(extent - 1));
  const int low = int(at);
  return Place(low, min(low + 1, extent - 1), at - float(low));
}

vec4 interpolate(int picture, int y, int x, int channel) {
  const Place v = place(y, source_height);
  const Place h = place(x, source_width);
  const vec4 upper = mix(fetch(picture, v.low, h.low, channel), fetch(picture, v.low, h.high, channel), h.share);
  const vec4 lower = mix(fetch(picture, v.high, h.low, channel), fetch(picture, v.high, h.high, channel), h.share);
  return mix(upper, lower, v.share);
}

// How much coarse pixel `coarse` of `extent` weighs in the fine pixel.
float share_of(int coarse, int fine, int extent) {
  const Place p = place(fine, extent);
  return (p.low == coarse ? 1.0 - p.share : 0.0) + (p.high == coarse ? p.share : 0.0);
}

// The target is the coarse side, the source the fine one.
vec4 gather(int picture, int y, int x, int channel) {
  vec4 result = vec4(0);
  for (int fy = max((y - 1) * factor, 0); fy < min((y + 2) * factor, source_height); ++fy) {
    const float vertical = share_of(y, fy, height);
    for (int fx = max((x - 1) * factor, 0); fx < min((x + 2) * factor, source_width); ++fx) {
      result += fetch(picture, fy, fx, channel) * (vertical * share_of(x, fx, width));
    }
  }
  return result;
}

void store(int at, vec4 value) {
  if (vectors) {
    target4[at] = value;
  } else {
    target1[at] = value.x;
  }
}

// Here source_width is all that matters: rows of all pictures are alike.
void spread(int item) {
  const vec4 value = texelFetch(source, item) * weight;
  const int pixel = quotient(item, channels);
  const int row = quotient(pixel, source_width);
  const int x = pixel - row * source_width;
  const int origin = (row * factor * width + x * factor) * channels + item - pixel * channels;
  [[unroll]] for (int dy = 0; dy < factor; ++dy) {
    [[unroll]] for (int dx = 0; dx < factor; ++dx) store(origin + (dy * width + dx) * channels, value);
  }
}

void main() {
  const int item = int(flat_invocation());
  if (item >= count) return;
  if (mode == repeat) {
    spread(item);
    return;
  }
  const int pixel = quotient(item, channels);
  const int channel = item - pixel * channels;
  const int row = quotient(pixel, width);
  const int x = pixel - row * width;
  const int picture = quotient(row, height);
  const int y = row - picture * height;
  vec4 result;
  if (mode == bilinear) {
    result = interpolate(picture, y, x, channel);
  } else if (mode == bilinear_grad) {
    result = gather(picture, y, x, channel);
  } else {
    result = window(picture, y, x, channel);
  }
  store(item, result);
}
