// npy.cc: see npy.h. The head is a Python literal, always written as {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }.

#include "cli/npy.h"

#include <charconv>
#include <cstring>
#include <optional>

#include "hnsw/half.h"
#include "waggle/vectors.h"

namespace waggle::cli {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";

Error refusal(const std::string& what) {
  return Error(Code::kInvalidArgument, "the .npy file is not one of vectors: " + what,
               "save it with numpy.save(FILE, numpy.ascontiguousarray(vectors, dtype='<f4'))");
}

// What stands behind 'key': up to the comma or bracket that ends it.
std::optional<std::string_view> field(std::string_view dictionary, std::string_view key) {
  const std::size_t at = dictionary.find(key);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view rest = dictionary.substr(at + key.size());
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  return rest;
}

struct Shape {
  std::int64_t first = -1;
  std::int64_t second = -1;  // -1: of one dimension
};

// "(3,)" or "(3, 4)".
std::optional<Shape> parse_shape(std::string_view text) {
  if (!text.starts_with('(')) return std::nullopt;
  const char* at = text.data() + 1;
  const char* const end = text.data() + text.size();
  Shape shape;
  const auto number = [&](std::int64_t& out) {
    while (at != end && *at == ' ') ++at;
    const auto read = std::from_chars(at, end, out);
    if (read.ec != std::errc() || out < 0) return false;
    at = read.ptr;
    return true;
  };
  if (!number(shape.first) || at == end || *at++ != ',') return std::nullopt;
  while (at != end && *at == ' ') ++at;
  if (at != end && *at != ')' && !number(shape.second)) return std::nullopt;
  if (at == end || *at != ')') return std::nullopt;
  return shape;
}

Result<std::size_t> header_end(std::string_view bytes) {
  if (bytes.size() < 12 || !bytes.starts_with(kMagic)) return refusal("it does not begin as one");
  const auto byte = [&](std::size_t at) { return static_cast<std::size_t>(static_cast<unsigned char>(bytes[at])); };
  const std::size_t version = byte(6);
  if (version < 1 || version > 3) return refusal("its format is version " + std::to_string(version));
  const std::size_t length = byte(8) | byte(9) << 8U | (version == 1 ? 0 : byte(10) << 16U | byte(11) << 24U);
  const std::size_t begin = version == 1 ? 10 : 12;
  if (length > bytes.size() - begin) return refusal("it ends within its head");
  return begin + length;
}

}  // namespace

Result<NpyHeader> parse_npy_header(std::string_view bytes, std::int64_t file_bytes) {
  NpyHeader header;
  WAGGLE_ASSIGN_OR_RETURN(header.header_bytes, header_end(bytes));
  const std::string_view dictionary = bytes.substr(0, header.header_bytes);
  const std::string_view type = field(dictionary, "'descr':").value_or("");
  if (type.starts_with("'<f2'"))
    header.type = NpyType::kF16;
  else if (type.starts_with("'<f8'"))
    header.type = NpyType::kF64;
  else if (!type.starts_with("'<f4'"))
    return refusal("its numbers are not little-endian floats");
  if (!field(dictionary, "'fortran_order':").value_or("").starts_with("False")) return refusal("it is in Fortran order");
  const std::optional<Shape> shape = parse_shape(field(dictionary, "'shape':").value_or(""));
  if (!shape) return refusal("it has not one or two dimensions");
  header.rows = shape->second < 0 ? 1 : shape->first;
  header.columns = shape->second < 0 ? shape->first : shape->second;
  if (header.columns < 1 || header.columns > NewCollection::kDimensionsMax)
    return refusal("its vectors have " + std::to_string(header.columns) + " numbers");
  const std::int64_t held = (file_bytes - static_cast<std::int64_t>(header.header_bytes)) / static_cast<std::int64_t>(header.row_bytes());
  if (header.rows > held) return refusal("it says " + std::to_string(header.rows) + " vectors and holds " + std::to_string(held));
  return header;
}

std::string npy_header(std::int64_t rows, std::int64_t columns) {
  std::string dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + std::to_string(rows) + ", " + std::to_string(columns) + "), }";
  const std::size_t unpadded = kMagic.size() + 4 + dictionary.size() + 1;
  dictionary.append((64 - unpadded % 64) % 64, ' ');  // so that the numbers lie aligned
  dictionary += '\n';
  std::string header(kMagic);
  header += std::string({'\x01', '\x00', static_cast<char>(dictionary.size() & 0xFFU), static_cast<char>(dictionary.size() >> 8U)});
  return header + dictionary;
}

std::vector<float> decode_npy_row(const NpyHeader& header, std::string_view row) {
  std::vector<float> numbers(static_cast<std::size_t>(header.columns));
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const char* const at = row.data() + i * header.number_bytes();
    switch (header.type) {
      case NpyType::kF16: {
        std::uint16_t bits = 0;
        std::memcpy(&bits, at, sizeof(bits));
        numbers[i] = hnsw::from_f16(bits);
        break;
      }
      case NpyType::kF32:
        std::memcpy(&numbers[i], at, sizeof(float));
        break;
      case NpyType::kF64: {
        double wide = 0;
        std::memcpy(&wide, at, sizeof(wide));
        numbers[i] = static_cast<float>(wide);
        break;
      }
    }
  }
  return numbers;
}

}  // namespace waggle::cli
