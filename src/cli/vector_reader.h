// vector_reader.h: reads files of vectors: NumPy's .npy (format 1 to 3, one or two dimensions of little-endian f2, f4 or f8, C order), .fvecs (before
// each vector its dimensions as a 32-bit integer, then float32) and .jsonl (an object a line).

#ifndef WAGGLE_CLI_VECTOR_READER_H
#define WAGGLE_CLI_VECTOR_READER_H

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "waggle/vectors.h"

namespace waggle::cli {

// The numbers of a JSON array; invalid_argument for anything else.
Result<std::vector<float>> parse_vector(std::string_view json);

// Reads the vectors of a file one by one. Every length is checked against the bytes that are left before anything is allocated for it.
class VectorReader {
 public:
  // By the ending of the file's name. not_found or io for what cannot be read, invalid_argument naming the file and the place for what is none.
  static Result<std::unique_ptr<VectorReader>> open(const std::string& path);
  virtual ~VectorReader() = default;

  // The next one, nullopt after the last. Where the file names no id, it is the number of the row, from 0.
  virtual Result<std::optional<PutVector>> next() = 0;
  // How much of the file was read, in bytes, for progress.
  virtual std::int64_t done() const = 0;
  virtual std::int64_t total() const = 0;
};

// Every vector of a value of the command line: a JSON array of numbers, or @FILE as above. A .npy of one dimension is one vector.
Result<std::vector<std::vector<float>>> read_vectors(const std::string& given);

}  // namespace waggle::cli

#endif  // WAGGLE_CLI_VECTOR_READER_H
