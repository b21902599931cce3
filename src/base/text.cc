// text.cc: checks and encodings of text and bytes. UTF-8 is checked by simdjson, many bytes at a time.

#include "base/text.h"

#include <simdjson.h>

namespace waggle::base {

bool is_utf8(std::string_view bytes) { return simdjson::validate_utf8(bytes.data(), bytes.size()); }

Status check_name(std::string_view what, std::string_view text, std::size_t bytes_max) {
  if (text.empty()) {
    return Error(Code::kInvalidArgument, "the " + std::string(what) + " is empty", "give 1 to " + std::to_string(bytes_max) + " bytes of UTF-8");
  }
  return check_text(what, text, bytes_max);
}

Status check_text(std::string_view what, std::string_view text, std::size_t bytes_max) {
  if (text.size() > bytes_max) {
    return Error(Code::kInvalidArgument, "the " + std::string(what) + " has " + std::to_string(text.size()) + " bytes",
                 "give at most " + std::to_string(bytes_max));
  }
  if (text.find('\0') != std::string_view::npos) {
    return Error(Code::kInvalidArgument, "the " + std::string(what) + " holds a NUL byte", "leave it out");
  }
  if (!is_utf8(text)) return Error(Code::kInvalidArgument, "the " + std::string(what) + " is not well-formed UTF-8", "encode it as UTF-8");
  return {};
}

std::string base64(std::span<const std::byte> bytes) {
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = bytes.size() - i < 3 ? bytes.size() - i : 3;
    unsigned group = 0;
    for (std::size_t k = 0; k < 3; ++k) group = group << 8 | (k < count ? std::to_integer<unsigned>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k) text += k <= count ? kDigits[group >> (18 - 6 * k) & 0x3f] : '=';
  }
  return text;
}

std::string prefix_end(std::string_view prefix) {
  const std::size_t last = prefix.find_last_not_of('\xff');
  if (last == std::string_view::npos) return {};
  std::string end(prefix.substr(0, last + 1));
  end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

}  // namespace waggle::base
