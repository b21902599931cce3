// scratch_file.h: a database in memory that stands in for a side file: the same statements, the same answers, and nothing of it is kept.

#ifndef WAGGLE_ENGINE_SCRATCH_FILE_H
#define WAGGLE_ENGINE_SCRATCH_FILE_H

#include <memory>

#include "engine/connection.h"
#include "sql/side_file.h"

namespace waggle::engine {

// Runs statements on a connection that is in the transaction that they belong to.
class SideWriter final : public sql::Writer {
 public:
  explicit SideWriter(Connection& connection) : connection_(connection) {}
  Status query(sql::Text text, sql::Args args, sql::RowSink sink) override { return connection_.query(text, args, sink); }
  Result<Outcome> execute(sql::Text text, sql::Args args) override { return connection_.execute(text, args); }
  void note_changed(std::uint64_t) override {}

 private:
  Connection& connection_;
};

// For one thread.
class ScratchFile final : public sql::SideFile {
 public:
  static Result<std::unique_ptr<sql::SideFile>> create();

  Status read(const base::Deadline& deadline, base::FunctionRef<Status(sql::Reader&)> work) override;
  Status write(const base::Deadline& deadline, base::FunctionRef<Status(sql::Writer&)> work) override;
  void discard() override {}
  Result<std::unique_ptr<sql::SideFile>> scratch() const override { return create(); }

 private:
  explicit ScratchFile(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}

  std::unique_ptr<Connection> connection_;
};

}  // namespace waggle::engine

#endif  // WAGGLE_ENGINE_SCRATCH_FILE_H
