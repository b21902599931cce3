// rank.h: the score of a text that the full-text index has found.
//
// FTS5 has one of its own, bm25(), which counts texts that were deleted as long as an index without content lives: the numbers that it needs of all
// texts together are therefore given.

#ifndef WAGGLE_ENGINE_RANK_H
#define WAGGLE_ENGINE_RANK_H

#include "base/result.h"
#include "engine/connection.h"
#include "sqlite3.h"

namespace waggle::engine {

// FTS5 of a connection. It belongs to the connection.
Result<fts5_api*> find_fts5(Connection& connection);

// Adds the function waggle_bm25(TABLE, TEXTS, MEAN_LENGTH, FIRST, LAST) for searches in tables of FTS5: BM25 as vector/text_index.h says, where the
// texts whose rowid is FIRST to LAST are all there is: TEXTS of them, of MEAN_LENGTH words on average.
Status add_rank_function(Connection& connection);

}  // namespace waggle::engine

#endif  // WAGGLE_ENGINE_RANK_H
