// text.cc: decoding UTF-8 by the character, escaping and measuring it.

#include "cli/text.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/text.h"

namespace waggle::cli {

namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

struct Range {
  char32_t first;
  char32_t last;
};

// Marks that are drawn over the character before them, and characters without a drawing (Unicode categories Mn, Me, Cf as far as they are common).
constexpr std::array<Range, 12> kZeroWidth = {{{0x0300, 0x036F},
                                               {0x0483, 0x0489},
                                               {0x0591, 0x05BD},
                                               {0x0610, 0x061A},
                                               {0x064B, 0x065F},
                                               {0x1AB0, 0x1AFF},
                                               {0x1DC0, 0x1DFF},
                                               {0x200B, 0x200D},
                                               {0x20D0, 0x20FF},
                                               {0xFE00, 0xFE0F},
                                               {0xFE20, 0xFE2F},
                                               {0xE0100, 0xE01EF}}};
// East Asian wide and fullwidth characters (Unicode annex 11) and the blocks of pictures.
constexpr std::array<Range, 13> kDoubleWidth = {{{0x1100, 0x115F},
                                                 {0x231A, 0x231B},
                                                 {0x23E9, 0x23EC},
                                                 {0x2E80, 0x303E},
                                                 {0x3041, 0x33FF},
                                                 {0x3400, 0x4DBF},
                                                 {0x4E00, 0x9FFF},
                                                 {0xA000, 0xA4CF},
                                                 {0xAC00, 0xD7A3},
                                                 {0xF900, 0xFAFF},
                                                 {0xFE30, 0xFE6F},
                                                 {0xFF00, 0xFF60},
                                                 {0x1F300, 0x1FAFF}}};
constexpr Range kSupplementaryIdeographs = {0x20000, 0x3FFFD};

bool is_in(char32_t character, Range range) { return character >= range.first && character <= range.last; }

template <std::size_t kCount>
bool is_in(char32_t character, const std::array<Range, kCount>& ranges) {
  return std::any_of(ranges.begin(), ranges.end(), [character](Range range) { return is_in(character, range); });
}

// Bytes of the character that begins with this byte; 1 for what cannot begin one.
std::size_t length_by_lead(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  if (byte >= 0xF0) return 4;
  if (byte >= 0xE0) return 3;
  return byte >= 0xC0 ? 2 : 1;
}

// The first character of the text as bytes; empty when the text does not begin with one.
std::string_view first_character(std::string_view text) {
  const std::string_view bytes = text.substr(0, length_by_lead(text.front()));
  return base::is_utf8(bytes) ? bytes : std::string_view();
}

// Expects one well-formed character.
char32_t decode(std::string_view bytes) {
  const auto lead = static_cast<unsigned char>(bytes.front());
  if (bytes.size() == 1) return lead;
  auto value = static_cast<char32_t>(lead & (0xFFU >> (bytes.size() + 1)));
  for (const char next : bytes.substr(1)) value = (value << 6U) | (static_cast<unsigned char>(next) & 0x3FU);
  return value;
}

std::size_t width_of(char32_t character) {
  if (is_in(character, kZeroWidth)) return 0;
  return is_in(character, kDoubleWidth) || is_in(character, kSupplementaryIdeographs) ? 2 : 1;
}

// Controls (C0, DEL, C1), line and paragraph separators, and the marks that embed or override the direction of writing.
bool needs_escape(char32_t character) {
  return character < 0x20 || is_in(character, {0x7F, 0x9F}) || is_in(character, {0x2028, 0x202E}) || is_in(character, {0x2066, 0x2069});
}

void append_escaped(std::string& out, char32_t character) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  switch (character) {
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u";
  }
  for (unsigned shift = 16; shift > 0;) {
    shift -= 4;
    out += kDigits[(character >> shift) & 0xFU];
  }
}

}  // namespace

std::string valid_utf8(std::string_view bytes) {
  if (base::is_utf8(bytes)) return std::string(bytes);
  std::string out;
  while (!bytes.empty()) {
    const std::string_view character = first_character(bytes);
    out += character.empty() ? kReplacement : character;
    bytes.remove_prefix(std::max<std::size_t>(character.size(), 1));
  }
  return out;
}

std::string printable(std::string_view text) {
  const std::string valid = valid_utf8(text);
  std::string out;
  out.reserve(valid.size());
  for (std::string_view rest = valid; !rest.empty();) {
    const std::string_view character = rest.substr(0, length_by_lead(rest.front()));
    if (needs_escape(decode(character))) {
      append_escaped(out, decode(character));
    } else {
      out += character;
    }
    rest.remove_prefix(character.size());
  }
  return out;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const std::string_view character = text.substr(0, length_by_lead(text.front()));
    width += width_of(decode(character));
    text.remove_prefix(character.size());
  }
  return width;
}

std::string ellipsize(std::string_view text, std::size_t width_max) {
  if (text.size() <= width_max || display_width(text) <= width_max) return std::string(text);
  std::size_t width = 1;  // of the ellipsis
  std::size_t end = 0;
  while (end < text.size()) {
    const std::string_view character = text.substr(end, length_by_lead(text[end]));
    width += width_of(decode(character));
    if (width > width_max) break;
    end += character.size();
  }
  return std::string(text.substr(0, end)) + "…";
}

}  // namespace waggle::cli
