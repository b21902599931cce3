// recall.h: measures recalls by words and vectors at once, through the whole database.

#ifndef WAGGLE_BENCH_VECTOR_RECALL_H
#define WAGGLE_BENCH_VECTOR_RECALL_H

#include <string>

#include "subject.h"
#include "vector/data_set.h"
#include "vector/results.h"

namespace waggle::bench {

// Stores each text of the set as a memory with its vector, and recalls by the texts and vectors of the queries: p50 of single calls on one thread.
// `texts` is the folder with base.jsonl.gz and queries.jsonl.gz, in the order of the set's rows.
RecallResult measure_recall(const DataSet& set, const std::string& texts, const Folder& folder, int repeats);

}  // namespace waggle::bench

#endif  // WAGGLE_BENCH_VECTOR_RECALL_H
