// Nothing to call: see experiment-start.c.
