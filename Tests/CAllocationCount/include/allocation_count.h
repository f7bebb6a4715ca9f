// How often the calling thread has asked for memory since it began: for tests that a loop does not.
#ifndef ALLOCATION_COUNT_H
#define ALLOCATION_COUNT_H

/// Calls of malloc, calloc, realloc, aligned_alloc and posix_memalign by this thread.
long allocation_count(void);

/// Whether they are counted: not under a sanitizer, which has its own.
int allocations_are_counted(void);

#endif
