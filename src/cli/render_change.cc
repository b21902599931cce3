// render_change.cc: one entry of the change log.

#include "cli/render.h"

namespace waggle::cli {

Record render(const Change& change) {
  Record record;
  record.integer("seq", change.seq).time("at", change.at).text("entity", to_string(change.entity)).text("entity_id", change.entity_id);
  record.text("op", change.op).text("actor", change.actor);
  return record;
}

}  // namespace waggle::cli
