// hnsw_index_fuzz.cc: whatever bytes an index file holds, they are refused or make an index that can be searched and changed. The checksums are mended
// first, or nothing would get behind them.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include "hnsw/index_format.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace waggle::hnsw;  // NOLINT(google-build-using-namespace): the one thing that is tested here
  waggle::Result<Memory> memory = Memory::allocate(size);
  if (!memory.has_value()) return 0;
  if (size > 0) std::memcpy(memory->data(), data, size);
  rewrite_checksums(memory->bytes());
  waggle::Result<DecodedIndex> decoded = decode_index(*std::move(memory));
  if (!decoded.has_value() || decoded->index->options().dimensions > 1'000) return 0;
  GraphIndex& index = *decoded->index;
  const std::vector<float> query(index.options().dimensions, 0.25F);
  const auto some = [](std::uint64_t label) { return label % 2 == 0; };
  (void)index.search(query, {.k = 5, .ef = 8});
  (void)index.search(query, {.k = 5, .predicate = some});
  (void)index.search_range(query, {.radius = 1, .limit = 10});
  (void)index.insert(1, query);
  (void)index.remove(10);
  index.consolidate();
  (void)index.validate();
  return 0;
}
