// recall_worker.cc: stores, removes and finds memories and vectors by their words until it is killed, each time by the side file, which is thereby
// written all the time.

#include "fault/worker.h"
#include "waggle/recall.h"

namespace waggle::test {

void run_recall_worker(const std::string& path, const std::string& run) {
  const auto database = open_database(path, {.index_bytes = 0});
  const Session session = database->as("ann");
  if (!session.vectors().get("docs")) (void)session.vectors().create({.name = "docs", .dimensions = 1}).has_value();  // or the other has
  VectorCollection docs = session.vectors().in("docs");
  for (int i = 0;; ++i) {
    const std::string key = run + "-" + std::to_string(i % 40);
    must(session.memory().put({.agent_id = "ann", .key = key, .value = Json::string("bee number" + std::to_string(i))}));
    if (i % 5 == 4) must(session.memory().remove({"ann", key}));
    must(session.memory().recall({.text = "bee", .k = 5}));
    must(docs.upsert({.id = key, .embedding = {1}, .content = "bee number" + std::to_string(i)}));
    if (i % 5 == 4) must(docs.remove(key));
    must(docs.search({.text = "bee", .k = 5}));
    tell("recalled");
  }
}

}  // namespace waggle::test
