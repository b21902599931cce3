// options.h: how a database is opened.

#ifndef WAGGLE_OPTIONS_H
#define WAGGLE_OPTIONS_H

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "waggle/error.h"
#include "waggle/value.h"

namespace waggle {

// Where the SQL runs. Embedded is the only mode of this version; the others answer `unsupported`.
enum class Mode : std::uint8_t {
  kEmbedded,  // libSQL in this process, one local file
  kRemote,    // a libSQL server or Turso Cloud at remote_url
  kHybrid,    // a local replica at path that syncs with remote_url
};

// What an acknowledged write survives.
enum class Durability : std::uint8_t {
  kFull,    // power loss: each commit is synced to the disk before it is acknowledged
  kNormal,  // a crash of the process, but power loss may take the latest commits (never an earlier one without the later)
  kOff,     // for tests: nothing is synced
};

enum class OpenMode : std::uint8_t {
  kExisting,         // not_found when there is no such file
  kCreateIfMissing,  // makes the file and its tables when there is none
  kCreateNew,        // already_exists when there is one
};

enum class LogLevel : std::uint8_t { kInfo, kWarning, kError };

// Receives the library's own remarks, for example that a reader keeps the WAL from shrinking. Called from any thread, one call at a time;
// must return soon and must not call back into the database. `message` is valid during the call.
using LogSink = std::function<void(LogLevel level, std::string_view message)>;

struct Options {
  Mode mode = Mode::kEmbedded;
  std::string path = "waggle.db";  // the database file; files with its name and a suffix appear beside it

  // For the remote and hybrid modes. A token is never printed or logged.
  std::string remote_url = {};
  std::string auth_token = {};
  Duration sync_interval = std::chrono::seconds(60);

  OpenMode open_mode = OpenMode::kExisting;
  Durability durability = Durability::kFull;

  // Connections that read at the same time, 1 to 256; a further reader waits for one under its deadline. Writers share one connection.
  int max_connections = 8;
  // How long a call waits for locks and work before it answers `deadline`; a session may set its own. 1 ms to 1 day.
  Duration timeout = std::chrono::seconds(5);

  // Memory for the cache of memory entries, in bytes; 0 turns it off. Entries are never stale, at whatever size.
  std::size_t cache_bytes = std::size_t{64} << 20;
  // Memory for indexes of vectors, in bytes, of all collections together, and as much for the index that memories are recalled by; 0 keeps none, and
  // searches read the rows. Answers are the same.
  std::size_t index_bytes = std::size_t{1} << 30;
  // Page cache of each connection, in bytes.
  std::size_t page_cache_bytes = std::size_t{16} << 20;
  // Size of the WAL in bytes at which a writer checkpoints it into the main file. 64 KiB to 1 GiB.
  std::size_t checkpoint_bytes = std::size_t{4} << 20;

  // The change log is trimmed when it is older than this, or longer; 0 entries means no limit on its length.
  Duration changes_age_max = std::chrono::hours(24 * 30);
  std::int64_t changes_count_max = 1'000'000;

  LogSink log = {};  // none: remarks are dropped

  // invalid_argument naming the first field that is out of its range; unsupported for a mode that this version lacks.
  Status validate() const;
};

}  // namespace waggle

#endif  // WAGGLE_OPTIONS_H
