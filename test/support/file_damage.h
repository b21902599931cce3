// file_damage.h: what can happen to a file that nobody should touch: it is deleted, cut off, overwritten, put back as it was, or has other bits.

#ifndef WAGGLE_TEST_SUPPORT_FILE_DAMAGE_H
#define WAGGLE_TEST_SUPPORT_FILE_DAMAGE_H

#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <utility>

#include "support/files.h"

namespace waggle::test {

class FileDamage {
 public:
  explicit FileDamage(std::string file) : file_(std::move(file)) {}

  // Does one of these, beside whoever has the file open.
  void strike(std::mt19937& random) {
    if (!std::filesystem::exists(file_)) return;
    const auto size = std::filesystem::file_size(file_);
    switch (pick(random, 6)) {
      case 0:
        std::filesystem::remove(file_);
        break;
      case 1:
        std::filesystem::resize_file(file_, pick(random, size + 1));
        break;
      case 2:
        std::ofstream(file_, std::ios::binary | std::ios::trunc) << "this is no index";
        break;
      case 3:
        kept_ = read_file(file_);
        break;
      case 4:
        if (!kept_.empty()) std::ofstream(file_, std::ios::binary | std::ios::trunc) << kept_;
        break;
      default:
        flip_bits(random, size);
    }
  }

 private:
  static std::size_t pick(std::mt19937& random, std::size_t below) { return std::uniform_int_distribution<std::size_t>(0, below - 1)(random); }

  void flip_bits(std::mt19937& random, std::size_t size) {
    std::fstream bytes(file_, std::ios::binary | std::ios::in | std::ios::out);
    for (std::size_t left = 1 + pick(random, 3); left > 0 && size > 0; --left) {
      const auto place = static_cast<std::streamoff>(pick(random, size));
      bytes.seekg(place);
      const auto byte = static_cast<char>(bytes.get() ^ (1 << pick(random, 8)));
      bytes.seekp(place);
      bytes.put(byte);
    }
  }

  const std::string file_;
  std::string kept_;
};

}  // namespace waggle::test

#endif  // WAGGLE_TEST_SUPPORT_FILE_DAMAGE_H
