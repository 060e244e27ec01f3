// Reading one row of a matrix whose row length need not be a multiple of 4, through a texel view of vec4: the texels
// that cover the row, with the elements that belong to it. Needs `bool aligned` (columns is a multiple of 4).
struct RowSpan {
  uint begin;        // first element
  uint columns;
  uint first_texel;
  uint end_texel;    // one past the last
};

RowSpan row_span(uint row, uint columns) {
  const uint begin = row * columns;
  return RowSpan(begin, columns, begin / 4, (begin + columns + 3) / 4);
}

// Column of the texel's first element; negative (as int) where the texel starts in the row before.
int first_column(RowSpan span, uint texel) { return int(4 * texel) - int(span.begin); }

bvec4 in_row(RowSpan span, uint texel) {
  if (aligned) return bvec4(true);
  const ivec4 column = first_column(span, texel) + ivec4(0, 1, 2, 3);
  const bvec4 low = greaterThanEqual(column, ivec4(0));
  const bvec4 high = lessThan(column, ivec4(span.columns));
  return bvec4(low.x && high.x, low.y && high.y, low.z && high.z, low.w && high.w);
}

float max_of(vec4 v) { return max(max(v.x, v.y), max(v.z, v.w)); }
float sum_of(vec4 v) { return (v.x + v.y) + (v.z + v.w); }
