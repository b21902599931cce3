// page_checks_test.cc: checksums of pages: a file that has them is read, and one page in another's place is not.

#include "engine/page_checks.h"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>

#include "support/files.h"
#include "support/temp_dir.h"

namespace waggle::engine {
namespace {

class PageChecksTest : public testing::Test {
 protected:
  struct Open {
    std::unique_ptr<PageChecks> checks = std::make_unique<PageChecks>();
    std::unique_ptr<Connection> connection;
  };
  Open open() const {
    Open opened;
    const auto deadline = base::Deadline::after(std::chrono::seconds(10));
    opened.connection = Connection::open(path_, {.access = Access::kCreate, .durability = Durability::kOff}, deadline).value();
    EXPECT_TRUE(opened.checks->install(*opened.connection));
    return opened;
  }

  test::TempDir dir_;
  std::string path_ = dir_.file("checked.db");
};

TEST_F(PageChecksTest, LeaveAFileThatCanBeRead) {
  {
    const Open first = open();
    ASSERT_TRUE(first.connection->execute("CREATE TABLE t(n)"));
    ASSERT_TRUE(first.connection->execute("INSERT INTO t VALUES(5)"));
  }
  EXPECT_EQ(std::filesystem::file_size(path_) % PageChecks::kPageBytes, 0U);
  const Open again = open();
  EXPECT_EQ(again.connection->query_integer("SELECT n FROM t").value(), 5);
}

TEST_F(PageChecksTest, NoticePagesThatChangedPlaces) {
  {
    const Open first = open();
    ASSERT_TRUE(first.connection->execute("CREATE TABLE a(n)"));
    ASSERT_TRUE(first.connection->execute("CREATE TABLE b(n)"));
  }
  std::string bytes = test::read_file(path_);
  ASSERT_EQ(bytes.size(), 3U * PageChecks::kPageBytes);
  const std::string second = bytes.substr(PageChecks::kPageBytes, PageChecks::kPageBytes);
  bytes.replace(PageChecks::kPageBytes, PageChecks::kPageBytes, bytes.substr(2 * PageChecks::kPageBytes));
  bytes.replace(2 * PageChecks::kPageBytes, PageChecks::kPageBytes, second);
  std::ofstream(path_, std::ios::binary | std::ios::trunc) << bytes;
  const Open again = open();
  EXPECT_EQ(again.connection->query_integer("SELECT count(*) FROM a").error().code(), Code::kCorruption);
}

}  // namespace
}  // namespace waggle::engine
