// expression_fuzz.cc: whatever the text, reading an expression of FTS5 ends with its phrases or an error, and FTS5 itself judges it without harm.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "engine/words.h"
#include "vector/text_expression.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto words = waggle::engine::Words::create().value();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto phrases = waggle::vector::phrases_of(text);
  const bool is_valid = static_cast<bool>(words->check_expression(text));
  if (!phrases) return 0;
  std::size_t bytes = 0;
  for (const auto& phrase : *phrases) bytes += phrase.text.size();
  WAGGLE_ASSERT(bytes <= size);
  // What is looked for can only be shown when something is.
  WAGGLE_ASSERT(!is_valid || size == 0 || !phrases->empty() || text.find_first_not_of(" \t\n\r") == std::string_view::npos);
  return 0;
}
