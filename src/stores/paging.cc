// paging.cc: see paging.h. A cursor is hexadecimal text: major (16 digits), rowid (16 digits), check value (8 digits).

#include "stores/paging.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace waggle::stores {
namespace {

constexpr std::size_t kCursorSize = 40;

// FNV-1a over the list's name and the position (http://www.isthe.com/chongo/tech/comp/fnv/).
std::uint32_t check_value(std::string_view list, std::string_view position) {
  std::uint32_t hash = 2166136261U;
  for (const std::string_view part : {list, position}) {
    for (const char c : part) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  }
  return hash;
}

bool parse_hex(std::string_view text, std::uint64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::string make_cursor(std::string_view list, Position last) {
  std::array<char, kCursorSize + 1> text{};
  std::snprintf(text.data(), text.size(), "%016llx%016llx", static_cast<unsigned long long>(last.major), static_cast<unsigned long long>(last.rowid));
  std::snprintf(text.data() + 32, text.size() - 32, "%08x", check_value(list, std::string_view(text.data(), 32)));
  return text.data();
}

Result<Position> page_start(std::string_view list, const PageRequest& request) {
  if (request.limit < 1 || request.limit > PageRequest::kLimitMax) {
    return Error(Code::kInvalidArgument, "the limit of a page must be 1 to " + std::to_string(PageRequest::kLimitMax));
  }
  if (request.cursor.empty()) return Position::start();
  const std::string_view cursor = request.cursor;
  std::uint64_t major = 0;
  std::uint64_t rowid = 0;
  std::uint64_t check = 0;
  if (cursor.size() != kCursorSize || !parse_hex(cursor.substr(0, 16), major) || !parse_hex(cursor.substr(16, 16), rowid) ||
      !parse_hex(cursor.substr(32), check) || check != check_value(list, cursor.substr(0, 32))) {
    return Error(Code::kInvalidArgument, "this is no cursor of this list", "pass the `next` of the page before, or none for the first page");
  }
  return Position{static_cast<std::int64_t>(major), static_cast<std::int64_t>(rowid)};
}

}  // namespace waggle::stores
