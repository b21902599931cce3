// hash_table_test.cc: against std::map, with hashes that collide.

#include "stores/hash_table.h"

#include <gtest/gtest.h>

#include <rapidcheck.h>
#include <map>
#include <memory>

namespace waggle::stores {
namespace {

TEST(HashTable, BehavesLikeAMap) {
  EXPECT_TRUE(rc::check("a hash table behaves like a map", [] {
    // Few homes, so that chains form, meet and go round the end.
    const auto hashes = *rc::gen::container<std::vector<std::uint64_t>>(
        rc::gen::map(rc::gen::inRange<std::uint64_t>(0, 40), [](std::uint64_t n) { return n % 5 * 1024 + 13 + n % 3; }));
    HashTable<std::uint64_t> table;
    std::map<std::uint64_t, std::uint64_t*> model;
    for (const std::uint64_t hash : hashes) {
      if (model.erase(hash) != 0) {
        table.erase(hash);
      } else {
        model[hash] = &table.insert(hash, std::make_unique<std::uint64_t>(hash));
      }
      RC_ASSERT(table.size() == model.size());
      for (const std::uint64_t any : hashes) {
        const auto wanted = model.find(any);
        RC_ASSERT(table.find(any) == (wanted == model.end() ? nullptr : wanted->second));
      }
    }
    for (const auto& [hash, thing] : model) RC_ASSERT(*thing == hash);
  }));
}

TEST(HashTable, GrowsAndKeepsThingsInPlace) {
  HashTable<std::uint64_t> table;
  EXPECT_EQ(table.find(0), nullptr);
  std::map<std::uint64_t, std::uint64_t*> model;
  for (std::uint64_t n = 0; n < 5000; ++n)
    model[n * 0x9e3779b97f4a7c15U] = &table.insert(n * 0x9e3779b97f4a7c15U, std::make_unique<std::uint64_t>(n));
  for (const auto& [hash, thing] : model) ASSERT_EQ(table.find(hash), thing);
  EXPECT_EQ(table.size(), 5000U);
}

}  // namespace
}  // namespace waggle::stores
