// word_file.h: the words of the memory entries in the side file, an index of FTS5 that follows the change log.
//
//   state(name, value)                    of which database it is, up to which change, how far it is filled
//   documents(doc, id, agent_id, length)  the entries; doc is the number that the index knows them by, length is in words
//   memory_words                          FTS5 without content: the text is in the row (memory_text.h)
//
// It serves a process that has just begun, and databases whose entries do not fit into memory: an answer costs some milliseconds and no filling.
// What it holds as of which change is read in the same moment of the file as what it finds, so it never answers for another state than the caller's.

#ifndef WAGGLE_VECTOR_WORD_FILE_H
#define WAGGLE_VECTOR_WORD_FILE_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/deadline.h"
#include "base/log.h"
#include "base/result.h"
#include "sql/executor.h"
#include "sql/side_file.h"
#include "vector/text_query.h"

namespace waggle::vector {

struct WordSearch {
  TextQuery query;
  std::optional<std::string> agent_id = {};  // only this agent's
};

// Thread-safe.
class WordFile {
 public:
  // Borrows all three.
  WordFile(const sql::Words& words, sql::SideFile& file, base::Log& log) : words_(words), file_(file), log_(log) {}

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

  enum class Next : std::uint8_t { kGoOn, kEnough };
  // An entry that has a word of the query: its id, and its score by BM25. Best first.
  using Sink = base::FunctionRef<Result<Next>(std::string_view id, double score)>;
  struct Answer {
    bool is_at_target = false;  // else the sink was given nothing that counts
    std::int64_t applied = 0;   // the change that the file is at
  };
  // Finds in exactly the state of the snapshot. An error is one of the sink, or of the snapshot.
  Result<Answer> search(sql::Reader& main, const Target& target, const WordSearch& search, const base::Deadline& deadline, Sink sink);

 private:
  struct Mark;
  struct State;

  static Result<Mark> mark_of(sql::Reader& main, std::int64_t change);
  static Result<State> read_state(sql::Reader& file);
  static Status write_state(sql::Writer& file, const State& state);
  static Result<bool> is_of(sql::Reader& main, const State& state, std::int64_t newest);
  static Result<bool> can_follow(sql::Reader& main, const State& state, std::int64_t newest);
  Result<bool> step(sql::Reader& main, const Target& target, const base::Deadline& deadline);
  static Status begin(sql::Reader& main, sql::Writer& file, std::int64_t newest, State& state);
  Status fill_some(sql::Reader& main, sql::Writer& file, State& state, const base::Deadline& deadline) const;
  Status apply_changes(sql::Reader& main, sql::Writer& file, std::int64_t newest, State& state) const;
  Status put_entry(sql::Writer& file, const sql::Row& row, State& state) const;
  static Status remove_entry(sql::Writer& file, std::string_view id, State& state);
  void discard(const Error& damage);

  const sql::Words& words_;
  sql::SideFile& file_;
  base::Log& log_;
};

}  // namespace waggle::vector

#endif  // WAGGLE_VECTOR_WORD_FILE_H
