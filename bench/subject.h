// subject.h: the databases that the benchmarks measure on.

#ifndef WAGGLE_BENCH_SUBJECT_H
#define WAGGLE_BENCH_SUBJECT_H

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "keys.h"
#include "waggle/waggle.h"

namespace waggle::bench {

// Where a run keeps its databases. Removed with everything in it at the end.
class Folder {
 public:
  explicit Folder(const std::string& parent);
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string file(const std::string& name) const { return (path_ / name).string(); }
  // Deletes a database with its side files.
  void remove(const std::string& name) const;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

Options options_for(const std::string& path);
std::unique_ptr<Database> open_new(const Options& options);
// Puts the entries 0 to count - 1 of keys.h, in batches.
void fill(Database& database, std::int64_t count);
// Makes a database with so many entries and closes it, checkpointed.
void make_database(const std::string& path, std::int64_t count);

}  // namespace waggle::bench

#endif  // WAGGLE_BENCH_SUBJECT_H
