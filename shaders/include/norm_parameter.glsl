// The values of the [columns] parameter `name` at the columns of texel t of a row (row.glsl). Where rows are not aligned
// to texels the parameter is seen one element a texel, and columns outside the row read some element of it.
ivec4 parameter_columns(RowSpan span, int t) {
  return clamp(ivec4(first_column(span, uint(t))) + ivec4(0, 1, 2, 3), ivec4(0), ivec4(int(span.columns) - 1));
}

#define PARAMETER(name, span, t)                                                              \
  (aligned ? texelFetch(name, t - int(span.first_texel))                                      \
           : vec4(texelFetch(name, parameter_columns(span, t).x).x, texelFetch(name, parameter_columns(span, t).y).x, \
                  texelFetch(name, parameter_columns(span, t).z).x, texelFetch(name, parameter_columns(span, t).w).x))
