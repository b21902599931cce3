// wordllama.h: the table of token vectors that the Python package wordllama ships (32,000 tokens, 256 dimensions, f16, MIT).

#ifndef WAGGLE_CLI_WORDLLAMA_H
#define WAGGLE_CLI_WORDLLAMA_H

#include <string>

#include "base/deadline.h"
#include "base/result.h"

namespace waggle::cli {

// Fills `folder` with the package's table, tokenizer and licence: pip downloads the one wheel whose checksum is known here, python3 unpacks it; no
// code of the package runs. Any system will do: of the wheel only data is used. unsupported when python3 or its pip is missing, io when pip cannot
// fetch it.
Status fetch_wordllama(const std::string& folder, const base::Deadline& deadline);

}  // namespace waggle::cli

#endif  // WAGGLE_CLI_WORDLLAMA_H
