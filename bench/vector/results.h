// results.h: what is found out about contenders, before it is put into tables, rows and pictures.

#ifndef WAGGLE_BENCH_VECTOR_RESULTS_H
#define WAGGLE_BENCH_VECTOR_RESULTS_H

#include <map>
#include <string>
#include <vector>

#include "vector/answers.h"

namespace waggle::bench {

struct Built {
  std::string contender;
  double seconds = 0;
  double bytes_each = 0;  // of the index, a vector
};

// One contender with the least effort that gives the recall of a level.
struct Reached {
  std::string contender;
  Kind kind = Kind::kGraph;
  int effort = 0;
  Answers answers = {};
  double per_second = 0;  // in turns with the others
};

// All contenders at one recall.
struct Level {
  double recall = 0;
  std::vector<Reached> reached = {};
  std::vector<Reached> missed = {};  // with the best that they gave
  double control = 1;

  const Reached* find(const std::string& contender) const;
  // The fastest graph of others that keeps 32-bit floats; nullptr when none reached the level.
  const Reached* best_f32_baseline() const;
};

// A contender at the efforts at which it was tried, without turns.
struct CurveOf {
  std::string contender;
  std::map<int, Answers> points = {};  // by effort
};

struct Removed {
  std::string contender;
  int effort = 0;
  double microseconds_each = 0;
  double recall_before = 0;
  double recall_after = 0;  // against the true neighbours among what is left
};

struct GraphResult {
  std::string set;
  std::size_t rows = 0;
  std::size_t dimensions = 0;
  std::vector<Built> built = {};
  std::vector<Level> levels = {};  // of kLevels
  Level filtered = {};             // recall .95 with a filter that lets 1% pass
  std::vector<Removed> removed = {};
  std::vector<CurveOf> curves = {};
};

inline constexpr double kLevels[] = {0.95, 0.99};
inline constexpr double kFilteredLevel = 0.95;
inline constexpr double kFilterShare = 0.01;

struct ExactResult {
  std::string set;
  std::size_t rows = 0;
  std::size_t dimensions = 0;
  std::vector<Built> built = {};
  Level level = {.recall = 1};
  double gigabytes_per_second = 0;  // that one thread reads from memory, measured before and after
};

// Into a collection of Waggle's.
struct InsertResult {
  std::string set;
  std::size_t rows = 0;
  double per_second = 0;
};

// Through the whole database.
struct StackResult {
  std::string set;
  std::size_t rows = 0;
  std::size_t dimensions = 0;
  double recall = 0;
  double search_p50_ms = 0;
  double search_p99_ms = 0;
  double first_search_ms = 0;  // after opening, median
  std::string first_method;    // how that one was answered
};

// By words and vectors at once.
struct RecallResult {
  std::size_t rows = 0;
  double p50_ms = 0;
  double p99_ms = 0;
  std::string method;
};

double geometric_mean(const std::vector<double>& values);

}  // namespace waggle::bench

#endif  // WAGGLE_BENCH_VECTOR_RESULTS_H
