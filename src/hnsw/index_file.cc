// index_file.cc: see index_file.h.

#include "hnsw/index_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

namespace waggle::hnsw {
namespace {

Error system_failure(int number, const std::string& path, const char* doing) {
  const std::string text = path + ": could not " + doing + ": " + std::generic_category().message(number);
  switch (number) {
    case ENOENT:
      return {Code::kNotFound, text, "make the index anew"};
    case EACCES:
    case EPERM:
    case EROFS:
      return {Code::kPermission, text, "give this process the right to do so"};
    case ENOSPC:
    case EDQUOT:
      return {Code::kExhausted, text, "free space on that disk"};
    default:
      return {Code::kIo, text, "look at the disk and the path"};
  }
}

// Closes a descriptor at the end of its scope.
class File {
 public:
  File(const std::string& path, int flags) : descriptor_(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0600)) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  int descriptor() const { return descriptor_; }
  int release() { return std::exchange(descriptor_, -1); }

 private:
  int descriptor_;
};

Status write_all(int file, std::span<const std::byte> bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_failure(errno, path, "write");
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

// Makes the new name of a file durable. Some file systems cannot sync a folder and need not.
Status sync_folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const File file(folder, O_RDONLY | O_DIRECTORY);
  if (file.descriptor() < 0) return errno == EACCES ? Status() : system_failure(errno, folder, "open");
  if (::fsync(file.descriptor()) != 0 && errno != EINVAL && errno != ENOTSUP) return system_failure(errno, folder, "sync");
  return {};
}

Status write_file(GraphIndex& index, const IndexMark& mark, const std::string& path) {
  const File file(path, O_WRONLY | O_CREAT | O_TRUNC);
  if (file.descriptor() < 0) return system_failure(errno, path, "create");
  WAGGLE_TRY(encode_index(index, mark, [&](std::span<const std::byte> bytes) { return write_all(file.descriptor(), bytes, path); }));
  if (::fsync(file.descriptor()) != 0) return system_failure(errno, path, "sync");
  return {};
}

}  // namespace

Result<DecodedIndex> open_index(const std::string& path, ParallelFor parallel_for) {
  const File file(path, O_RDONLY);
  if (file.descriptor() < 0) return system_failure(errno, path, "open");
  struct stat info{};
  if (::fstat(file.descriptor(), &info) != 0) return system_failure(errno, path, "read");
  if (!S_ISREG(info.st_mode)) return Error(Code::kInvalidArgument, path + ": is not a regular file", "name a file");
  WAGGLE_ASSIGN_OR_RETURN(Memory memory, Memory::allocate(static_cast<std::size_t>(info.st_size)));
  const auto load = [&](std::uint64_t at, std::span<std::byte> into) { return read_file(file.descriptor(), at, into); };
  return load_index(std::move(memory), load, parallel_for);
}

Result<std::unique_ptr<IndexWriter>> IndexWriter::open(const std::string& path) {
  const std::string lock_path = path + "-lock";
  File file(lock_path, O_RDWR | O_CREAT);
  if (file.descriptor() < 0) return system_failure(errno, lock_path, "open");
  if (::flock(file.descriptor(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return system_failure(errno, lock_path, "lock");
    return Error(Code::kBusy, path + ": somebody else writes this index", "read it meanwhile, and try again");
  }
  return std::unique_ptr<IndexWriter>(new IndexWriter(path, file.release()));
}

IndexWriter::~IndexWriter() { ::close(lock_); }

Status IndexWriter::save(GraphIndex& index, const IndexMark& mark) {
  const std::string fresh = path_ + "-new";
  Status written = write_file(index, mark, fresh);
  if (written && ::rename(fresh.c_str(), path_.c_str()) != 0) written = system_failure(errno, path_, "replace");
  if (!written) {
    ::unlink(fresh.c_str());
    return written;
  }
  return sync_folder_of(path_);
}

}  // namespace waggle::hnsw
