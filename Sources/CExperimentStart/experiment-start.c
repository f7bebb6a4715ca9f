// What an experiment's executable does before its libraries are initialised.
//
// OpenBLAS starts a thread for every core as soon as it is loaded, and where it cannot (ulimit -u) it prints advice and
// raises SIGINT. Experiments give it its threads themselves, later, and refuse with a message where there are none.

#include <stdlib.h>

static void start(int count, char **arguments, char **environment) {
  (void)count, (void)arguments, (void)environment;
  setenv("OPENBLAS_NUM_THREADS", "1", 0);
}

__attribute__((section(".preinit_array"), used)) static void (*const entry)(int, char **, char **) = start;
