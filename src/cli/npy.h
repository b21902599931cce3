// npy.h: the head of NumPy's .npy files (numpy/lib/format.py, versions 1.0 to 3.0): what their numbers are and how many.

#ifndef WAGGLE_CLI_NPY_H
#define WAGGLE_CLI_NPY_H

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace waggle::cli {

enum class NpyType : std::uint8_t { kF16, kF32, kF64 };

struct NpyHeader {
  NpyType type = NpyType::kF32;
  std::int64_t rows = 0;
  std::int64_t columns = 0;      // at most 16,000; of one dimension: one row
  std::size_t header_bytes = 0;  // where the numbers begin

  std::size_t number_bytes() const { return type == NpyType::kF16 ? 2 : type == NpyType::kF32 ? 4 : 8; }
  std::size_t row_bytes() const { return static_cast<std::size_t>(columns) * number_bytes(); }
};

// The head of a file whose beginning is `bytes` (its first 64 KiB suffice) and which has `file_bytes` in all. invalid_argument for another kind of
// file, another byte order, Fortran order, other numbers than floats, and a shape that the file's length does not hold.
Result<NpyHeader> parse_npy_header(std::string_view bytes, std::int64_t file_bytes);

// The head of a new file of float32.
std::string npy_header(std::int64_t rows, std::int64_t columns);

// The numbers of one row of the file.
std::vector<float> decode_npy_row(const NpyHeader& header, std::string_view row);

}  // namespace waggle::cli

#endif  // WAGGLE_CLI_NPY_H
