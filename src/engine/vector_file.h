// vector_file.h: sql::VectorFile as a side file (side_file.h) that is attached, as `vec`, to a connection of its own for each statement.
//
// The connection holds a snapshot of the database first; the file is written by the side file's own connection until it is in step with that
// snapshot, and only then read: both are then of one moment, however much is written meanwhile.

#ifndef WAGGLE_ENGINE_VECTOR_FILE_H
#define WAGGLE_ENGINE_VECTOR_FILE_H

#include <string>
#include <utility>

#include "engine/engine.h"
#include "engine/side_file.h"
#include "sql/vector_file.h"

namespace waggle::engine {

class VectorFile final : public sql::VectorFile {
 public:
  // Borrows the engine. An empty path is that of no file: it can be neither read nor written.
  VectorFile(Engine& engine, std::string path) : engine_(engine), path_(path), file_(std::move(path)) {}

  Status at_moment(Place place, const base::Deadline& deadline, base::FunctionRef<Status(sql::VectorMoment&)> work) override;
  Status write(const base::Deadline& deadline, base::FunctionRef<Status(sql::VectorWriter&)> work) override;
  void discard() override { file_.discard(); }

 private:
  Status make_file(const base::Deadline& deadline);
  Status attach(Connection& connection, Place place, PageChecks& checks) const;

  Engine& engine_;
  const std::string path_;
  SideFile file_;
};

// Does the error say that a table of `vec` is missing, which is how a statement on an ordinary connection fails that names one?
bool names_vector_table(const Error& error);

}  // namespace waggle::engine

#endif  // WAGGLE_ENGINE_VECTOR_FILE_H
