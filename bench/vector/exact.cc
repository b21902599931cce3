// exact.cc: see exact.h.

#include "vector/exact.h"

#include <algorithm>
#include <cmath>

#include "measure.h"
#include "vector/contenders.h"
#include "vector/graphs.h"
#include "vector/ground_truth.h"
#include "vector/speed.h"

namespace waggle::bench {
namespace {

// They take from milliseconds to half a second each.
constexpr std::size_t kMatchQueries = 40;
constexpr std::size_t kScalarQueries = 5;
constexpr std::size_t kIndexQueries = 200;

double bandwidth(const DataSet& set) {
  const PinnedToCore pinned;
  return read_bandwidth(set.base);
}

void measure(const DataSet& set, const Contenders& contenders, std::size_t queries, int repeats, ExactResult& result) {
  std::vector<Entry> entries;
  for (const auto& contender : contenders) {
    result.built.push_back(build(*contender, set));
    entries.push_back({contender.get(), 0});
  }
  const Task task{.queries = set.queries, .truth = set.truth, .count = queries};
  const Speeds speeds = speeds_in_turns(task, entries, repeats);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    result.level.reached.push_back({.contender = contenders[i]->name(),
                                    .kind = contenders[i]->kind(),
                                    .answers = answer_all(*contenders[i], task, 0),
                                    .per_second = speeds.per_second[i]});
  }
  if (std::abs(speeds.control - 1) > std::abs(result.level.control - 1)) result.level.control = speeds.control;
}

}  // namespace

ExactResult measure_exact(const DataSet& set, const Folder& folder, int repeats) {
  ExactResult result{.set = set.name, .rows = set.base.rows, .dimensions = set.base.columns};
  {
    Contenders exact;
    exact.push_back(make_vec0(Vec0Query::kMatchCosine, folder.file("cosine.db")));
    exact.push_back(make_vec0(Vec0Query::kMatchL2, folder.file("l2.db")));
    exact.push_back(make_waggle_exact_f32());
    exact.push_back(make_waggle_exact_int8());
    result.gigabytes_per_second = bandwidth(set);
    measure(set, exact, kMatchQueries, repeats, result);
    result.gigabytes_per_second = std::max(result.gigabytes_per_second, bandwidth(set));
  }
  {
    Contenders scalar;
    scalar.push_back(make_vec0(Vec0Query::kScalarCosine, folder.file("scalar.db")));
    measure(set, scalar, kScalarQueries, repeats, result);
  }
  for (const char* name : {"cosine.db", "l2.db", "scalar.db"}) folder.remove(name);
  return result;
}

ExactResult measure_libsql_index(const DataSet& set, const Folder& folder, int repeats) {
  const DataSet slice = slice_of(set, std::min(kLibsqlRows, set.base.rows));
  ExactResult result{.set = slice.name, .rows = slice.base.rows, .dimensions = slice.base.columns};
  {
    Contenders index;
    index.push_back(make_libsql_index(folder.file("index.db")));
    measure(slice, index, kIndexQueries, repeats, result);
  }
  folder.remove("index.db");
  return result;
}

}  // namespace waggle::bench
