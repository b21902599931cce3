// memory_space_test.cc: whose embeddings a database holds.

#include "vector/memory_space.h"

#include <limits>

#include "support/store_fixture.h"

namespace waggle::test {
namespace {

using vector::MemorySpace;

TEST_F(StoreTest, MemorySpaceIsReadAsItWasWritten) {
  for (const MemorySpace& space : {MemorySpace{.dimensions = 384, .metric = hnsw::Metric::kCosine, .model = "a \"model\""},
                                   MemorySpace{.dimensions = 2, .metric = hnsw::Metric::kL2, .model = std::nullopt}}) {
    std::optional<MemorySpace> before;
    const auto written = scope_.write([&](stores::Writing& writing) { return write_memory_space(writing.sql, space); });
    ASSERT_TRUE(written);
    const auto read = scope_.read([](stores::Reading& reading) { return vector::read_memory_space(reading.sql); });
    EXPECT_EQ(read.value(), space);
  }
}

TEST_F(StoreTest, MemorySpaceThatIsDamagedIsCorruption) {
  ASSERT_TRUE(scope_.write([](stores::Writing& writing) -> Status {
    WAGGLE_TRY(writing.sql.execute("INSERT INTO waggle_meta(name, value) VALUES('memory_embedding', '{\"dimensions\":-1}')", {}));
    return {};
  }));
  const auto read = scope_.read([](stores::Reading& reading) { return vector::read_memory_space(reading.sql); });
  EXPECT_EQ(read.error().code(), Code::kCorruption);
}

TEST(MemorySpace, NamesBothInARefusal) {
  const MemorySpace space{.dimensions = 2, .metric = hnsw::Metric::kCosine, .model = "bee-1"};
  const std::vector<float> fits = {1, 0};
  EXPECT_TRUE(check_in_space("it", std::nullopt, fits, space));
  EXPECT_TRUE(check_in_space("it", "bee-1", fits, space));
  const Error other = check_in_space("it", "wasp-2", fits, space).error();
  EXPECT_NE(other.message().find("wasp-2"), std::string::npos);
  EXPECT_NE(other.message().find("bee-1"), std::string::npos);
  const Error longer = check_in_space("it", std::nullopt, std::vector<float>{1, 0, 0}, space).error();
  EXPECT_NE(longer.message().find("3 dimensions"), std::string::npos);
  EXPECT_NE(longer.message().find("have 2"), std::string::npos);
  for (const float bad : {std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
    EXPECT_EQ(check_in_space("it", std::nullopt, std::vector<float>{1, bad}, space).error().code(), Code::kInvalidArgument);
  }
  EXPECT_EQ(check_in_space("it", std::nullopt, std::vector<float>{0, 0}, space).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(vector::check_embedding_bytes(7, space).error().code(), Code::kCorruption);
}

}  // namespace
}  // namespace waggle::test
