// vector_table.h: what the vector benchmark measures, what at least is expected of it (floor) and what is hoped for (goal).

#ifndef WAGGLE_BENCH_VECTOR_VECTOR_TABLE_H
#define WAGGLE_BENCH_VECTOR_VECTOR_TABLE_H

#include "report.h"

namespace waggle::bench {

inline constexpr Target kVectorTargets[] = {
    {"hnsw_f32_r95", Better::kHigher, 1.1, 1.3, "x", "queries a second at recall@10 .95 against the best f32 baseline, geometric mean over the sets"},
    {"hnsw_f32_r99", Better::kHigher, 1.1, 1.3, "x", "the same at recall@10 .99"},
    {"hnsw_quant_r95", Better::kHigher, 1.8, 2.5, "x", "the same at .95, quantised with f32 re-ranking"},
    {"hnsw_quant_r99", Better::kHigher, 1.8, 2.5, "x", "the same at .99, quantised with f32 re-ranking"},
    {"build", Better::kHigher, 1.5, 2.5, "x", "build time with 2 threads, at equal recall, against hnswlib"},
    {"exact_int8", Better::kHigher, 10, 15, "x", "exact search with int8 and f32 re-ranking, recall 1, against vec0 MATCH, 100,000 x 384"},
    {"exact_f32", Better::kHigher, 3, 4, "x", "exact f32 search against the same"},
    {"bandwidth", Better::kHigher, 0.5, 0.8, "x", "exact f32 search against the bound by the memory bandwidth of the same run"},
    {"filtered_1pct", Better::kHigher, 2, 5, "x", "search with a filter that lets 1% pass, at recall .95, against hnswlib's filter functor"},
    {"insert_durable", Better::kHigher, 20, 50, "x", "vectors a second into a collection, batches of 100, index kept, against libSQL's vector index"},
    {"semantic_search", Better::kLower, 0.5, 0.2, "ms", "through the whole stack, k 10, 100,000 x 384, p50"},
    {"recall_hybrid", Better::kLower, 3, 1, "ms", "text and vector over 50,000 memories, p50"},
    {"bytes_f32", Better::kLower, 2000, 1800, "B", "index bytes per vector of 384 dimensions, f32"},
    {"bytes_int8", Better::kLower, 800, 600, "B", "the same, int8"},
    {"open_index", Better::kLower, 100, 20, "ms", "first search after open, 100,000 x 384"},
};

}  // namespace waggle::bench

#endif  // WAGGLE_BENCH_VECTOR_VECTOR_TABLE_H
