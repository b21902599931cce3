// tokenizer_json_fuzz.cc: whatever stands in a tokenizer's file, reading it ends; what is accepted encodes any text into tokens that it knows.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/assert.h"
#include "base/text.h"
#include "embed/tokenizer_json.h"

// The text to encode, then a NUL, then the tokenizer; without a NUL all is the tokenizer.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t cut = input.find('\0');
  const std::string_view text = cut == std::string_view::npos ? "abc <s> bca xyz" : input.substr(0, cut);
  const auto tokenizer = waggle::embed::parse_tokenizer(cut == std::string_view::npos ? input : input.substr(cut + 1));
  if (!tokenizer || !waggle::base::is_utf8(text)) return 0;
  waggle::embed::Tokenizer::Scratch scratch;
  std::vector<waggle::embed::TokenId> tokens;
  if (!tokenizer->encode(text, scratch, tokens)) return 0;
  for (const waggle::embed::TokenId token : tokens) WAGGLE_ASSERT(token <= tokenizer->greatest_id());
  return 0;
}
