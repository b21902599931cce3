// matrix.h: numbers in rows, one vector a row.

#ifndef WAGGLE_BENCH_VECTOR_MATRIX_H
#define WAGGLE_BENCH_VECTOR_MATRIX_H

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace waggle::bench {

template <typename Number>
struct Matrix {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<Number> numbers = {};  // row after row

  Matrix() = default;
  Matrix(std::size_t row_count, std::size_t column_count) : rows(row_count), columns(column_count), numbers(row_count * column_count) {}

  std::span<Number> row(std::size_t i) { return std::span(numbers).subspan(i * columns, columns); }
  std::span<const Number> row(std::size_t i) const { return std::span(numbers).subspan(i * columns, columns); }
};

// Vectors of which every row has length 1, so that their dot product is their cosine.
using Vectors = Matrix<float>;
// Numbers of rows of another matrix.
using Ids = Matrix<std::int32_t>;

}  // namespace waggle::bench

#endif  // WAGGLE_BENCH_VECTOR_MATRIX_H
