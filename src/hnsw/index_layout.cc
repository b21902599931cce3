// index_layout.cc: see index_layout.h.

#include "hnsw/index_layout.h"

#include "hnsw/checksum.h"
#include "hnsw/index_format.h"
#include "hnsw/row_codec.h"

namespace waggle::hnsw {
namespace {

// Parts begin at multiples of a page, so that mapped rows lie on cache lines.
constexpr std::uint64_t kPartAlignment = 4096;

std::uint64_t aligned(std::uint64_t at) { return (at + kPartAlignment - 1) / kPartAlignment * kPartAlignment; }

bool keeps_originals(const GraphOptions& options) { return options.originals == Originals::kKept && options.storage != Storage::kF32; }

}  // namespace

IndexLayout layout_of(const GraphOptions& options, std::uint32_t count, std::uint32_t upper_count) {
  const std::uint64_t list_bytes = options.connectivity * sizeof(Slot);
  const std::uint64_t row_bytes = RowCodec(options.metric, options.storage, options.dimensions).row_bytes();
  const std::uint64_t original_bytes = keeps_originals(options) ? RowCodec(options.metric, Storage::kF32, options.dimensions).row_bytes() : 0;
  IndexLayout layout;
  layout.nodes = kIndexHeaderBytes;
  layout.base = aligned(layout.nodes + std::uint64_t{count} * sizeof(Node));
  layout.upper = aligned(layout.base + std::uint64_t{count} * 2 * list_bytes);
  layout.rows = aligned(layout.upper + std::uint64_t{upper_count} * list_bytes);
  layout.originals = aligned(layout.rows + std::uint64_t{count} * row_bytes);
  layout.checksums = aligned(layout.originals + std::uint64_t{count} * original_bytes);
  layout.blocks = (layout.checksums - layout.nodes + kIndexBlockBytes - 1) / kIndexBlockBytes;
  layout.file_bytes = layout.checksums + (layout.blocks + 1) * sizeof(std::uint64_t);
  return layout;
}

Result<GraphOptions> options_of(const IndexHeader& header) {
  const Error wrong(Code::kCorruption, "the index file has a header that no index has", "delete the file; it is made anew");
  if (header.metric > static_cast<std::uint8_t>(Metric::kL2) || header.storage > static_cast<std::uint8_t>(Storage::kBinary) ||
      header.originals > static_cast<std::uint8_t>(Originals::kKept) || header.block_bytes != kIndexBlockBytes ||
      header.header_bytes != kIndexHeaderBytes || header.count > kSlotsMax || header.upper_count > std::uint64_t{header.count} * kLevelMax) {
    return wrong;
  }
  GraphOptions options{.dimensions = header.dimensions,
                       .metric = static_cast<Metric>(header.metric),
                       .storage = static_cast<Storage>(header.storage),
                       .originals = static_cast<Originals>(header.originals),
                       .connectivity = header.connectivity,
                       .build_ef = header.build_ef,
                       .seed = header.seed};
  if (!options.validate()) return wrong;
  if (header.row_bytes != RowCodec(options.metric, options.storage, options.dimensions).row_bytes()) return wrong;
  return options;
}

IndexHeader header_of(const GraphOptions& options, std::uint32_t count, std::uint32_t upper_count, Entry entry, const IndexMark& mark) {
  IndexHeader header{};
  header.magic = kIndexMagic;
  header.version = kIndexVersion;
  header.header_bytes = kIndexHeaderBytes;
  header.file_bytes = layout_of(options, count, upper_count).file_bytes;
  header.change = mark.change;
  header.fingerprint = mark.fingerprint;
  header.dimensions = static_cast<std::uint32_t>(options.dimensions);
  header.metric = static_cast<std::uint8_t>(options.metric);
  header.storage = static_cast<std::uint8_t>(options.storage);
  header.originals = static_cast<std::uint8_t>(options.originals);
  header.connectivity = static_cast<std::uint32_t>(options.connectivity);
  header.build_ef = static_cast<std::uint32_t>(options.build_ef);
  header.seed = options.seed;
  header.count = count;
  header.upper_count = upper_count;
  header.entry_slot = entry.slot;
  header.entry_level = entry.level;
  header.row_bytes = static_cast<std::uint32_t>(RowCodec(options.metric, options.storage, options.dimensions).row_bytes());
  header.block_bytes = kIndexBlockBytes;
  return header;
}

std::uint64_t header_checksum(std::span<const std::byte> page) { return xxh64(page.first(kIndexHeaderBytes - sizeof(std::uint64_t))); }

}  // namespace waggle::hnsw
