// streams.cc: read(2) and write(2) until all is done.

#include "cli/streams.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace waggle::cli {

namespace {

constexpr std::size_t kChunkBytes = 1 << 16;
constexpr std::size_t kLineBytesMax = 4096;

// A terminal or pipe that somebody else has made non-blocking blocks here all the same. True when the call is to be made again.
bool is_to_be_repeated(int descriptor, short event) {
  if (errno == EINTR) return true;
  if (errno != EAGAIN) return false;
  pollfd state{descriptor, event, 0};
  return ::poll(&state, 1, -1) >= 0 || errno == EINTR;
}

Error input_error() { return Error(Code::kIo, std::string("standard input cannot be read: ") + std::strerror(errno), "check what is piped in"); }

}  // namespace

Status write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && is_to_be_repeated(descriptor, POLLOUT)) continue;
    if (written < 0) {
      return Error(Code::kIo, std::string("the output cannot be written: ") + std::strerror(errno),
                   "what the command changed stays changed; check where the output goes");
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<std::string> read_all(int descriptor, std::size_t bytes_max) {
  std::string content;
  std::size_t filled = 0;
  while (true) {
    content.resize(filled + kChunkBytes);
    const ssize_t got = ::read(descriptor, content.data() + filled, kChunkBytes);
    if (got < 0 && is_to_be_repeated(descriptor, POLLIN)) continue;
    if (got < 0) return input_error();
    filled += static_cast<std::size_t>(got);
    if (filled > bytes_max) {
      return Error(Code::kInvalidArgument, "standard input is longer than " + std::to_string(bytes_max) + " bytes", "store it in smaller pieces");
    }
    if (got == 0) break;
  }
  content.resize(filled);
  return content;
}

Result<std::string> read_line(int descriptor) {
  std::string line;
  char byte = 0;
  while (line.size() < kLineBytesMax) {
    const ssize_t got = ::read(descriptor, &byte, 1);
    if (got < 0 && is_to_be_repeated(descriptor, POLLIN)) continue;
    if (got < 0) return input_error();
    if (got == 0 || byte == '\n') break;
    line += byte;
  }
  return line;
}

bool is_terminal(int descriptor) { return ::isatty(descriptor) == 1; }

bool reader_is_gone(int descriptor) {
  pollfd state{descriptor, 0, 0};
  return ::poll(&state, 1, 0) == 1 && (state.revents & (POLLERR | POLLHUP)) != 0;
}

}  // namespace waggle::cli
