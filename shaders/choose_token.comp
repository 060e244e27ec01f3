#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#extension GL_KHR_shader_subgroup_arithmetic : require
#include "launch.glsl"
#include "philox.glsl"
// One workgroup (one subgroup) takes one row through the chain of ChainSettings (src/ops/choose_token.h) and chooses:
// the index of the greatest of logits + Gumbel noise. Every stage reads the slab of the trace that the one before wrote
// (slab 0 is the logits) and writes the next; a lane reads only what it wrote itself. Stages that keep "the best
// until they weigh so much" find the threshold bit by bit: a bit stays set if the tokens at or above still weigh enough.
layout(local_size_x_id = 0) in;
#include "order.glsl"
layout(binding = 0) uniform samplerBuffer logits;
layout(binding = 1) uniform isamplerBuffer history;
layout(binding = 2) uniform isamplerBuffer history_length;
layout(binding = 3) uniform samplerBuffer settings;
layout(binding = 4) uniform samplerBuffer states;
layout(binding = 5) uniform usamplerBuffer seeds;
layout(binding = 6, std430) writeonly buffer Choices { int choices[]; };
layout(binding = 7, std430) writeonly buffer Facts { vec4 facts[]; };
layout(binding = 8, std430) buffer Trace { vec4 trace[]; };
layout(push_constant) uniform Push { int rows; int classes; int steps; int slabs; };

const int lowest_key = -2147483647 - 1;
const float removed = -1e30;
const float alive_limit = -5e29;
const int bias_texels = 16, breaker_texels = 2, first_bias = 24;  // of the settings; 12 stages of two texels before

int row;
int texels;          // of a row
int slab = 0;        // that holds the row now
int filled, oldest;  // the part of the history that counts
float highest, log_total, entropy, alive_count;  // see measure()

#define FOR_ROW(t) for (int t = int(gl_LocalInvocationIndex); t < texels; t += int(gl_WorkGroupSize.x))

float max_of(vec4 v) { return max(max(v.x, v.y), max(v.z, v.w)); }
float sum_of(vec4 v) { return (v.x + v.y) + (v.z + v.w); }
bvec4 both(bvec4 a, bvec4 b) { return bvec4(a.x && b.x, a.y && b.y, a.z && b.z, a.w && b.w); }
bvec4 alive(vec4 v) { return greaterThan(v, vec4(alive_limit)); }
vec4 only(bvec4 which, vec4 v) { return mix(vec4(0), v, which); }

vec4 given(int t) {
  vec4 v;
  [[unroll]] for (int c = 0; c < 4; ++c) {
    const float logit = texelFetch(logits, row * classes + min(4 * t + c, classes - 1)).x;
    v[c] = 4 * t + c < classes ? max(logit, removed) : removed;
  }
  return v;
}

vec4 value(int t) { return trace[(row * slabs + slab) * texels + t]; }

// The next stage's slab.
void store(int t, vec4 v) { trace[(row * slabs + slab + 1) * texels + t] = v; }

// highest, log_total and entropy of the tokens alive, and their number.
void measure() {
  vec4 most = vec4(-3.0e38);
  FOR_ROW(t) most = max(most, value(t));
  highest = subgroupMax(max_of(most));
  vec4 sum = vec4(0), weighted = vec4(0), count = vec4(0);
  FOR_ROW(t) {
    const vec4 v = value(t);
    const vec4 weight = only(alive(v), exp(min(v - highest, vec4(0))));
    sum += weight;
    weighted += weight * max(v - highest, vec4(-100));
    count += vec4(alive(v));
  }
  const float total = subgroupAdd(sum_of(sum));
  const float log_sum = log(total);
  entropy = log_sum - subgroupAdd(sum_of(weighted)) / total;
  log_total = highest + log_sum;
  alive_count = subgroupAdd(sum_of(count));
}

// ---- stages that keep the best

// Keeps keys above `key`, and keys equal to it in columns below `end`.
struct Cut {
  int key;
  int end;
};

struct Tokens {
  vec4 logit;
  ivec4 key;
  vec4 weight;
  bvec4 alive;
};

