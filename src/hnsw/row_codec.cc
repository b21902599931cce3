// row_codec.cc: see row_codec.h.

#include "hnsw/row_codec.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numbers>

#include "base/assert.h"
#include "hnsw/half.h"

namespace waggle::hnsw {
namespace {

struct Trailer {
  float scale;
  float squared_length;
};

std::size_t round_up(std::size_t number, std::size_t multiple) { return (number + multiple - 1) / multiple * multiple; }

double squared_length(std::span<const float> vector) {
  double sum = 0;
  for (const float number : vector) sum += double{number} * double{number};
  return sum;
}

// What to multiply a vector with so that it can be stored: to unit length under cosine.
float unit_factor(Metric metric, std::span<const float> vector) {
  return metric == Metric::kCosine ? static_cast<float>(1 / std::sqrt(squared_length(vector))) : 1.0F;
}

struct Layout {
  std::size_t element_bytes;  // of one kernel element
  std::size_t length;         // elements, padded
};

Layout layout_of(Storage storage, std::size_t dimensions) {
  switch (storage) {
    case Storage::kF32:
      return {sizeof(float), round_up(dimensions, kF32Multiple)};
    case Storage::kF16:
    case Storage::kBf16:
      return {sizeof(std::uint16_t), round_up(dimensions, kHalfMultiple)};
    case Storage::kInt8:
      return {sizeof(std::int8_t), round_up(dimensions, kInt8Multiple)};
    case Storage::kBinary:
      break;
  }
  return {sizeof(std::uint64_t), round_up((dimensions + 63) / 64, kWordMultiple)};
}

Kernel kernel_of(Metric metric, Storage storage, const Kernels& kernels) {
  const bool is_l2 = metric == Metric::kL2;
  switch (storage) {
    case Storage::kF32:
      return is_l2 ? kernels.squared_l2_f32 : kernels.dot_f32;
    case Storage::kF16:
      return is_l2 ? kernels.squared_l2_f16 : kernels.dot_f16;
    case Storage::kBf16:
      return is_l2 ? kernels.squared_l2_bf16 : kernels.dot_bf16;
    case Storage::kInt8:
      return kernels.dot_int8;
    case Storage::kBinary:
      break;
  }
  return kernels.hamming;
}

// Vectors are checked before they are stored, but rows also come from files. What is not a number is far away: it would upset every order.
void forget_nan(float* distances, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) distances[i] = std::isnan(distances[i]) ? std::numeric_limits<float>::infinity() : distances[i];
}

bool has_trailer(Storage storage) { return storage == Storage::kInt8 || storage == Storage::kBinary; }
bool has_halves(Storage storage) { return storage == Storage::kF16 || storage == Storage::kBf16; }

}  // namespace

RowCodec::RowCodec(Metric metric, Storage storage, std::size_t dimensions, const Kernels& kernels)
    : metric_(metric), storage_(storage), dimensions_(dimensions), kernel_(kernel_of(metric, storage, kernels)) {
  WAGGLE_ASSERT(dimensions >= 1 && dimensions <= kDimensionsMax);
  const Layout layout = layout_of(storage, dimensions);
  length_ = layout.length;
  element_bytes_ = layout.length * layout.element_bytes;
  row_bytes_ = element_bytes_ + (has_trailer(storage) ? sizeof(Trailer) : 0);
  query_bytes_ = has_halves(storage) ? length_ * sizeof(float) : row_bytes_;
  if (storage != Storage::kBinary) return;
  // Of two random hyperplanes' signs as many differ as the angle is of a half turn (Charikar 2002).
  for (std::size_t bits = 0; bits <= dimensions; ++bits) {
    cosines_.push_back(static_cast<float>(std::cos(std::numbers::pi * static_cast<double>(bits) / static_cast<double>(dimensions))));
  }
}

Status RowCodec::check(std::span<const float> vector) const {
  WAGGLE_TRY(check_vector(metric_, dimensions_, vector));
  if (storage_ == Storage::kF16 && metric_ != Metric::kCosine) {
    for (const float number : vector) {
      if (std::abs(number) > kHalfMax) return Error(Code::kInvalidArgument, "a vector with a number too large for f16", "use bf16 or f32");
    }
  }
  return {};
}

