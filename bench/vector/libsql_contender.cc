// libsql_contender.cc: libSQL's own vector index. See contenders.h.

#include "vector/contenders.h"
#include "vector/sql_contender.h"

namespace waggle::bench {
namespace {

constexpr std::size_t kBatch = 100;

// The effort of its searches is fixed when the index is made. All parameters have the values that the engine chooses.
class LibsqlIndex final : public SqlContender {
 public:
  explicit LibsqlIndex(const std::string& path) : SqlContender("libsql_index", path, Sync::kFull) {}

  void build(const Vectors& vectors, int /*threads*/) override {
    database().run(("CREATE TABLE vectors(id INTEGER PRIMARY KEY, embedding F32_BLOB(" + std::to_string(vectors.columns) + "))").c_str());
    database().run("CREATE INDEX vectors_by_place ON vectors(libsql_vector_idx(embedding, 'metric=cosine'))");
    fill(vectors, kBatch,
         {.insert = "INSERT INTO vectors(id, embedding) VALUES (?1, ?2)", .search = "SELECT id FROM vector_top_k('vectors_by_place', ?1, ?2)"});
  }
};

}  // namespace

std::unique_ptr<Contender> make_libsql_index(const std::string& path) { return std::make_unique<LibsqlIndex>(path); }

}  // namespace waggle::bench
