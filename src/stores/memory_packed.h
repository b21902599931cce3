// memory_packed.h: a memory entry as the cache keeps it, all of its text in one piece of memory.

#ifndef WAGGLE_STORES_MEMORY_PACKED_H
#define WAGGLE_STORES_MEMORY_PACKED_H

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "waggle/memory.h"

namespace waggle::stores {

// A MemoryEntry takes about five allocations and 350 bytes besides its text. This takes 90, and its text lies where the owner has room for it: right
// behind, so that an entry that is found is read from one place instead of six.
class PackedMemory {
 public:
  // `text`: room for text_bytes(entry), which outlives this object. Borrowed.
  PackedMemory(const MemoryEntry& entry, char* text);

  bool has_key(const MemoryKey& key) const { return part(kKey) == key.key && part(kAgent) == key.agent_id; }
  std::string_view id() const { return part(kId); }

  // `out` must be as a MemoryEntry is at first.
  void unpack(MemoryEntry& out) const;

  // Memory that it takes besides the object itself.
  static std::size_t text_bytes(const MemoryEntry& entry);

  std::int64_t access_count = 0;

 private:
  enum Part : std::uint8_t { kKey, kAgent, kId, kValue, kMetadata, kWriter, kParts };

  std::string_view part(Part which) const {
    const std::uint32_t begin = which == 0 ? 0 : ends_[which - 1];
    return {text_ + begin, ends_[which] - begin};
  }

  const char* text_;
  std::uint32_t ends_[kParts] = {};  // of each part in text_: limits far below 4 GiB hold for all of them
  bool has_metadata_ = false;
  bool has_writer_ = false;
  bool has_expiry_ = false;
  bool has_ttl_ = false;
  Timestamp created_at_;
  Timestamp updated_at_;
  Timestamp expires_at_;
  Duration ttl_{};
  std::int64_t version_ = 0;
};

}  // namespace waggle::stores

#endif  // WAGGLE_STORES_MEMORY_PACKED_H
