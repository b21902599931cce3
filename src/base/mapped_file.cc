// mapped_file.cc: see mapped_file.h.

#include "base/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace waggle::base {

namespace {

Error cannot_read(const std::string& path, int number) {
  if (number == ENOENT || number == ENOTDIR) return Error(Code::kNotFound, path + ": there is no such file", "check the path");
  const Code code = number == EACCES || number == EPERM ? Code::kPermission : Code::kIo;
  return Error(code, path + ": cannot be read: " + std::generic_category().message(number), "check the file's permissions and the disk");
}

Result<std::span<const std::byte>> map(const std::string& path, int descriptor) {
  struct stat status{};
  if (::fstat(descriptor, &status) != 0) return cannot_read(path, errno);
  if (!S_ISREG(status.st_mode)) return Error(Code::kUnsupported, path + ": is no regular file", "name a file");
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size == 0) return std::span<const std::byte>();  // nothing cannot be mapped
  void* const start = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, descriptor, 0);
  if (start == MAP_FAILED) return cannot_read(path, errno);
  return std::span(static_cast<const std::byte*>(start), size);
}

}  // namespace

Result<MappedFile> MappedFile::open(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a pipe without a writer is no reason to wait
  if (descriptor < 0) return cannot_read(path, errno);
  const auto bytes = map(path, descriptor);
  ::close(descriptor);
  if (!bytes) return bytes.error();
  return MappedFile(*bytes);
}

MappedFile::MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  if (this != &other) {
    unmap();
    bytes_ = std::exchange(other.bytes_, {});
  }
  return *this;
}

MappedFile::~MappedFile() { unmap(); }

void MappedFile::unmap() {
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

}  // namespace waggle::base