void RowCodec::encode(std::span<const float> vector, std::byte* row) const {
  std::memset(row, 0, row_bytes_);
  switch (storage_) {
    case Storage::kF32: {
      const float factor = unit_factor(metric_, vector);
      auto* out = reinterpret_cast<float*>(row);
      for (std::size_t i = 0; i < vector.size(); ++i) out[i] = vector[i] * factor;
      return;
    }
    case Storage::kF16:
    case Storage::kBf16:
      return encode_halves(vector, unit_factor(metric_, vector), row);
    case Storage::kInt8:
      return encode_int8(vector, row);
    case Storage::kBinary:
      return encode_binary(vector, row);
  }
}

void RowCodec::encode_halves(std::span<const float> vector, float factor, std::byte* row) const {
  auto* out = reinterpret_cast<std::uint16_t*>(row);
  for (std::size_t i = 0; i < vector.size(); ++i) {
    const float number = vector[i] * factor;
    out[i] = storage_ == Storage::kF16 ? to_f16(number) : to_bf16(number);
  }
}

void RowCodec::encode_int8(std::span<const float> vector, std::byte* row) const {
  float largest = 0;
  for (const float number : vector) largest = std::max(largest, std::abs(number));
  Trailer trailer{0, 0};
  if (largest > 0) {
    auto* out = reinterpret_cast<std::int8_t*>(row);
    double products = 0;  // of the numbers and the integers they become
    double squares = 0;
    for (std::size_t i = 0; i < vector.size(); ++i) {
      const auto rounded = static_cast<int>(vector[i] / largest * 127.0F + std::copysign(0.5F, vector[i]));
      out[i] = static_cast<std::int8_t>(rounded);
      products += double{vector[i]} * rounded;
      squares += double{1} * rounded * rounded;
    }
    // Least squares: the scale at which the integers come nearest to the numbers.
    const double scale = metric_ == Metric::kCosine ? 1 / std::sqrt(squares) : products / squares;
    trailer = {static_cast<float>(scale), static_cast<float>(scale * scale * squares)};
  }
  std::memcpy(row + element_bytes_, &trailer, sizeof(trailer));
}

void RowCodec::encode_binary(std::span<const float> vector, std::byte* row) const {
  auto* out = reinterpret_cast<std::uint64_t*>(row);
  for (std::size_t i = 0; i < vector.size(); ++i) {
    if (vector[i] < 0) out[i / 64] |= std::uint64_t{1} << (i % 64);
  }
  const auto squared = metric_ == Metric::kCosine ? 1.0F : static_cast<float>(squared_length(vector));
  const Trailer trailer{std::sqrt(squared), squared};
  std::memcpy(row + element_bytes_, &trailer, sizeof(trailer));
}

Query RowCodec::make_query(std::span<const float> vector, std::byte* buffer) const {
  if (!has_halves(storage_)) {
    encode(vector, buffer);
    return make_query(buffer, nullptr);
  }
  std::memset(buffer, 0, query_bytes_);
  const float factor = unit_factor(metric_, vector);
  auto* out = reinterpret_cast<float*>(buffer);
  for (std::size_t i = 0; i < vector.size(); ++i) out[i] = vector[i] * factor;
  return {.elements = buffer};
}

Query RowCodec::make_query(const std::byte* row, std::byte* buffer) const {
  if (has_halves(storage_)) {
    std::memset(buffer, 0, query_bytes_);
    decode(row, {reinterpret_cast<float*>(buffer), dimensions_});
    return {.elements = buffer};
  }
  Query query{.elements = row};
  if (has_trailer(storage_)) {
    std::memcpy(&query.scale, row + element_bytes_ + offsetof(Trailer, scale), sizeof(float));
    std::memcpy(&query.squared_length, row + element_bytes_ + offsetof(Trailer, squared_length), sizeof(float));
  }
  return query;
}

