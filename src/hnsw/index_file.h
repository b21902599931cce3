// index_file.h: an index in a file: opened by anyone, written by one.

#ifndef WAGGLE_HNSW_INDEX_FILE_H
#define WAGGLE_HNSW_INDEX_FILE_H

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "hnsw/index_format.h"

namespace waggle::hnsw {

// not_found without such a file, corruption and unsupported as decode_index(), permission and io from the system. After any of them but the last two
// the file may be deleted and made anew.
Result<DecodedIndex> open_index(const std::string& path, ParallelFor parallel_for = kInOrder);

// The right to write an index file: held by at most one writer in all processes, until it is destroyed or its process ends. It is a lock on a file of
// its own, PATH-lock, because PATH is a new file after each save.
class IndexWriter {
 public:
  // busy when another one holds it.
  static Result<std::unique_ptr<IndexWriter>> open(const std::string& path);
  ~IndexWriter();
  IndexWriter(const IndexWriter&) = delete;
  IndexWriter& operator=(const IndexWriter&) = delete;

  // Puts the index into the place of what the file held. Whatever happens, the file is the old one or the new one, whole.
  Status save(GraphIndex& index, const IndexMark& mark);

 private:
  IndexWriter(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::string path_;
  int lock_;
};

}  // namespace waggle::hnsw

#endif  // WAGGLE_HNSW_INDEX_FILE_H
