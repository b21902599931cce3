// memory_packed.cc: see memory_packed.h.

#include "stores/memory_packed.h"

#include <cstring>

namespace waggle::stores {
namespace {

std::string_view text_of(const std::optional<Json>& json) { return json ? std::string_view(json->text) : std::string_view(); }
std::string_view text_of(const std::optional<std::string>& text) { return text ? std::string_view(*text) : std::string_view(); }

}  // namespace

std::size_t PackedMemory::text_bytes(const MemoryEntry& entry) {
  return entry.key.size() + entry.agent_id.size() + entry.id.size() + entry.value.text.size() + text_of(entry.metadata).size() +
         text_of(entry.writer).size();
}

PackedMemory::PackedMemory(const MemoryEntry& entry, char* text)
    : access_count(entry.access_count),
      text_(text),
      has_metadata_(entry.metadata.has_value()),
      has_writer_(entry.writer.has_value()),
      has_expiry_(entry.expires_at.has_value()),
      has_ttl_(entry.ttl.has_value()),
      created_at_(entry.created_at),
      updated_at_(entry.updated_at),
      expires_at_(entry.expires_at.value_or(Timestamp())),
      ttl_(entry.ttl.value_or(Duration())),
      version_(entry.version) {
  const std::string_view parts[kParts] = {entry.key, entry.agent_id, entry.id, entry.value.text, text_of(entry.metadata), text_of(entry.writer)};
  std::uint32_t end = 0;
  for (std::size_t i = 0; i < kParts; ++i) {
    if (!parts[i].empty()) std::memcpy(text + end, parts[i].data(), parts[i].size());
    end += static_cast<std::uint32_t>(parts[i].size());
    ends_[i] = end;
  }
}

void PackedMemory::unpack(MemoryEntry& out) const {
  // Made and then moved in: cheaper than assigning to a string that is there already.
  out.key = std::string(part(kKey));
  out.agent_id = std::string(part(kAgent));
  out.id = std::string(part(kId));
  out.value.text = std::string(part(kValue));
  if (has_metadata_) out.metadata.emplace(std::string(part(kMetadata)));
  if (has_writer_) out.writer.emplace(part(kWriter));
  if (has_expiry_) out.expires_at = expires_at_;
  if (has_ttl_) out.ttl = ttl_;
  out.created_at = created_at_;
  out.updated_at = updated_at_;
  out.version = version_;
  out.access_count = access_count;
}

}  // namespace waggle::stores
