// token_table.h: one vector for each token, as it lies in a file: a matrix of f16, bf16 or f32, a row for each token.

#ifndef WAGGLE_EMBED_TOKEN_TABLE_H
#define WAGGLE_EMBED_TOKEN_TABLE_H

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "embed/safetensors.h"

namespace waggle::embed {

class TokenTable {
 public:
  static constexpr std::uint64_t kDimensionsMax = 16'000;  // what a collection takes

  // The table among the tensors of a file, whose bytes must outlive it: the only matrix of floats, or the one that is called "embedding.weight" or
  // "embeddings". unsupported when there is none or when that cannot be told.
  static Result<TokenTable> choose(const std::vector<Tensor>& tensors);

  std::size_t rows() const { return rows_; }
  std::size_t dimensions() const { return dimensions_; }

  // Adds the row of a token to `sum`, which has room for every dimension. False when the row holds an infinity or a NaN. Precondition: row < rows().
  bool add_row(std::size_t row, std::span<float> sum) const;

 private:
  enum class Format : std::uint8_t { kF16, kBf16, kF32 };

  TokenTable(Format format, const Tensor& tensor);

  Format format_;
  std::size_t rows_;
  std::size_t dimensions_;
  std::string_view bytes_;  // need not be aligned
};

// The number whose IEEE 754 half precision is `bits`, exactly; infinities and NaN become finite: see add_row, which looks for them.
float float_of_half(std::uint16_t bits);

}  // namespace waggle::embed

#endif  // WAGGLE_EMBED_TOKEN_TABLE_H
