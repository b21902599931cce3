// database_file.cc: see database_file.h. Header layout: https://sqlite.org/fileformat.html#the_database_header.

#include "engine/database_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "engine/connection.h"
#include "engine/sqlite_error.h"
#include "engine/system_error.h"

namespace waggle::engine {
namespace {

constexpr std::string_view kMagic("SQLite format 3\0", 16);
constexpr std::size_t kHeaderBytes = 100;
constexpr std::size_t kPageSizeOffset = 16;      // two bytes; 1 means 65,536
constexpr std::size_t kWriteVersionOffset = 18;  // 2 in WAL mode
constexpr std::size_t kChangeCounterOffset = 24;
constexpr std::size_t kPageCountOffset = 28;
constexpr std::size_t kPageCountValidForOffset = 92;  // the page count holds when this equals the change counter
constexpr std::size_t kSchemaCookieOffset = 40;       // 4 bytes, zero before the first table
constexpr std::size_t kApplicationIdOffset = 68;
constexpr std::array<unsigned char, 4> kApplicationId = {'W', 'a', 'g', 'l'};  // PRAGMA application_id = 1466001260

Result<std::string> read_header(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return system_error(errno, path, "open the database", Code::kPermission);
  std::string header(kHeaderBytes, '\0');
  const ssize_t got = ::pread(descriptor, header.data(), header.size(), 0);
  const int failure = errno;
  ::close(descriptor);
  if (got < 0) return system_error(failure, path, "read the database", Code::kPermission);
  header.resize(static_cast<std::size_t>(got));
  return header;
}

// A big-endian number of the header.
std::uint32_t header_number(std::string_view header, std::size_t offset, std::size_t bytes) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < bytes; ++i) number = number << 8U | static_cast<unsigned char>(header[offset + i]);
  return number;
}

// SQLite reads what is missing of a page as zeros, and would answer them. So a file that lacks pages is refused, unless they may be in its WAL.
// The WAL is looked at before the file's size: when it has just been copied and removed, the file is whole by then.
Status check_length(const std::string& path, std::string_view header) {
  if (header_number(header, kChangeCounterOffset, 4) != header_number(header, kPageCountValidForOffset, 4)) return {};
  if (file_bytes(path + "-wal") > 0) return {};
  const std::uint32_t page_size = header_number(header, kPageSizeOffset, 2) == 1 ? 65536 : header_number(header, kPageSizeOffset, 2);
  const std::int64_t wanted = std::int64_t{page_size} * header_number(header, kPageCountOffset, 4);
  const std::int64_t bytes = file_bytes(path);
  if (bytes >= wanted) return {};
  return Error(Code::kCorruption, path + ": is cut off: it has " + std::to_string(bytes) + " bytes and should have " + std::to_string(wanted),
               "restore it from a backup");
}

}  // namespace

Result<std::string> resolve_path(const std::string& path) {
  std::array<char, PATH_MAX> resolved{};
  if (::realpath(path.c_str(), resolved.data()) != nullptr) return std::string(resolved.data());
  if (errno != ENOENT) return system_error(errno, path, "find the database", Code::kPermission);
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  if (name.empty() || ::realpath(folder.c_str(), resolved.data()) == nullptr) {
    return Error(Code::kNotFound, path + ": there is no folder " + folder, "make the folder, or name another path");
  }
  return std::string(resolved.data()) + "/" + name;
}

std::int64_t file_bytes(const std::string& path) {
  struct stat info{};
  return ::stat(path.c_str(), &info) == 0 ? info.st_size : 0;
}

Result<FileState> find_file(const std::string& path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) {
    if (errno == ENOENT) return FileState{};
    return system_error(errno, path, "find the database", Code::kPermission);
  }
  if (!S_ISREG(info.st_mode)) return Error(Code::kInvalidArgument, path + ": is not a regular file", "name a file");
  return FileState{info.st_size == 0 ? FileKind::kEmpty : FileKind::kWaggle, {info.st_dev, info.st_ino}};
}

