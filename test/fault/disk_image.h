// disk_image.h: what a disk may hold after a power cut, computed from a log of operations.
//
// Durable is what was synced: a file's bytes and length by a sync of the file, its name by a sync of the folder. Of all else each sector of 512 bytes
// has any of the versions that it was given since, a length is any that the file had, and a name is there or not. A sector is old or new, never
// garbage, which is what SQLite expects of a disk.

#ifndef WAGGLE_TEST_FAULT_DISK_IMAGE_H
#define WAGGLE_TEST_FAULT_DISK_IMAGE_H

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "fault/faulty_disk.h"

namespace waggle::test {

// The files of a folder by name.
using Files = std::map<std::string, std::string>;

// What becomes of the operations that nothing has synced.
enum class Damage : std::uint8_t {
  kAllDone,      // what a killed process leaves
  kNoneDone,     // all of it is lost
  kPrefix,       // they were done in order up to some point, which tears one
  kSomeDone,     // each whole or not at all: dropped and reordered
  kSectors,      // each sector by itself: torn as well
  kLengthsOnly,  // the files have their new lengths, and zeros where the bytes should be
};
inline constexpr int kDamages = 6;
std::string_view to_string(Damage damage);

class DiskImage {
 public:
  explicit DiskImage(const Files& durable);

  // Does one operation more.
  void apply(const Operation& operation);
  // What the folder may hold when the power goes now.
  Files after_cut(Damage damage, std::mt19937& random) const;

 private:
  struct Pending {
    Act act;
    std::int64_t offset;  // or the new length
    std::string bytes;
  };
  struct Inode {
    std::string durable;
    std::vector<Pending> pending;
  };
  struct NameChange {
    Act act;
    std::string name;
    std::string other;
    std::size_t inode;
  };
  using Names = std::map<std::string, std::size_t>;

  std::size_t inode_of(const std::string& name);
  static void do_name_change(Names& names, const NameChange& change);
  static std::string content(const Inode& inode, Damage damage, std::mt19937& random);
  Names names_after(Damage damage, std::mt19937& random) const;

  std::vector<Inode> inodes_;
  Names names_;          // as programs see them
  Names durable_names_;  // as of the last sync of the folder
  std::vector<NameChange> name_changes_;
};

}  // namespace waggle::test

#endif  // WAGGLE_TEST_FAULT_DISK_IMAGE_H
