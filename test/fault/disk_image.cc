// disk_image.cc: see disk_image.h.

#include "fault/disk_image.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/assert.h"

namespace waggle::test {
namespace {

constexpr std::size_t kSectorBytes = 512;

bool coin(std::mt19937& random) { return (random() & 1U) != 0; }

void write_at(std::string& content, std::int64_t offset, std::string_view bytes) {
  const auto from = static_cast<std::size_t>(offset);
  if (content.size() < from + bytes.size()) content.resize(from + bytes.size());
  content.replace(from, bytes.size(), bytes);
}

// Writes only those sectors of it that the coin says.
void write_some_sectors(std::string& content, std::int64_t offset, std::string_view bytes, std::mt19937& random) {
  auto from = static_cast<std::size_t>(offset);
  while (!bytes.empty()) {
    const std::size_t part = std::min(bytes.size(), kSectorBytes - from % kSectorBytes);
    if (coin(random)) write_at(content, static_cast<std::int64_t>(from), bytes.substr(0, part));
    bytes.remove_prefix(part);
    from += part;
  }
}

// A write that was cut off between two sectors.
void write_first_sectors(std::string& content, std::int64_t offset, std::string_view bytes, std::mt19937& random) {
  const std::size_t sectors = (bytes.size() + kSectorBytes - 1) / kSectorBytes;
  std::size_t kept = random() % (sectors + 1) * kSectorBytes;
  const std::size_t misaligned = static_cast<std::size_t>(offset) % kSectorBytes;
  kept = kept > misaligned ? kept - misaligned : 0;
  write_at(content, offset, bytes.substr(0, std::min(kept, bytes.size())));
}

}  // namespace

std::string_view to_string(Damage damage) {
  constexpr std::array<std::string_view, kDamages> kNames = {"all-done", "none-done", "prefix", "some-done", "sectors", "lengths-only"};
  return kNames[static_cast<std::size_t>(damage)];
}

DiskImage::DiskImage(const Files& durable) {
  for (const auto& [name, bytes] : durable) {
    names_[name] = inodes_.size();
    inodes_.push_back({.durable = bytes, .pending = {}});
  }
  durable_names_ = names_;
}

// A file that is written though nobody was seen to make it: one whose making was not watched.
std::size_t DiskImage::inode_of(const std::string& name) {
  const auto found = names_.find(name);
  WAGGLE_ASSERT(found != names_.end());
  return found->second;
}

void DiskImage::do_name_change(Names& names, const NameChange& change) {
  if (change.act == Act::kCreate) names[change.name] = change.inode;
  if (change.act == Act::kDelete) names.erase(change.name);
  if (change.act == Act::kRename) {
    names.erase(change.name);
    names[change.other] = change.inode;
  }
}

void DiskImage::apply(const Operation& operation) {
  switch (operation.act) {
    case Act::kCreate:
      if (names_.contains(operation.name)) return;
      name_changes_.push_back({Act::kCreate, operation.name, {}, inodes_.size()});
      inodes_.push_back({});
      break;
    case Act::kDelete:
    case Act::kRename:
      if (!names_.contains(operation.name)) return;
      name_changes_.push_back({operation.act, operation.name, operation.other, inode_of(operation.name)});
      break;
    case Act::kWrite:
    case Act::kTruncate:
      inodes_[inode_of(operation.name)].pending.push_back({operation.act, operation.offset, operation.bytes});
      return;
    case Act::kSync: {
      Inode& inode = inodes_[inode_of(operation.name)];
      std::mt19937 unused;
      inode.durable = content(inode, Damage::kAllDone, unused);
      inode.pending.clear();
      return;
    }
    case Act::kSyncFolder:
      durable_names_ = names_;
      name_changes_.clear();
      return;
    default:
      return;
  }
  do_name_change(names_, name_changes_.back());
}

std::string DiskImage::content(const Inode& inode, Damage damage, std::mt19937& random) {
  std::string content = inode.durable;
  if (damage == Damage::kNoneDone) return content;
  const std::size_t end = damage == Damage::kPrefix ? random() % (inode.pending.size() + 1) : inode.pending.size();
  for (std::size_t i = 0; i < inode.pending.size(); ++i) {
    const Pending& pending = inode.pending[i];
    const bool torn = damage == Damage::kPrefix && i == end;
    if (i > end) break;
    if (damage == Damage::kSomeDone && !coin(random)) continue;
    if (pending.act == Act::kTruncate) {
      if (!torn && (damage != Damage::kSectors || coin(random))) content.resize(static_cast<std::size_t>(pending.offset));
    } else if (torn) {
      write_first_sectors(content, pending.offset, pending.bytes, random);
    } else if (damage == Damage::kSectors) {
      write_some_sectors(content, pending.offset, pending.bytes, random);
    } else if (damage == Damage::kLengthsOnly) {
      content.resize(std::max(content.size(), static_cast<std::size_t>(pending.offset) + pending.bytes.size()));
    } else {
      write_at(content, pending.offset, pending.bytes);
    }
  }
  return content;
}

// Names change in order, as file systems that keep a journal of them do it.
DiskImage::Names DiskImage::names_after(Damage damage, std::mt19937& random) const {
  if (damage == Damage::kAllDone) return names_;
  Names names = durable_names_;
  std::size_t done = name_changes_.size();
  if (damage == Damage::kNoneDone) done = 0;
  // Otherwise all of them in half of the cases, for the damage to the bytes to be seen.
  if (damage != Damage::kNoneDone && coin(random)) done = random() % (name_changes_.size() + 1);
  for (std::size_t i = 0; i < done; ++i) do_name_change(names, name_changes_[i]);
  return names;
}

Files DiskImage::after_cut(Damage damage, std::mt19937& random) const {
  Files files;
  for (const auto& [name, inode] : names_after(damage, random)) files[name] = content(inodes_[inode], damage, random);
  return files;
}

}  // namespace waggle::test
