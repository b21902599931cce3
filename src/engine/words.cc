// words.cc: see words.h.

#include "engine/words.h"

#include <array>
#include <chrono>
#include <utility>

#include "engine/rank.h"
#include "engine/sqlite_error.h"

namespace waggle::engine {
namespace {

constexpr const char* kName = ":memory:";

int visit_token(void* context, int flags, const char* token, int size, int begin, int end) {
  if ((flags & FTS5_TOKEN_COLOCATED) != 0) return SQLITE_OK;
  (*static_cast<const base::FunctionRef<void(const sql::Word&)>*>(context))(
      {{token, static_cast<std::size_t>(size)}, static_cast<std::size_t>(begin), static_cast<std::size_t>(end)});
  return SQLITE_OK;
}

}  // namespace

// A tokenizer for the time of one call.
class Words::Lease {
 public:
  Lease(const Words& words, Fts5Tokenizer* tokenizer) : words_(words), tokenizer_(tokenizer) {}
  ~Lease() {
    const base::MutexLock lock(words_.mutex_);
    words_.free_.push_back(tokenizer_);
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  Fts5Tokenizer* get() const { return tokenizer_; }

 private:
  const Words& words_;
  Fts5Tokenizer* tokenizer_;
};

Result<std::unique_ptr<Words>> Words::create() {
  WAGGLE_ASSIGN_OR_RETURN(std::unique_ptr<Connection> connection,
                          Connection::open(kName, {.access = Access::kCreate, .durability = Durability::kOff, .page_cache_bytes = 64 << 10},
                                           base::Deadline::after(std::chrono::seconds(1))));
  std::unique_ptr<Words> words(new Words(std::move(connection)));
  WAGGLE_TRY(words->find_tokenizer());
  return words;
}

Status Words::find_tokenizer() {
  WAGGLE_ASSIGN_OR_RETURN(fts5_api* const api, find_fts5(*connection_));
  const int code = api->xFindTokenizer(api, "unicode61", &data_, &methods_);
  if (code != SQLITE_OK) return make_error(code, kName, "find the tokenizer");
  return {};
}

Words::~Words() {
  const base::MutexLock lock(mutex_);
  for (Fts5Tokenizer* tokenizer : free_) methods_.xDelete(tokenizer);
}

Result<Fts5Tokenizer*> Words::take() const {
  {
    const base::MutexLock lock(mutex_);
    if (!free_.empty()) {
      Fts5Tokenizer* const tokenizer = free_.back();
      free_.pop_back();
      return tokenizer;
    }
    free_.reserve(free_.capacity() + 1);  // for its return
  }
  // As the index is made: vector/word_file.cc.
  std::array<const char*, 2> options = {"remove_diacritics", "2"};
  Fts5Tokenizer* tokenizer = nullptr;
  const int code = methods_.xCreate(data_, options.data(), static_cast<int>(options.size()), &tokenizer);
  if (code != SQLITE_OK) return make_error(code, kName, "make a tokenizer");
  return tokenizer;
}

Status Words::split(std::string_view text, base::FunctionRef<void(const sql::Word&)> visit) const {
  WAGGLE_ASSIGN_OR_RETURN(Fts5Tokenizer* const tokenizer, take());
  const Lease lease(*this, tokenizer);
  const int code =
      methods_.xTokenize(lease.get(), static_cast<void*>(&visit), FTS5_TOKENIZE_DOCUMENT, text.data(), static_cast<int>(text.size()), &visit_token);
  if (code != SQLITE_OK) return make_error(code, kName, "cut a text into words");
  return {};
}

// By asking a table that has nothing in it: FTS5 reads an expression before it looks for anything.
Status Words::check_expression(std::string_view expression) const {
  const base::MutexLock lock(checking_);
  WAGGLE_TRY(connection_->execute("CREATE VIRTUAL TABLE IF NOT EXISTS no_words USING fts5(text, content = '',"
                                  " tokenize = 'unicode61 remove_diacritics 2')"));
  const Status asked =
      connection_->query("SELECT rowid FROM no_words WHERE no_words MATCH ?1", {expression}, [](const sql::Row&) { return Status(); });
  if (asked || asked.error().code() != Code::kInvalidArgument) return asked;
  return Error(Code::kInvalidArgument, sqlite3_errmsg(connection_->handle()));
}

}  // namespace waggle::engine
