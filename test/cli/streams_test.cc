// streams_test.cc: reading and writing whole.

#include "cli/streams.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>

namespace waggle::cli {
namespace {

class Pipe {
 public:
  Pipe() { EXPECT_EQ(::pipe(ends_), 0); }
  ~Pipe() {
    close_reading();
    close_writing();
  }
  int reading() const { return ends_[0]; }
  int writing() const { return ends_[1]; }
  void close_reading() { close_end(0); }
  void close_writing() { close_end(1); }

 private:
  void close_end(int which) {
    if (ends_[which] >= 0) ::close(ends_[which]);
    ends_[which] = -1;
  }
  int ends_[2] = {-1, -1};
};

TEST(Streams, ReadWhatWasWritten) {
  Pipe pipe;
  ASSERT_TRUE(write_all(pipe.writing(), "one\ntwo\nrest"));
  pipe.close_writing();
  EXPECT_EQ(read_line(pipe.reading()).value(), "one");
  EXPECT_EQ(read_line(pipe.reading()).value(), "two");
  EXPECT_EQ(read_all(pipe.reading(), 100).value(), "rest");
  EXPECT_EQ(read_all(pipe.reading(), 100).value(), "");
}

TEST(Streams, WaitAlsoWhereNothingBlocks) {
  Pipe pipe;
  for (const int end : {pipe.reading(), pipe.writing()}) ASSERT_EQ(::fcntl(end, F_SETFL, O_NONBLOCK), 0);
  const std::string large(1 << 20, 'x');  // more than a pipe holds
  auto read = std::async(std::launch::async, [&] { return read_all(pipe.reading(), large.size()); });
  EXPECT_TRUE(write_all(pipe.writing(), large));
  pipe.close_writing();
  const Result<std::string> got = read.get();
  ASSERT_TRUE(got) << got.error().describe();
  EXPECT_EQ(*got, large);
}

TEST(Streams, RefuseMoreThanTheLimit) {
  Pipe pipe;
  ASSERT_TRUE(write_all(pipe.writing(), "12345"));
  pipe.close_writing();
  EXPECT_EQ(read_all(pipe.reading(), 4).error().code(), Code::kInvalidArgument);
}

TEST(Streams, TellWhenNothingCanBeWritten) {
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(full, 0);
  EXPECT_EQ(write_all(full, "x").error().code(), Code::kIo);
  EXPECT_TRUE(write_all(full, ""));
  ::close(full);
  EXPECT_EQ(write_all(-1, "x").error().code(), Code::kIo);
  EXPECT_EQ(read_all(-1, 10).error().code(), Code::kIo);
}

TEST(Streams, NoticeThatTheReaderHasGone) {
  Pipe pipe;
  EXPECT_FALSE(reader_is_gone(pipe.writing()));
  pipe.close_reading();
  EXPECT_TRUE(reader_is_gone(pipe.writing()));

  int pair[2] = {-1, -1};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
  EXPECT_FALSE(reader_is_gone(pair[0]));
  ::close(pair[1]);
  EXPECT_TRUE(reader_is_gone(pair[0]));
  ::close(pair[0]);

  const int file = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  EXPECT_FALSE(reader_is_gone(file));
  ::close(file);
}

TEST(Streams, AreNoTerminalsWhenPipes) {
  const Pipe pipe;
  EXPECT_FALSE(is_terminal(pipe.writing()));
}

}  // namespace
}  // namespace waggle::cli