Tokens tokens_at(int t, bool by_typical, bool counting) {
  Tokens result;
  result.logit = value(t);
  result.alive = alive(result.logit);
  const vec4 score = by_typical ? -abs(log_total - result.logit - entropy) : result.logit;
  result.key = clamp(order_key(score), ivec4(lowest_key + 1), ivec4(0x7FFFFFFE));
  result.weight = only(result.alive, counting ? vec4(1) : exp(min(result.logit - log_total, vec4(0))));
  return result;
}

// The cut that keeps the tokens with the greatest keys until their weights reach `target`.
Cut find_cut(bool by_typical, bool counting, float target) {
  uint threshold = 0;  // the key with its sign bit flipped, so that the order is that of unsigned integers
  for (int bit = 31; bit >= 0; --bit) {
    const uint trial = threshold | 1u << bit;
    const int limit = int(trial ^ 0x80000000u);
    vec4 sum = vec4(0);
    FOR_ROW(t) {
      const Tokens tokens = tokens_at(t, by_typical, counting);
      sum += only(greaterThanEqual(tokens.key, ivec4(limit)), tokens.weight);
    }
    threshold = subgroupAdd(sum_of(sum)) >= target ? trial : threshold;
  }
  const int key = int(threshold ^ 0x80000000u);
  // What the tokens above the threshold leave for those at it, and how much those weigh.
  vec4 above4 = vec4(0), at4 = vec4(0), count4 = vec4(0);
  FOR_ROW(t) {
    const Tokens tokens = tokens_at(t, by_typical, counting);
    const bvec4 equals = both(tokens.alive, equal(tokens.key, ivec4(key)));
    above4 += only(greaterThan(tokens.key, ivec4(key)), tokens.weight);
    at4 += only(equals, tokens.weight);
    count4 += vec4(equals);
  }
  const float above = subgroupAdd(sum_of(above4));
  const float at = subgroupAdd(sum_of(at4));
  const float count = subgroupAdd(sum_of(count4));
  const float wanted = ceil((target - above) / max(at / max(count, 1.0), 1e-37) - 1e-3);
  if (count <= 1 || wanted >= count) return Cut(key, 0x7FFFFFFF);
  // The least column below which `wanted` of the equals lie.
  uint last = 0;
  for (int bit = 20; bit >= 0; --bit) {
    const int trial = int(last | 1u << bit);
    vec4 sum = vec4(0);
    FOR_ROW(t) {
      const Tokens tokens = tokens_at(t, by_typical, counting);
      const ivec4 column = 4 * t + ivec4(0, 1, 2, 3);
      sum += vec4(both(both(tokens.alive, equal(tokens.key, ivec4(key))), lessThan(column, ivec4(trial))));
    }
    last = subgroupAdd(sum_of(sum)) < max(wanted, 1.0) ? uint(trial) : last;
  }
  return Cut(key, int(last) + 1);
}

void keep_best(bool by_typical, bool counting, float target) {
  const Cut cut = find_cut(by_typical, counting, target);
  FOR_ROW(t) {
    const Tokens tokens = tokens_at(t, by_typical, counting);
    const ivec4 column = 4 * t + ivec4(0, 1, 2, 3);
    const ivec4 reach = tokens.key + ivec4(lessThan(column, ivec4(cut.end)));  // keys stay below the greatest integer
    store(t, mix(vec4(removed), tokens.logit, greaterThan(reach, ivec4(cut.key))));
  }
}

void keep_from(float limit) {
  limit = min(limit, highest);
  FOR_ROW(t) {
    const vec4 v = value(t);
    store(t, mix(vec4(removed), v, greaterThanEqual(v, vec4(limit))));
  }
}

float deviation() {
  vec4 sum = vec4(0);
  FOR_ROW(t) sum += only(alive(value(t)), value(t) - highest);
  const float mean = highest + subgroupAdd(sum_of(sum)) / alive_count;
  vec4 squares = vec4(0);
  FOR_ROW(t) {
    const vec4 v = value(t) - mean;
    squares += only(alive(value(t)), v * v);
  }
  return sqrt(subgroupAdd(sum_of(squares)) / alive_count);
}

