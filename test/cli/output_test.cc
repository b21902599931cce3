// output_test.cc: the three forms of an answer.

#include "cli/output.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <iterator>

#include "support/temp_dir.h"

namespace waggle::cli {
namespace {

class OutputTest : public testing::Test {
 protected:
  OutputTest() : descriptor_(::open(folder_.file("out").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)) {}
  ~OutputTest() override { ::close(descriptor_); }

  std::string written() const {
    std::ifstream stream(folder_.file("out"));
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  std::string list(Format format, std::optional<std::string> next) {
    Output output(descriptor_, {.format = format});
    const std::vector<Record> records = {Record().integer("n", 1).text("t", "a"), Record().integer("n", 2).text("t", "b")};
    EXPECT_TRUE(output.list({records, std::move(next), kColumns}));
    EXPECT_EQ(written(), "");  // nothing before the end
    EXPECT_TRUE(output.flush());
    return written();
  }

  static constexpr auto kColumns = std::to_array<std::string_view>({"t"});
  test::TempDir folder_;
  int descriptor_;
};

TEST_F(OutputTest, ListsAsJson) {
  EXPECT_EQ(list(Format::kJson, "c1"), "{\"items\":[{\"n\":1,\"t\":\"a\"},{\"n\":2,\"t\":\"b\"}],\"next\":\"c1\"}\n");
}
TEST_F(OutputTest, ListsTheLastPageAsJson) { EXPECT_TRUE(list(Format::kJson, std::nullopt).ends_with(",\"next\":null}\n")); }
TEST_F(OutputTest, ListsAsJsonl) { EXPECT_EQ(list(Format::kJsonl, std::nullopt), "{\"n\":1,\"t\":\"a\"}\n{\"n\":2,\"t\":\"b\"}\n"); }
TEST_F(OutputTest, ListsAsTable) { EXPECT_EQ(list(Format::kTable, std::nullopt), "t\na\nb\n"); }

TEST_F(OutputTest, ShowsOneObject) {
  Output output(descriptor_, {.format = Format::kJson});
  ASSERT_TRUE(output.object(Record().integer("n", 1)));
  ASSERT_TRUE(output.flush());
  EXPECT_EQ(written(), "{\"n\":1}\n");
}

TEST_F(OutputTest, ForgetsWhatIsDiscarded) {
  Output output(descriptor_, {});
  ASSERT_TRUE(output.raw("half an answer"));
  output.discard();
  ASSERT_TRUE(output.flush());
  EXPECT_EQ(written(), "");
}

TEST_F(OutputTest, WritesInPiecesWhatIsLarge) {
  Output output(descriptor_, {});
  ASSERT_TRUE(output.raw(std::string(2 << 20, 'x')));
  EXPECT_EQ(written().size(), std::size_t{2} << 20);
}

TEST_F(OutputTest, RefusesDamagedDocuments) {
  Output output(descriptor_, {.format = Format::kJson});
  const std::vector<Record> records = {Record().json("value", Json("{"))};
  EXPECT_EQ(output.object(records.front()).error().code(), Code::kCorruption);
  EXPECT_EQ(output.list({records, std::nullopt, {}}).error().code(), Code::kCorruption);
}

}  // namespace
}  // namespace waggle::cli
