// x / d for 0 <= x < 2^31 and a quotient below 2^22. Integer division is done lane by lane on CPU devices; this is not.
int quotient(int x, int d) {
  const int q = int(float(x) * (1.0 / float(d)));
  const int r = x - q * d;
  return q + int(r >= d) - int(r < 0);
}
