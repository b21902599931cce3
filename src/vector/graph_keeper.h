// graph_keeper.h: GraphKeeper, a thread that does the upkeep of graphs, so that neither searches nor writers wait for it.

#ifndef WAGGLE_VECTOR_GRAPH_KEEPER_H
#define WAGGLE_VECTOR_GRAPH_KEEPER_H

#include <chrono>
#include <memory>
#include <stop_token>
#include <thread>
#include <vector>

#include "base/log.h"
#include "base/mutex.h"
#include "vector/shared_index.h"

namespace waggle::vector {

// Thread-safe. The thread starts with the first index that needs it.
class GraphKeeper {
 public:
  explicit GraphKeeper(base::Log& log) : log_(log) {}
  ~GraphKeeper() { stop(); }
  GraphKeeper(const GraphKeeper&) = delete;
  GraphKeeper& operator=(const GraphKeeper&) = delete;

  // Looks after the index soon, if something is due.
  void wake(const std::shared_ptr<SharedIndex>& index);
  // Ends what is under way, for good: a graph that is not finished is thrown away.
  void stop();

 private:
  void run(const std::stop_token& stop);
  Status keep(SharedIndex& index, const std::stop_token& stop);

  base::Log& log_;
  base::Mutex mutex_;
  base::CondVar woken_;
  std::vector<std::weak_ptr<SharedIndex>> waiting_ WAGGLE_GUARDED_BY(mutex_);  // each once
  std::chrono::steady_clock::time_point rest_until_ WAGGLE_GUARDED_BY(mutex_){};
  bool is_stopped_ WAGGLE_GUARDED_BY(mutex_) = false;
  std::jthread thread_ WAGGLE_GUARDED_BY(mutex_);
};

}  // namespace waggle::vector

#endif  // WAGGLE_VECTOR_GRAPH_KEEPER_H
