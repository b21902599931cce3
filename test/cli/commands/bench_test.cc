// bench_test.cc: `waggle bench`.

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "cli/runner.h"

namespace waggle::test {
namespace {

TEST(BenchCommand, NamesTheMendWhereThereIsNoSuchProgram) {
  Runner runner;
  const Outcome missing = runner.run({"bench", "nosuch"});
  EXPECT_EQ(missing.status, 6);
  EXPECT_NE(missing.err.find("nosuch_bench"), std::string::npos) << missing.err;
  EXPECT_NE(missing.err.find("make bench"), std::string::npos) << missing.err;
  EXPECT_EQ(runner.run({"bench", "../core"}).status, 2);
  EXPECT_EQ(runner.run({"bench"}).status, 2);
}

TEST(BenchCommand, BecomesTheProgramBesideIt) {
  TempDir folder;
  const std::string binary = folder.file("waggle");
  std::filesystem::copy_file(WAGGLE_BINARY, binary);
  std::ofstream(folder.file("echo_bench")) << "#!/bin/sh\necho \"$@\"\nexit 3\n";
  std::filesystem::permissions(folder.file("echo_bench"), std::filesystem::perms::owner_all);
  const std::string answer = folder.file("answer");
  const int status = std::system((binary + " bench echo -o json --row a --row b --out here > " + answer).c_str());
  EXPECT_EQ(WEXITSTATUS(status), 3);
  std::ifstream in(answer);
  std::string line;
  std::getline(in, line);
  EXPECT_EQ(line, "--folder here --out here --row a --row b --print json");
}

}  // namespace
}  // namespace waggle::test
