// One type per kind of name or number, so that the compiler catches a swap.
#pragma once
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

namespace calsync {

template <class T, class Tag>
class Named {
 public:
  constexpr Named() = default;
  explicit constexpr Named(T value) : value_(std::move(value)) {}
  [[nodiscard]] constexpr const T& value() const {
    return value_;
  }  // no implicit way back: unwrapping is visible
  friend constexpr auto operator<=>(const Named&, const Named&) = default;

 private:
  T value_{};
};

// Places in our log. 0 means "before the first"; the first record is 1; no gaps, never given twice.
using RawSequence = Named<std::uint64_t, struct RawSequenceTag>;      // place of an arrived record
using EventSequence = Named<std::uint64_t, struct EventSequenceTag>;  // place of a domain event
using KeySequence = Named<std::uint64_t, struct KeySequenceTag>;      // n-th event of one Kafka key, from 1

using LogId = Named<std::string, struct LogIdTag>;  // UUID of one log, made when the log is created
// intake.sources[].id: the last part of /hooks/{source}.
using SourceId = Named<std::string, struct SourceIdTag>;
using BookingUid = Named<std::string, struct BookingUidTag>;  // Cal.com's `uid`; not the numeric id
using EventKey = Named<std::string, struct EventKeyTag>;      // Kafka message key (DESIGN §8, §12.4)

template <class Tag>
constexpr Named<std::uint64_t, Tag> next(const Named<std::uint64_t, Tag>& n) {
  return Named<std::uint64_t, Tag>{n.value() + 1};
}

}  // namespace calsync
