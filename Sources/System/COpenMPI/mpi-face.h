// OpenMPI's handles are macros over pointers to incomplete types, which Swift does not import:
// they come in as functions.
#pragma once
#include <mpi.h>
static inline MPI_Comm mpi_world(void) { return MPI_COMM_WORLD; }
static inline MPI_Datatype mpi_double(void) { return MPI_DOUBLE; }
static inline MPI_Datatype mpi_int64(void) { return MPI_INT64_T; }
static inline MPI_Datatype mpi_byte(void) { return MPI_BYTE; }
static inline MPI_Op mpi_sum(void) { return MPI_SUM; }
static inline MPI_Status *mpi_ignore_status(void) { return MPI_STATUS_IGNORE; }
