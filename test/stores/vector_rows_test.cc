// What the rows of vectors hold, when something else has written them.

#include "stores/vector_rows.h"

#include "support/store_fixture.h"

namespace waggle::test {
namespace {

using stores::check_vector;
using stores::read_embedding;

const Collection kDocs{.name = "docs", .dimensions = 2, .metric = Metric::kCosine, .model = std::nullopt, .count = 0, .created_at = {}};

TEST(VectorRows, AnEmbeddingOfAnotherLengthIsCorruption) {
  const std::vector<float> numbers = {1, 2, 3};
  const auto bytes = std::as_bytes(std::span(numbers));
  EXPECT_EQ(read_embedding(bytes.first(8), kDocs).value(), (std::vector<float>{1, 2}));
  for (const std::size_t size : {0U, 4U, 7U, 12U}) EXPECT_EQ(read_embedding(bytes.first(size), kDocs).error().code(), Code::kCorruption) << size;
}

TEST(VectorRows, ACheckNamesWhatItChecks) {
  const std::vector<float> numbers = {1, 2, 3};
  const Status refused = check_vector("the query", numbers, kDocs);
  EXPECT_EQ(refused.error().message(), "the query has 3 dimensions, the collection \"docs\" has 2");
  EXPECT_TRUE(check_vector("the query", std::span(numbers).first(2), kDocs));
}

using VectorRowsTest = StoreTest;

TEST_F(VectorRowsTest, AMetricThatDoesNotExistIsCorruption) {
  const stores::Scope scope = db_.as("");
  VectorStore(scope).create({.name = "docs", .dimensions = 2}).value();
  scope
      .write([](stores::Writing& writing) -> Status {
        return writing.sql.execute("UPDATE collections SET metric = 'taxi'", {}).has_value() ? Status() : Error(Code::kInternal, "not written");
      })
      .value();
  EXPECT_EQ(VectorStore(scope).get("docs").error().code(), Code::kCorruption);
}

}  // namespace
}  // namespace waggle::test
