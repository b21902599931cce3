// sql.cc: `waggle sql`, one statement of the user's own.

#include "cli/commands/commands.h"
#include "cli/show.h"

namespace waggle::cli {

namespace {

Action sql(Arguments& arguments) {
  struct Given {
    SqlQuery query;
    std::vector<SqlParameter> parameters;
    bool write = false;
  };
  const auto given = Arguments::keep<Given>();
  arguments.positional({"QUERY", "", "One statement; - reads it from stdin"}, given->query.text);
  arguments.flag({"--write", "", "Let it write. Waggle's own tables stay read-only, yours do not"}, given->write);
  arguments.option({"-p,--parameter", "NAME=JSON", "A value for :NAME, @NAME or $NAME; repeatable"}, given->parameters);
  arguments.note("Blobs print as {\"base64\":\"..\"}, infinities as strings. Long queries need a longer --timeout than the usual 5s.");
  arguments.example("waggle sql 'SELECT agent_id, count(*) FROM memory GROUP BY 1'", "any reading statement");
  arguments.example("waggle sql 'SELECT * FROM tasks WHERE priority > :p' -p p=5", "with a parameter");
  arguments.example("waggle sql \"SELECT id, distance FROM vec.docs WHERE embedding MATCH '[1,0]' AND k = 3\"",
                    "the nearest vectors of the collection docs, by cosine or l2");
  arguments.example("waggle sql --write 'CREATE TABLE notes(body TEXT)'", "a table of your own");
  return [given](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(given->query.text, call.text_or_stdin(given->query.text));
    for (const SqlParameter& parameter : given->parameters) given->query.parameters.insert_or_assign(parameter.name, parameter.value);
    if (given->write) given->query.access = SqlQuery::Access::kWrite;
    WAGGLE_ASSIGN_OR_RETURN(const Database* database, call.database());
    const Result<ResultSet> answer = database->sql(given->query, call.session_options());
    if (!answer) return sql_failure_of(answer.error());
    if (call.out().format() == Format::kTable) return call.out().raw(format_answer(*answer, call.out().colour()));
    return call.out().object(render(*answer));
  };
}

constexpr Verb kVerbs[] = {{"", "Run one SQL statement, read-only unless --write", sql}};

}  // namespace

const Noun kSql = {"sql", "One SQL statement of your own", kVerbs};

}  // namespace waggle::cli
