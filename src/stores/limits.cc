// limits.cc: see limits.h.

#include "stores/limits.h"

#include "base/json.h"

namespace waggle::stores {

Result<std::string> checked_document(std::string_view what, const Json& document) {
  WAGGLE_ASSIGN_OR_RETURN(std::string text, base::normalise_json(document.text));
  if (text.size() > kDocumentBytesMax) {
    return Error(Code::kInvalidArgument, std::string(what) + " is larger than 16 MiB", "keep it in memory and give its key");
  }
  return text;
}

}  // namespace waggle::stores
