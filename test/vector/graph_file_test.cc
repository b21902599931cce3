// A file is worth what its mark says, and nothing when anything is wrong with it.

#include "vector/graph_file.h"

#include <filesystem>

#include "support/files.h"
#include "support/store_fixture.h"
#include "waggle/vectors.h"

namespace waggle::vector {
namespace {

class GraphFileTest : public test::StoreTest {
 protected:
  GraphFileTest() {
    vectors_.create({.name = "c", .dimensions = 1, .metric = Metric::kL2}).value();
    for (int i = 1; i <= 20; ++i) {
      vectors_.in("c").upsert({.id = std::to_string(i), .embedding = {static_cast<float>(i)}}).value();
      graph_->insert(static_cast<std::uint64_t>(i), std::vector<float>{static_cast<float>(i)}).value();
    }
  }

  std::optional<hnsw::IndexMark> mark(std::int64_t change, std::int64_t seq = 1) {
    std::optional<hnsw::IndexMark> mark;
    read([&](sql::Reader& reader) -> Status {
      WAGGLE_ASSIGN_OR_RETURN(mark, mark_of(reader, change, seq, options_));
      return {};
    });
    return mark;
  }
  bool opens(const GraphFile& file, const IndexOptions& options) {
    bool opens = false;
    read([&](sql::Reader& reader) -> Status {
      WAGGLE_ASSIGN_OR_RETURN(const auto opened, file.open(reader, options));
      opens = opened.has_value();
      return {};
    });
    return opens;
  }
  void read(base::FunctionRef<Status(sql::Reader&)> work) { db_.engine().read(base::Deadline::after(std::chrono::seconds(10)), work).value(); }

  VectorStore vectors_{scope_};
  IndexOptions options_{.dimensions = 1, .metric = hnsw::Metric::kL2, .kind = IndexKind::kHnsw};
  std::unique_ptr<hnsw::GraphIndex> graph_ = hnsw::GraphIndex::create(options_.graph()).value();
  GraphFile file_{db_.path(), 1};
};

TEST_F(GraphFileTest, ComesBackToItsCollection) {
  EXPECT_FALSE(file_.exists());
  EXPECT_FALSE(opens(file_, options_));
  file_.save(*graph_, *mark(20)).value();
  EXPECT_TRUE(file_.exists());
  EXPECT_TRUE(opens(file_, options_));
  file_.remove();
  EXPECT_FALSE(file_.exists());
}

TEST_F(GraphFileTest, IsNothingToAnotherCollectionHistoryOrKind) {
  file_.save(*graph_, *mark(20)).value();
  IndexOptions other = options_;
  other.generation = 1;
  EXPECT_FALSE(opens(file_, other));
  other = options_;
  other.build_ef += 1;
  EXPECT_FALSE(opens(file_, other));
  other = options_;
  other.storage = hnsw::Storage::kInt8;
  EXPECT_FALSE(opens(file_, other));
  const GraphFile of_another(db_.path(), 2);
  std::filesystem::copy(file_.path(), of_another.path());
  EXPECT_FALSE(opens(of_another, options_));
  file_.save(*graph_, {.change = 20, .fingerprint = mark(20)->fingerprint + 1}).value();
  EXPECT_FALSE(opens(file_, options_));
  file_.save(*graph_, {.change = 4711, .fingerprint = mark(20)->fingerprint}).value();
  EXPECT_FALSE(opens(file_, options_));
}

TEST_F(GraphFileTest, AMarkIsOfOneChangeOfOneLog) {
  EXPECT_EQ(mark(20)->change, 20U);
  EXPECT_EQ(mark(20)->fingerprint, mark(20)->fingerprint);
  EXPECT_NE(mark(20)->fingerprint, mark(19)->fingerprint);
  EXPECT_NE(mark(20)->fingerprint, mark(20, 2)->fingerprint);
  EXPECT_FALSE(mark(0));
  EXPECT_FALSE(mark(4711));
}

TEST_F(GraphFileTest, IsNothingWhenItIsDamaged) {
  file_.save(*graph_, *mark(20)).value();
  const std::string bytes = test::read_file(file_.path());
  test::write_file(file_.path(), bytes.substr(0, bytes.size() / 2));
  EXPECT_FALSE(opens(file_, options_));
  std::string flipped = bytes;
  flipped[5000] = static_cast<char>(flipped[5000] ^ 1);
  test::write_file(file_.path(), flipped);
  EXPECT_FALSE(opens(file_, options_));
  test::write_file(file_.path(), "");
  EXPECT_FALSE(opens(file_, options_));
  test::write_file(file_.path(), bytes);
  EXPECT_TRUE(opens(file_, options_));
}

TEST_F(GraphFileTest, WithoutADatabaseFileThereIsNone) {
  const GraphFile none("", 1);
  EXPECT_FALSE(none.exists());
  none.save(*graph_, *mark(20)).value();
  EXPECT_FALSE(opens(none, options_));
  none.remove();
}

}  // namespace
}  // namespace waggle::vector
