// function_ref.h: FunctionRef, a reference to something callable. Like std::function without ownership or allocation; for parameters only: what it
// refers to must outlive the call. (std::function_ref of C++26.)

#ifndef WAGGLE_BASE_FUNCTION_REF_H
#define WAGGLE_BASE_FUNCTION_REF_H

#include <memory>
#include <type_traits>
#include <utility>

namespace waggle::base {

template <typename Signature>
class FunctionRef;

template <typename R, typename... Args>
class FunctionRef<R(Args...)> {
 public:
  template <typename F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, FunctionRef> && std::is_invocable_r_v<R, F&, Args...>)
  FunctionRef(F&& callable)  // NOLINT(google-explicit-constructor): lambdas are passed where a FunctionRef is taken
      : object_(const_cast<void*>(static_cast<const void*>(std::addressof(callable)))),
        call_([](void* object, Args... args) -> R { return (*static_cast<std::remove_reference_t<F>*>(object))(std::forward<Args>(args)...); }) {}

  R operator()(Args... args) const { return call_(object_, std::forward<Args>(args)...); }

 private:
  void* object_;
  R (*call_)(void*, Args...);
};

}  // namespace waggle::base

#endif  // WAGGLE_BASE_FUNCTION_REF_H
