// scratch_file.cc: see scratch_file.h.

#include "engine/scratch_file.h"

#include <chrono>
#include <utility>

#include "engine/rank.h"

namespace waggle::engine {

Result<std::unique_ptr<sql::SideFile>> ScratchFile::create() {
  WAGGLE_ASSIGN_OR_RETURN(
      std::unique_ptr<Connection> connection,
      Connection::open(":memory:", {.access = Access::kCreate, .durability = Durability::kOff}, base::Deadline::after(std::chrono::seconds(1))));
  WAGGLE_TRY(add_rank_function(*connection));
  return std::unique_ptr<sql::SideFile>(new ScratchFile(std::move(connection)));
}

Status ScratchFile::read(const base::Deadline& deadline, base::FunctionRef<Status(sql::Reader&)> work) {
  connection_->set_deadline(&deadline);
  SideWriter reader(*connection_);
  const Status done = work(reader);
  connection_->set_deadline(nullptr);
  return done;
}

Status ScratchFile::write(const base::Deadline& deadline, base::FunctionRef<Status(sql::Writer&)> work) {
  WAGGLE_TRY(connection_->execute("BEGIN IMMEDIATE"));
  connection_->set_deadline(&deadline);
  SideWriter writer(*connection_);
  const Status done = work(writer);
  connection_->set_deadline(nullptr);
  if (done) return connection_->execute("COMMIT");
  WAGGLE_TRY(connection_->roll_back());
  return done;
}

}  // namespace waggle::engine
