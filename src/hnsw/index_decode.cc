// index_decode.cc: from bytes to an index, see index_format.h.

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "base/mutex.h"
#include "hnsw/checksum.h"
#include "hnsw/index_access.h"
#include "hnsw/index_format.h"
#include "hnsw/index_layout.h"

namespace waggle::hnsw {
namespace {

constexpr std::size_t kNodesPerTask = 4096;

Error damaged(const std::string& what) { return {Code::kCorruption, "the index file is damaged: " + what, "delete the file; it is made anew"}; }

std::uint64_t load_u64(const std::byte* from) {
  std::uint64_t value = 0;
  std::memcpy(&value, from, sizeof(value));
  return value;
}

Result<IndexHeader> read_header(std::span<const std::byte> bytes) {
  if (bytes.size() < kIndexHeaderBytes) return damaged("it is shorter than its header");
  IndexHeader header;
  std::memcpy(&header, bytes.data(), sizeof(header));
  if (header.magic != kIndexMagic) return damaged("it does not begin as an index does");
  if (header.version != kIndexVersion) {
    return Error(Code::kUnsupported, "the index file is of version " + std::to_string(header.version), "delete the file; it is made anew");
  }
  if (load_u64(bytes.data() + kIndexHeaderBytes - sizeof(std::uint64_t)) != header_checksum(bytes)) return damaged("its header has another checksum");
  return header;
}

// Runs what may fail in parallel; one of the errors, if there is any.
Status try_all(std::size_t count, base::FunctionRef<Status(std::size_t)> task, ParallelFor parallel_for) {
  base::Mutex mutex;
  Status first;
  parallel_for(count, [&](std::size_t i) {
    Status status = task(i);
    if (status) return;
    const base::MutexLock lock(mutex);
    first = std::move(status);
  });
  return first;
}

// Each block is loaded and then summed up while the cache still has it.
Status load_blocks(std::span<std::byte> bytes, const IndexLayout& layout, Load load, ParallelFor parallel_for) {
  WAGGLE_TRY(load(layout.checksums, bytes.subspan(layout.checksums)));
  const std::span<const std::byte> table = bytes.subspan(layout.checksums, layout.blocks * sizeof(std::uint64_t));
  if (load_u64(table.data() + table.size()) != xxh64(table)) return damaged("the table of checksums has another checksum");
  const auto load_block = [&](std::size_t i) -> Status {
    const std::uint64_t begin = layout.nodes + i * kIndexBlockBytes;
    const std::span<std::byte> block = bytes.subspan(begin, std::min<std::uint64_t>(kIndexBlockBytes, layout.checksums - begin));
    WAGGLE_TRY(load(begin, block));
    if (load_u64(table.data() + i * sizeof(std::uint64_t)) != xxh64(block)) return damaged("block " + std::to_string(i) + " has another checksum");
    return {};
  };
  return try_all(layout.blocks, load_block, parallel_for);
}

// Nodes are all live, and their lists on higher levels follow each other.
Status check_nodes(std::span<const std::byte> bytes, const IndexHeader& header, const IndexLayout& layout) {
  std::uint32_t upper = 0;
  unsigned top = 0;
  for (Slot slot = 0; slot < header.count; ++slot) {
    Node node;
    std::memcpy(&node, bytes.data() + layout.nodes + std::uint64_t{slot} * sizeof(Node), sizeof(node));
    if (static_cast<std::uint8_t>(node.state) != static_cast<std::uint8_t>(NodeState::kLive) || node.level > kLevelMax)
      return damaged("a node has no state");
    if (node.upper != (node.level > 0 ? upper : kNoSlot) || node.level > header.upper_count - upper) return damaged("a node has lists of another");
    upper += node.level;
    top = std::max<unsigned>(top, node.level);
    if (slot == header.entry_slot && node.level != header.entry_level) return damaged("its entry is on another level");
  }
  if (upper != header.upper_count) return damaged("it has lists of no node");
  if (header.count == 0 ? header.entry_slot != kNoSlot : header.entry_slot >= header.count || header.entry_level != top)
    return damaged("its entry is no node");
  return {};
}

// Precondition: check_nodes. Neighbours exist, on that level, and are others; a list ends once.
Status check_links(const GraphNodes& nodes, Slot slot) {
  for (unsigned level = 0; level <= nodes.level(slot); ++level) {
    const Links links = nodes.links(slot, level);
    bool has_ended = false;
    for (std::uint32_t i = 0; i < links.capacity(); ++i) {
      const Slot to = links.get(i);
      if (to == kNoSlot) {
        has_ended = true;
      } else if (has_ended || to >= nodes.count() || to == slot || (level > 0 && nodes.level(to) < level)) {
        return damaged("a link leads nowhere");
      }
    }
  }
  return {};
}

Status check_all_links(const GraphNodes& nodes, ParallelFor parallel_for) {
  const auto check_some = [&](std::size_t task) -> Status {
    const std::size_t begin = task * kNodesPerTask;
    for (std::size_t slot = begin; slot < std::min<std::size_t>(nodes.count(), begin + kNodesPerTask); ++slot) {
      WAGGLE_TRY(check_links(nodes, static_cast<Slot>(slot)));
    }
    return {};
  };
  return try_all((nodes.count() + kNodesPerTask - 1) / kNodesPerTask, check_some, parallel_for);
}

}  // namespace

Result<DecodedIndex> decode_index(Memory bytes, ParallelFor parallel_for) {
  const auto is_there = [](std::uint64_t, std::span<std::byte>) -> Status { return {}; };
  return load_index(std::move(bytes), is_there, parallel_for);
}

Result<DecodedIndex> load_index(Memory memory, Load load, ParallelFor parallel_for) {
  const std::span<std::byte> bytes = memory.bytes();
  WAGGLE_TRY(load(0, bytes.first(std::min(bytes.size(), kIndexHeaderBytes))));
  WAGGLE_ASSIGN_OR_RETURN(const IndexHeader header, read_header(bytes));
  WAGGLE_ASSIGN_OR_RETURN(const GraphOptions options, options_of(header));
  const IndexLayout layout = layout_of(options, header.count, header.upper_count);
  if (header.file_bytes != layout.file_bytes || bytes.size() != layout.file_bytes) {
    return damaged("it has " + std::to_string(bytes.size()) + " bytes and should have " + std::to_string(layout.file_bytes));
  }
  WAGGLE_TRY(load_blocks(bytes, layout, load, parallel_for));
  WAGGLE_TRY(check_nodes(bytes, header, layout));
  WAGGLE_ASSIGN_OR_RETURN(std::unique_ptr<GraphIndex> index, GraphIndex::create(options));
  std::byte* data = memory.data();
  const GraphNodes::Parts parts{.nodes = data + layout.nodes,
                                .base = data + layout.base,
                                .upper = data + layout.upper,
                                .rows = data + layout.rows,
                                .count = header.count,
                                .upper_count = header.upper_count};
  IndexAccess access(*index);
  access.adopt(std::move(memory), parts, data + layout.originals);
  WAGGLE_TRY(check_all_links(access.nodes(), parallel_for));
  WAGGLE_TRY(access.adopt_labels({header.entry_slot, header.entry_level}, parallel_for));
  return DecodedIndex{std::move(index), {header.change, header.fingerprint}};
}

}  // namespace waggle::hnsw
