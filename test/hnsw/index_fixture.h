// index_fixture.h: small indexes of random vectors, a pool for builds, and an index as bytes, for the tests of the graph and of its file.

#ifndef WAGGLE_TEST_HNSW_INDEX_FIXTURE_H
#define WAGGLE_TEST_HNSW_INDEX_FIXTURE_H

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <thread>
#include <vector>

#include "hnsw/graph_index.h"
#include "hnsw/index_format.h"
#include "hnsw/memory.h"
#include "hnsw/random_vectors.h"

namespace waggle::test {

using hnsw::GraphIndex;
using hnsw::Match;
using Bytes = std::vector<std::byte>;

// Runs all tasks in order on the calling thread.
inline void run_in_order(std::size_t count, base::FunctionRef<void(std::size_t)> task) {
  for (std::size_t i = 0; i < count; ++i) task(i);
}

// Runs tasks on two threads.
inline void run_on_two(std::size_t count, base::FunctionRef<void(std::size_t)> task) {
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < count; i = next++) task(i);
  };
  std::thread other(work);
  work();
  other.join();
}

// Labels are 10 times the place of a vector, so that a label is never taken for a slot.
inline std::uint64_t label_at(std::size_t i) { return 10 * i; }

inline std::unique_ptr<GraphIndex> index_of(const std::vector<Vector>& vectors, const hnsw::GraphOptions& options) {
  std::unique_ptr<GraphIndex> index = GraphIndex::create(options).value();
  for (std::size_t i = 0; i < vectors.size(); ++i) index->insert(label_at(i), vectors[i]).value();
  return index;
}

inline std::vector<std::uint64_t> labels_of(const std::vector<Match>& matches) {
  std::vector<std::uint64_t> labels;
  for (const Match& match : matches) labels.push_back(match.label);
  return labels;
}

inline Bytes encoded(GraphIndex& index, std::uint64_t change = 0) {
  Bytes bytes;
  const auto append = [&](std::span<const std::byte> part) -> Status {
    bytes.insert(bytes.end(), part.begin(), part.end());
    return {};
  };
  hnsw::encode_index(index, {.change = change, .fingerprint = ~change}, append).value();
  return bytes;
}

inline Result<hnsw::DecodedIndex> decoded(std::span<const std::byte> bytes) {
  hnsw::Memory memory = hnsw::Memory::allocate(bytes.size()).value();
  if (!bytes.empty()) std::memcpy(memory.data(), bytes.data(), bytes.size());
  return hnsw::decode_index(std::move(memory));
}

}  // namespace waggle::test

#endif  // WAGGLE_TEST_HNSW_INDEX_FIXTURE_H
