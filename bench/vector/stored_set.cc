// stored_set.cc: see stored_set.h. The file is: checksum of all that follows, length and text of the parameters, then each matrix as its rows,
// columns and numbers.

#include "vector/stored_set.h"

#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace waggle::bench {
namespace {

// FNV-1a over words of eight bytes: fast, and enough against a file that was cut or is of an older program.
class Checksum {
 public:
  void add(const char* data, std::size_t size) {
    for (std::size_t i = 0; i < size; i += sizeof(std::uint64_t)) {
      std::uint64_t word = 0;
      std::memcpy(&word, data + i, std::min(sizeof(word), size - i));
      state_ = (state_ ^ word) * 0x100000001b3U;
    }
  }
  std::uint64_t value() const { return state_; }

 private:
  std::uint64_t state_ = 0xcbf29ce484222325U;
};

class Writer {
 public:
  explicit Writer(const std::string& path) : file_(path, std::ios::binary | std::ios::trunc) {
    file_.write("\0\0\0\0\0\0\0\0", sizeof(std::uint64_t));
  }

  void bytes(const void* data, std::size_t size) {
    file_.write(static_cast<const char*>(data), static_cast<std::streamsize>(size));
    checksum_.add(static_cast<const char*>(data), size);
  }
  void number(std::uint64_t value) { bytes(&value, sizeof(value)); }
  template <typename Number>
  void matrix(const Matrix<Number>& matrix) {
    number(matrix.rows);
    number(matrix.columns);
    bytes(matrix.numbers.data(), matrix.numbers.size() * sizeof(Number));
  }
  bool finish() {
    const std::uint64_t checksum = checksum_.value();
    file_.seekp(0);
    file_.write(reinterpret_cast<const char*>(&checksum), sizeof(checksum));
    file_.close();
    return static_cast<bool>(file_);
  }

 private:
  std::ofstream file_;
  Checksum checksum_;
};

class Reader {
 public:
  explicit Reader(const std::string& path) : file_(path, std::ios::binary) {
    std::error_code missing;
    left_ = std::filesystem::file_size(path, missing);
    if (missing) left_ = 0;
    bytes(&expected_, sizeof(expected_));
    checksum_ = {};
  }

  // False, from the first failure on, when there are not so many bytes left.
  bool bytes(void* data, std::size_t size) {
    if (size > left_) left_ = 0, failed_ = true;
    if (failed_ || !file_.read(static_cast<char*>(data), static_cast<std::streamsize>(size))) return false;
    left_ -= size;
    checksum_.add(static_cast<const char*>(data), size);
    return true;
  }
  std::uint64_t number() {
    std::uint64_t value = 0;
    return bytes(&value, sizeof(value)) ? value : 0;
  }
  std::string text() {
    std::string all(std::min<std::uint64_t>(number(), left_), '\0');
    return bytes(all.data(), all.size()) ? all : std::string();
  }
  template <typename Number>
  bool matrix(Matrix<Number>& out) {
    const std::uint64_t rows = number();
    const std::uint64_t columns = number();
    const std::uint64_t most = left_ / sizeof(Number);
    if (rows == 0 || columns == 0 || columns > most || rows > most / columns) return false;
    out = Matrix<Number>(rows, columns);
    return bytes(out.numbers.data(), out.numbers.size() * sizeof(Number));
  }
  bool is_whole() const { return !failed_ && left_ == 0 && checksum_.value() == expected_; }

 private:
  std::ifstream file_;
  std::uint64_t left_ = 0;
  std::uint64_t expected_ = 0;
  bool failed_ = false;
  Checksum checksum_;
};

}  // namespace

void write_stored_set(const std::string& path, std::string_view parameters, const DataSet& set) {
  // Under another name first, so that a run that is stopped leaves no half of a file.
  const std::string unfinished = path + ".part";
  Writer writer(unfinished);
  writer.number(parameters.size());
  writer.bytes(parameters.data(), parameters.size());
  writer.matrix(set.base);
  writer.matrix(set.queries);
  writer.matrix(set.truth);
  if (!writer.finish()) throw std::runtime_error(unfinished + ": cannot be written");
  std::filesystem::rename(unfinished, path);
}

std::optional<DataSet> read_stored_set(const std::string& path, std::string_view parameters) {
  Reader reader(path);
  DataSet set;
  if (reader.text() != parameters || !reader.matrix(set.base) || !reader.matrix(set.queries) || !reader.matrix(set.truth) || !reader.is_whole()) {
    return std::nullopt;
  }
  return set;
}

}  // namespace waggle::bench
