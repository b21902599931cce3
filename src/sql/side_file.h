// side_file.h: a database beside the database, for what can be made anew from it. Nothing in it is worth more than the time that takes.

#ifndef WAGGLE_SQL_SIDE_FILE_H
#define WAGGLE_SQL_SIDE_FILE_H

#include <memory>

#include "base/deadline.h"
#include "base/function_ref.h"
#include "base/result.h"
#include "sql/executor.h"

namespace waggle::sql {

// Thread-safe; one call at a time runs, in this process and any other, but for reads of several processes.
//
// Searches in tables of FTS5 have the function waggle_bm25(TABLE, TEXTS, MEAN_LENGTH, FIRST, LAST): the score of what was found, where the texts
// whose rowid is FIRST to LAST are all there is: TEXTS of them, of MEAN_LENGTH words on average.
//
// Errors tell what to do without it: not_found, there is none yet; corruption, it is damaged or a writer died in the middle: discard it; deadline,
// somebody else uses it for longer than the caller would wait; all others, it cannot be used here.
class SideFile {
 public:
  virtual ~SideFile() = default;

  // Runs `work` on one moment of the file.
  virtual Status read(const base::Deadline& deadline, base::FunctionRef<Status(Reader&)> work) = 0;
  // Runs `work` in one transaction, all of which is there afterwards or nothing. Makes the file when there is none.
  virtual Status write(const base::Deadline& deadline, base::FunctionRef<Status(Writer&)> work) = 0;
  // Removes the file. The next write makes it anew.
  virtual void discard() = 0;

  // One in memory, empty, for one thread, which ends with its owner: for when this one cannot be used. It answers what a file would.
  virtual Result<std::unique_ptr<SideFile>> scratch() const = 0;
};

}  // namespace waggle::sql

#endif  // WAGGLE_SQL_SIDE_FILE_H
