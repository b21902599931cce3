// config_file_test.cc: the TOML file of settings.

#include "cli/config_file.h"

#include <gtest/gtest.h>

#include <fstream>

#include "support/temp_dir.h"

namespace waggle::cli {
namespace {

class ConfigFileTest : public testing::Test {
 protected:
  Result<ConfigFile> read(const std::string& content) {
    std::ofstream(folder_.file("c.toml")) << content;
    return read_config_file(folder_.file("c.toml"), IfMissing::kRefuse);
  }

  test::TempDir folder_;
};

TEST_F(ConfigFileTest, ReadsEveryKey) {
  const Result<ConfigFile> file = read("db = \"a.db\"\nagent = \"ann\"\ntoken = \"t\"\noutput = \"json\"\ntimeout = \"9s\"\ncolor = \"never\"\n");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->database, "a.db");
  EXPECT_EQ(file->agent, "ann");
  EXPECT_EQ(file->token, "t");
  EXPECT_EQ(file->output, "json");
  EXPECT_EQ(file->timeout, "9s");
  EXPECT_EQ(file->colour, "never");
}

TEST_F(ConfigFileTest, RefusesWhatItDoesNotKnow) {
  for (const char* content : {"db = \n", "database = \"x\"\n", "db = 5\n", "[db]\nx = 1\n", "[`]\n", "\u00e9 = \"x\"\n", "\u0493"}) {
    const Result<ConfigFile> file = read(content);
    ASSERT_FALSE(file) << content;
    EXPECT_EQ(file.error().code(), Code::kInvalidArgument);
    EXPECT_NE(file.error().message().find("c.toml"), std::string::npos);
    EXPECT_NE(file.error().message().find("line 1"), std::string::npos) << file.error().message();
  }
}

TEST_F(ConfigFileTest, DoesNotRepeatWhatStandsInIt) {
  const Result<ConfigFile> file = read("token = hunter2\n");
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().describe().find("hunter2"), std::string::npos);
}

TEST_F(ConfigFileTest, MayBeMissingOnlyWhenNobodyNamedIt) {
  EXPECT_TRUE(read_config_file(folder_.file("none.toml"), IfMissing::kEmpty));
  const Result<ConfigFile> named = read_config_file(folder_.file("none.toml"), IfMissing::kRefuse);
  ASSERT_FALSE(named);
  EXPECT_EQ(named.error().code(), Code::kNotFound);
}

TEST_F(ConfigFileTest, RefusesAFolder) { EXPECT_FALSE(read_config_file(folder_.path().string(), IfMissing::kRefuse)); }

}  // namespace
}  // namespace waggle::cli
