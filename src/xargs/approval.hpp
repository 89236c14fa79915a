// Who is asked before a command runs (-p).
#pragma once

namespace fanout {

class Approval {
 public:
  enum class Answer {
    yes,
    no,
    not_yet,  ///< asked; an InputArrived will come
    failed,   ///< there is nobody to ask, which was said
  };

  virtual ~Approval() = default;

  /// Of the command that was shown last. After a not_yet it is asked again.
  virtual Answer ask() = 0;
};

}  // namespace fanout
