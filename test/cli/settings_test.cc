// settings_test.cc: flag before environment before config file before default.

#include "cli/settings.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "support/temp_dir.h"

namespace waggle::cli {
namespace {

class SettingsTest : public testing::Test {
 protected:
  Settings settle_all() {
    const Result<Settings> settings = try_settle();
    EXPECT_TRUE(settings) << settings.error().describe();
    return settings ? *settings : Settings();
  }
  Result<Settings> try_settle() {
    return settle(options_, [this](const char* name) -> std::optional<std::string> {
      const auto found = environment_.find(name);
      return found == environment_.end() ? std::nullopt : std::optional(found->second);
    });
  }
  void write_config(const std::string& content) {
    options_.config_path = folder_.file("c.toml");
    std::ofstream(*options_.config_path) << content;
  }

  GlobalOptions options_;
  std::map<std::string, std::string> environment_;
  test::TempDir folder_;
};

TEST_F(SettingsTest, HasDefaults) {
  const Settings settings = settle_all();
  EXPECT_EQ(settings.database, "waggle.db");
  EXPECT_EQ(settings.agent, std::nullopt);
  EXPECT_EQ(settings.format, Format::kTable);
  EXPECT_EQ(settings.timeout, std::nullopt);
  EXPECT_EQ(settings.colour, ColourWish::kAuto);
}

TEST_F(SettingsTest, TakesTheNearestPlace) {
  write_config("db = \"file.db\"\nagent = \"file\"\noutput = \"jsonl\"\ntimeout = \"9s\"\n");
  EXPECT_EQ(settle_all().database, "file.db");
  EXPECT_EQ(settle_all().agent, "file");
  EXPECT_EQ(settle_all().format, Format::kJsonl);
  EXPECT_EQ(settle_all().timeout, std::chrono::seconds(9));
  environment_["TURSO_DATABASE_URL"] = "libsql://x";
  EXPECT_EQ(settle_all().database, "libsql://x");
  environment_["WAGGLE_DB"] = "env.db";
  environment_["WAGGLE_AGENT"] = "env";
  EXPECT_EQ(settle_all().database, "env.db");
  EXPECT_EQ(settle_all().agent, "env");
  options_.database = "flag.db";
  options_.agent = "flag";
  options_.format = Format::kJson;
  EXPECT_EQ(settle_all().database, "flag.db");
  EXPECT_EQ(settle_all().agent, "flag");
  EXPECT_EQ(settle_all().format, Format::kJson);
}

TEST_F(SettingsTest, PrefersItsOwnToken) {
  environment_["TURSO_AUTH_TOKEN"] = "turso";
  EXPECT_EQ(settle_all().token, "turso");
  environment_["WAGGLE_TOKEN"] = "waggle";
  EXPECT_EQ(settle_all().token, "waggle");
}

TEST_F(SettingsTest, LooksForTheConfigFileWhereUsersKeepThem) {
  environment_["XDG_CONFIG_HOME"] = folder_.path().string();
  EXPECT_EQ(settle_all().agent, std::nullopt);
  std::filesystem::create_directory(folder_.path() / "waggle");
  std::ofstream(folder_.path() / "waggle" / "config.toml") << "agent = \"home\"\n";
  EXPECT_EQ(settle_all().agent, "home");
}

TEST_F(SettingsTest, KeepsDataWhereUsersKeepIt) {
  EXPECT_EQ(settle_all().data_folder, "");
  environment_["HOME"] = "/users/ann";
  EXPECT_EQ(settle_all().data_folder, "/users/ann/.local/share/waggle");
  environment_["XDG_DATA_HOME"] = "/data";
  EXPECT_EQ(settle_all().data_folder, "/data/waggle");
}

TEST_F(SettingsTest, RefusesWhatIsWrong) {
  options_.database = "";
  EXPECT_FALSE(try_settle());
  options_.database = "x\xff";
  EXPECT_FALSE(try_settle());
  options_.database = "x";
  environment_["WAGGLE_AGENT"] = "\xff";
  EXPECT_FALSE(try_settle());
  environment_.clear();
  write_config("output = \"yaml\"\n");
  ASSERT_FALSE(try_settle());
  EXPECT_NE(try_settle().error().message().find("config file's output"), std::string::npos);
}

TEST(IsUrl, KnowsTheSchemes) {
  EXPECT_TRUE(is_url("libsql://a"));
  EXPECT_TRUE(is_url("http://127.0.0.1:8080"));
  EXPECT_FALSE(is_url("hive.db"));
  EXPECT_FALSE(is_url("/a/http://"));
}

}  // namespace
}  // namespace waggle::cli
