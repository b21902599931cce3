// embedder_folder.cc: see embedder_folder.h.

#include "cli/embedder_folder.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace waggle::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kNameBytesMax = 64;

Error cannot(const std::string& path, std::string_view doing, const std::error_code& failure) {
  return Error(Code::kIo, path + ": cannot " + std::string(doing) + ": " + failure.message(), "check the folder's permissions and the disk");
}

Error taken(const std::string& name) {
  return Error(Code::kAlreadyExists, "there is an embedder of the name " + name,
               "give another name, or remove the folder that `waggle embedder list` shows");
}

Status check_name(const std::string& name) {
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  };
  if (!name.empty() && name.size() <= kNameBytesMax && name.front() != '.' && std::ranges::all_of(name, is_allowed)) return {};
  return Error(Code::kInvalidArgument, "an embedder cannot have this name",
               "give 1 to " + std::to_string(kNameBytesMax) + " letters, digits, - _ or ., the first no dot");
}

// A folder that is removed with all that is in it.
class Workshop {
 public:
  static Result<Workshop> open(const std::string& inside) {
    std::error_code failure;
    fs::create_directories(inside, failure);
    if (failure) return cannot(inside, "be made", failure);
    std::string path = inside + "/.add-XXXXXX";
    if (::mkdtemp(path.data()) == nullptr) return cannot(inside, "take a new folder", {errno, std::generic_category()});
    return Workshop(std::move(path));
  }
  Workshop(Workshop&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  Workshop& operator=(Workshop&&) = delete;
  ~Workshop() {
    std::error_code ignored;  // a folder left behind is hidden, and harms nothing
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }

  const std::string& path() const { return path_; }

 private:
  explicit Workshop(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

Status sync(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  const std::error_code failure(errno, std::generic_category());
  if (descriptor >= 0) ::close(descriptor);
  return synced ? Status() : Status(cannot(path, "be written to the disk", failure));
}

// So that a name never appears before what it names, whenever the power goes.
Status sync_all(const std::string& folder) {
  std::error_code failure;
  for (fs::directory_iterator entry(folder, failure), end; !failure && entry != end; entry.increment(failure)) WAGGLE_TRY(sync(entry->path()));
  if (failure) return cannot(folder, "be listed", failure);
  return sync(folder);
}

bool is_part(const fs::path& file) { return file.extension() == ".safetensors" || file.filename() == "tokenizer.json" || file.stem() == "LICENSE"; }

}  // namespace

Result<EmbedderFolder> EmbedderFolder::of(const Settings& settings) {
  if (settings.data_folder.empty()) return Error(Code::kInvalidArgument, "it is not known where your data is kept", "set HOME or XDG_DATA_HOME");
  return EmbedderFolder(settings.data_folder + "/embedders");
}

Result<std::vector<std::string>> EmbedderFolder::names() const {
  std::vector<std::string> names;
  std::error_code failure;
  if (!fs::exists(path_, failure)) return names;
  for (fs::directory_iterator entry(path_, failure), end; !failure && entry != end; entry.increment(failure)) {
    std::error_code ignored;
    std::string name = entry->path().filename();
    if (entry->is_directory(ignored) && !name.starts_with('.')) names.push_back(std::move(name));
  }
  if (failure) return cannot(path_, "be listed", failure);
  std::ranges::sort(names);
  return names;
}

Result<std::unique_ptr<Embedder>> EmbedderFolder::add(const std::string& name, base::FunctionRef<Status(const std::string& folder)> fill) const {
  WAGGLE_TRY(check_name(name));
  std::error_code failure;
  if (fs::exists(path_of(name), failure)) return taken(name);
  WAGGLE_ASSIGN_OR_RETURN(const Workshop workshop, Workshop::open(path_));
  const std::string folder = workshop.path() + "/" + name;  // not the workshop itself, which nobody else may read
  fs::create_directory(folder, failure);
  if (failure) return cannot(folder, "be made", failure);
  WAGGLE_TRY(fill(folder));
  WAGGLE_ASSIGN_OR_RETURN(auto embedder, open_static_embedder(folder));
  WAGGLE_TRY(sync_all(folder));
  if (std::rename(folder.c_str(), path_of(name).c_str()) != 0) {
    if (errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR) return taken(name);  // since it was looked for
    return cannot(path_of(name), "be made", {errno, std::generic_category()});
  }
  WAGGLE_TRY(sync(path_));
  return embedder;
}

Status copy_embedder(const std::string& from, const std::string& folder) {
  std::error_code failure;
  if (!fs::is_directory(from, failure)) return Error(Code::kNotFound, from + ": there is no such folder", "check --from");
  WAGGLE_TRY(open_static_embedder(from));  // so that what is wrong is said of the user's own files
  for (fs::directory_iterator entry(from, failure), end; !failure && entry != end; entry.increment(failure)) {
    if (!is_part(entry->path())) continue;
    std::error_code copying;
    fs::copy_file(entry->path(), fs::path(folder) / entry->path().filename(), copying);
    if (copying) return cannot(entry->path(), "be copied", copying);
  }
  return failure ? Status(cannot(from, "be listed", failure)) : Status();
}

std::int64_t bytes_in(const std::string& folder) {
  std::int64_t bytes = 0;
  std::error_code failure;
  for (fs::directory_iterator entry(folder, failure), end; !failure && entry != end; entry.increment(failure)) {
    std::error_code ignored;
    if (const auto size = entry->file_size(ignored); !ignored) bytes += static_cast<std::int64_t>(size);
  }
  return bytes;
}

}  // namespace waggle::cli
