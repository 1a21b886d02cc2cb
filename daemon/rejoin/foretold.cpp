#include "daemon/rejoin/foretold.hpp"

#include "daemon/project/projection_pass.hpp"

#include <exception>

namespace calsync {
namespace {

constexpr std::size_t foretold_records = 256, foretold_bytes = std::size_t{4} << 20U;

Digest print_of(const EventRecord& event) {
  Sha256 hash;
  const auto add = [&hash](std::string_view text) {
    hash.add(std::to_string(text.size()));
    hash.add(":");
    hash.add(text);
  };
  add(to_text(event.topic));
  add(event.key.value());
  add(std::to_string(event.key_sequence.value()) + "/" + std::to_string(event.raw.value()));
  add(event.type);
  add(event.subject);
  add(to_text(event.time));
  add(event.value);
  return hash.finish();
}

}  // namespace

Result<Foretold> Foretold::make(const EventLog& log, RawSequence upto) try {
  Foretold out;
  out.upto_ = upto;
  const auto before = log.views();
  ViewTable views(*before);
  const LogHead head = log.head();
  for (RawSequence first = next(head.normalised); first <= upto;) {
    CALSYNC_TRY(records, "read raw", log.read_raw(first, foretold_records, foretold_bytes));
    for (const RawRecord& record : records) {
      if (record.sequence > upto) break;
      const EventSequence next_event{head.event.value() + 1 + out.prints_.size()};
      CALSYNC_TRY(read, "normalise", read_record(log, all_rules().back(), record, views, next_event));
      for (const EventRecord& event : read.result.events) out.prints_.push_back(print_of(event));
    }
    if (records.empty()) break;
    first = next(records.back().sequence);
  }
  return out;
} catch (const ViewError& failure) {
  return failure.error;
} catch (const std::exception& failure) {
  return Error{Errc::io, std::string("normalise: ") + failure.what()};
}

Result<void> Foretold::compare(std::size_t n, const EventRecord& told) const {
  const bool replaced = told.type == "event.oversize" || told.type == "event.erased";
  if (n < prints_.size() && (replaced || prints_[n] == print_of(told))) return {};
  if (n >= prints_.size() && told.raw > upto_) return {};
  return Error{Errc::corrupt,
               "event " + std::to_string(told.sequence.value()) +
                   " in Kafka is not what this log makes of raw record " + std::to_string(told.raw.value()) +
                   ": use the calsync version that published it, or restore an older backup (--backup ID)"};
}

}  // namespace calsync
