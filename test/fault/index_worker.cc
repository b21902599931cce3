// index_worker.cc: changes vectors, searches them and keeps saving their graph until it is killed.
//
// Acknowledgements: `ack ID X` for a vector that was stored at x = X, `gone ID` for one that was removed.

#include <thread>

#include "fault/index_points.h"
#include "fault/worker.h"

namespace waggle::test {
namespace {

void change_for_ever(const Session& session, const std::string& run) {
  VectorCollection points = session.vectors().in(kPoints);
  for (int i = 0;; ++i) {
    const std::string id = run + "-" + std::to_string(i % 700);
    const float x = static_cast<float>(i) / 8;
    must(points.upsert({.id = id, .embedding = point_at(x)}));
    tell("ack " + id + " " + std::to_string(i));
    const std::string other = run + "-" + std::to_string((i * 7) % 700);
    if (i % 3 != 0 || other == id) continue;
    const auto removed = points.remove(other);
    if (removed) tell("gone " + other);
    if (!removed && removed.error().code() != Code::kNotFound) fail(removed.error());
  }
}

void save_for_ever(const Session& session) {
  for (;;) {
    must(session.vectors().in(kPoints).reindex({.from = Reindex::From::kPresent}));
  }
}

}  // namespace

void run_index_worker(const std::string& path, const std::string& run) {
  const auto database = open_database(path);
  const Session session = database->as("indexer");
  std::jthread saver([&] { save_for_ever(session); });
  std::jthread searcher([&] {
    for (int i = 0;; ++i) must(session.vectors().in(kPoints).search({.query = point_at(static_cast<float>(i % 100)), .k = 5}));
  });
  change_for_ever(session, run);
}

}  // namespace waggle::test
