// init_test.cc: `waggle init`.

#include "cli/runner.h"

namespace waggle::test {
namespace {

TEST(Init, MakesADatabaseOnce) {
  Runner runner;
  const std::string made = runner.json({"init"});
  EXPECT_TRUE(made.starts_with("{\"path\":\"")) << made;
  EXPECT_EQ(Runner::field(made, "path"), std::filesystem::canonical(runner.file("waggle.db")));
  EXPECT_EQ(Runner::field(made, "id").size(), 36U);
  EXPECT_EQ(runner.run({"init"}).status, 7);
  EXPECT_EQ(runner.json({"init", "--if-missing"}), made);
}

TEST(Init, MakesNothingWhereItCannot) {
  Runner runner;
  EXPECT_EQ(runner.run({"init", "--db", runner.file("no/such/x.db")}).status, 6);
  EXPECT_FALSE(std::filesystem::exists(runner.file("no")));
}

}  // namespace
}  // namespace waggle::test
