// What an experiment's executable does before its libraries are initialised.
//
// OpenBLAS starts a thread for every core as soon as it is loaded, and where it cannot (`ulimit -u`) it prints advice and
// raises SIGINT; where address space is short (`ulimit -v`) its threads wait for memory as the process ends. There the
// program starts itself again with OPENBLAS_NUM_THREADS=1; experiments give it its threads themselves, later, and refuse with a message where there are none.

#include <string.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <unistd.h>

static char one_thread[] = "OPENBLAS_NUM_THREADS=1";

// Limits of processes at and above this one are no scarcity.
enum { plenty = 4096 };

static void start(int count, char **arguments, char **environment) {
  (void)count;
  struct rlimit processes, space;
  if (getrlimit(RLIMIT_NPROC, &processes) != 0 || getrlimit(RLIMIT_AS, &space) != 0) return;
  if (processes.rlim_cur >= plenty && space.rlim_cur == RLIM_INFINITY) return;
  size_t variables = 0;
  for (; environment[variables]; variables++) {
    if (strncmp(environment[variables], one_thread, sizeof one_thread - 2) == 0) return;
  }
  char *extended[variables + 2];
  memcpy(extended, environment, variables * sizeof *environment);
  extended[variables] = one_thread;
  extended[variables + 1] = NULL;
  // Where this fails all goes on as it would have.
  execve((const char *)getauxval(AT_EXECFN), arguments, extended);
}

__attribute__((section(".preinit_array"), used)) static void (*const entry)(int, char **, char **) = start;
