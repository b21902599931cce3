// npy.cc: see npy.h.

#include "vector/npy.h"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <string_view>

namespace waggle::bench {
namespace {

static_assert(std::endian::native == std::endian::little, "the files are little-endian and read as they are");

constexpr std::size_t kPreambleBytes = 10;  // magic, version, length of the header

[[noreturn]] void fail(const std::string& path, const char* what) { throw std::runtime_error(path + ": " + what); }

struct NpyFile {
  std::string type;  // "<f4" and the like
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::string payload;
};

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) fail(path, "cannot be read");
  std::string all(static_cast<std::size_t>(file.tellg()), '\0');
  file.seekg(0);
  file.read(all.data(), static_cast<std::streamsize>(all.size()));
  if (!file) fail(path, "cannot be read to its end");
  return all;
}

// Takes `prefix` off the front of `text`; false when it is not there.
bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool take_number(std::string_view& text, std::size_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

// The header is a Python dictionary; numpy always writes it in this form: {'descr': '<f4', 'fortran_order': False, 'shape': (50000, 384), }
bool parse_header(std::string_view header, NpyFile& file) {
  if (!take(header, "{'descr': '")) return false;
  const std::size_t quote = header.find('\'');
  if (quote == std::string_view::npos) return false;
  file.type = header.substr(0, quote);
  header.remove_prefix(quote);
  return take(header, "', 'fortran_order': False, 'shape': (") && take_number(header, file.rows) && take(header, ", ") &&
         take_number(header, file.columns) && take(header, "), }") && header.find_first_not_of(" \n") == std::string_view::npos;
}

NpyFile read(const std::string& path) {
  std::string all = contents(path);
  if (all.size() < kPreambleBytes || !all.starts_with(std::string_view("\x93NUMPY\x01\x00", 8))) fail(path, "is no npy file of format 1.0");
  std::uint16_t header_bytes = 0;
  std::memcpy(&header_bytes, &all[8], sizeof(header_bytes));
  const std::size_t begin = kPreambleBytes + header_bytes;
  NpyFile file;
  if (all.size() < begin || !parse_header(std::string_view(all).substr(kPreambleBytes, header_bytes), file)) {
    fail(path, "has a header that is not understood; wanted: a matrix in C order");
  }
  file.payload = all.substr(begin);
  return file;
}

// Throws unless the payload is what the header announces. The counts are compared by division, so that no product overflows.
void check_size(const std::string& path, const NpyFile& file, std::size_t number_bytes) {
  const std::size_t count = file.payload.size() / number_bytes;
  if (file.rows == 0 || file.columns == 0 || file.payload.size() % number_bytes != 0 || count % file.columns != 0 ||
      count / file.columns != file.rows) {
    fail(path, "is not as long as its header says");
  }
}

float float_of_half(std::uint16_t half) {
  const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000U) << 16U;
  const std::uint32_t exponent = (half >> 10U) & 0x1fU;
  const std::uint32_t mantissa = half & 0x3ffU;
  if (exponent == 0) {
    const float magnitude = std::ldexp(static_cast<float>(mantissa), -24);
    return sign != 0 ? -magnitude : magnitude;
  }
  // Infinities and NaN keep the highest exponent; the others move from a bias of 15 to one of 127.
  const std::uint32_t wide = exponent == 0x1f ? 0xffU : exponent + 127 - 15;
  return std::bit_cast<float>(sign | (wide << 23U) | (mantissa << 13U));
}

}  // namespace

Matrix<float> read_npy_floats(const std::string& path) {
  const NpyFile file = read(path);
  if (file.type != "<f2" && file.type != "<f4") fail(path, "holds neither float16 nor float32");
  const bool half = file.type == "<f2";
  check_size(path, file, half ? sizeof(std::uint16_t) : sizeof(float));
  Matrix<float> matrix(file.rows, file.columns);
  if (half) {
    std::vector<std::uint16_t> halves(matrix.numbers.size());
    std::memcpy(halves.data(), file.payload.data(), file.payload.size());
    for (std::size_t i = 0; i < halves.size(); ++i) matrix.numbers[i] = float_of_half(halves[i]);
  } else {
    std::memcpy(matrix.numbers.data(), file.payload.data(), file.payload.size());
  }
  for (const float number : matrix.numbers) {
    if (!std::isfinite(number)) fail(path, "holds a number that is not finite");
  }
  return matrix;
}

Matrix<std::int32_t> read_npy_ids(const std::string& path) {
  const NpyFile file = read(path);
  if (file.type != "<i4") fail(path, "does not hold int32");
  check_size(path, file, sizeof(std::int32_t));
  Matrix<std::int32_t> matrix(file.rows, file.columns);
  std::memcpy(matrix.numbers.data(), file.payload.data(), file.payload.size());
  return matrix;
}

}  // namespace waggle::bench
