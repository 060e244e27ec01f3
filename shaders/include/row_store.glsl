// Writes the part of texel `texel` that belongs to the row of `span` (row.glsl) to the FLOAT_BUFFER `name`.
#define STORE_ROW(name, span, texel, value)                               \
  {                                                                       \
    const vec4 stored_ = value;                                           \
    if (aligned) {                                                        \
      name##4[texel] = stored_;                                           \
    } else {                                                              \
      const bvec4 inside_ = in_row(span, texel);                          \
      if (inside_.x) name##1[4 * (texel)] = stored_.x;                    \
      if (inside_.y) name##1[4 * (texel) + 1] = stored_.y;                \
      if (inside_.z) name##1[4 * (texel) + 2] = stored_.z;                \
      if (inside_.w) name##1[4 * (texel) + 3] = stored_.w;                \
    }                                                                     \
  }
