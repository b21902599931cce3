// vector_writer.h: writes files of vectors, of the kinds that vector_reader.h reads. Only .jsonl keeps ids, texts and metadata.

#ifndef WAGGLE_CLI_VECTOR_WRITER_H
#define WAGGLE_CLI_VECTOR_WRITER_H

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "waggle/vectors.h"

namespace waggle::cli {

// Writes vectors into a new file, or over an old one, by the ending of its name. The file appears under its name only when it is whole.
class VectorWriter {
 public:
  struct Shape {
    std::int64_t rows = 0;
    std::int64_t dimensions = 0;
  };
  static Result<std::unique_ptr<VectorWriter>> create(const std::string& path, const Shape& shape);
  virtual ~VectorWriter() = default;

  virtual Status add(const VectorEntry& entry) = 0;
  virtual Status finish() = 0;
};

}  // namespace waggle::cli

#endif  // WAGGLE_CLI_VECTOR_WRITER_H