// ---- stages that read the text

int token_at(int step) { return texelFetch(history, row * steps + step).x; }

void look_back(float window) {
  filled = clamp(texelFetch(history_length, 0).x, 0, steps);
  oldest = max(0, filled - int(max(window, 0.0)));
}

bool is_breaker(int token) {
  bool found = false;
  [[unroll]] for (int i = 0; i < breaker_texels; ++i) {
    found = found || any(equal(texelFetch(settings, first_bias + bias_texels + i), vec4(token)));
  }
  return found;
}

void add_bias() {
  FOR_ROW(t) {
    const vec4 v = value(t);
    const vec4 column = vec4(4 * t) + vec4(0, 1, 2, 3);
    vec4 added = vec4(0);
    for (int i = 0; i < bias_texels; ++i) {
      const vec4 two = texelFetch(settings, first_bias + i);
      added += only(equal(column, vec4(two.x)), vec4(two.y)) + only(equal(column, vec4(two.z)), vec4(two.w));
    }
    store(t, mix(v, v + added, alive(v)));
  }
}

void penalize(vec4 p) {
  look_back(p.w);
  FOR_ROW(t) {
    ivec4 seen = ivec4(0);
    const ivec4 column = 4 * t + ivec4(0, 1, 2, 3);
    for (int s = oldest; s < filled; ++s) seen += ivec4(equal(column, ivec4(token_at(s))));
    const vec4 before = value(t);
    vec4 after = mix(before * p.x, before / p.x, greaterThan(before, vec4(0)));
    after -= p.y + p.z * vec4(seen);
    store(t, mix(before, after, both(alive(before), greaterThan(seen, ivec4(0)))));
  }
}

void dont_repeat(vec4 p) {
  FOR_ROW(t) store(t, value(t));
  look_back(p.w);
  if (filled - oldest < 2) return;
  const int end = filled - 1;
  if (is_breaker(token_at(end))) return;
  for (int j = oldest; j < end; ++j) {
    int same = 0;  // tokens up to j that are as the last ones
    while (same < 64 && j - same >= oldest && token_at(j - same) == token_at(end - same) &&
           !is_breaker(token_at(j - same))) {
      ++same;
    }
    const int token = token_at(j + 1);
    if (same == 0 || float(same) < p.z || token < 0 || token >= classes) continue;
    const int t = token / 4;
    if (t % int(gl_WorkGroupSize.x) != int(gl_LocalInvocationIndex)) continue;  // another lane's
    const vec4 before = value(t);
    const vec4 lowered = before - p.x * pow(p.y, float(same) - p.z);
    const bvec4 hit = both(equal(ivec4(token % 4), ivec4(0, 1, 2, 3)), alive(before));
    const int at = (row * slabs + slab + 1) * texels + t;
    trace[at] = mix(trace[at], min(trace[at], lowered), hit);
  }
}

// ---- the others

float temperature_of(vec4 p) {
  if (p.y <= p.x) return p.x;
  const float share = alive_count > 1 ? clamp(entropy / log(alive_count), 0.0, 1.0) : 0.0;
  return p.x + (p.y - p.x) * (share > 0 ? pow(share, p.z) : 0.0);
}

void heat(float temperature) {
  const float inverse = 1.0 / temperature;
  FOR_ROW(t) {
    const vec4 v = value(t);
    store(t, mix(v, v * inverse, alive(v)));
  }
}

