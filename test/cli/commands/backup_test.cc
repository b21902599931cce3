// backup_test.cc: `waggle backup`.

#include "cli/runner.h"

namespace waggle::test {
namespace {

class BackupCommand : public CliTest {};

TEST_F(BackupCommand, CopiesTheDatabase) {
  json({"memory", "put", "ann", "k", "1"});
  const std::string copy = runner_.file("copy.db");
  const std::string answer = json({"backup", copy});
  EXPECT_EQ(answer, "{\"path\":\"" + copy + "\",\"bytes\":" + std::to_string(std::filesystem::file_size(copy)) + "}\n");
  EXPECT_TRUE(holds(json({"--db", copy, "memory", "get", "ann", "k"}), "\"value\":1"));
}

TEST_F(BackupCommand, SparesWhatIsThere) {
  std::ofstream(runner_.file("precious")) << "mine";
  EXPECT_EQ(run({"backup", runner_.file("precious")}).status, 7);
  EXPECT_EQ(runner_.content("precious"), "mine");
  EXPECT_EQ(run({"backup", runner_.file("precious"), "--force"}).status, 0);
  EXPECT_EQ(run({"backup", runner_.file("waggle.db"), "--force"}).status, 2);
}

}  // namespace
}  // namespace waggle::test
