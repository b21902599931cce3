// streams.h: the three standard streams as descriptors, written and read whole.

#ifndef WAGGLE_CLI_STREAMS_H
#define WAGGLE_CLI_STREAMS_H

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace waggle::cli {

struct Streams {
  int in = 0;
  int out = 1;
  int err = 2;
};

// io when the bytes cannot be written, for example into a closed pipe or on a full disk.
Status write_all(int descriptor, std::string_view bytes);

// Everything up to the end; invalid_argument above `bytes_max`.
Result<std::string> read_all(int descriptor, std::size_t bytes_max);

// One line without its end; what was read when the input ends before.
Result<std::string> read_line(int descriptor);

bool is_terminal(int descriptor);

// Has the other end of this pipe, socket or terminal gone? False for files.
bool reader_is_gone(int descriptor);

}  // namespace waggle::cli

#endif  // WAGGLE_CLI_STREAMS_H
