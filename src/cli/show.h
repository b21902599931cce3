// show.h: answers of the library onto stdout: one object, a whole list, or a list page by page.

#ifndef WAGGLE_CLI_SHOW_H
#define WAGGLE_CLI_SHOW_H

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/arguments.h"
#include "cli/call.h"
#include "cli/errors.h"
#include "cli/render.h"

namespace waggle::cli {

struct Paging {
  std::optional<std::int64_t> limit;
  std::string cursor;
};

inline void declare_paging(Arguments& arguments, Paging& paging) {
  arguments.option({"--limit", "N", "Entries on a page: 100 by default, at most 10,000"}, paging.limit);
  arguments.option({"--cursor", "C", "Go on after the page whose \"next\" this was"}, paging.cursor);
}

// Which fields of an object are the columns of its table.
using Columns = std::span<const std::string_view>;

// One object, or the error.
template <typename T>
Ending show(Call& call, const Result<T>& answer) {
  if (!answer) return answer.error();
  return call.out().object(render(*answer));
}

// Every object of the vector as one whole list, for answers that have no further page.
template <typename T>
Ending show_all(Call& call, const Result<std::vector<T>>& items, Columns columns) {
  if (!items) return items.error();
  std::vector<Record> records;
  records.reserve(items->size());
  for (const T& item : *items) records.push_back(render(item));
  return call.out().list({records, std::nullopt, columns});
}

// Prints the page that `fetch` answers, a PageRequest -> Result<Page<T>>; with -o jsonl that page and all after it.
template <typename Fetch>
Ending show_pages(Call& call, const Paging& paging, Columns columns, Fetch fetch) {
  constexpr std::int64_t kStreamedPage = 1000;
  const bool all = call.out().format() == Format::kJsonl;
  PageRequest request{paging.limit.value_or(all ? kStreamedPage : PageRequest().limit), paging.cursor};
  while (true) {
    auto page = fetch(request);
    if (!page) return page.error();
    std::vector<Record> records;
    records.reserve(page->items.size());
    for (const auto& item : page->items) records.push_back(render(item));
    WAGGLE_TRY(call.out().list({records, page->next, columns}));
    if (!page->next) return {};
    if (!all) {
      if (call.out().format() == Format::kTable) call.note("more with --cursor " + *page->next);
      return {};
    }
    if (call.stop().stop_requested()) return Error(Code::kCancelled, "the list was stopped by a signal", "what was printed is a part of it");
    request.cursor = *std::move(page->next);
  }
}

}  // namespace waggle::cli

#endif  // WAGGLE_CLI_SHOW_H
