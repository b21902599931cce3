// stack.h: measures what a user of a collection gets, through the whole database: storing, searching, opening.

#ifndef WAGGLE_BENCH_VECTOR_STACK_H
#define WAGGLE_BENCH_VECTOR_STACK_H

#include "subject.h"
#include "vector/data_set.h"
#include "vector/results.h"

namespace waggle::bench {

// Stores the first `rows` vectors of the set, a durable transaction for each 100 and a search after each, which has to find the last; and ends when
// the graph in the index file has all of them. Vectors a second.
InsertResult measure_inserts(const DataSet& set, const Folder& folder, std::size_t rows);

// A database with all vectors of the set and their graph: single searches, and the first search after opening it.
StackResult measure_stack(const DataSet& set, const Folder& folder, int repeats);

}  // namespace waggle::bench

#endif  // WAGGLE_BENCH_VECTOR_STACK_H
