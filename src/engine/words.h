// words.h: sql::Words as the full-text index cuts them: by its own tokenizer.

#ifndef WAGGLE_ENGINE_WORDS_H
#define WAGGLE_ENGINE_WORDS_H

#include <memory>
#include <vector>

#include "base/mutex.h"
#include "engine/connection.h"
#include "sql/words.h"
#include "sqlite3.h"

namespace waggle::engine {

class Words final : public sql::Words {
 public:
  static Result<std::unique_ptr<Words>> create();
  ~Words() override;

  Status split(std::string_view text, base::FunctionRef<void(const sql::Word&)> visit) const override;
  Status check_expression(std::string_view expression) const override;

 private:
  class Lease;

  explicit Words(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
  Status find_tokenizer();
  Result<Fts5Tokenizer*> take() const;

  std::unique_ptr<Connection> connection_;  // the tokenizers belong to it
  mutable base::Mutex checking_;            // held by who runs statements on it
  fts5_tokenizer methods_ = {};
  void* data_ = nullptr;
  mutable base::Mutex mutex_;
  mutable std::vector<Fts5Tokenizer*> free_ WAGGLE_GUARDED_BY(mutex_);  // each works for one thread at a time
};

}  // namespace waggle::engine

#endif  // WAGGLE_ENGINE_WORDS_H
