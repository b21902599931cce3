// faulty_vfs.cc: see faulty_vfs.h. Each method asks the disk's state whether it is to fail, notes what it does, and passes it on.

#include "fault/faulty_vfs.h"

#include <unistd.h>
#include <algorithm>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include "base/assert.h"
#include "fault/disk_state.h"
#include "sqlite3.h"

namespace waggle::test {
namespace {

sqlite3_vfs* real_vfs = nullptr;
sqlite3_vfs faulty_vfs = {};

// What SQLite allocates for a file: this, and the real one behind it.
struct File {
  sqlite3_file base;
  const char* path;  // SQLite keeps it until the file is closed; nullptr for temporary files

  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  const sqlite3_io_methods* methods() { return real()->pMethods; }
};

File* of(sqlite3_file* file) { return reinterpret_cast<File*>(file); }

struct Inside {
  Inside() { ++inside_vfs; }
  ~Inside() { --inside_vfs; }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;
};

// What SQLite's own VFS answers when the operation fails for this reason.
int code_of(Act act, Failure failure) {
  const bool full = failure == Failure::kFull || failure == Failure::kShort;
  switch (act) {
    case Act::kOpen:
    case Act::kCreate:
      return SQLITE_CANTOPEN;
    case Act::kRead:
      return SQLITE_IOERR_READ;
    case Act::kWrite:
      return full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    case Act::kTruncate:
      return SQLITE_IOERR_TRUNCATE;
    case Act::kSync:
      return SQLITE_IOERR_FSYNC;
    case Act::kDelete:
      return SQLITE_IOERR_DELETE;
    case Act::kSize:
      return SQLITE_IOERR_FSTAT;
    case Act::kAccess:
      return SQLITE_IOERR_ACCESS;
    case Act::kMapShared:
      return full ? SQLITE_IOERR_SHMSIZE : SQLITE_IOERR_SHMMAP;
    default:
      return SQLITE_IOERR;
  }
}

// Judges, records and does: most operations go this way.
template <typename Do>
int pass(const char* path, Operation operation, Do&& act) {
  DiskState& state = DiskState::instance();
  const auto name = state.watched(path);
  const Inside inside;
  if (!name) return act();
  operation.name = *name;
  const Act kind = operation.act;
  const auto failure = state.judge(operation);
  if (failure && *failure != Failure::kIoAfter) return code_of(kind, *failure);
  state.record(std::move(operation));
  const int code = act();
  return failure ? code_of(kind, *failure) : code;
}

int do_close(sqlite3_file* file) {
  const Inside inside;
  return of(file)->methods()->xClose(of(file)->real());
}

constexpr int kPageBytes = 4096;

// What the write of a page is about to replace.
void keep_old_page(File& file, std::string_view name, sqlite3_int64 offset) {
  DiskState& state = DiskState::instance();
  std::string page(kPageBytes, '\0');
  if (file.methods()->xRead(file.real(), page.data(), kPageBytes, offset) != SQLITE_OK) return;
  const std::scoped_lock lock(state.mutex);
  state.old_pages[{std::string(name), offset}] = std::move(page);
}

// Puts what is wrong into what a read answers.
void damage(Failure failure, std::string_view name, void* buffer, int size, sqlite3_int64 offset) {
  DiskState& state = DiskState::instance();
  const std::scoped_lock lock(state.mutex);
  if (failure == Failure::kStalePage) {
    const auto found = state.old_pages.find({std::string(name), offset});
    if (found != state.old_pages.end() && size == kPageBytes) std::copy(found->second.begin(), found->second.end(), static_cast<char*>(buffer));
  } else if (size > 0) {
    // In every other page among its first bytes, which say how to read the others.
    const auto number = static_cast<std::size_t>(state.counted);
    const std::size_t reach = number % 2 == 0 ? std::min<std::size_t>(64, static_cast<std::size_t>(size)) : static_cast<std::size_t>(size);
    const std::size_t place = number * 2654435761U % reach;
    static_cast<unsigned char*>(buffer)[place] ^= static_cast<unsigned char>(1U << (place % 8));
  }
}

int do_read(sqlite3_file* file, void* buffer, int size, sqlite3_int64 offset) {
  DiskState& state = DiskState::instance();
  const auto name = state.watched(of(file)->path);
  std::optional<Failure> failure;
  if (name && (state.has_fault || state.has_hook)) failure = state.judge({.act = Act::kRead, .name = std::string(*name), .offset = offset});
  if (failure == Failure::kIo) return code_of(Act::kRead, *failure);
  const Inside inside;
  const int code = of(file)->methods()->xRead(of(file)->real(), buffer, size, offset);
  if (failure) damage(*failure, *name, buffer, size, offset);
  return code;
}

int do_write(sqlite3_file* file, const void* buffer, int size, sqlite3_int64 offset) {
  DiskState& state = DiskState::instance();
  const auto name = state.watched(of(file)->path);
  const auto real = [&](int bytes) { return of(file)->methods()->xWrite(of(file)->real(), buffer, bytes, offset); };
  const Inside inside;
  if (!name) return real(size);
  Operation operation{.act = Act::kWrite, .name = std::string(*name), .offset = offset};
  const auto failure = state.judge(operation);
  if (failure == Failure::kShort) real(size / 2);
  if (failure && *failure != Failure::kIoAfter) return code_of(Act::kWrite, *failure);
  if (state.is_recording()) {
    operation.bytes.assign(static_cast<const char*>(buffer), static_cast<std::size_t>(size));
    state.record(std::move(operation));
  }
  if (state.keeps_old_pages && size == kPageBytes) keep_old_page(*of(file), *name, offset);
  const int code = real(size);
  return failure ? code_of(Act::kWrite, *failure) : code;
}

int do_truncate(sqlite3_file* file, sqlite3_int64 size) {
  return pass(of(file)->path, {.act = Act::kTruncate, .name = {}, .offset = size},
              [&] { return of(file)->methods()->xTruncate(of(file)->real(), size); });
}

int do_sync(sqlite3_file* file, int flags) {
  return pass(of(file)->path, {.act = Act::kSync, .name = {}}, [&] { return of(file)->methods()->xSync(of(file)->real(), flags); });
}

int do_file_size(sqlite3_file* file, sqlite3_int64* size) {
  return pass(of(file)->path, {.act = Act::kSize, .name = {}}, [&] { return of(file)->methods()->xFileSize(of(file)->real(), size); });
}

int do_lock(sqlite3_file* file, int level) {
  const Inside inside;
  return of(file)->methods()->xLock(of(file)->real(), level);
}

int do_unlock(sqlite3_file* file, int level) {
  const Inside inside;
  return of(file)->methods()->xUnlock(of(file)->real(), level);
}

int do_check_reserved_lock(sqlite3_file* file, int* answer) {
  const Inside inside;
  return of(file)->methods()->xCheckReservedLock(of(file)->real(), answer);
}

int do_file_control(sqlite3_file* file, int operation, void* argument) {
  const Inside inside;
  return of(file)->methods()->xFileControl(of(file)->real(), operation, argument);
}

int do_sector_size(sqlite3_file* file) { return of(file)->methods()->xSectorSize(of(file)->real()); }
int do_device_characteristics(sqlite3_file* file) { return of(file)->methods()->xDeviceCharacteristics(of(file)->real()); }

int do_shm_map(sqlite3_file* file, int region, int size, int extend, void volatile** memory) {
  const char* path = of(file)->path;
  const int code =
      pass(path, {.act = Act::kMapShared, .name = {}}, [&] { return of(file)->methods()->xShmMap(of(file)->real(), region, size, extend, memory); });
  DiskState& state = DiskState::instance();
  if (const auto name = state.watched(path); name && region == 0 && *memory != nullptr) {
    const std::scoped_lock lock(state.mutex);
    state.shared_memory[std::string(*name)] = *memory;
  }
  return code;
}

int do_shm_lock(sqlite3_file* file, int offset, int count, int flags) {
  const Inside inside;
  return of(file)->methods()->xShmLock(of(file)->real(), offset, count, flags);
}

void do_shm_barrier(sqlite3_file* file) {
  DiskState& state = DiskState::instance();
  if (const auto name = state.watched(of(file)->path)) state.judge({.act = Act::kBarrier, .name = std::string(*name)});
  of(file)->methods()->xShmBarrier(of(file)->real());
}

int do_shm_unmap(sqlite3_file* file, int and_delete) {
  DiskState& state = DiskState::instance();
  if (const auto name = state.watched(of(file)->path); name && and_delete != 0) {
    const std::scoped_lock lock(state.mutex);
    state.shared_memory.erase(std::string(*name));
  }
  const Inside inside;
  return of(file)->methods()->xShmUnmap(of(file)->real(), and_delete);
}

int do_fetch(sqlite3_file* file, sqlite3_int64 offset, int size, void** page) {
  return of(file)->methods()->xFetch(of(file)->real(), offset, size, page);
}

int do_unfetch(sqlite3_file* file, sqlite3_int64 offset, void* page) { return of(file)->methods()->xUnfetch(of(file)->real(), offset, page); }

// Journals and temporary files of Unix have methods of the first version only: no shared memory, no mapping.
sqlite3_io_methods methods_like(const sqlite3_io_methods& real) {
  sqlite3_io_methods own = {};
  own.iVersion = real.iVersion;
  own.xClose = &do_close;
  own.xRead = &do_read;
  own.xWrite = &do_write;
  own.xTruncate = &do_truncate;
  own.xSync = &do_sync;
  own.xFileSize = &do_file_size;
  own.xLock = &do_lock;
  own.xUnlock = &do_unlock;
  own.xCheckReservedLock = &do_check_reserved_lock;
  own.xFileControl = &do_file_control;
  own.xSectorSize = &do_sector_size;
  own.xDeviceCharacteristics = &do_device_characteristics;
  own.xShmMap = real.xShmMap == nullptr ? nullptr : &do_shm_map;
  own.xShmLock = real.xShmLock == nullptr ? nullptr : &do_shm_lock;
  own.xShmBarrier = real.xShmBarrier == nullptr ? nullptr : &do_shm_barrier;
  own.xShmUnmap = real.xShmUnmap == nullptr ? nullptr : &do_shm_unmap;
  own.xFetch = real.xFetch == nullptr ? nullptr : &do_fetch;
  own.xUnfetch = real.xUnfetch == nullptr ? nullptr : &do_unfetch;
  return own;
}

int do_open(sqlite3_vfs*, const char* path, sqlite3_file* file, int flags, int* out_flags) {
  File* own = new (file) File{.base = {}, .path = path};
  own->real()->pMethods = nullptr;
  DiskState& state = DiskState::instance();
  const auto name = state.watched(path);
  const Inside inside;
  if (name) {
    const bool makes = (flags & SQLITE_OPEN_CREATE) != 0 && ::access(path, F_OK) != 0;
    Operation operation{.act = makes ? Act::kCreate : Act::kOpen, .name = std::string(*name)};
    if (const auto failure = state.judge(operation)) return code_of(operation.act, *failure);
    if (makes) state.record(std::move(operation));
  }
  const int code = real_vfs->xOpen(real_vfs, path, own->real(), flags, out_flags);
  if (own->methods() == nullptr) return code;
  // By the table that the real file has: a file that is locked in another way has another one.
  static sqlite3_io_methods with_shared_memory = {};
  static sqlite3_io_methods without = {};
  static std::mutex making;
  const std::scoped_lock lock(making);
  sqlite3_io_methods& methods = own->methods()->xShmMap != nullptr ? with_shared_memory : without;
  if (methods.xClose == nullptr) methods = methods_like(*own->methods());
  own->base.pMethods = &methods;
  return code;
}

int do_delete(sqlite3_vfs*, const char* path, int sync_folder) {
  const auto real = [&] { return real_vfs->xDelete(real_vfs, path, sync_folder); };
  if (::access(path, F_OK) != 0) return real();
  return pass(path, {.act = Act::kDelete, .name = {}}, real);
}

int do_access(sqlite3_vfs*, const char* path, int flags, int* answer) {
  return pass(path, {.act = Act::kAccess, .name = {}}, [&] { return real_vfs->xAccess(real_vfs, path, flags, answer); });
}

}  // namespace

void register_faulty_vfs() {
  real_vfs = sqlite3_vfs_find("unix");
  WAGGLE_ASSERT(real_vfs != nullptr);
  faulty_vfs = *real_vfs;
  faulty_vfs.zName = "waggle-faulty";
  faulty_vfs.szOsFile = static_cast<int>(sizeof(File)) + real_vfs->szOsFile;
  faulty_vfs.xOpen = &do_open;
  faulty_vfs.xDelete = &do_delete;
  faulty_vfs.xAccess = &do_access;
  WAGGLE_ASSERT(sqlite3_vfs_register(&faulty_vfs, 1) == SQLITE_OK);
}

void unregister_faulty_vfs() {
  sqlite3_vfs_unregister(&faulty_vfs);
  sqlite3_vfs_register(real_vfs, 1);
}

}  // namespace waggle::test
