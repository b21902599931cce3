// graph_file.cc: see graph_file.h.

#include "vector/graph_file.h"

#include <unistd.h>
#include <cstring>
#include <span>
#include <utility>

#include "hnsw/checksum.h"
#include "vector/parallel.h"

namespace waggle::vector {

Result<std::optional<hnsw::IndexMark>> mark_of(sql::Reader& reader, std::int64_t change, std::int64_t collection_seq, const IndexOptions& options) {
  std::string text = std::to_string(collection_seq) + '/' + std::to_string(options.generation) + '/' + std::to_string(change);
  bool is_there = false;
  WAGGLE_TRY(reader.query("SELECT c.entity_id, c.at, m.value FROM changes c, waggle_meta m WHERE c.seq = ?1 AND m.name = 'id'", {change},
                          [&](const sql::Row& row) -> Status {
                            is_there = true;
                            text += '/' + std::to_string(row.integer(1)) + '/' + row.string(2) + '/' + row.string(0);
                            return {};
                          }));
  if (!is_there) return std::optional<hnsw::IndexMark>();
  return std::optional(hnsw::IndexMark{static_cast<std::uint64_t>(change), hnsw::xxh64(std::as_bytes(std::span(text)))});
}

GraphFile::GraphFile(std::string_view database_path, std::int64_t collection_seq) : collection_seq_(collection_seq) {
  if (!database_path.empty()) path_ = std::string(database_path) + "-hnsw-" + std::to_string(collection_seq);
}

bool GraphFile::exists() const { return !path_.empty() && ::access(path_.c_str(), F_OK) == 0; }

Result<std::optional<hnsw::DecodedIndex>> GraphFile::open(sql::Reader& reader, const IndexOptions& options) const {
  std::optional<hnsw::DecodedIndex> nothing;
  if (!exists()) return nothing;
  const auto in_parallel = [](std::size_t count, base::FunctionRef<void(std::size_t)> task) {
    run_parallel(hardware_threads(), count, task, [](std::size_t) { return true; });
  };
  Result<hnsw::DecodedIndex> opened = hnsw::open_index(path_, in_parallel);
  if (!opened) return nothing;
  const hnsw::GraphOptions has = opened->index->options();
  const hnsw::GraphOptions wants = options.graph();
  if (has.dimensions != wants.dimensions || has.metric != wants.metric || has.storage != wants.storage || has.originals != wants.originals ||
      has.connectivity != wants.connectivity || has.build_ef != wants.build_ef) {
    return nothing;
  }
  WAGGLE_ASSIGN_OR_RETURN(const std::optional<hnsw::IndexMark> mark,
                          mark_of(reader, static_cast<std::int64_t>(opened->mark.change), collection_seq_, options));
  if (!mark || mark->fingerprint != opened->mark.fingerprint) return nothing;
  return std::optional(*std::move(opened));
}

Status GraphFile::save(hnsw::GraphIndex& graph, const hnsw::IndexMark& mark) const {
  if (path_.empty()) return {};
  WAGGLE_ASSIGN_OR_RETURN(const std::unique_ptr<hnsw::IndexWriter> writer, hnsw::IndexWriter::open(path_));
  return writer->save(graph, mark);
}

void GraphFile::remove() const {
  if (path_.empty()) return;
  for (const char* suffix : {"", "-lock", "-new"}) ::unlink((path_ + suffix).c_str());
}

}  // namespace waggle::vector
