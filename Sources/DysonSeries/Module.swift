// The module DysonSeries.
