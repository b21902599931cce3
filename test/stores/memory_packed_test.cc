// memory_packed_test.cc: entries come out of the cache as they went in.

#include "stores/memory_packed.h"

#include <gtest/gtest.h>

#include <string>

namespace waggle::stores {
namespace {

MemoryEntry full_entry() {
  MemoryEntry entry;
  entry.id = "0190-id";
  entry.agent_id = "ann";
  entry.key = "plan/of a length that no short string has";
  entry.value = Json(R"({"steps":["one","two"]})");
  entry.metadata = Json(R"({"source":"meeting"})");
  entry.created_at = Timestamp(Duration(1));
  entry.updated_at = Timestamp(Duration(2));
  entry.expires_at = Timestamp(Duration(3));
  entry.ttl = Duration(4);
  entry.version = 5;
  entry.access_count = 6;
  entry.writer = "bob";
  return entry;
}

// A packed entry with room for its text.
struct Packed {
  explicit Packed(const MemoryEntry& from) : text(PackedMemory::text_bytes(from), '\0'), entry(from, text.data()) {}
  std::string text;
  PackedMemory entry;
};

MemoryEntry packed_and_unpacked(const MemoryEntry& entry) {
  const Packed packed(entry);
  MemoryEntry out;
  packed.entry.unpack(out);
  return out;
}

void expect_equal(const MemoryEntry& a, const MemoryEntry& b) {
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.agent_id, b.agent_id);
  EXPECT_EQ(a.key, b.key);
  EXPECT_EQ(a.value, b.value);
  EXPECT_EQ(a.metadata, b.metadata);
  EXPECT_EQ(a.created_at, b.created_at);
  EXPECT_EQ(a.updated_at, b.updated_at);
  EXPECT_EQ(a.expires_at, b.expires_at);
  EXPECT_EQ(a.ttl, b.ttl);
  EXPECT_EQ(a.version, b.version);
  EXPECT_EQ(a.access_count, b.access_count);
  EXPECT_EQ(a.writer, b.writer);
}

TEST(MemoryPacked, GivesBackEveryField) {
  const MemoryEntry entry = full_entry();
  expect_equal(packed_and_unpacked(entry), entry);
}

TEST(MemoryPacked, TellsAbsentFromEmpty) {
  MemoryEntry entry = full_entry();
  entry.writer = "";
  entry.metadata.reset();
  entry.expires_at.reset();
  entry.ttl.reset();
  expect_equal(packed_and_unpacked(entry), entry);
  entry.writer.reset();
  expect_equal(packed_and_unpacked(entry), entry);
}

TEST(MemoryPacked, KeepsNulBytesAndLongValues) {
  MemoryEntry entry = full_entry();
  entry.key = std::string("a\0b", 3);
  entry.value = Json('"' + std::string(1 << 20, 'w') + '"');
  expect_equal(packed_and_unpacked(entry), entry);
}

TEST(MemoryPacked, KnowsItsKeyAndId) {
  const MemoryEntry entry = full_entry();
  const Packed packed(entry);
  EXPECT_TRUE(packed.entry.has_key({entry.agent_id, entry.key}));
  EXPECT_FALSE(packed.entry.has_key({entry.agent_id, "plan"}));
  EXPECT_FALSE(packed.entry.has_key({"annp", entry.key.substr(1)}));  // the same bytes, parted elsewhere
  EXPECT_EQ(packed.entry.id(), entry.id);
}

TEST(MemoryPacked, CountsTheBytesOfItsText) {
  const MemoryEntry entry = full_entry();
  EXPECT_EQ(PackedMemory::text_bytes(entry), entry.id.size() + entry.agent_id.size() + entry.key.size() + entry.value.text.size() +
                                                 entry.metadata->text.size() + entry.writer->size());
}

}  // namespace
}  // namespace waggle::stores
