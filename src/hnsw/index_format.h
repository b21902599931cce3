// index_format.h: an index as bytes. docs/formats/hnsw.md describes them one by one.
//
// Decoding is a pure function of the bytes. Every count in them is checked against the bytes that are there before anything is allocated or read by
// it, every block against its checksum, and every link against the number of nodes: whatever the bytes are, they are refused or make an index that
// can be searched and changed.

#ifndef WAGGLE_HNSW_INDEX_FORMAT_H
#define WAGGLE_HNSW_INDEX_FORMAT_H

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/function_ref.h"
#include "base/result.h"
#include "hnsw/graph_index.h"
#include "hnsw/memory.h"

namespace waggle::hnsw {

inline constexpr std::uint32_t kIndexVersion = 1;
inline constexpr std::size_t kIndexHeaderBytes = 4096;
inline constexpr std::size_t kIndexBlockBytes = std::size_t{1} << 20U;

// What an index is of. Neither means anything here: they are kept for whoever saved it.
struct IndexMark {
  std::uint64_t change = 0;       // the number of the last change that it reflects: what follows in the change log is still to be applied
  std::uint64_t fingerprint = 0;  // of what it was made from, so that an index of something else is not taken for this one's
};

struct DecodedIndex {
  std::unique_ptr<GraphIndex> index;
  IndexMark mark;
};

// The index lives in these bytes from then on, and changes them. corruption for bytes that are no whole index, unsupported for a later version.
Result<DecodedIndex> decode_index(Memory bytes, ParallelFor parallel_for = kInOrder);
// Likewise, of memory that `load` fills, each part once, just before it is looked at; several threads may load at once.
using Load = base::FunctionRef<Status(std::uint64_t at, std::span<std::byte> into)>;
Result<DecodedIndex> load_index(Memory memory, Load load, ParallelFor parallel_for);

// Passes on the bytes of the index, piece by piece, without its deleted nodes. Changes wait meanwhile, searches do not.
using Sink = base::FunctionRef<Status(std::span<const std::byte>)>;
Status encode_index(GraphIndex& index, const IndexMark& mark, Sink sink);

// Writes the checksums of a header and of blocks anew, over whatever they are. For tests that damage files on purpose.
void rewrite_checksums(std::span<std::byte> bytes);

}  // namespace waggle::hnsw

#endif  // WAGGLE_HNSW_INDEX_FORMAT_H
