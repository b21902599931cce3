// paging.h: cursors. A page ends at an entry; its cursor tells where, and the next page begins after it.

#ifndef WAGGLE_STORES_PAGING_H
#define WAGGLE_STORES_PAGING_H

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "waggle/value.h"

namespace waggle::stores {

// Where an entry stands in a list that is ordered newest first: by `major`, then by `rowid`, both falling. Lists in order of insertion alone leave
// `major` at 0.
struct Position {
  std::int64_t major = 0;
  std::int64_t rowid = 0;

  // Before every entry: where a first page begins.
  static constexpr Position start() { return {std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::max()}; }
};

// The position after which the page begins. invalid_argument for a limit out of range and for a cursor that make_cursor did not make for the list
// of this name: it carries a check value, which keeps mistakes out, not attackers (a forged cursor shows only what the list shows anyway).
Result<Position> page_start(std::string_view list, const PageRequest& request);

std::string make_cursor(std::string_view list, Position last);

// Makes a page of entries that were fetched with LIMIT request.limit + 1: the surplus one tells that there is a next page.
template <typename T>
Page<T> make_page(std::string_view list, const PageRequest& request, std::vector<std::pair<Position, T>> found) {
  Page<T> page;
  const auto limit = static_cast<std::size_t>(request.limit);
  if (found.size() > limit) {
    found.resize(limit);
    page.next = make_cursor(list, found.back().first);
  }
  page.items.reserve(found.size());
  for (auto& entry : found) page.items.push_back(std::move(entry.second));
  return page;
}

}  // namespace waggle::stores

#endif  // WAGGLE_STORES_PAGING_H
