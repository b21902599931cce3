// index_file_test.cc: an index on disk: saved, opened, damaged, and written by one at a time.

#include "hnsw/index_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "hnsw/index_fixture.h"
#include "support/temp_dir.h"

namespace waggle::hnsw {
namespace {

using test::index_of;
using test::RandomVectors;
using test::TempDir;

constexpr GraphOptions kOptions = {.dimensions = 8, .storage = Storage::kInt8};

TEST(IndexFile, IsOpenedAsItWasSaved) {
  const TempDir folder;
  const std::string path = folder.file("app.db-hnsw");
  const auto writer = IndexWriter::open(path).value();
  const auto first = index_of(RandomVectors(51).vectors(300, 8), kOptions);
  ASSERT_TRUE(writer->save(*first, {.change = 17}).has_value());
  EXPECT_EQ(open_index(path)->mark.change, 17U);
  EXPECT_EQ(open_index(path)->index->size(), 300U);
  const auto second = index_of(RandomVectors(52).vectors(40, 8), kOptions);
  ASSERT_TRUE(writer->save(*second, {.change = 18}).has_value());
  EXPECT_EQ(open_index(path)->mark.change, 18U);
  EXPECT_EQ(open_index(path)->index->size(), 40U);
  EXPECT_FALSE(std::filesystem::exists(path + "-new"));
}

TEST(IndexFile, IsOpenedByThreadsAlike) {
  const TempDir folder;
  const std::string path = folder.file("index");
  const std::vector<test::Vector> vectors = RandomVectors(54).vectors(6000, 64);
  const auto index = index_of(vectors, {.dimensions = 64, .connectivity = 4, .build_ef = 8});
  ASSERT_TRUE(IndexWriter::open(path).value()->save(*index, {.change = 3}).has_value());
  const auto on_two = [](std::size_t count, base::FunctionRef<void(std::size_t)> task) { test::run_on_two(count, task); };
  const DecodedIndex opened = open_index(path, on_two).value();
  EXPECT_EQ(test::encoded(*opened.index), test::encoded(*index));
  EXPECT_EQ(opened.index->search(vectors[7], {.k = 1, .ef = 32}).value().matches[0].label, test::label_at(7));
  // One bit in the second block.
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(kIndexHeaderBytes + kIndexBlockBytes + 99));
  file.put('\x5A');
  file.close();
  EXPECT_EQ(open_index(path, on_two).error().code(), Code::kCorruption);
}

TEST(IndexFile, HasOneWriterAtATime) {
  const TempDir folder;
  const std::string path = folder.file("index");
  {
    const auto writer = IndexWriter::open(path).value();
    EXPECT_EQ(IndexWriter::open(path).error().code(), Code::kBusy);
    EXPECT_TRUE(IndexWriter::open(folder.file("other")).has_value());
  }
  EXPECT_TRUE(IndexWriter::open(path).has_value());
}

TEST(IndexFile, StaysOpenWhileItIsReplacedAndDeleted) {
  const TempDir folder;
  const std::string path = folder.file("index");
  const auto writer = IndexWriter::open(path).value();
  const auto index = index_of(RandomVectors(53).vectors(300, 8), kOptions);
  ASSERT_TRUE(writer->save(*index, {.change = 1}).has_value());
  const DecodedIndex opened = open_index(path).value();
  std::filesystem::resize_file(path, 100);  // as another program might
  EXPECT_EQ(opened.index->search(test::Vector(8, 1.0F), {}).value().matches.size(), 10U);
  EXPECT_EQ(open_index(path).error().code(), Code::kCorruption);
  ASSERT_TRUE(writer->save(*opened.index, {.change = 2}).has_value());
  EXPECT_EQ(open_index(path)->index->size(), 300U);
}

TEST(IndexFile, SaysWhyItCannotBeOpened) {
  const TempDir folder;
  EXPECT_EQ(open_index(folder.file("missing")).error().code(), Code::kNotFound);
  EXPECT_EQ(open_index(folder.path().string()).error().code(), Code::kInvalidArgument);
  std::ofstream(folder.file("text")) << "no index";
  EXPECT_EQ(open_index(folder.file("text")).error().code(), Code::kCorruption);
  std::filesystem::create_symlink(folder.file("text"), folder.file("link"));
  EXPECT_FALSE(open_index(folder.file("link")).has_value()) << "a link could lead anywhere";
  EXPECT_EQ(IndexWriter::open(folder.file("no/folder")).error().code(), Code::kNotFound);
}

TEST(IndexFile, AFailedSaveLeavesTheOldFile) {
  const TempDir folder;
  const std::string path = folder.file("index");
  const auto writer = IndexWriter::open(path).value();
  const auto index = index_of(RandomVectors(54).vectors(50, 8), kOptions);
  ASSERT_TRUE(writer->save(*index, {.change = 1}).has_value());
  std::filesystem::create_directory(path + "-new");  // in the way of the new file
  EXPECT_FALSE(writer->save(*index, {.change = 2}).has_value());
  EXPECT_EQ(open_index(path)->mark.change, 1U);
}

}  // namespace
}  // namespace waggle::hnsw
