// vectors_fuzz.cc: whatever the bytes, the decoders of vectors, of their files and of filters end with a value or an error.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "base/json_tree.h"
#include "cli/npy.h"
#include "cli/vector_reader.h"
#include "vector/filter.h"

namespace {

void check_npy(std::string_view bytes) {
  const auto header = waggle::cli::parse_npy_header(bytes, static_cast<std::int64_t>(bytes.size()));
  if (!header) return;
  WAGGLE_ASSERT(header->rows >= 0 && header->columns >= 1 && header->columns <= 16'000);
  WAGGLE_ASSERT(header->header_bytes + static_cast<std::size_t>(header->rows) * header->row_bytes() <= bytes.size());
  for (std::int64_t row = 0; row < header->rows; ++row) {
    const std::size_t at = header->header_bytes + static_cast<std::size_t>(row) * header->row_bytes();
    WAGGLE_ASSERT(waggle::cli::decode_npy_row(*header, bytes.substr(at, header->row_bytes())).size() == static_cast<std::size_t>(header->columns));
  }
}

// The input up to the first NUL is a filter, the rest the metadata of an entry.
void check_filter(std::string_view text) {
  const std::size_t cut = text.find('\0');
  auto filter = waggle::vector::Filter::parse(text.substr(0, cut));
  if (!filter || cut == std::string_view::npos) return;
  const auto metadata = waggle::base::parse_json_tree(text.substr(cut + 1));
  if (!metadata) return;
  waggle::vector::Paths paths;
  const auto attributes = waggle::vector::attributes_of(*metadata, paths);
  filter->bind(paths);
  const bool once = filter->holds(attributes);
  WAGGLE_ASSERT(filter->holds(attributes) == once);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_npy(bytes);
  check_filter(bytes);
  waggle::cli::parse_vector(bytes).has_value();
  if (const auto members = waggle::base::split_json_object(bytes)) {
    for (const auto& member : *members) WAGGLE_ASSERT(waggle::base::parse_json_tree(member.value));
  }
  return 0;
}
