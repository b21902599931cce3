// graph_file.h: GraphFile, where a collection's graph is kept between processes: beside the database, one file a collection.
//
// The file is worth what its mark says. Its change number tells how much of the change log it has seen; its fingerprint, made from that change and
// the identity of database and collection, that the log is the one it had seen: after a restored backup, or beside another database, the change of
// that number is another one. Whatever is wrong with the file, it is as if there were none.

#ifndef WAGGLE_VECTOR_GRAPH_FILE_H
#define WAGGLE_VECTOR_GRAPH_FILE_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "hnsw/index_file.h"
#include "sql/executor.h"
#include "vector/collection_index.h"

namespace waggle::vector {

// What an index reflects that has seen this change; nullopt when the log no longer has it, or for 0.
Result<std::optional<hnsw::IndexMark>> mark_of(sql::Reader& reader, std::int64_t change, std::int64_t collection_seq, const IndexOptions& options);

// Thread-safe.
class GraphFile {
 public:
  // `database_path` empty: nothing is ever kept.
  GraphFile(std::string_view database_path, std::int64_t collection_seq);

  const std::string& path() const { return path_; }
  bool exists() const;

  // The graph, when there is one that can be caught up with by the log of the reader's snapshot.
  Result<std::optional<hnsw::DecodedIndex>> open(sql::Reader& reader, const IndexOptions& options) const;
  // Replaces the file, unless it has seen more. busy while another process does the same.
  Status save(hnsw::GraphIndex& graph, const hnsw::IndexMark& mark) const;
  // Of a collection that is gone.
  void remove() const;

 private:
  std::int64_t collection_seq_;
  std::string path_;
};

}  // namespace waggle::vector

#endif  // WAGGLE_VECTOR_GRAPH_FILE_H
