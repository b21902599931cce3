// table_worker.cc: stores and removes vectors until it is killed, with a statement on the collection's table of vec after each, so that the file of
// tables is written all the time.

#include "fault/index_points.h"
#include "fault/worker.h"

namespace waggle::test {

void run_table_worker(const std::string& path, const std::string& run) {
  const auto database = open_database(path);
  const Session session = database->as("ann");
  const auto made = session.vectors().create({.name = kPoints, .dimensions = 4, .metric = Metric::kL2});
  if (!made && made.error().code() != Code::kAlreadyExists) fail(made.error());
  for (int i = 0;; ++i) {
    const std::string id = run + "-" + std::to_string(i % 40);
    must(session.vectors().in(kPoints).upsert({.id = id, .embedding = point_at(static_cast<float>(i % 1'000))}));
    if (i % 5 == 4) must(session.vectors().in(kPoints).remove(id));
    must(database->sql({.text = "SELECT id FROM vec.points WHERE embedding MATCH '[1,1,1,1]' AND k = 5"}));
    tell("searched");
  }
}

}  // namespace waggle::test
