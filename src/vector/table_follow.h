// table_follow.h: keeps tables of vectors in a file (sql/vector_file.h) in step with the rows of collections, by the change log.
//
//   "waggle/state"(name, value)     of which database the file is, and of which form
//   "waggle/tables"(name, ...)      of which state of which collection a table is, and how far it is filled
//   NAME                            the collection's table: id, agent_id, embedding
//
// No collection's name has a slash, so none is ever taken for one of the first two.

#ifndef WAGGLE_VECTOR_TABLE_FOLLOW_H
#define WAGGLE_VECTOR_TABLE_FOLLOW_H

#include <cstdint>
#include <string>
#include <string_view>

#include "base/deadline.h"
#include "base/result.h"
#include "sql/vector_file.h"

namespace waggle::vector {

// A collection as some snapshot has it.
struct TableSource {
  std::string name;
  std::int64_t seq = 0;
  std::int64_t generation = 0;
  std::int64_t version = 0;
  std::int64_t count = 0;
  sql::VectorTable table;
  std::int64_t newest = 0;  // the snapshot's newest change

  std::int64_t bytes() const { return count * table.dimensions * static_cast<std::int64_t>(sizeof(float)); }
};

// The collection of this name, in whatever case: SQL does not tell. not_found when there is none; unsupported, naming another way, when there are
// two, or vec0 can have no table for it.
Result<TableSource> find_source(sql::Reader& main, std::string_view name);

// Can SQL not have tables for both at once? It does not tell names apart by case, and vec0 gives its own tables names that begin with the table's.
bool names_collide(std::string_view one, std::string_view other);

enum class TableStep : std::uint8_t {
  kDone,     // the table is of the snapshot's state
  kGoOn,     // it is on the way there
  kAhead,    // it holds what came after the snapshot
  kDiscard,  // the file is another database's, or mostly holes: it is to be made anew
};

// Brings the table to the source's snapshot as far as one transaction on the file should go. `ahead` is a change that the file was seen to hold
// before the snapshot began: if the snapshot does not have it, the file is of another history. `held` is set to the change that the table is at.
Result<TableStep> step_table(sql::Reader& main, const TableSource& source, std::int64_t ahead, sql::VectorWriter& file,
                             const base::Deadline& deadline, std::int64_t& held);

enum class TableState : std::uint8_t {
  kCurrent,  // of exactly the source's state
  kAhead,    // of a later one
  kOther,    // of none that can be told
};
// Of which state is the table in the file that is attached as `vec`?
Result<TableState> state_of_table(sql::Reader& moment, const TableSource& source);

// Makes the table, in memory, from all rows of the collection.
Status make_whole_table(sql::Reader& main, const TableSource& source, sql::VectorWriter& memory, const base::Deadline& deadline);

}  // namespace waggle::vector

#endif  // WAGGLE_VECTOR_TABLE_FOLLOW_H
