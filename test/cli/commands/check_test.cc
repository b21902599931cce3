// check_test.cc: `waggle check`.

#include "cli/runner.h"

namespace waggle::test {
namespace {

class CheckCommand : public CliTest {};

TEST_F(CheckCommand, SaysOk) {
  EXPECT_EQ(json({"check"}), "{\"ok\":true,\"problems\":[]}\n");
  EXPECT_EQ(run({"check"}).out, "ok\n");
}

TEST_F(CheckCommand, SaysWhatIsWrong) {
  json({"backup", runner_.file("copy.db")});
  std::ofstream(runner_.file("copy.db"), std::ios::app | std::ios::binary) << "something appended";
  const Outcome table = run({"check", "--db", runner_.file("copy.db")});
  EXPECT_EQ(table.status, 1);
  EXPECT_TRUE(holds(table.out, "copy.db: its size of ")) << table.out << table.err;
  EXPECT_EQ(table.err, "");
  const Outcome document = run({"check", "--db", runner_.file("copy.db"), "-o", "json"});
  EXPECT_EQ(document.status, 1);
  EXPECT_TRUE(document.out.starts_with("{\"ok\":false,\"problems\":[\"")) << document.out << document.err;
  EXPECT_EQ(document.err, "");
}

}  // namespace
}  // namespace waggle::test
