// word_file.h: words in the side file, in indexes of FTS5 that follow the change log: of the memory entries, or of the contents of vectors.
//
//   state(name, value)  the file's form; and by source of which database it is, up to which change, how far it is filled
//   the tables of word_tables.h, for each source
//
// It serves a process that has just begun, and databases whose texts do not fit into memory: an answer costs some milliseconds and no filling.
// What it holds as of which change is read in the same moment of the file as what it finds, so it never answers for another state than the caller's.

#ifndef WAGGLE_VECTOR_WORD_FILE_H
#define WAGGLE_VECTOR_WORD_FILE_H

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/deadline.h"
#include "base/log.h"
#include "base/mutex.h"
#include "base/result.h"
#include "sql/executor.h"
#include "sql/side_file.h"
#include "sql/words.h"
#include "vector/word_source.h"
#include "vector/word_tables.h"

namespace waggle::vector {

// Thread-safe.
class WordFile {
 public:
  // Borrows all. Several may share a side file, each for its source.
  WordFile(const sql::Words& words, sql::SideFile& file, base::Log& log, const WordSource& source)
      : words_(words), file_(file), log_(log), source_(source) {}

  const sql::Words& words() const { return words_; }

  // The file serves one at a time, in the order in which they came. A turn is taken before a snapshot is: who waits keeps nothing from others.
  class Turn {
   public:
    Turn(Turn&& other) noexcept : file_(std::exchange(other.file_, nullptr)) {}
    Turn& operator=(Turn&&) = delete;
    ~Turn();

   private:
    friend class WordFile;
    explicit Turn(WordFile& file) : file_(&file) {}
    WordFile* file_;
  };
  Result<Turn> take_turn(const base::Deadline& deadline);

  // The state of the snapshot that is searched.
  struct Target {
    std::int64_t newest = 0;  // its newest change
    // A change that the file was seen to hold before the snapshot began. When the snapshot does not have it, the file is of another history: a backup
    // was restored.
    std::int64_t ahead = 0;
  };

  // Brings the file to the snapshot of `main`, or leaves it beyond. What time did not allow is gone on with by the next call, of whichever process;
  // half of it is left for the caller. An error says why it is not there now: the rows are to be read instead.
  Status catch_up(sql::Reader& main, const Target& target, const base::Deadline& deadline);

  struct Answer {
    bool is_at_target = false;  // else the sink was given nothing that counts
    std::int64_t applied = 0;   // the change that the file is at
  };
  // Finds in exactly the state of the snapshot. An error is one of the sink, or of the snapshot.
  Result<Answer> search(sql::Reader& main, const Target& target, const WordSearch& search, const base::Deadline& deadline, WordSink sink);

  // The same without the file: the rows of the scope are read into an index that ends with the call. The answer is the same to the last bit.
  Status search_rows(sql::Reader& main, const WordSearch& search, const base::Deadline& deadline, WordSink sink) const;

 private:
  struct Mark;
  struct State;

  static Result<Mark> mark_of(sql::Reader& main, std::int64_t change);
  Result<State> read_state(sql::Reader& file) const;
  Status write_state(sql::Writer& file, const State& state) const;
  static Result<bool> is_of(sql::Reader& main, const State& state, std::int64_t newest);
  Result<bool> can_follow(sql::Reader& main, const State& state, std::int64_t newest) const;
  Result<bool> step(sql::Reader& main, const Target& target, const base::Deadline& deadline);
  static Status begin(sql::Reader& main, WordWriter& tables, std::int64_t newest, State& state);
  Status change(sql::Reader& main, sql::Writer& file, std::int64_t newest, State& state, const base::Deadline& deadline, bool& was_begun) const;
  Status fill_some(sql::Reader& main, WordWriter& tables, State& state, const base::Deadline& deadline) const;
  Status apply_changes(sql::Reader& main, WordWriter& tables, const WordChanges& changes, const State& state) const;
  void discard(const Error& damage);

  const sql::Words& words_;
  sql::SideFile& file_;
  base::Log& log_;
  const WordSource& source_;
  base::Mutex mutex_;
  base::CondVar freed_;
  bool is_taken_ WAGGLE_GUARDED_BY(mutex_) = false;
  std::deque<bool*> waiting_ WAGGLE_GUARDED_BY(mutex_);  // what each of them looks at: is it its turn?
};

}  // namespace waggle::vector

#endif  // WAGGLE_VECTOR_WORD_FILE_H
