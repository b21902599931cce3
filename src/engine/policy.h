// policy.h: what SQL that comes from users may do. Waggle's own statements are literals and run free.

#ifndef WAGGLE_ENGINE_POLICY_H
#define WAGGLE_ENGINE_POLICY_H

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sql/executor.h"
#include "sqlite3.h"

namespace waggle::engine {

struct PolicyOptions {
  sql::UntrustedStatement::Access access = sql::UntrustedStatement::Access::kRead;
  std::span<const std::string> protected_tables;  // may be read, not changed
  // Is told the tables that are read and not of the database, where it is given: a database of SQL ("" where the statement says none), and a table.
  std::vector<std::pair<std::string, std::string>>* foreign_tables = nullptr;
};

// The authorizer and limits of one connection. The authorizer is installed once and costs nothing for trusted statements that are prepared
// already; while an Enforcement lives it judges each action of what is prepared. After https://sqlite.org/security.html.
class Policy {
 public:
  explicit Policy(sqlite3& db) : db_(db) {}

  // Installs the authorizer and switches off what nobody may use: extensions, writable_schema, functions of the schema with side effects.
  void install();

  // Makes the connection untrusted for a scope: authorizer on, limits low, statements may be interrupted.
  class Enforcement {
   public:
    Enforcement(Policy& policy, const PolicyOptions& options);
    ~Enforcement();
    Enforcement(const Enforcement&) = delete;
    Enforcement& operator=(const Enforcement&) = delete;

    // Why the authorizer refused what was prepared last: ok, read_only (of all, or of the tables of vectors) or permission.
    enum class Refusal : std::uint8_t { kNone, kReadOnly, kDerived, kForbidden };
    Refusal refusal() const { return policy_.refusal_; }
    // Does it make or alter a table?
    bool changes_schema() const { return policy_.changes_schema_; }

   private:
    static constexpr int kLimits = 9;
    Policy& policy_;
    int saved_limits_[kLimits];
  };

 private:
  static int authorize(void* self, int action, const char* first, const char* second, const char* database, const char* trigger);
  int judge(int action, std::string_view first, std::string_view second, std::string_view database);
  int refuse(Enforcement::Refusal why);
  int judge_write(std::string_view table);
  bool is_protected(std::string_view table) const;

  sqlite3& db_;
  const PolicyOptions* options_ = nullptr;  // nullptr: trusted
  Enforcement::Refusal refusal_ = Enforcement::Refusal::kNone;
  bool changes_schema_ = false;
  bool drops_or_renames_ = false;  // the statement that is being prepared drops or renames a table
};

}  // namespace waggle::engine

#endif  // WAGGLE_ENGINE_POLICY_H
