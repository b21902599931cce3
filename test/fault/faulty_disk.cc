// faulty_disk.cc: see faulty_disk.h. The VFS is faulty_vfs.cc.

#include "fault/faulty_disk.h"

#include <array>
#include <utility>

#include "base/assert.h"
#include "fault/disk_state.h"
#include "fault/faulty_vfs.h"

namespace waggle::test {
namespace {

constexpr std::size_t kRegionBytes = 32768;  // of a mapped wal-index

bool takes_space(Act act) {
  return act == Act::kWrite || act == Act::kCreate || act == Act::kMapShared || act == Act::kAllocate || act == Act::kRename;
}

// Which failures an operation knows; others pass it by.
bool knows(Act act, Failure failure) {
  switch (failure) {
    case Failure::kIo:
      return act != Act::kBarrier && act != Act::kMark;
    case Failure::kIoAfter:
      return act == Act::kWrite || act == Act::kTruncate || act == Act::kDelete || act == Act::kRename;
    case Failure::kFull:
      return takes_space(act);
    case Failure::kShort:
      return act == Act::kWrite;
    case Failure::kFlippedBit:
    case Failure::kStalePage:
      return act == Act::kRead;
  }
  return false;
}

}  // namespace

std::string_view to_string(Act act) {
  constexpr std::array<std::string_view, 15> kNames = {"open",   "create", "read",   "write",      "truncate", "sync",     "sync-folder", "delete",
                                                       "rename", "size",   "access", "map-shared", "barrier",  "allocate", "mark"};
  return kNames[static_cast<std::size_t>(act)];
}

std::string_view to_string(Failure failure) {
  constexpr std::array<std::string_view, 6> kNames = {"EIO", "EIO-after", "ENOSPC", "short", "flipped-bit", "stale-page"};
  return kNames[static_cast<std::size_t>(failure)];
}

// ------------------------------------------------------------------------------------------------------------------ the state

DiskState& DiskState::instance() {
  static DiskState state;
  return state;
}

std::optional<std::string_view> DiskState::watched(const char* path) const {
  if (!is_active || aside > 0 || path == nullptr) return std::nullopt;
  const std::string_view whole = path;
  if (folder.empty() || !whole.starts_with(folder) || whole.size() == folder.size()) return std::nullopt;
  const std::string_view name = whole.substr(folder.size());
  if (name.find('/') != std::string_view::npos) return std::nullopt;
  return name;
}

bool DiskState::is_folder(std::string_view path) const {
  return is_active && aside == 0 && !folder.empty() && (path == folder || path == std::string_view(folder).substr(0, folder.size() - 1));
}

std::optional<Failure> DiskState::judge(const Operation& operation) {
  if (has_hook) {
    std::function<void(const Operation&)> called;
    {
      const std::scoped_lock lock(mutex);
      called = hook;
    }
    if (called) {
      const FaultyDisk::Aside unwatched;
      called(operation);
    }
  }
  if (!has_fault) return std::nullopt;
  const std::scoped_lock lock(mutex);
  if (!fault || !knows(operation.act, fault->failure)) return std::nullopt;
  if (fault->applies && !fault->applies(operation.act, operation.name)) return std::nullopt;
  const std::int64_t number = counted++;
  const bool strikes = fault->length == Fault::Length::kOnce ? number == fault->at : number >= fault->at;
  if (!strikes) return std::nullopt;
  ++failures;
  return fault->failure;
}

void DiskState::record(Operation operation) {
  if (!recording_) return;
  const std::scoped_lock lock(mutex);
  operations.push_back(std::move(operation));
}

// ------------------------------------------------------------------------------------------------------------------ the handle

FaultyDisk::FaultyDisk() {
  DiskState& state = DiskState::instance();
  WAGGLE_ASSERT(!state.is_active);
  register_faulty_vfs();
  state.is_active = true;
}

FaultyDisk::~FaultyDisk() {
  mend();
  set_hook({});
  stop_recording();
  DiskState& state = DiskState::instance();
  state.is_active = false;
  state.folder.clear();
  state.shared_memory.clear();
  state.keeps_old_pages = false;
  state.old_pages.clear();
  unregister_faulty_vfs();
}

void FaultyDisk::watch(std::string folder) {
  DiskState& state = DiskState::instance();
  const std::scoped_lock lock(state.mutex);
  state.folder = std::move(folder);
  if (!state.folder.ends_with('/')) state.folder += '/';
}

void FaultyDisk::start_recording() {
  DiskState& state = DiskState::instance();
  const std::scoped_lock lock(state.mutex);
  state.operations.clear();
  state.recording_ = true;
}

void FaultyDisk::mark(std::string_view note) { DiskState::instance().record({.act = Act::kMark, .name = std::string(note)}); }

std::vector<Operation> FaultyDisk::stop_recording() {
  DiskState& state = DiskState::instance();
  const std::scoped_lock lock(state.mutex);
  state.recording_ = false;
  return std::exchange(state.operations, {});
}

void FaultyDisk::keep_old_pages() { DiskState::instance().keeps_old_pages = true; }

void FaultyDisk::fail(Fault fault) {
  DiskState& state = DiskState::instance();
  const std::scoped_lock lock(state.mutex);
  state.fault = std::move(fault);
  state.counted = 0;
  state.failures = 0;
  state.has_fault = true;
}

void FaultyDisk::mend() {
  DiskState& state = DiskState::instance();
  const std::scoped_lock lock(state.mutex);
  state.has_fault = false;
  state.fault.reset();
}

std::int64_t FaultyDisk::counted() const {
  const DiskState& state = DiskState::instance();
  const std::scoped_lock lock(state.mutex);
  return state.counted;
}

std::int64_t FaultyDisk::failures() const {
  const DiskState& state = DiskState::instance();
  const std::scoped_lock lock(state.mutex);
  return state.failures;
}

void FaultyDisk::set_hook(std::function<void(const Operation&)> hook) {
  DiskState& state = DiskState::instance();
  const std::scoped_lock lock(state.mutex);
  state.has_hook = static_cast<bool>(hook);
  state.hook = std::move(hook);
}

std::string FaultyDisk::shared_memory(const std::string& name) const {
  const DiskState& state = DiskState::instance();
  const std::scoped_lock lock(state.mutex);
  const auto found = state.shared_memory.find(name);
  if (found == state.shared_memory.end()) return {};
  return {static_cast<const char*>(const_cast<const void*>(found->second)), kRegionBytes};
}

FaultyDisk::Aside::Aside() { ++aside; }
FaultyDisk::Aside::~Aside() { --aside; }

}  // namespace waggle::test
