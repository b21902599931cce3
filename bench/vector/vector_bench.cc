// vector_bench.cc: measures vector indexes at equal recall. `make bench-vector` runs it whole.
//
//   vector_bench [--set NAME]... [--contender NAME]... [--vectors DIR] [--folder DIR] [--out DIR] [--repeats N] [--commit HASH] [--print table|json]
//
// Contenders: the graphs by their names, `exact` for all exact searches, `libsql_index` for that and for inserts, `stack` for a collection of the
// whole database, `recall` for memories. Sets: `real` (the embeddings in the folder of --vectors; left out when it is not there), and those of
// synthetic.h, kept in DIR/vectors. Without --set and --contender all are measured. Prints a table (or the JSON) and writes DIR/vector.json and
// DIR/vector-SET.svg. Exit status: 0 measured; 3 when a control ratio left 0.95 to 1.05 in every try, so that the figures mean nothing; 1 for an
// error.

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <set>

#include "measure.h"
#include "report.h"
#include "subject.h"
#include "sync_probe.h"
#include "vector/contenders.h"
#include "vector/exact.h"
#include "vector/graphs.h"
#include "vector/recall.h"
#include "vector/stack.h"
#include "vector/synthetic.h"
#include "vector/vector_rows.h"
#include "vector/vector_table.h"

namespace waggle::bench {
namespace {

// What a collection is measured with, through the whole database.
constexpr std::size_t kStackRows = 100'000;
constexpr std::size_t kStackDimensions = 384;

struct Arguments {
  std::set<std::string> sets;
  std::set<std::string> contenders;
  std::string vectors = "../shared/fixtures/vectors";
  std::string folder = ".";
  std::string out = ".";
  std::string commit = "unknown";
  int repeats = 5;
  bool prints_json = false;

  bool wants_set(const std::string& name) const { return sets.empty() || sets.contains(name); }
  bool wants_contender(const std::string& name) const { return contenders.empty() || contenders.contains(name); }
};

Arguments parse(int count, char** arguments) {
  Arguments parsed;
  for (int i = 1; i < count; i += 2) {
    const std::string name = arguments[i];
    if (i + 1 == count) throw std::runtime_error(name + ": has no value");
    const std::string value = arguments[i + 1];
    if (name == "--set")
      parsed.sets.insert(value);
    else if (name == "--contender")
      parsed.contenders.insert(value);
    else if (name == "--vectors")
      parsed.vectors = value;
    else if (name == "--folder")
      parsed.folder = value;
    else if (name == "--out")
      parsed.out = value;
    else if (name == "--commit")
      parsed.commit = value;
    else if (name == "--repeats")
      parsed.repeats = std::max(1, std::atoi(value.c_str()));
    else if (name == "--print" && (value == "table" || value == "json"))
      parsed.prints_json = value == "json";
    else
      throw std::runtime_error(name + " " + value +
                               ": unknown; there are --set, --contender, --vectors, --folder, --out, --commit, --repeats and --print table|json");
  }
  return parsed;
}

Contenders graph_contenders(const Arguments& arguments) {
  Contenders wanted;
  for (auto* make : {make_hnswlib, make_faiss, make_usearch_f32, make_usearch_i8, make_waggle_hnsw_f32, make_waggle_hnsw_int8}) {
    auto contender = make();
    if (arguments.wants_contender(contender->name())) wanted.push_back(std::move(contender));
  }
  return wanted;
}

void measure_set(const DataSet& set, const Arguments& arguments, const Folder& folder, Results& results) {
  std::fprintf(stderr, "measuring: %s\n", set.name.c_str());
  const Contenders contenders = graph_contenders(arguments);
  if (!contenders.empty()) {
    results.graphs.push_back(measure_graphs(set, contenders, arguments.repeats));
    // A whole run takes long: each set's table at once for whoever waits.
    std::fprintf(stderr, "%s", graph_table(results.graphs.back()).c_str());
  }
  if (arguments.wants_contender("exact")) results.exact.push_back(measure_exact(set, folder, arguments.repeats));
  // One set is enough, the first: what it stores in a second does not depend on what.
  if (arguments.wants_contender("libsql_index") && results.libsql.empty()) {
    results.libsql.push_back(measure_libsql_index(set, folder, arguments.repeats));
    results.inserts.push_back(measure_inserts(set, folder, results.libsql.back().rows));
  }
  if (arguments.wants_contender("stack") && results.stacks.empty() && set.base.rows == kStackRows && set.base.columns == kStackDimensions) {
    results.stacks.push_back(measure_stack(set, folder, arguments.repeats));
  }
}

// The set real is the only one that has texts.
void measure_texts(const DataSet& set, const Arguments& arguments, const Folder& folder, Results& results) {
  if (arguments.wants_contender("recall")) results.recalls.push_back(measure_recall(set, arguments.vectors, folder, arguments.repeats));
}

Results measure_all(const Arguments& arguments, const Folder& folder, std::vector<std::string>& notes) {
  Results results;
  if (arguments.wants_set("real")) {
    if (const auto real = load_embeddings(arguments.vectors)) {
      measure_set(*real, arguments, folder, results);
      measure_texts(*real, arguments, folder, results);
    } else {
      notes.push_back("The set real is left out: " + arguments.vectors + " has no vectors.\n");
    }
  }
  for (const SyntheticSpec& spec : kSyntheticSets) {
    if (arguments.wants_set(spec.name)) measure_set(load_synthetic(spec, arguments.folder + "/vectors"), arguments, folder, results);
  }
  return results;
}

int run(const Arguments& arguments) {
  const Folder folder(arguments.folder);
  Report report{.bench = "vector", .commit = arguments.commit};
  const Results results = measure_all(arguments, folder, report.texts);
  const bool has_nothing =
      results.graphs.empty() && results.exact.empty() && results.libsql.empty() && results.stacks.empty() && results.recalls.empty();
  if (has_nothing) throw std::runtime_error("there is no such set or contender");
  report.control_ratio = results.control();
  std::vector<double> syncs = sync_nanoseconds(folder, 200);
  report.fsync_p50_ms = percentile(syncs, 0.5) / 1e6;
  for (const Target& target : kVectorTargets) report.rows.emplace_back(target, row_of(target.id, results));
  for (const GraphResult& graph : results.graphs) {
    report.texts.push_back(graph_table(graph));
    write_file(arguments.out + "/vector-" + graph.set + ".svg", svg_of(plot_of(graph, results)));
  }
  for (const ExactResult& exact : results.exact) report.texts.push_back(exact_table(exact));
  for (const ExactResult& libsql : results.libsql) report.texts.push_back(exact_table(libsql));
  report.texts.push_back(mean_table(results.graphs));
  std::printf("%s", arguments.prints_json ? report.json().c_str() : report.table().c_str());
  write_file(arguments.out + "/vector.json", report.json());
  return report.control_ratio >= 0.95 && report.control_ratio <= 1.05 ? 0 : 3;
}

}  // namespace
}  // namespace waggle::bench

int main(int count, char** arguments) {
  try {
    return waggle::bench::run(waggle::bench::parse(count, arguments));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return 1;
  }
}
