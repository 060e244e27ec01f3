// x / d for 0 <= x < 2^31 and a quotient below 2^23. Integer division is done lane by lane on CPU devices; this is not.
// The float quotient may be off by two: division may err by 2.5 units in the last place, and float(x) by a half.
int quotient(int x, int d) {
  const int q = int(float(x) * (1.0 / float(d)));
  const int r = x - q * d;
  return q + int(r >= d) + int(r - d >= d) - int(r < 0) - int(r + d < 0);
}
