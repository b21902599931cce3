// The table that is fetched, held against the vectors that its own package makes. Skipped with the reason where it cannot be fetched, and without the
// texts; test/embed/wordllama_golden.py makes the golden file, and compares it with the package anew.

#include "cli/wordllama.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <numeric>

#include "base/json_document.h"
#include "cli/runner.h"
#include "embed/token_table.h"
#include "support/files.h"
#include "waggle/embedder.h"

namespace waggle::test {
namespace {

std::string fixtures() {
  const char* const elsewhere = std::getenv("WAGGLE_FIXTURES");
  return elsewhere != nullptr ? elsewhere : WAGGLE_SOURCE_DIR "/../shared/fixtures";
}

std::string unzipped(const std::string& path) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(("gzip -dc '" + path + "'").c_str(), "r"), ::pclose);
  std::string text;
  char bytes[65536];
  while (const std::size_t got = std::fread(bytes, 1, sizeof(bytes), pipe.get())) text.append(bytes, got);
  return text;
}

// The member "text" of each line.
std::vector<std::string> read_texts(const std::string& path) {
  std::istringstream lines(unzipped(path));
  std::vector<std::string> texts;
  for (std::string line; std::getline(lines, line);) {
    const auto document = base::JsonDocument::parse(line).value();
    texts.emplace_back(document.root().find("text")->text().value());
  }
  return texts;
}

class SlowWordllama : public testing::Test {
 protected:
  // Fetched once for all tests.
  static void SetUpTestSuite() {
    runner_ = std::make_unique<Runner>();
    runner_->environment["XDG_DATA_HOME"] = runner_->file("data");
    added_ = runner_->run({"embedder", "add", "wordllama", "-o", "json"});
  }
  static void TearDownTestSuite() { runner_.reset(); }

  void SetUp() override {
    if (added_.status == 0) return;
    ASSERT_TRUE(added_.err.find("\"io\"") != std::string::npos || added_.err.find("\"unsupported\"") != std::string::npos) << added_.err;
    ASSERT_TRUE(added_.err.find("python3") != std::string::npos || added_.err.find("pip cannot fetch") != std::string::npos) << added_.err;
    GTEST_SKIP() << "the table cannot be fetched: " << added_.err;
  }

  static std::unique_ptr<Embedder> open() { return open_static_embedder(Runner::field(added_.out, "path")).value(); }

  static inline std::unique_ptr<Runner> runner_;
  static inline Outcome added_;
};

TEST_F(SlowWordllama, IsTheTableThatIsMeant) {
  const auto embedder = open();
  EXPECT_EQ(embedder->model(), "static-256-89e115c031a99a19");
  EXPECT_EQ(embedder->dimensions(), 256);
  EXPECT_NE(read_file(Runner::field(added_.out, "path") + "/LICENSE").find("MIT License"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(Runner::field(added_.out, "path") + "/downloads"));
}

TEST_F(SlowWordllama, EmbedsAsThePackageDoes) {
  const std::string path = fixtures() + "/vectors/queries.jsonl.gz";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "there are no texts " << path << "; WAGGLE_FIXTURES names another folder of fixtures";
  const std::vector<std::string> texts = read_texts(path);
  const std::string golden = read_file(WAGGLE_SOURCE_DIR "/test/embed/wordllama_golden.f16");
  ASSERT_EQ(texts.size(), 1000U);
  ASSERT_EQ(golden.size(), texts.size() * 256 * 2);
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  const std::vector<float> rows = open()->embed(views).value();
  ASSERT_EQ(rows.size(), texts.size() * 256);
  float worst = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::uint16_t half = 0;
    std::memcpy(&half, &golden[i * 2], sizeof(half));
    worst = std::max(worst, std::abs(rows[i] - embed::float_of_half(half)));
  }
  EXPECT_LT(worst, 1e-3F);
  RecordProperty("worst", std::to_string(worst));
}

TEST_F(SlowWordllama, KnowsMeaning) {
  const auto embedder = open();
  const auto likeness = [&](std::string_view a, std::string_view b) {
    const auto left = embedder->embed_one(a).value();
    const auto right = embedder->embed_one(b).value();
    return std::inner_product(left.begin(), left.end(), right.begin(), 0.0);
  };
  EXPECT_GT(likeness("a car on the road", "an automobile in the street"), likeness("a car on the road", "a card on the table") + 0.1);
  EXPECT_TRUE(embedder->embed_one("\U0001f41d")) << "by its bytes";
  EXPECT_FALSE(embedder->embed_one(""));
}

}  // namespace
}  // namespace waggle::test
