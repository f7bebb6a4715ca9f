// HDF5 1.10. Its predefined types and flags are macros, which Swift does not import:
// they come in as functions.
#pragma once
#include <hdf5.h>
#include <hdf5_hl.h>
static inline hid_t hdf5_native_double(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t hdf5_native_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t hdf5_c_string(void) { return H5T_C_S1; }
static inline unsigned hdf5_truncate(void) { return H5F_ACC_TRUNC; }
static inline unsigned hdf5_read_only(void) { return H5F_ACC_RDONLY; }
static inline unsigned hdf5_read_write(void) { return H5F_ACC_RDWR; }
static inline size_t hdf5_variable_length(void) { return H5T_VARIABLE; }
static inline hid_t hdf5_dataset_create_list(void) { return H5P_DATASET_CREATE; }
