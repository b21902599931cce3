// system_calls.cc: the system calls that the library makes beside SQLite: for lock files, for backups, for the files of graphs, and to look at a file
// before it is opened.
// The linker gives this binary these functions in place of the system's (--wrap), whoever of the library calls them; those that SQLite's own VFS
// makes pass through, except the sync of a folder, which no method of a VFS shows.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdarg>
#include <cstdio>
#include <string>

#include "fault/disk_state.h"

namespace waggle::test {
namespace {

// Judges and records an operation of the engine's own. Answers false, with errno set, when it is to fail before anything is done.
bool may_pass(Operation operation, std::optional<Failure>& failure) {
  DiskState& state = DiskState::instance();
  failure = state.judge(operation);
  if (!failure || *failure == Failure::kIoAfter) {
    state.record(std::move(operation));
    return true;
  }
  errno = *failure == Failure::kFull ? ENOSPC : EIO;
  return false;
}

int fail_after(const std::optional<Failure>& failure, int result) {
  if (!failure) return result;
  errno = EIO;
  return -1;
}

std::string path_of(int descriptor) {
  std::array<char, PATH_MAX> path{};
  const ssize_t length = ::readlink(("/proc/self/fd/" + std::to_string(descriptor)).c_str(), path.data(), path.size());
  return length > 0 ? std::string(path.data(), static_cast<std::size_t>(length)) : std::string();
}

// A call on a path that only the engine makes.
template <typename Do>
int call(Act act, const char* path, const char* other, Do&& real) {
  DiskState& state = DiskState::instance();
  const auto name = inside_vfs > 0 ? std::nullopt : state.watched(path);
  if (!name) return real();
  Operation operation{.act = act, .name = std::string(*name)};
  if (other != nullptr) operation.other = state.watched(other).value_or("");
  std::optional<Failure> failure;
  if (!may_pass(std::move(operation), failure)) return -1;
  return fail_after(failure, real());
}

template <typename Do>
int sync(int descriptor, Do&& real) {
  if (!DiskState::instance().is_active || aside > 0) return real();
  const std::string path = path_of(descriptor);
  std::optional<Failure> failure;
  if (DiskState::instance().is_folder(path)) {
    if (!may_pass({.act = Act::kSyncFolder, .name = inside_vfs > 0 ? std::string(kSyncOfSqlite) : std::string()}, failure)) return -1;
    return real();
  }
  return call(Act::kSync, path.c_str(), nullptr, real);
}

}  // namespace
}  // namespace waggle::test

using waggle::test::Act;

extern "C" {

int __real_open(const char* path, int flags, ...);
int __real_fsync(int descriptor);
int __real_fdatasync(int descriptor);
int __real_unlink(const char* path);
int __real_rename(const char* from, const char* to);
int __real_renameat2(int from_folder, const char* from, int to_folder, const char* to, unsigned int flags);
int __real_posix_fallocate(int descriptor, off_t offset, off_t length);
ssize_t __real_pread(int descriptor, void* buffer, size_t size, off_t offset);
ssize_t __real_write(int descriptor, const void* buffer, size_t size);

int __wrap_open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  const bool makes = (flags & O_CREAT) != 0 && ::access(path, F_OK) != 0;
  const Act act = makes ? Act::kCreate : (flags & O_TRUNC) != 0 ? Act::kTruncate : Act::kOpen;
  return waggle::test::call(act, path, nullptr, [&] { return __real_open(path, flags, mode); });
}

int __wrap_fsync(int descriptor) {
  return waggle::test::sync(descriptor, [&] { return __real_fsync(descriptor); });
}

int __wrap_fdatasync(int descriptor) {
  return waggle::test::sync(descriptor, [&] { return __real_fdatasync(descriptor); });
}

int __wrap_unlink(const char* path) {
  return waggle::test::call(Act::kDelete, path, nullptr, [&] { return __real_unlink(path); });
}

int __wrap_rename(const char* from, const char* to) {
  return waggle::test::call(Act::kRename, from, to, [&] { return __real_rename(from, to); });
}

int __wrap_renameat2(int from_folder, const char* from, int to_folder, const char* to, unsigned int flags) {
  return waggle::test::call(Act::kRename, from, to, [&] { return __real_renameat2(from_folder, from, to_folder, to, flags); });
}

int __wrap_posix_fallocate(int descriptor, off_t offset, off_t length) {
  int code = 0;
  const int result = waggle::test::call(Act::kAllocate, waggle::test::path_of(descriptor).c_str(), nullptr, [&] {
    code = __real_posix_fallocate(descriptor, offset, length);
    return 0;
  });
  return result == 0 ? code : errno;
}

ssize_t __wrap_pread(int descriptor, void* buffer, size_t size, off_t offset) {
  ssize_t got = -1;
  if (waggle::test::inside_vfs > 0 || !waggle::test::DiskState::instance().has_fault) return __real_pread(descriptor, buffer, size, offset);
  const int result = waggle::test::call(Act::kRead, waggle::test::path_of(descriptor).c_str(), nullptr, [&] {
    got = __real_pread(descriptor, buffer, size, offset);
    return 0;
  });
  return result == 0 ? got : -1;
}

ssize_t __wrap_write(int descriptor, const void* buffer, size_t size) {
  waggle::test::DiskState& state = waggle::test::DiskState::instance();
  if (waggle::test::inside_vfs > 0 || !state.is_active) return __real_write(descriptor, buffer, size);
  const std::string path = waggle::test::path_of(descriptor);
  const auto name = state.watched(path.c_str());
  if (!name) return __real_write(descriptor, buffer, size);
  std::optional<waggle::test::Failure> failure;
  waggle::test::Operation operation{.act = Act::kWrite,
                                    .name = std::string(*name),
                                    .offset = ::lseek(descriptor, 0, SEEK_CUR),
                                    .bytes = std::string(static_cast<const char*>(buffer), size)};
  if (!waggle::test::may_pass(std::move(operation), failure)) return -1;
  const ssize_t written = __real_write(descriptor, buffer, size);
  return waggle::test::fail_after(failure, 0) == 0 ? written : -1;
}

}  // extern "C"
