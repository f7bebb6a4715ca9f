// Asks the processor to bring memory near before it is read; Swift has no such statement.
#ifndef VLASOV_PREFETCH_H
#define VLASOV_PREFETCH_H

static inline void vlasov_prefetch(const void *address) { __builtin_prefetch(address, 0, 2); }

#endif
