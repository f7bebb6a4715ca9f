// The module RemainderBounds.
