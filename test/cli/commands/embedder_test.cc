// `waggle embedder`.

#include "embed/tiny_model.h"

#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>

#include "cli/runner.h"
#include "support/files.h"

namespace waggle::test {
namespace {

class EmbedderCommand : public testing::Test {
 protected:
  EmbedderCommand() {
    runner_.environment["XDG_DATA_HOME"] = runner_.file("data");
    std::filesystem::create_directory(table());
    write_file(table() + "/t.safetensors", f32_table(kTinyTokens, 2, std::vector<float>(2 * kTinyTokens, 1)));
    write_file(table() + "/tokenizer.json", tiny_tokenizer());
  }
  std::string table() const { return runner_.file("table"); }
  std::string kept(const std::string& name) const { return runner_.file("data/waggle/embedders/" + name); }

  // The exit status of the built binary under these settings of the environment.
  int status_with(const std::string& settings, const std::string& words) const {
    const int status = std::system(("env XDG_DATA_HOME='" + runner_.file("data") + "' " + settings + " " + WAGGLE_BINARY + " " + words + " >'" +
                                    runner_.file("out") + "' 2>'" + runner_.file("err") + "'")
                                       .c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  Runner runner_;
};

constexpr const char* kBuiltIn = R"({"name":"hashing","model":"hashing-v1-384","dimensions":384,"bytes":0,"path":null})";

TEST_F(EmbedderCommand, ListsTheBuiltInOne) {
  std::string wanted = R"({"items":[)";
  wanted.append(kBuiltIn).append("],\"next\":null}\n");
  EXPECT_EQ(runner_.json({"embedder", "list"}), wanted);
  EXPECT_FALSE(std::filesystem::exists(runner_.file("data"))) << "looking makes nothing";
}

TEST_F(EmbedderCommand, TakesAFolder) {
  const std::string added = runner_.json({"embedder", "add", "mine", "--from", table()});
  const std::string model = Runner::field(added, "model");
  const auto bytes = file_bytes(kept("mine") + "/t.safetensors") + file_bytes(kept("mine") + "/tokenizer.json");
  EXPECT_EQ(added, "{\"name\":\"mine\",\"model\":\"" + model + "\",\"dimensions\":2,\"bytes\":" + std::to_string(bytes) + ",\"path\":\"" +
                       kept("mine") + "\"}\n");
  EXPECT_TRUE(model.starts_with("static-2-"));
  EXPECT_EQ(runner_.json({"embedder", "list"}),
            std::string("{\"items\":[") + kBuiltIn + "," + added.substr(0, added.size() - 1) + "],\"next\":null}\n");
  EXPECT_EQ(runner_.run({"embedder", "add", "mine", "--from", table()}).status, 7);
}

TEST_F(EmbedderCommand, SaysWhatItCannotAdd) {
  EXPECT_EQ(runner_.run({"embedder", "add", "hashing", "--from", table()}).status, 7);
  EXPECT_EQ(runner_.run({"embedder", "add", "mine", "--from", runner_.file("nowhere")}).status, 6);
  EXPECT_EQ(runner_.run({"embedder", "add", "../mine", "--from", table()}).status, 2);
  const Outcome unknown = runner_.run({"embedder", "add", "mine"});
  EXPECT_EQ(unknown.status, 6);
  EXPECT_NE(unknown.err.find("--from"), std::string::npos);
  write_file(table() + "/t.safetensors", "damaged");
  const Outcome damaged = runner_.run({"embedder", "add", "mine", "--from", table()});
  EXPECT_EQ(damaged.status, 1);
  EXPECT_NE(damaged.err.find(table() + "/t.safetensors"), std::string::npos) << damaged.err;
  EXPECT_FALSE(std::filesystem::exists(kept("mine")));
  runner_.environment.erase("XDG_DATA_HOME");
  EXPECT_EQ(runner_.run({"embedder", "list"}).status, 2);
}

TEST_F(EmbedderCommand, ListsWhatIsDamagedWithAWarning) {
  runner_.json({"embedder", "add", "mine", "--from", table()});
  write_file(kept("mine") + "/tokenizer.json", "{}");
  const Outcome listed = runner_.run({"embedder", "list", "-o", "jsonl"});
  EXPECT_EQ(listed.status, 0);
  EXPECT_NE(listed.out.find(R"({"name":"mine","model":null,"dimensions":null,)"), std::string::npos) << listed.out;
  EXPECT_NE(listed.err.find("warning: " + kept("mine") + "/tokenizer.json"), std::string::npos) << listed.err;
}

// What fetching needs is not there: each time the mend is named, and nothing is left behind.
TEST_F(EmbedderCommand, CannotFetchWithoutItsHelpers) {
  EXPECT_EQ(status_with("PATH=/nowhere", "embedder add wordllama"), 1);
  EXPECT_NE(runner_.content("err").find("no program python3 (unsupported)"), std::string::npos) << runner_.content("err");
  EXPECT_EQ(status_with("PIP_NO_INDEX=1 PIP_FIND_LINKS= PIP_CONFIG_FILE=/dev/null", "embedder add wordllama"), 1);
  EXPECT_NE(runner_.content("err").find("--from DIR"), std::string::npos) << runner_.content("err");
  EXPECT_EQ(status_with("", "embedder add wordllama --timeout 1ms"), 124);
  EXPECT_TRUE(std::filesystem::is_empty(runner_.file("data/waggle/embedders")));
}

}  // namespace
}  // namespace waggle::test
