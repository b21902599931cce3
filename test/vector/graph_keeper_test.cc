// The thread that looks after graphs: what it does is tested in graph_upkeep_test.cc; that it ends, and rests after a failure, here.

#include "vector/graph_keeper.h"

#include <gtest/gtest.h>

#include <memory>

namespace waggle::vector {
namespace {

TEST(GraphKeeperTest, HasNothingToDoWithoutBeingWoken) {
  base::Log log({});
  GraphKeeper keeper(log);
  const auto index = std::make_shared<SharedIndex>(GraphFile({}, 1));
  keeper.wake(index);  // nothing is due
  keeper.stop();
  keeper.wake(index);
  keeper.stop();
}

}  // namespace
}  // namespace waggle::vector
