// cursor_fuzz.cc: a cursor that is accepted is one that make_cursor makes for the position it stands for.

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/assert.h"
#include "stores/paging.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const waggle::PageRequest request{.cursor = std::string(reinterpret_cast<const char*>(data), size)};
  const auto position = waggle::stores::page_start("seeds", request);
  if (!position || request.cursor.empty()) return 0;
  std::string lower = request.cursor;
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  WAGGLE_ASSERT(waggle::stores::make_cursor("seeds", *position) == lower);
  return 0;
}
