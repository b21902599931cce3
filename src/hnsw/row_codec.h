// row_codec.h: RowCodec, between vectors of floats and the rows that an index keeps, and the distances between a query and rows.
//
// A row is the elements (padded with zeros to whole registers, see kernels.h), then for kInt8 and kBinary two floats:
//
//     kF32, kF16, kBf16   [elements]
//     kInt8, kBinary      [elements][scale][squared length]
//
// Under cosine rows are of unit length, so that the distance is one dot product. An int8 element times the scale is the number it stands for. Under
// cosine the scale is one over the length of the int8 vector itself: what was lost by rounding then changes the direction, but not the length.

#ifndef WAGGLE_HNSW_ROW_CODEC_H
#define WAGGLE_HNSW_ROW_CODEC_H

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "hnsw/kernels.h"
#include "hnsw/metric.h"

namespace waggle::hnsw {

// A vector in the form that the kernels take as their query. Refers to the buffer or row it was made from.
struct Query {
  const std::byte* elements = nullptr;
  float scale = 1;
  float squared_length = 1;
};

class RowCodec {
 public:
  // Precondition: 1 <= dimensions <= kDimensionsMax. Of the two sets of kernels only the tests choose the plain one.
  RowCodec(Metric metric, Storage storage, std::size_t dimensions, const Kernels& kernels = best_kernels());

  Metric metric() const { return metric_; }
  Storage storage() const { return storage_; }
  std::size_t dimensions() const { return dimensions_; }
  std::size_t row_bytes() const { return row_bytes_; }
  // Of a buffer for make_query().
  std::size_t query_bytes() const { return query_bytes_; }

  // check_vector(), and invalid_argument for numbers that the storage cannot hold.
  Status check(std::span<const float> vector) const;

  // Precondition of the next two: check(vector).
  void encode(std::span<const float> vector, std::byte* row) const;
  Query make_query(std::span<const float> vector, std::byte* buffer) const;
  // A stored row as the query. Where the row itself will do, the buffer stays unused.
  Query make_query(const std::byte* row, std::byte* buffer) const;
  // The numbers that a row stands for; under cosine those of the unit vector.
  void decode(const std::byte* row, std::span<float> vector) const;
  // Likewise of a query.
  void decode(const Query& query, std::span<float> vector) const;

  // out[i] = how far rows[i] is from the query, on the scale that comparisons use: L2 is squared (see reported()).
  void distances(const Query& query, std::span<const std::byte* const> rows, float* out) const;
  float distance(const Query& query, const std::byte* row) const;

  // By how much such a distance may be off with int8, all but certainly: four standard deviations of what rounding does. Infinite with other storages
  // that lose something.
  float doubt(const Query& query, const std::byte* row, float distance) const;

  // From that scale to the metric's own, and back.
  float reported(float distance) const;
  float compared(float distance) const;

 private:
  void encode_halves(std::span<const float> vector, float factor, std::byte* row) const;
  void encode_int8(std::span<const float> vector, std::byte* row) const;
  void encode_binary(std::span<const float> vector, std::byte* row) const;
  void from_measures(const Query& query, std::span<const std::byte* const> rows, float* out) const;

  Metric metric_;
  Storage storage_;
  std::size_t dimensions_;
  std::size_t length_ = 0;  // elements of a row, as the kernel counts them
  std::size_t element_bytes_ = 0;
  std::size_t row_bytes_ = 0;
  std::size_t query_bytes_ = 0;
  Kernel kernel_ = nullptr;
  std::vector<float> cosines_;  // kBinary: the estimated cosine by the number of signs that differ
};

}  // namespace waggle::hnsw

#endif  // WAGGLE_HNSW_ROW_CODEC_H
