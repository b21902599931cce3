// vector_rows.h: puts what was found out into the rows of vector_table.h, into tables for people and into pictures.

#ifndef WAGGLE_BENCH_VECTOR_VECTOR_ROWS_H
#define WAGGLE_BENCH_VECTOR_VECTOR_ROWS_H

#include <string>
#include <string_view>
#include <vector>

#include "report.h"
#include "svg_plot.h"
#include "vector/results.h"

namespace waggle::bench {

struct Results {
  std::vector<GraphResult> graphs = {};
  std::vector<ExactResult> exact = {};
  std::vector<ExactResult> libsql = {};    // of libSQL's own index
  std::vector<InsertResult> inserts = {};  // of as many rows of the same set
  std::vector<StackResult> stacks = {};
  std::vector<RecallResult> recalls = {};

  // The control that is furthest from 1.
  double control() const;
};

// One row of the table. Where nothing of Waggle was measured, it says what the baselines did, with the recall of each.
Row row_of(std::string_view id, const Results& results);

// tables.cc
std::string graph_table(const GraphResult& result);
std::string mean_table(const std::vector<GraphResult>& results);
std::string exact_table(const ExactResult& result);

// Recall against queries a second of every contender on one set.
Plot plot_of(const GraphResult& result, const Results& results);

}  // namespace waggle::bench

#endif  // WAGGLE_BENCH_VECTOR_VECTOR_ROWS_H
