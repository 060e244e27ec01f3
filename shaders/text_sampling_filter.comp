#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_KHR_shader_subgroup_arithmetic : require
#include "launch.glsl"
// One workgroup (one subgroup) removes tokens from one row: see FilterParams. Every stage keeps the tokens whose score
// is above a threshold, and of those that equal it the first few. The threshold is found bit by bit: a bit stays set if
// the tokens at or above still weigh enough. So a stage is two numbers, and a token's fate is computed again in each
// pass.
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const bool aligned = true;
#include "order.glsl"
#include "row.glsl"
layout(binding = 0) uniform samplerBuffer logits;
layout(binding = 1) uniform samplerBuffer params;
FLOAT_BUFFER(2, result)
layout(push_constant) uniform Push { uint rows; uint classes; };

const int lowest_key = -2147483647 - 1;
const float removed = -1e30;

// Keeps keys above `key`, and keys equal to it in columns below `end`.
struct Cut {
  int key;
  int end;
};
const Cut keep_all = Cut(lowest_key, 0x7FFFFFFF);

RowSpan span;
float inverse_temperature;
// What the stages so far decided, and what typical sampling's score needs.
Cut cut_k = keep_all;
Cut cut_typical = keep_all;
Cut cut_p = keep_all;
float highest;      // of the kept logits
float log_total;    // highest + log of the sum of exponentials
float entropy;

vec4 scaled_logits(uint t) { return texelFetch(logits, int(t)) * inverse_temperature; }

vec4 typical_score(vec4 logit) { return -abs(log_total - logit - entropy); }

bvec4 passes(Cut cut, ivec4 key, ivec4 column) {
  const ivec4 reach = key + ivec4(lessThan(column, ivec4(cut.end)));  // keys stay below the greatest integer
  return greaterThan(reach, ivec4(cut.key));
}

bvec4 both(bvec4 a, bvec4 b) { return bvec4(a.x && b.x, a.y && b.y, a.z && b.z, a.w && b.w); }

ivec4 safe_key(vec4 value) { return clamp(order_key(value), ivec4(lowest_key + 1), ivec4(0x7FFFFFFE)); }

// Tokens kept by the stages so far. typical_key is only right once entropy is known.
bvec4 kept(uint t, ivec4 logit_key, ivec4 typical_key) {
  const ivec4 column = first_column(span, t) + ivec4(0, 1, 2, 3);
  return both(both(in_row(span, t), passes(cut_k, logit_key, column)),
              both(passes(cut_typical, typical_key, column), passes(cut_p, logit_key, column)));
}

struct Token {
  vec4 logit;
  ivec4 logit_key;
  ivec4 typical_key;
  bvec4 alive;
};

Token token_at(uint t) {
  Token token;
  token.logit = scaled_logits(t);
  token.logit_key = safe_key(token.logit);
  token.typical_key = safe_key(typical_score(token.logit));
  token.alive = kept(t, token.logit_key, token.typical_key);
  return token;
}

// Weight of the tokens alive: one, or what they have of the greatest probability.
vec4 weight_of(Token token, bool counting) {
  const vec4 weight = counting ? vec4(1) : exp(min(token.logit - highest, vec4(0)));
  return mix(vec4(0), weight, token.alive);
}

#define FOR_ROW(t) \
  for (uint t = span.first_texel + gl_LocalInvocationIndex; t < span.end_texel; t += gl_WorkGroupSize.x)

// Sets highest, log_total and entropy of the tokens alive.
void measure(bool with_entropy) {
  vec4 most = vec4(-3.0e38);
  FOR_ROW(t) {
    const Token token = token_at(t);
    most = max(most, mix(vec4(-3.0e38), token.logit, token.alive));
  }
  highest = subgroupMax(max_of(most));
  if (!with_entropy) return;
  vec4 sum = vec4(0);
  vec4 weighted = vec4(0);
  FOR_ROW(t) {
    const Token token = token_at(t);
    const vec4 weight = weight_of(token, false);
    sum += weight;
    weighted += weight * max(token.logit - highest, vec4(-100));
  }
  const float total = subgroupAdd(sum_of(sum));
  const float log_sum = log(total);
  entropy = log_sum - subgroupAdd(sum_of(weighted)) / total;
  log_total = highest + log_sum;
}

float total_weight(bool counting) {
  vec4 sum = vec4(0);
  FOR_ROW(t) { sum += weight_of(token_at(t), counting); }
  return subgroupAdd(sum_of(sum));
}

