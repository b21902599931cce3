// side_file.h: sql::SideFile as one file of SQLite's format.
//
// It has no WAL and no journal on the disk, so there is nothing beside it that could be lost, and nothing of it is mapped, so that cutting it off
// kills nobody. Instead the file says that it is being written (user_version) before anything else in it changes, and that it is whole after all
// has: a writer that dies in between leaves a file that is to be discarded. Each page has a checksum (page_checks.h).

#ifndef WAGGLE_ENGINE_SIDE_FILE_H
#define WAGGLE_ENGINE_SIDE_FILE_H

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/mutex.h"
#include "engine/connection.h"
#include "engine/database_file.h"
#include "engine/page_checks.h"
#include "sql/side_file.h"

namespace waggle::engine {

class SideFile final : public sql::SideFile {
 public:
  // An empty path is that of no file: every call answers read_only.
  explicit SideFile(std::string path) : path_(std::move(path)) {}
  ~SideFile() override;

  Status read(const base::Deadline& deadline, base::FunctionRef<Status(sql::Reader&)> work) override;
  Status write(const base::Deadline& deadline, base::FunctionRef<Status(sql::Writer&)> work) override;
  void discard() override;
  Result<std::unique_ptr<sql::SideFile>> scratch() const override;

  // As write, for who needs the connection itself.
  Status write_connection(const base::Deadline& deadline, base::FunctionRef<Status(Connection&)> work);

  // What user_version says. A file that was never written has 0.
  static constexpr std::int64_t kBeingWritten = 1;
  static constexpr std::int64_t kWhole = 2;

 private:
  class Turn;
  template <typename End>
  class AtEnd;

  Status begin_read(const base::Deadline& patience);
  Status reopen_if_replaced(Access access, const base::Deadline& deadline, base::FunctionRef<Status()> begin);
  Status open(Access access, const base::Deadline& deadline);
  void close();
  Status lock();
  Status mark_being_written(bool& was_whole);
  Status change(base::FunctionRef<Status(Connection&)> work);
  Status mark_whole();
  void unlock();

  const std::string path_;
  base::Mutex mutex_;
  base::CondVar freed_;
  bool used_ WAGGLE_GUARDED_BY(mutex_) = false;
  // What follows belongs to whoever has set used_.
  FileId id_;
  std::unique_ptr<PageChecks> checks_;
  std::unique_ptr<Connection> connection_;
  std::optional<std::uint32_t> stamp_;  // of the state that the connection remembers pages of
};

}  // namespace waggle::engine

#endif  // WAGGLE_ENGINE_SIDE_FILE_H
