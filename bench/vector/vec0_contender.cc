// vec0_contender.cc: sqlite-vec. See contenders.h.

#include "vector/contenders.h"
#include "vector/sql_contender.h"

namespace waggle::bench {
namespace {

const char* name_of(Vec0Query query) {
  switch (query) {
    case Vec0Query::kMatchCosine:
      return "vec0_cosine";
    case Vec0Query::kMatchL2:
      return "vec0_l2";
    case Vec0Query::kScalarCosine:
      break;
  }
  return "scalar_sql";
}

class Vec0 final : public SqlContender {
 public:
  Vec0(Vec0Query query, const std::string& path) : SqlContender(name_of(query), path, Sync::kOff), query_(query) {
    database().load_extension(WAGGLE_BENCH_VEC0_MODULE, "sqlite3_vec_init");
  }

  void build(const Vectors& vectors, int /*threads*/) override {
    const std::string dimensions = std::to_string(vectors.columns);
    const std::string metric = query_ == Vec0Query::kMatchL2 ? "L2" : "cosine";
    database().run(("CREATE VIRTUAL TABLE vectors USING vec0(embedding float[" + dimensions + "] distance_metric=" + metric + ")").c_str());
    const bool scalar = query_ == Vec0Query::kScalarCosine;
    fill(vectors, vectors.rows,
         {.insert = "INSERT INTO vectors(rowid, embedding) VALUES (?1, ?2)",
          .search = scalar ? "SELECT rowid FROM vectors ORDER BY vec_distance_cosine(embedding, ?1) LIMIT ?2"
                           : "SELECT rowid FROM vectors WHERE embedding MATCH ?1 AND k = ?2"});
  }

 private:
  Vec0Query query_;
};

}  // namespace

std::unique_ptr<Contender> make_vec0(Vec0Query query, const std::string& path) { return std::make_unique<Vec0>(query, path); }

}  // namespace waggle::bench
