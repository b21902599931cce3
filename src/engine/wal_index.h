// wal_index.h: the header of the wal-index, the shared memory in which SQLite's processes tell each other what the WAL holds.
// Layout: https://sqlite.org/walformat.html#the_wal_index_header.

#ifndef WAGGLE_ENGINE_WAL_INDEX_H
#define WAGGLE_ENGINE_WAL_INDEX_H

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "engine/connection.h"
#include "sql/executor.h"

namespace waggle::engine {

// A view of the mapped wal-index. Valid as long as some connection of this process has the database open. Thread-safe: only reads.
class WalIndex {
 public:
  // One state of the header.
  struct Header {
    sql::Version version;
    std::uint32_t change_counter = 0;  // one more with every commit by anyone
    std::uint32_t frames = 0;          // in the WAL
    std::uint32_t page_size = 0;
  };

  // Maps the wal-index through the connection's own VFS methods, never by opening the file by hand: closing a second descriptor of it would drop
  // the process's POSIX locks. The connection must have read in WAL mode before.
  static Result<WalIndex> map(Connection& connection);

  // Differs after every commit by anyone. A few plain loads.
  sql::Version version() const;
  // A header that was not being written while it was read; nullopt when none could be had, which happens only while SQLite recovers a WAL.
  std::optional<Header> header() const;
  // How many of the frames a checkpoint has copied into the main file.
  std::uint32_t backfilled_frames() const;

 private:
  explicit WalIndex(const volatile std::uint32_t* words) : words_(words) {}

  const volatile std::uint32_t* words_;
};

}  // namespace waggle::engine

#endif  // WAGGLE_ENGINE_WAL_INDEX_H
