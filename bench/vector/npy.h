// npy.h: reads the matrices that numpy saves: format 1.0, little-endian, C order, two dimensions. Strict: what is not exactly that, a file too short
// or too long, and a number that is not finite throw std::runtime_error.

#ifndef WAGGLE_BENCH_VECTOR_NPY_H
#define WAGGLE_BENCH_VECTOR_NPY_H

#include <string>

#include "vector/matrix.h"

namespace waggle::bench {

// Of float16 or float32 numbers.
Matrix<float> read_npy_floats(const std::string& path);
// Of int32 numbers.
Matrix<std::int32_t> read_npy_ids(const std::string& path);

}  // namespace waggle::bench

#endif  // WAGGLE_BENCH_VECTOR_NPY_H
