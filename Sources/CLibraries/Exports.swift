// Whoever computes with the libraries needs what has no library behind it as well: errors, numbers, memory, workers.

@_exported import Computing
