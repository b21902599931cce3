// child.h: this program started again as another process, which waits at the start line until all are there.

#ifndef WAGGLE_BENCH_CHILD_H
#define WAGGLE_BENCH_CHILD_H

#include <sys/types.h>

#include <string>
#include <vector>

namespace waggle::bench {

// The child's ends of the two pipes; what it prints goes to the parent too.
inline constexpr int kChildIn = 3;
inline constexpr int kChildOut = 4;

class Child {
 public:
  // Starts `arguments[0]` with the arguments.
  explicit Child(const std::vector<std::string>& arguments);
  // Ends it if it still runs.
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void send(char byte) const;
  // The next byte of the child's; throws when it has ended or nothing came for a minute.
  char receive() const;
  // Reads until the child closes its end, and waits for it. Throws when it did not exit with 0.
  std::string finish();

 private:
  pid_t process_ = -1;
  int in_ = -1;   // the parent reads here
  int out_ = -1;  // and writes here
};

// For the child: says that it is ready, then waits for the go. Answers the byte that came, 0 at the end of the pipe.
char ready_and_wait();
void child_send(const std::string& bytes);
char child_receive();

}  // namespace waggle::bench

#endif  // WAGGLE_BENCH_CHILD_H