ivec4 key_of(Token token, bool by_typical) { return by_typical ? token.typical_key : token.logit_key; }

// The cut that keeps the tokens with the greatest keys until their weights reach `target`.
Cut find_cut(bool by_typical, bool counting, float target) {
  uint threshold = 0;  // the key with its sign bit flipped, so that the order is that of unsigned integers
  for (int bit = 31; bit >= 0; --bit) {
    const uint trial = threshold | 1u << bit;
    const int limit = int(trial ^ 0x80000000u);
    vec4 sum = vec4(0);
    FOR_ROW(t) {
      const Token token = token_at(t);
      sum += mix(vec4(0), weight_of(token, counting), greaterThanEqual(key_of(token, by_typical), ivec4(limit)));
    }
    threshold = subgroupAdd(sum_of(sum)) >= target ? trial : threshold;
  }
  const int key = int(threshold ^ 0x80000000u);
  // What the tokens above the threshold leave for those at it, and how much those weigh.
  vec4 above4 = vec4(0);
  vec4 at4 = vec4(0);
  vec4 count4 = vec4(0);
  FOR_ROW(t) {
    const Token token = token_at(t);
    const vec4 weight = weight_of(token, counting);
    const ivec4 own = key_of(token, by_typical);
    const bvec4 equals = both(token.alive, equal(own, ivec4(key)));
    above4 += mix(vec4(0), weight, greaterThan(own, ivec4(key)));
    at4 += mix(vec4(0), weight, equals);
    count4 += vec4(equals);
  }
  const float above = subgroupAdd(sum_of(above4));
  const float at = subgroupAdd(sum_of(at4));
  const float count = subgroupAdd(sum_of(count4));
  const float wanted = ceil((target - above) / max(at / max(count, 1.0), 1e-37) - 1e-3);
  if (count <= 1 || wanted >= count) return Cut(key, 0x7FFFFFFF);
  // The least column below which `wanted` of the equals lie.
  uint last = 0;
  for (int bit = 15; bit >= 0; --bit) {
    const uint trial = last | 1u << bit;
    vec4 sum = vec4(0);
    FOR_ROW(t) {
      const Token token = token_at(t);
      const ivec4 column = first_column(span, t) + ivec4(0, 1, 2, 3);
      const bvec4 equals = both(token.alive, equal(key_of(token, by_typical), ivec4(key)));
      sum += vec4(both(equals, lessThan(column, ivec4(trial))));
    }
    last = subgroupAdd(sum_of(sum)) < max(wanted, 1.0) ? trial : last;
  }
  return Cut(key, int(last) + 1);
}

void main() {
  const uint row = flat_group();
  if (row >= rows) return;
  span = row_span(row, classes);
  const vec4 p0 = texelFetch(params, 0);  // temperature, top_k, top_p, min_p
  const float typical_p = texelFetch(params, 1).x;
  const bool greedy = p0.x <= 0;
  inverse_temperature = greedy ? 1.0 : 1.0 / p0.x;
  highest = 0;
  log_total = 0;
  entropy = 0;
  const float top_k = greedy ? 1.0 : floor(p0.y);
  if (top_k > 0) {
    cut_k = find_cut(false, true, min(top_k, float(classes)));
  }
  if (typical_p < 1) {
    measure(true);
    cut_typical = find_cut(true, false, max(typical_p, 1e-6) * total_weight(false));
  }
  if (p0.z < 1) {
    measure(false);
    cut_p = find_cut(false, false, max(p0.z, 1e-6) * total_weight(false));
  }
  float floor_logit = -3.4e38;
  if (p0.w > 0) {
    measure(false);
    floor_logit = highest + log(min(p0.w, 1.0));
  }
  FOR_ROW(t) {
    const Token token = token_at(t);
    const bvec4 stays = both(token.alive, greaterThanEqual(token.logit, vec4(floor_logit)));
    const vec4 value = mix(vec4(removed), token.logit, stays);
    if (aligned) {
      result4[t] = value;
    } else {
      const bvec4 mine = in_row(span, t);
      if (mine.x) result1[4 * t] = value.x;
      if (mine.y) result1[4 * t + 1] = value.y;
      if (mine.z) result1[4 * t + 2] = value.z;
      if (mine.w) result1[4 * t + 3] = value.w;
    }
  }
}