Result<FileState> inspect_file(const std::string& path, Journal journal) {
  WAGGLE_ASSIGN_OR_RETURN(FileState state, find_file(path));
  if (state.kind != FileKind::kWaggle) return state;
  WAGGLE_ASSIGN_OR_RETURN(const std::string header, read_header(path));
  const bool is_unsettled = journal == Journal::kMayBeHot && file_bytes(path + "-journal") > 0;
  if (header.size() < kHeaderBytes || std::string_view(header).substr(0, kMagic.size()) != kMagic) {
    // The first page may have been written in part, and there is what it held before.
    if (!is_unsettled) return make_error(SQLITE_NOTADB, path, "open the database");
    state.kind = FileKind::kUnsettled;
    return state;
  }
  const bool is_waggle = std::equal(kApplicationId.begin(), kApplicationId.end(), header.begin() + kApplicationIdOffset,
                                    [](unsigned char a, char b) { return a == static_cast<unsigned char>(b); });
  if (!is_waggle) {
    return Error(Code::kUnsupported, path + ": is a SQLite database, but not one of Waggle's", "name another file; `waggle init` makes a new one");
  }
  if (is_unsettled) {
    state.kind = FileKind::kUnsettled;
    return state;
  }
  WAGGLE_TRY(check_length(path, header));
  if (header[kWriteVersionOffset] == 2) return state;
  state.kind =
      std::string_view(header).substr(kSchemaCookieOffset, 4) == std::string_view("\0\0\0\0", 4) ? FileKind::kBegun : FileKind::kWaggleNotWal;
  return state;
}

Status play_back_journal(const std::string& path, const base::Deadline& deadline) {
  WAGGLE_ASSIGN_OR_RETURN(const std::unique_ptr<Connection> connection, Connection::open(path, {}, deadline));
  connection->set_deadline(&deadline);
  // SQLite plays it back before the first read.
  WAGGLE_TRY(connection->query_integer("SELECT count(*) FROM sqlite_schema"));
  return {};
}

namespace {

Status make_file(const std::string& path, const FileState& state, const base::Deadline& deadline) {
  WAGGLE_ASSIGN_OR_RETURN(const std::unique_ptr<Connection> connection, Connection::open(path, {.access = Access::kCreate}, deadline));
  connection->set_deadline(&deadline);
  if (state.kind != FileKind::kWaggleNotWal) {
    // The application id goes into the main file before there is a WAL: from then on the file says what it is, whatever happens.
    WAGGLE_TRY(connection->execute("PRAGMA page_size = 4096"));
    WAGGLE_TRY(connection->execute("PRAGMA application_id = 1466001260"));
  }
  std::string mode;
  WAGGLE_TRY(connection->query("PRAGMA journal_mode = WAL", {}, [&](const sql::Row& row) -> Status {
    mode = row.string(0);
    return {};
  }));
  if (mode != "wal") {
    return Error(Code::kUnsupported, path + ": this file system cannot hold a database in WAL mode", "move the database to a local disk");
  }
  connection->clean_up_on_close();
  return {};
}

}  // namespace

Status make_database(const std::string& path, const FileState& state, const base::Deadline& deadline) {
  Status made = make_file(path, state, deadline);
  if (!made && state.kind == FileKind::kMissing) {
    // Nobody else can have put anything into it: that needs the write lock.
    ::unlink((path + "-journal").c_str());
    ::unlink(path.c_str());
  }
  return made;
}

namespace {

// The reason why it failed, 0 when it did not.
int sync_and_close(int descriptor) {
  const int code = ::fsync(descriptor) == 0 ? 0 : errno;
  ::close(descriptor);
  return code;
}

Status sync_outcome(int code, const std::string& path) { return code == 0 ? Status() : system_error(code, path, "sync"); }

}  // namespace

Status sync_file(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  return sync_outcome(descriptor < 0 ? errno : sync_and_close(descriptor), path);
}

Status sync_folder_of(const std::string& path) {
  const std::string folder = path.substr(0, path.rfind('/') + 1);
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const int code = descriptor < 0 ? errno : sync_and_close(descriptor);
  const bool cannot_be_synced = code == EACCES || code == EINVAL || code == ENOTSUP;
  return sync_outcome(cannot_be_synced ? 0 : code, folder);
}

}  // namespace waggle::engine
