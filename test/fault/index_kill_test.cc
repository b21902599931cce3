// index_kill_test.cc: a process that changes vectors and saves their graph is killed at a random moment, again and again. What the next process finds
// are exactly the rows, whatever file it finds; and the file serves it, or is made anew.

#include <gtest/gtest.h>

#include <filesystem>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <thread>

#include "fault/fault_fixture.h"
#include "fault/index_points.h"
#include "fault/run_size.h"
#include "support/child_process.h"
#include "support/files.h"

namespace waggle::test {
namespace {

using Steady = std::chrono::steady_clock;

constexpr int kAtFirst = 2'600;  // enough for a graph

class SlowIndexKill : public FaultTest {
 protected:
  void SetUp() override {
    const auto database = open();
    const Session session = database->as("oracle");
    session.vectors().create({.name = kPoints, .dimensions = 4, .metric = Metric::kL2, .index = IndexKind::kHnsw, .ef_construction = 40}).value();
    std::vector<PutVector> some;
    for (int i = 0; i < kAtFirst; ++i) some.push_back({.id = std::to_string(i), .embedding = point_at(static_cast<float>(i) - 5'000)});
    session.vectors().in(kPoints).upsert_many(some).value();
    session.vectors().in(kPoints).reindex().value();
  }

  void note(const std::string& line) {
    std::istringstream words(line);
    std::string what, id, x;
    words >> what >> id >> x;
    if (what == "ack") acknowledged_[id] = std::stof(x) / 8;
    if (what == "gone") acknowledged_.erase(id);
  }
  // The last change may have happened without having been told.
  void kill_after(std::chrono::milliseconds time, const std::string& run) {
    ChildProcess worker({WAGGLE_FAULT_WORKER, "index", path(), run});
    ASSERT_EQ(worker.read_line(), "ready");
    const auto end = Steady::now() + time;
    for (;;) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Steady::now());
      const auto line = left.count() > 0 ? worker.read_line(left) : std::nullopt;
      if (!line) break;
      note(*line);
    }
    EXPECT_GE(Steady::now() + std::chrono::milliseconds(2), end) << "the worker ended by itself";  // waits are of whole milliseconds
    worker.kill();
    while (const auto line = worker.read_line()) note(*line);
  }

  // A search for all finds every row once, and each of those that were acknowledged.
  void expect_index_equal_to_rows(std::string& method) {
    const auto database = open(OpenMode::kExisting);
    const Session session = database->as("oracle");
    VectorCollection points = session.vectors().in(kPoints);
    const auto first = points.search({.query = point_at(0), .k = 10});
    ASSERT_TRUE(first) << first.error().describe();
    method = first->plan.method;
    std::map<std::string, double> found;
    const auto all = points.search({.query = point_at(0), .k = VectorSearch::kNeighboursMax});
    ASSERT_TRUE(all) << all.error().describe();
    for (const VectorMatch& match : all->items) {
      ASSERT_TRUE(found.emplace(match.entry.id, match.distance).second) << match.entry.id << " twice";
    }
    const auto rows = points.search({.query = point_at(0), .k = VectorSearch::kNeighboursMax, .accuracy = VectorSearch::Accuracy::kExact});
    ASSERT_EQ(found.size(), static_cast<std::size_t>(session.vectors().get(kPoints)->count));
    ASSERT_EQ(rows->items.size(), found.size());
    int differences = 0;
    for (const auto& [id, x] : acknowledged_) {
      const auto entry = points.get(id, Embedding::kIncluded);
      if (!entry || entry->embedding != point_at(x)) ++differences;
    }
    EXPECT_LE(differences, 1) << "acknowledged and not there; one change may have happened without having been told";
    expect_sound(*database);
  }

  std::map<std::string, float> acknowledged_;
};

TEST_F(SlowIndexKill, WhatIsFoundAreTheRowsAfterEveryKill) {
  const std::uint32_t seed = number_from("WAGGLE_KILL_SEED", std::random_device()());
  const std::uint32_t rounds = number_from("WAGGLE_KILL_ROUNDS", soak::scaled(40U, 2'000U));
  std::cout << "WAGGLE_KILL_SEED=" << seed << std::endl;
  std::mt19937 random(seed);
  std::map<std::string, int> methods;
  for (std::uint32_t round = 0; round < rounds && !HasFailure(); ++round) {
    SCOPED_TRACE("round " + std::to_string(round) + " of seed " + std::to_string(seed));
    acknowledged_.clear();
    kill_after(std::chrono::milliseconds(std::uniform_int_distribution<int>(1, 150)(random)), "r" + std::to_string(round % 3));
    // Sometimes the file is hurt as well.
    const std::string file = path() + "-hnsw-1";
    if (round % 5 == 3) std::filesystem::remove(file);
    if (round % 5 == 4 && std::filesystem::exists(file)) std::filesystem::resize_file(file, random() % (std::filesystem::file_size(file) + 1));
    std::string method;
    ASSERT_NO_FATAL_FAILURE(expect_index_equal_to_rows(method));
    ++methods[method];
  }
  for (const auto& [method, count] : methods)
    std::cout << "index kill: " << count << " of " << rounds << " first searches by " << method << std::endl;
  EXPECT_GT(methods["HNSW"], 0);
}

// What one process has been told is stored, the other finds in its next search; and the first finds what the other has stored.
TEST_F(SlowIndexKill, EachOfTwoProcessesFindsTheOthersVectors) {
  const auto database = open(OpenMode::kExisting);
  const Session session = database->as("here");
  VectorCollection points = session.vectors().in(kPoints);
  ChildProcess other({WAGGLE_FAULT_WORKER, "index", path(), "other"});
  ASSERT_EQ(other.read_line(), "ready");
  int seen = 0;
  const auto end = Steady::now() + std::chrono::seconds(3);
  std::map<std::string, float> told;
  while (Steady::now() < end) {
    const auto line = other.read_line(std::chrono::seconds(60));
    ASSERT_TRUE(line);
    std::istringstream words(*line);
    std::string what, id, x;
    words >> what >> id >> x;
    if (what != "ack") continue;
    // It is there, or has been changed again since: then the row says so.
    const auto answer = points.search({.query = point_at(std::stof(x) / 8), .k = 3, .embeddings = Embedding::kIncluded});
    ASSERT_TRUE(answer) << answer.error().describe();
    const bool is_found = std::any_of(answer->items.begin(), answer->items.end(), [&](const VectorMatch& match) { return match.entry.id == id; });
    const auto row = points.get(id, Embedding::kIncluded);
    const bool is_unchanged = row && row->embedding == point_at(std::stof(x) / 8);
    if (is_unchanged) {
      EXPECT_TRUE(is_found) << id << " at " << x;
      ++seen;
    }
    if (HasFailure()) break;
  }
  other.kill();
  EXPECT_GT(seen, 10);
  std::cout << "index kill: " << seen << " vectors of another process found at once" << std::endl;
}

}  // namespace
}  // namespace waggle::test
