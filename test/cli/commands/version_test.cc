// version_test.cc: `waggle version`.

#include "cli/runner.h"
#include "waggle/waggle.h"

namespace waggle::test {
namespace {

TEST(VersionCommand, NamesBothVersions) {
  Runner runner;
  EXPECT_EQ(runner.json({"version"}), "{\"waggle\":\"" + std::string(version()) + "\",\"engine\":\"" + std::string(engine_version()) + "\"}\n");
  EXPECT_EQ(runner.run({"--version"}).out, runner.run({"version"}).out);
}

}  // namespace
}  // namespace waggle::test
