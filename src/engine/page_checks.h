// page_checks.h: a checksum at the end of each page of a database file, so that damage is noticed when a page is read and not by wrong answers.
//
// SQLite leaves the last bytes of each page free where it is told so, and reads and writes whole pages. So the methods of the open file are replaced
// by ones that set the checksum and look at it. Only for a file without WAL, of pages of kPageBytes.

#ifndef WAGGLE_ENGINE_PAGE_CHECKS_H
#define WAGGLE_ENGINE_PAGE_CHECKS_H

#include <cstdint>
#include "base/result.h"

#include "engine/connection.h"
#include "sqlite3.h"

namespace waggle::engine {

class PageChecks {
 public:
  static constexpr int kPageBytes = 4096;
  static constexpr int kChecksumBytes = 8;

  // On a connection that has no statement under way, for its file of that name. This object must outlive the connection.
  Status install(Connection& connection, const char* schema = "main");
  // Was a page read that is not as it was written? SQLite's error may have been given another name since.
  bool found_damage() const { return found_damage_; }
  // Could a page not be read at all?
  bool has_failed() const { return has_failed_; }

  // The application id in the file as it is now, whatever the connection remembers of it. Of one that holds a lock.
  Result<std::uint32_t> application_id(Connection& connection) const;

 private:
  static int read(sqlite3_file* file, void* buffer, int size, sqlite3_int64 offset);
  static int damaged(const PageChecks& checks);
  static int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset);

  // The file's methods: first, so that the file leads to this object.
  sqlite3_io_methods methods_ = {};
  const sqlite3_io_methods* original_ = nullptr;
  mutable bool found_damage_ = false;
  mutable bool has_failed_ = false;
};

}  // namespace waggle::engine

#endif  // WAGGLE_ENGINE_PAGE_CHECKS_H
