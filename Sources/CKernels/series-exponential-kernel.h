// The loops of series-exponential.h for one processor: NEXT, ADD and TARGET name it. Thirty-two points at a time, so that eight sums
// are under way at once.

TARGET static void NEXT(ptrdiff_t j, ptrdiff_t count, double f, const double *q, ptrdiff_t q_stride, double *x,
                        double *y, ptrdiff_t stride, const double *w, double *sums) {
  const double scale = f / (double)j;
  eight sum_x = {0}, sum_y = {0};
  for (ptrdiff_t p = 0; p < count; p += 32) {
    eight u[4] = {{0}}, v[4] = {{0}};
    for (ptrdiff_t i = 1; i <= j; i++) {
      const eight *a = (const eight *)(q + i * q_stride + p);
      const eight *b = (const eight *)(x + (j - i) * stride + p);
      const eight *c = (const eight *)(y + (j - i) * stride + p);
      const double factor = (double)i;
      for (int k = 0; k < 4; k++) {
        const eight s = a[k] * factor;
        u[k] = u[k] + s * b[k];
        v[k] = v[k] + s * c[k];
      }
    }
    eight *to_x = (eight *)(x + j * stride + p), *to_y = (eight *)(y + j * stride + p);
    const eight *weight = (const eight *)(w + p);
    for (int k = 0; k < 4; k++) {
      const eight real = v[k] * -scale, imaginary = u[k] * scale;
      to_x[k] = real;
      to_y[k] = imaginary;
      sum_x = sum_x + weight[k] * real;
      sum_y = sum_y + weight[k] * imaginary;
    }
  }
  double a = 0, b = 0;
  for (int k = 0; k < 8; k++) {
    a += sum_x[k];
    b += sum_y[k];
  }
  sums[0] = a;
  sums[1] = b;
}

TARGET static void ADD(ptrdiff_t j, ptrdiff_t count, const double *a, const double *b, const double *x, const double *y,
                       ptrdiff_t stride, double *force) {
  for (ptrdiff_t p = 0; p < count; p += 32) {
    eight *target = (eight *)(force + p);
    eight sum[4] = {target[0], target[1], target[2], target[3]};
    eight other[4] = {{0}};
    for (ptrdiff_t i = 0; i <= j; i++) {
      const eight *u = (const eight *)(x + (j - i) * stride + p);
      const eight *v = (const eight *)(y + (j - i) * stride + p);
      const double s = a[i], t = b[i];
      for (int k = 0; k < 4; k++) {
        sum[k] = sum[k] + v[k] * s;
        other[k] = other[k] + u[k] * t;
      }
    }
    for (int k = 0; k < 4; k++) target[k] = sum[k] - other[k];
  }
}

#undef NEXT
#undef ADD
#undef TARGET
