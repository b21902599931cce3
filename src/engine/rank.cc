// rank.cc: see rank.h. A function for searches in FTS5: https://sqlite.org/fts5.html#custom_auxiliary_functions

#include "engine/rank.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <new>
#include <vector>

#include "engine/sqlite_error.h"

namespace waggle::engine {
namespace {

constexpr double kK1 = 1.2;
constexpr double kB = 0.75;
constexpr double kIdfMin = 1e-6;

// What a search needs for all of its rows.
struct Query {
  std::vector<double> idf;    // by phrase
  std::vector<double> times;  // by phrase, in the present row
  double mean_length = 0;
};

// How many of the rows first to last have a phrase.
struct Count {
  sqlite3_int64 first = 0;
  sqlite3_int64 last = 0;
  sqlite3_int64 rows = 0;
};

int count_row(const Fts5ExtensionApi* api, Fts5Context* context, void* data) {
  Count& count = *static_cast<Count*>(data);
  const sqlite3_int64 row = api->xRowid(context);
  if (row >= count.first && row <= count.last) ++count.rows;
  return SQLITE_OK;
}

int prepare(const Fts5ExtensionApi& api, Fts5Context* context, sqlite3_value** args, Query& query) {
  const double texts = sqlite3_value_double(args[0]);
  query.mean_length = sqlite3_value_double(args[1]);
  const int phrases = api.xPhraseCount(context);
  query.times.resize(static_cast<std::size_t>(phrases));
  for (int phrase = 0; phrase < phrases; ++phrase) {
    Count with_phrase{.first = sqlite3_value_int64(args[2]), .last = sqlite3_value_int64(args[3])};
    if (const int code = api.xQueryPhrase(context, phrase, &with_phrase, count_row); code != SQLITE_OK) return code;
    const auto some = static_cast<double>(with_phrase.rows);
    query.idf.push_back(std::max(kIdfMin, std::log((texts - some + 0.5) / (some + 0.5))));
  }
  return SQLITE_OK;
}

// Made with the first row of a search and kept by FTS5 until its end.
int find_query(const Fts5ExtensionApi& api, Fts5Context* context, sqlite3_value** args, Query*& query) {
  query = static_cast<Query*>(api.xGetAuxdata(context, 0));
  if (query != nullptr) return SQLITE_OK;
  auto made = std::make_unique<Query>();
  if (const int code = prepare(api, context, args, *made); code != SQLITE_OK) return code;
  query = made.get();
  return api.xSetAuxdata(context, made.release(), [](void* kept) { delete static_cast<Query*>(kept); });
}

int score(const Fts5ExtensionApi& api, Fts5Context* context, sqlite3_value** args, double& sum) {
  Query* query = nullptr;
  if (const int code = find_query(api, context, args, query); code != SQLITE_OK) return code;
  std::fill(query->times.begin(), query->times.end(), 0.0);
  int places = 0;
  if (const int code = api.xInstCount(context, &places); code != SQLITE_OK) return code;
  for (int place = 0; place < places; ++place) {
    int phrase = 0;
    int column = 0;
    int offset = 0;
    if (const int code = api.xInst(context, place, &phrase, &column, &offset); code != SQLITE_OK) return code;
    query->times[static_cast<std::size_t>(phrase)] += 1;
  }
  int length = 0;
  if (const int code = api.xColumnSize(context, -1, &length); code != SQLITE_OK) return code;
  const double norm = kK1 * (1 - kB + kB * static_cast<double>(length) / query->mean_length);
  for (std::size_t i = 0; i < query->idf.size(); ++i) sum += query->idf[i] * query->times[i] * (kK1 + 1) / (query->times[i] + norm);
  return SQLITE_OK;
}

void waggle_bm25(const Fts5ExtensionApi* api, Fts5Context* context, sqlite3_context* out, int count, sqlite3_value** args) {
  double sum = 0;
  int code = count == 4 ? SQLITE_OK : SQLITE_MISUSE;
  try {
    if (code == SQLITE_OK) code = score(*api, context, args, sum);
  } catch (const std::bad_alloc&) {  // SQLite knows no exceptions
    code = SQLITE_NOMEM;
  }
  if (code == SQLITE_OK)
    sqlite3_result_double(out, sum);
  else
    sqlite3_result_error_code(out, code);
}

}  // namespace

Result<fts5_api*> find_fts5(Connection& connection) {
  fts5_api* api = nullptr;
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(connection.handle(), "SELECT fts5(?1)", -1, &statement, nullptr) == SQLITE_OK) {
    sqlite3_bind_pointer(statement, 1, static_cast<void*>(&api), "fts5_api_ptr", nullptr);
    sqlite3_step(statement);
  }
  const int code = sqlite3_finalize(statement);
  if (api == nullptr) return make_error(code == SQLITE_OK ? SQLITE_ERROR : code, connection.path(), "find its full-text index");
  return api;
}

Status add_rank_function(Connection& connection) {
  WAGGLE_ASSIGN_OR_RETURN(fts5_api* const api, find_fts5(connection));
  const int code = api->xCreateFunction(api, "waggle_bm25", nullptr, waggle_bm25, nullptr);
  return code == SQLITE_OK ? Status() : make_error(code, connection.path(), "add a function to it");
}

}  // namespace waggle::engine
