// sql_fuzz.cc: a statement of a user's own, whatever it says, ends in time and changes nothing of Waggle's own tables.

#include <stdlib.h>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "waggle/database.h"

namespace {

using waggle::Database;

struct Sandbox {
  Sandbox() {
    char name[] = "/tmp/waggle-fuzz-XXXXXX";
    WAGGLE_ASSERT(::mkdtemp(name) != nullptr);
    folder = name;
    database = Database::open({.path = folder + "/fuzz.db",
                               .open_mode = waggle::OpenMode::kCreateNew,
                               .durability = waggle::Durability::kOff,
                               .timeout = std::chrono::milliseconds(200)})
                   .value();
    database->as("ann").memory().put({.agent_id = "ann", .key = "k", .value = waggle::Json("1")}).value();
    newest = database->as("").changes().range()->newest;
  }
  ~Sandbox() {
    database.reset();
    std::filesystem::remove_all(folder);
  }
  std::string folder;
  std::unique_ptr<Database> database;
  std::int64_t newest = 0;
};

}  // namespace

// The first byte chooses between reading and writing.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Sandbox sandbox;
  if (size == 0) return 0;
  const auto access = data[0] % 2 == 0 ? waggle::SqlQuery::Access::kRead : waggle::SqlQuery::Access::kWrite;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  sandbox.database->sql({.text = text, .access = access, .rows_max = 1000}).has_value();
  const waggle::Session session = sandbox.database->as("");
  WAGGLE_ASSERT(session.memory().stats("ann").value().entries == 1);
  WAGGLE_ASSERT(session.changes().range()->newest == sandbox.newest);
  return 0;
}
