// utf8.h: walking over the characters of well-formed UTF-8.

#ifndef WAGGLE_EMBED_UTF8_H
#define WAGGLE_EMBED_UTF8_H

#include <cstddef>
#include <string_view>

namespace waggle::embed {

struct Utf8Character {
  char32_t code_point;
  std::size_t bytes;
};

// The character that begins at text[at]. Precondition: at < text.size(), and `text` is well-formed (base::is_utf8).
inline Utf8Character utf8_character(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(text[at + i])); };
  const char32_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  if (lead < 0xe0) return {(lead & 0x1f) << 6 | (byte(1) & 0x3f), 2};
  if (lead < 0xf0) return {(lead & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f), 3};
  return {(lead & 0x07) << 18 | (byte(1) & 0x3f) << 12 | (byte(2) & 0x3f) << 6 | (byte(3) & 0x3f), 4};
}

}  // namespace waggle::embed

#endif  // WAGGLE_EMBED_UTF8_H
