// quick_start.cc: open a database, remember something, find it again. The smallest whole program.
//
// Usage: quick_start FILE. Makes the file when it is missing.

#include <cstdio>
#include <cstdlib>
#include <string>

#include "waggle/waggle.h"

namespace {

// Nothing in Waggle throws: a call answers a Result, which holds a value or an Error. A small program may simply stop at the first error.
int fail(const waggle::Error& error) {
  std::fprintf(stderr, "error: %s\n", error.describe().c_str());
  return EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: quick_start FILE\n");
    return 2;
  }
  auto db = waggle::Database::open({.path = argv[1], .open_mode = waggle::OpenMode::kCreateIfMissing});
  if (!db) return fail(db.error());

  // A session acts for one agent. All that it writes is recorded as that agent's doing.
  const waggle::Session bee = (*db)->as("bee-1");

  // Values are JSON. Each put is durable when it returns, and adds one to the entry's version.
  const auto stored = bee.memory().put({.agent_id = "bee-1", .key = "nectar/east", .value = waggle::Json(R"({"flower":"clover","steps":120})")});
  if (!stored) return fail(stored.error());
  const auto second = bee.memory().put({.agent_id = "bee-1", .key = "nectar/west", .value = waggle::Json(R"({"flower":"lime","steps":40})")});
  if (!second) return fail(second.error());

  const auto entry = bee.memory().get({.agent_id = "bee-1", .key = "nectar/east"});
  if (!entry) return fail(entry.error());
  std::printf("%s is %s, version %lld, by %s\n", entry->key.c_str(), entry->value.text.c_str(), static_cast<long long>(entry->version),
              entry->writer.value_or("nobody").c_str());

  // Lists come in pages, newest first; `next` is the cursor of the following page.
  const auto page = bee.memory().query({.agent_id = "bee-1", .pattern = "nectar/", .match = waggle::KeyMatch::kPrefix});
  if (!page) return fail(page.error());
  for (const waggle::MemoryEntry& found : page->items) std::printf("found %s\n", found.key.c_str());

  // The code of an error says what to do next.
  const auto missing = bee.memory().get({.agent_id = "bee-1", .key = "nectar/north"});
  if (!missing && missing.error().code() == waggle::Code::kNotFound) std::printf("nothing is known of the north\n");

  // Several writes that must happen together: one transaction, all or nothing.
  const waggle::Status moved = bee.transaction([](waggle::Session& session) -> waggle::Status {
    const auto old = session.memory().remove({.agent_id = "bee-1", .key = "nectar/west"});
    if (!old) return old.error();
    const auto moved_entry = session.memory().put({.agent_id = "bee-1", .key = "nectar/south", .value = old->value});
    if (!moved_entry) return moved_entry.error();
    return {};
  });
  if (!moved) return fail(moved.error());

  const auto stats = bee.memory().stats("bee-1");
  if (!stats) return fail(stats.error());
  std::printf("%lld entries are kept\n", static_cast<long long>(stats->entries));
  return EXIT_SUCCESS;
}
