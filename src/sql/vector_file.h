// vector_file.h: tables of vectors in a file beside the database, which SQL of users searches as vec.NAME: virtual tables of the extension vec0. They
// are derived from rows of the database; who keeps them in step is a matter of the layers above.

#ifndef WAGGLE_SQL_VECTOR_FILE_H
#define WAGGLE_SQL_VECTOR_FILE_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/deadline.h"
#include "base/function_ref.h"
#include "base/result.h"
#include "sql/executor.h"
#include "waggle/value.h"

namespace waggle::sql {

// The columns of a table: id TEXT PRIMARY KEY, agent_id TEXT ('' where there is none), embedding; and where it is searched, distance.
struct VectorTable {
  static constexpr std::int64_t kDimensionsMax = 8'192;  // of vec0
  enum class Distance : std::uint8_t { kCosine, kL2 };

  std::int64_t dimensions = 0;
  Distance distance = Distance::kCosine;
};

struct VectorRow {
  std::string_view id;
  std::string_view agent_id;
  std::span<const std::byte> embedding;  // little-endian float32
};

// The file in one transaction. Tables of which only the case of the name differs are one table to SQL.
class VectorWriter : public Writer {
 public:
  virtual Status make_table(std::string_view name, const VectorTable& table) = 0;
  virtual Status drop_table(std::string_view name) = 0;
  virtual Status insert_vector(std::string_view table, const VectorRow& row) = 0;
  // No error when there is none. There is no replacing: remove and insert.
  virtual Status remove_vector(std::string_view table, std::string_view id) = 0;
  // How many vectors the table has room for. Room of removed ones is not used again before a whole block of it is free.
  virtual Result<std::int64_t> room_of(std::string_view table) = 0;

 protected:
  ~VectorWriter() = default;
};

// One moment of the database, with tables of vectors beside it: on a connection that both are part of.
class VectorMoment {
 public:
  // The database; once the statement is about to run, tables of vec as well. Until one of them is read here, no lock on the file is held.
  virtual Reader& reader() = 0;
  // Where the tables are, when they are in memory: they are made with each moment.
  virtual VectorWriter& memory() = 0;

  struct Named {
    std::vector<std::string> tables;     // of vec, as the statement names them
    std::optional<std::string> missing;  // one that vec does not have; then `tables` is empty
  };
  // Which tables of vec does the statement read? An error when it is none that may run.
  virtual Result<Named> tables_of(const UntrustedStatement& statement) = 0;
  virtual Result<ResultSet> run(const UntrustedStatement& statement) = 0;

 protected:
  ~VectorMoment() = default;
};

// Thread-safe. Errors tell what to do as those of SideFile.
class VectorFile {
 public:
  virtual ~VectorFile() = default;

  enum class Place : std::uint8_t { kFile, kMemory };
  // Runs `work` on a moment that is no older than the call.
  virtual Status at_moment(Place place, const base::Deadline& deadline, base::FunctionRef<Status(VectorMoment&)> work) = 0;
  // Runs `work` in one transaction on the file, all of which is there afterwards or nothing. Makes the file when there is none.
  virtual Status write(const base::Deadline& deadline, base::FunctionRef<Status(VectorWriter&)> work) = 0;
  // Removes the file. The next write makes it anew.
  virtual void discard() = 0;
};

}  // namespace waggle::sql

#endif  // WAGGLE_SQL_VECTOR_FILE_H
