// One version of `vlasov_combine_lines`, to be included after
//
//     COMBINE   its name
//     TARGET    its attributes
//     WIDTH     doubles of a register of its target

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#define COLUMNS JOIN(COMBINE, _columns)

typedef double COLUMNS __attribute__((vector_size(8 * WIDTH), aligned(8), may_alias));

// Two registers of columns stay there while all lines go by, so that k is written once: 2 loads of a line for 4 products.
TARGET static void COMBINE(const struct vlasov_line_term *terms, ptrdiff_t plain, ptrdiff_t count,
                           ptrdiff_t points, double *k) {
  if (points < 2 * WIDTH) {
    for (ptrdiff_t i = 0; i < points; i++) {
      double x = 0, y = 0;
      for (ptrdiff_t j = 0; j < count; j++) {
        const struct vlasov_line_term *term = terms + j;
        double u = term->real[i], v = term->imaginary[i];
        if (j >= plain) {
          u *= term->table[i];
          v *= term->table[i];
        }
        x += u * term->a;
        y += u * term->c;
        x += v * term->b;
        y += v * term->d;
      }
      k[i] = x;
      k[points + i] = y;
    }
    return;
  }
  for (ptrdiff_t i = 0;;) {
    COLUMNS x0 = {0}, x1 = {0}, y0 = {0}, y1 = {0};
#define ADD_PRODUCTS \
  x0 += u0 * term->a; \
  x1 += u1 * term->a; \
  y0 += u0 * term->c; \
  y1 += u1 * term->c; \
  x0 += v0 * term->b; \
  x1 += v1 * term->b; \
  y0 += v0 * term->d; \
  y1 += v1 * term->d;
    for (ptrdiff_t j = 0; j < plain; j++) {
      const struct vlasov_line_term *term = terms + j;
      COLUMNS u0 = *(const COLUMNS *)(term->real + i), u1 = *(const COLUMNS *)(term->real + i + WIDTH);
      COLUMNS v0 = *(const COLUMNS *)(term->imaginary + i);
      COLUMNS v1 = *(const COLUMNS *)(term->imaginary + i + WIDTH);
      ADD_PRODUCTS
    }
    for (ptrdiff_t j = plain; j < count; j++) {
      const struct vlasov_line_term *term = terms + j;
      COLUMNS t0 = *(const COLUMNS *)(term->table + i), t1 = *(const COLUMNS *)(term->table + i + WIDTH);
      COLUMNS u0 = *(const COLUMNS *)(term->real + i), u1 = *(const COLUMNS *)(term->real + i + WIDTH);
      COLUMNS v0 = *(const COLUMNS *)(term->imaginary + i);
      COLUMNS v1 = *(const COLUMNS *)(term->imaginary + i + WIDTH);
      u0 *= t0;
      u1 *= t1;
      v0 *= t0;
      v1 *= t1;
      ADD_PRODUCTS
    }
#undef ADD_PRODUCTS
    *(COLUMNS *)(k + i) = x0;
    *(COLUMNS *)(k + i + WIDTH) = x1;
    *(COLUMNS *)(k + points + i) = y0;
    *(COLUMNS *)(k + points + i + WIDTH) = y1;
    if (i + 2 * WIDTH >= points) return;
    // The last block overlaps the one before.
    i = i + 4 * WIDTH <= points ? i + 2 * WIDTH : points - 2 * WIDTH;
  }
}

#undef COLUMNS
#undef JOIN
#undef JOIN_
#undef COMBINE
#undef TARGET
#undef WIDTH
