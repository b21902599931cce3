// fork_generation_test.cc: each fork() is one generation, for the child alone.

#include "base/fork_generation.h"

#include <gtest/gtest.h>

#include <string>

#include "support/child_process.h"

namespace waggle::base {
namespace {

TEST(ForkGeneration, CountsForksInTheChildAlone) {
  const std::uint32_t here = fork_generation();
  EXPECT_EQ(test::in_forked_child([] { return std::to_string(fork_generation()); }), std::to_string(here + 1));
  EXPECT_EQ(fork_generation(), here);
}

TEST(ForkGeneration, GoesOnInAGrandchild) {
  const std::uint32_t here = fork_generation();
  EXPECT_EQ(test::in_forked_child([] { return test::in_forked_child([] { return std::to_string(fork_generation()); }); }), std::to_string(here + 2));
}

}  // namespace
}  // namespace waggle::base
