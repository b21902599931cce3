// index_encode.cc: from an index to bytes, see index_format.h.

#include <algorithm>
#include <cstring>
#include <vector>

#include "hnsw/checksum.h"
#include "hnsw/index_access.h"
#include "hnsw/index_format.h"
#include "hnsw/index_layout.h"

namespace waggle::hnsw {
namespace {

std::span<const std::byte> bytes_of(const auto& value) { return std::as_bytes(std::span(&value, 1)); }

// Collects bytes into blocks, and notes the checksum of each block that it passes on.
class BlockWriter {
 public:
  explicit BlockWriter(Sink sink) : sink_(sink) { block_.reserve(kIndexBlockBytes); }

  Status write(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
      const std::size_t part = std::min(bytes.size(), kIndexBlockBytes - block_.size());
      block_.insert(block_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(part));
      bytes = bytes.subspan(part);
      if (block_.size() == kIndexBlockBytes) WAGGLE_TRY(pass_on());
    }
    return {};
  }
  // Zeros up to that place of the file.
  Status pad_to(std::uint64_t place) {
    const std::vector<std::byte> zeros(place - kIndexHeaderBytes - passed_ - block_.size());
    return write(zeros);
  }
  // The last block, the checksums of all, and the checksum of those.
  Status finish() {
    if (!block_.empty()) WAGGLE_TRY(pass_on());
    const std::span<const std::byte> table = std::as_bytes(std::span(checksums_));
    const std::uint64_t own = xxh64(table);
    WAGGLE_TRY(sink_(table));
    return sink_(bytes_of(own));
  }

 private:
  Status pass_on() {
    checksums_.push_back(xxh64(block_));
    passed_ += block_.size();
    WAGGLE_TRY(sink_(block_));
    block_.clear();
    return {};
  }

  Sink sink_;
  std::vector<std::byte> block_;
  std::vector<std::uint64_t> checksums_;
  std::uint64_t passed_ = 0;
};

Status write_header(const IndexHeader& header, Sink sink) {
  std::vector<std::byte> page(kIndexHeaderBytes);
  std::memcpy(page.data(), &header, sizeof(header));
  const std::uint64_t checksum = header_checksum(page);
  std::memcpy(page.data() + kIndexHeaderBytes - sizeof(checksum), &checksum, sizeof(checksum));
  return sink(page);
}

// Live nodes under new numbers without gaps: a file never holds what was deleted.
class Numbering {
 public:
  explicit Numbering(const GraphNodes& nodes) : new_number_(nodes.count(), kNoSlot) {
    for (Slot slot = 0; slot < nodes.count(); ++slot) {
      if (!nodes.is_live(slot)) continue;
      new_number_[slot] = static_cast<Slot>(live_.size());
      live_.push_back(slot);
      upper_count_ += nodes.level(slot);
    }
  }

  const std::vector<Slot>& live() const { return live_; }
  std::uint32_t upper_count() const { return upper_count_; }
  Slot number(Slot slot) const { return slot == kNoSlot ? kNoSlot : new_number_[slot]; }

 private:
  std::vector<Slot> new_number_;
  std::vector<Slot> live_;
  std::uint32_t upper_count_ = 0;
};

Status write_list(const Links& links, const Numbering& numbering, BlockWriter& writer) {
  std::vector<Slot> numbers;
  links.for_each([&](Slot to) {
    if (const Slot number = numbering.number(to); number != kNoSlot) numbers.push_back(number);
  });
  numbers.resize(links.capacity(), kNoSlot);
  return writer.write(std::as_bytes(std::span(numbers)));
}

Status write_nodes(const GraphNodes& nodes, const Numbering& numbering, BlockWriter& writer) {
  std::uint32_t upper = 0;
  for (const Slot slot : numbering.live()) {
    const auto level = static_cast<std::uint8_t>(nodes.level(slot));
    const Node node{.label = nodes.label(slot),
                    .upper = level > 0 ? upper : kNoSlot,
                    .in_degree = static_cast<std::uint16_t>(nodes.in_degree(slot)),
                    .level = level,
                    .state = NodeState::kLive};
    upper += level;
    WAGGLE_TRY(writer.write(bytes_of(node)));
  }
  return {};
}

}  // namespace

Status encode_index(GraphIndex& index, const IndexMark& mark, Sink sink) {
  index.consolidate();
  IndexAccess access(index);
  const GraphNodes& nodes = access.nodes();
  const Numbering numbering(nodes);
  const auto count = static_cast<std::uint32_t>(numbering.live().size());
  const Entry entry = access.entry();
  const IndexLayout layout = layout_of(index.options(), count, numbering.upper_count());
  WAGGLE_TRY(write_header(header_of(index.options(), count, numbering.upper_count(), {numbering.number(entry.slot), entry.level}, mark), sink));
  BlockWriter writer(sink);
  WAGGLE_TRY(write_nodes(nodes, numbering, writer));
  WAGGLE_TRY(writer.pad_to(layout.base));
  for (const Slot slot : numbering.live()) WAGGLE_TRY(write_list(nodes.base_links(slot), numbering, writer));
  WAGGLE_TRY(writer.pad_to(layout.upper));
  for (const Slot slot : numbering.live()) {
    for (unsigned level = 1; level <= nodes.level(slot); ++level) WAGGLE_TRY(write_list(nodes.links(slot, level), numbering, writer));
  }
  WAGGLE_TRY(writer.pad_to(layout.rows));
  for (const Slot slot : numbering.live()) WAGGLE_TRY(writer.write({nodes.row(slot), nodes.rows().row_bytes()}));
  WAGGLE_TRY(writer.pad_to(layout.originals));
  if (const RowTable* originals = access.originals(); originals != nullptr) {
    for (const Slot slot : numbering.live()) WAGGLE_TRY(writer.write({originals->row(slot), originals->row_bytes()}));
  }
  WAGGLE_TRY(writer.pad_to(layout.checksums));
  return writer.finish();
}

void rewrite_checksums(std::span<std::byte> bytes) {
  if (bytes.size() < kIndexHeaderBytes) return;
  const std::uint64_t of_header = header_checksum(bytes);
  std::memcpy(bytes.data() + kIndexHeaderBytes - sizeof(of_header), &of_header, sizeof(of_header));
  // The table is as long as the blocks before it need: 8 bytes each, and 8 for its own checksum.
  const std::size_t body = bytes.size() - kIndexHeaderBytes;
  for (std::size_t blocks = 0; blocks * sizeof(std::uint64_t) + sizeof(std::uint64_t) <= body; ++blocks) {
    const std::size_t covered = body - (blocks + 1) * sizeof(std::uint64_t);
    if ((covered + kIndexBlockBytes - 1) / kIndexBlockBytes != blocks) continue;
    std::byte* table = bytes.data() + kIndexHeaderBytes + covered;
    for (std::size_t i = 0; i < blocks; ++i) {
      const std::size_t begin = i * kIndexBlockBytes;
      const std::uint64_t checksum = xxh64(bytes.subspan(kIndexHeaderBytes + begin, std::min(kIndexBlockBytes, covered - begin)));
      std::memcpy(table + i * sizeof(checksum), &checksum, sizeof(checksum));
    }
    const std::uint64_t own = xxh64({table, blocks * sizeof(std::uint64_t)});
    std::memcpy(table + blocks * sizeof(own), &own, sizeof(own));
    return;
  }
}

}  // namespace waggle::hnsw