void exclude_top(vec4 p, uvec4 key) {
  const float draw = uniform_of(philox(uvec4(0, 1, key.zw), key.xy)).x;
  const float limit = log_total + log(max(p.y, 1e-30));
  float least = 3.0e38, count = 0;
  FOR_ROW(t) {
    const vec4 v = value(t);
    const bvec4 top = both(alive(v), greaterThanEqual(v, vec4(limit)));
    const vec4 kept = mix(vec4(3.0e38), v, top);
    least = min(least, min(min(kept.x, kept.y), min(kept.z, kept.w)));
    count += sum_of(vec4(top));
  }
  least = subgroupMin(least);
  count = subgroupAdd(count);
  int last = -1;  // the last column of the least likely of them
  FOR_ROW(t) {
    const vec4 v = value(t);
    [[unroll]] for (int c = 0; c < 4; ++c) last = v[c] == least ? 4 * t + c : last;
  }
  last = subgroupMax(last);
  const bool excludes = draw < p.x && count > 1;
  FOR_ROW(t) {
    const vec4 v = value(t);
    const bvec4 top = greaterThanEqual(v, vec4(limit));
    const bvec4 goes = both(top, notEqual(4 * t + ivec4(0, 1, 2, 3), ivec4(last)));
    store(t, excludes ? mix(v, vec4(removed), goes) : v);
  }
}

// Needs measure(). Stages of one kind share a call, since each is compiled into the kernel anew.
void run_stage(int kind, vec4 p, uvec4 key) {
  const float temperature = kind == 5 ? temperature_of(p) : 1.0;
  const bool is_greedy = kind == 12 || temperature <= 0;
  if (is_greedy || kind == 6 || kind == 7 || kind == 8) {
    const float target = kind == 6 ? clamp(floor(p.x), 1.0, float(classes)) : max(p.x, 1e-6);
    keep_best(kind == 7, is_greedy || kind == 6, is_greedy ? 1.0 : target);
  } else if (kind == 1) {
    add_bias();
  } else if (kind == 2) {
    penalize(p);
  } else if (kind == 3) {
    dont_repeat(p);
  } else if (kind == 5) {
    heat(temperature);
  } else if (kind == 10) {
    exclude_top(p, key);
  } else {
    float limit = highest + log(min(p.x, 1.0));
    if (kind == 4) limit = highest - p.x * deviation();
    if (kind == 11) limit = log_total - texelFetch(states, row).x * 0.69314718;
    keep_from(limit);
  }
}

void choose(uvec4 key, float network_entropy, float network_log_total) {
  float best = -3.4e38;
  int choice = 0;
  FOR_ROW(t) {
    const uvec4 bits = philox(uvec4(t, 0, key.zw), key.xy);
    const vec4 noise = vec4(gumbel_of(bits.x), gumbel_of(bits.y), gumbel_of(bits.z), gumbel_of(bits.w));
    precise vec4 score = value(t) + noise;
    [[unroll]] for (int c = 0; c < 4; ++c) {
      const bool better = 4 * t + c < classes && score[c] > best;
      best = better ? score[c] : best;
      choice = better ? 4 * t + c : choice;
    }
  }
  const float most = subgroupMax(best);
  choice = subgroupMin(best == most ? choice : 0x7FFFFFFF);
  float logit = 0;
  FOR_ROW(t) {
    const vec4 v = value(t);
    logit = t == choice / 4 ? v[choice % 4] : logit;
  }
  const float final_logit = subgroupAdd(logit);
  if (gl_LocalInvocationIndex != 0) return;
  choices[row] = choice;
  const float first_logit = max(texelFetch(logits, row * classes + choice).x, removed);
  facts[row] = vec4(log_total - final_logit, exp(first_logit - network_log_total), network_entropy, alive_count);
}

void main() {
  row = int(flat_group());
  if (row >= rows) return;
  texels = (classes + 3) / 4;
  uvec4 key = texelFetch(seeds, 0);
  key.x += uint(row);
  FOR_ROW(t) trace[row * slabs * texels + t] = given(t);
  float network_entropy, network_log_total;
  while (true) {
    measure();
    if (slab == 0) {
      network_entropy = entropy;
      network_log_total = log_total;
    }
    const vec4 head = texelFetch(settings, 2 * min(slab, 11));
    const int kind = int(head.x);
    if (slab + 1 == slabs || kind <= 0) break;
    run_stage(kind, vec4(head.yzw, texelFetch(settings, 2 * slab + 1).x), key);
    ++slab;
  }
  choose(key, network_entropy, network_log_total);
}
