// mutex.h: a mutex that clang's thread-safety analysis understands (std::mutex of libstdc++ is not annotated), its lock, and a condition variable.
//
// Fields are declared with WAGGLE_GUARDED_BY(mutex_), functions that need the lock with WAGGLE_REQUIRES(mutex_); the lint preset then finds every
// access without it. The lock order of the project is written in docs/CONCURRENCY.md.

#ifndef WAGGLE_BASE_MUTEX_H
#define WAGGLE_BASE_MUTEX_H

#include <chrono>
#include <condition_variable>
#include <mutex>

#if defined(__clang__)
#define WAGGLE_THREAD_ANNOTATION(x) __attribute__((x))
#else
#define WAGGLE_THREAD_ANNOTATION(x)
#endif
#define WAGGLE_CAPABILITY(name) WAGGLE_THREAD_ANNOTATION(capability(name))
#define WAGGLE_SCOPED_CAPABILITY WAGGLE_THREAD_ANNOTATION(scoped_lockable)
#define WAGGLE_GUARDED_BY(mutex) WAGGLE_THREAD_ANNOTATION(guarded_by(mutex))
#define WAGGLE_REQUIRES(...) WAGGLE_THREAD_ANNOTATION(requires_capability(__VA_ARGS__))
#define WAGGLE_EXCLUDES(...) WAGGLE_THREAD_ANNOTATION(locks_excluded(__VA_ARGS__))
#define WAGGLE_ACQUIRE(...) WAGGLE_THREAD_ANNOTATION(acquire_capability(__VA_ARGS__))
#define WAGGLE_RELEASE(...) WAGGLE_THREAD_ANNOTATION(release_capability(__VA_ARGS__))
#define WAGGLE_NO_THREAD_SAFETY_ANALYSIS WAGGLE_THREAD_ANNOTATION(no_thread_safety_analysis)

namespace waggle::base {

class WAGGLE_CAPABILITY("mutex") Mutex {
 public:
  void lock() WAGGLE_ACQUIRE() { mutex_.lock(); }
  void unlock() WAGGLE_RELEASE() { mutex_.unlock(); }

 private:
  friend class CondVar;
  std::mutex mutex_;
};

// Holds a Mutex for a scope.
class WAGGLE_SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) WAGGLE_ACQUIRE(mutex) : mutex_(mutex) { mutex_.lock(); }
  ~MutexLock() WAGGLE_RELEASE() { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

// Waits may end without a reason: call them in a loop that tests the condition.
class CondVar {
 public:
  void wait(Mutex& mutex) WAGGLE_REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    condition_.wait(lock);
    lock.release();
  }
  void wait_until(Mutex& mutex, std::chrono::steady_clock::time_point end) WAGGLE_REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    condition_.wait_until(lock, end);
    lock.release();
  }
  void notify_one() { condition_.notify_one(); }
  void notify_all() { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace waggle::base

#endif  // WAGGLE_BASE_MUTEX_H
