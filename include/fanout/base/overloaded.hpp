// Lambdas as one visitor, so that a variant is visited without a default branch.
#pragma once

namespace fanout {

template <typename... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <typename... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

}  // namespace fanout
