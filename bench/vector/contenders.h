// contenders.h: the vector indexes that are measured. Graphs are built with the same parameters where they have them: 16 links a node (32 in the
// lowest layer) and 200 candidates while building; Waggle has its own, because what is compared is speed at equal recall.

#ifndef WAGGLE_BENCH_VECTOR_CONTENDERS_H
#define WAGGLE_BENCH_VECTOR_CONTENDERS_H

#include <memory>
#include <string>

#include "vector/contender.h"

namespace waggle::bench {

inline constexpr int kLinks = 16;
inline constexpr int kBuildEffort = 200;

// hnswlib_contender.cc
std::unique_ptr<Contender> make_hnswlib();
// faiss_contender.cc. Debian's package is compiled for any amd64, so it has no AVX.
std::unique_ptr<Contender> make_faiss();
// usearch_contender.cc
std::unique_ptr<Contender> make_usearch_f32();
std::unique_ptr<Contender> make_usearch_i8();

// waggle_graph_contender.cc: Waggle's graph over 32-bit floats, and over 8-bit integers with the best ranked again by the floats.
std::unique_ptr<Contender> make_waggle_hnsw_f32();
std::unique_ptr<Contender> make_waggle_hnsw_int8();

// waggle_exact_contender.cc: Waggle's exact scan over 32-bit floats, and over 8-bit integers with the best ranked again by the floats.
std::unique_ptr<Contender> make_waggle_exact_f32();
std::unique_ptr<Contender> make_waggle_exact_int8();

// vec0_contender.cc: sqlite-vec as a loadable extension in an SQL database that is made at `path`.
enum class Vec0Query : std::uint8_t {
  kMatchCosine,   // WHERE embedding MATCH ? AND k = ?
  kMatchL2,       // the same by distance, which ranks vectors of length 1 alike and for which the extension has AVX code
  kScalarCosine,  // ORDER BY vec_distance_cosine(embedding, ?) LIMIT ?
};
std::unique_ptr<Contender> make_vec0(Vec0Query query, const std::string& path);

// libsql_contender.cc: libSQL's own vector index in a database that is made at `path`, every batch of 100 vectors a durable transaction.
std::unique_ptr<Contender> make_libsql_index(const std::string& path);

}  // namespace waggle::bench

#endif  // WAGGLE_BENCH_VECTOR_CONTENDERS_H