void RowCodec::decode(const std::byte* row, std::span<float> vector) const {
  switch (storage_) {
    case Storage::kF32:
      std::memcpy(vector.data(), row, dimensions_ * sizeof(float));
      return;
    case Storage::kF16:
    case Storage::kBf16: {
      const auto* from = reinterpret_cast<const std::uint16_t*>(row);
      for (std::size_t i = 0; i < dimensions_; ++i) vector[i] = storage_ == Storage::kF16 ? from_f16(from[i]) : from_bf16(from[i]);
      return;
    }
    case Storage::kInt8: {
      const auto* from = reinterpret_cast<const std::int8_t*>(row);
      const float scale = make_query(row, nullptr).scale;
      for (std::size_t i = 0; i < dimensions_; ++i) vector[i] = static_cast<float>(from[i]) * scale;
      return;
    }
    case Storage::kBinary: {
      const auto* from = reinterpret_cast<const std::uint64_t*>(row);
      const float each = make_query(row, nullptr).scale / std::sqrt(static_cast<float>(dimensions_));
      for (std::size_t i = 0; i < dimensions_; ++i) vector[i] = (from[i / 64] >> (i % 64) & 1U) != 0 ? -each : each;
      return;
    }
  }
}

void RowCodec::decode(const Query& query, std::span<float> vector) const {
  if (!has_halves(storage_)) return decode(query.elements, vector);
  std::memcpy(vector.data(), query.elements, dimensions_ * sizeof(float));
}

// One loop per metric, with nothing to decide inside.
void RowCodec::from_measures(const Query& query, std::span<const std::byte* const> rows, float* out) const {
  const auto trailer_of = [&](std::size_t i) {
    Trailer trailer;
    std::memcpy(&trailer, rows[i] + element_bytes_, sizeof(trailer));
    return trailer;
  };
  if (storage_ == Storage::kBinary) {
    for (std::size_t i = 0; i < rows.size(); ++i) out[i] = cosines_[std::min(static_cast<std::size_t>(out[i]), dimensions_)];
  }
  switch (metric_) {
    case Metric::kCosine:
      for (std::size_t i = 0; i < rows.size(); ++i) out[i] = 1 - out[i] * query.scale * trailer_of(i).scale;
      return;
    case Metric::kDot:
      for (std::size_t i = 0; i < rows.size(); ++i) out[i] = -out[i] * query.scale * trailer_of(i).scale;
      return;
    case Metric::kL2:
      for (std::size_t i = 0; i < rows.size(); ++i) {
        const Trailer trailer = trailer_of(i);
        out[i] = std::max(0.0F, query.squared_length + trailer.squared_length - 2 * out[i] * query.scale * trailer.scale);
      }
      return;
  }
}

void RowCodec::distances(const Query& query, std::span<const std::byte* const> rows, float* out) const {
  kernel_(query.elements, rows.data(), rows.size(), length_, out);
  if (has_trailer(storage_)) {
    from_measures(query, rows, out);
  } else if (metric_ == Metric::kCosine) {
    for (std::size_t i = 0; i < rows.size(); ++i) out[i] = 1 - out[i];
  } else if (metric_ == Metric::kDot) {
    for (std::size_t i = 0; i < rows.size(); ++i) out[i] = -out[i];
  }
  forget_nan(out, rows.size());
}

float RowCodec::distance(const Query& query, const std::byte* row) const {
  float out = 0;
  distances(query, {&row, 1}, &out);
  return out;
}

// Rounding is off by an independent amount in each dimension, evenly spread over one step of the scale: a variance of a twelfth of the step's square.
float RowCodec::doubt(const Query& query, const std::byte* row, float distance) const {
  constexpr float kDeviations = 4;
  if (storage_ == Storage::kF32) return 0;
  if (storage_ != Storage::kInt8) return std::numeric_limits<float>::infinity();
  const Query stored = make_query(row, nullptr);
  const float of_query = query.scale * query.scale / 12;
  const float of_row = stored.scale * stored.scale / 12;
  if (metric_ != Metric::kL2) return kDeviations * std::sqrt(of_row * query.squared_length + of_query * stored.squared_length);
  const float of_both = of_query + of_row;  // and they lengthen the difference
  return 2 * kDeviations * std::sqrt(distance * of_both) + 2 * static_cast<float>(dimensions_) * of_both;
}

float RowCodec::reported(float distance) const { return metric_ == Metric::kL2 ? std::sqrt(std::max(0.0F, distance)) : distance; }
float RowCodec::compared(float distance) const { return metric_ == Metric::kL2 ? distance * distance : distance; }

}  // namespace waggle::hnsw
