#include "daemon/project/forget_pass.hpp"

#include "daemon/project/projection_pass.hpp"
#include "state/events/email.hpp"
#include "state/views/booking_kinds.hpp"
#include "state/views/chain.hpp"
#include "state/views/config_fold.hpp"
#include "state/views/reconcile_fold.hpp"
#include "state/views/register.hpp"

#include <algorithm>
#include <array>

namespace calsync {
namespace {

constexpr std::size_t records_at_once = 1024;
constexpr std::size_t bytes_at_once = std::size_t{4} << 20U;
constexpr std::string_view bookings = "b/";

// Sees whether a row that is read names the person.
class Watched final : public ViewSource {
 public:
  Watched(ViewSource& below, const PersonErasure& person) : below_(below), person_(person) {}
  std::optional<std::string> get(std::string_view key) override {
    auto row = below_.get(key);
    met_ = met_ || (row && person_.names(key, *row));
    return row;
  }
  void scan(std::string_view prefix, std::string_view after, const Visit& visit) override {
    below_.scan(prefix, after, [&](std::string_view key, std::string_view row) {
      met_ = met_ || person_.names(key, row);
      return visit(key, row);
    });
  }
  [[nodiscard]] bool met() const { return met_; }

 private:
  ViewSource& below_;
  const PersonErasure& person_;
  bool met_ = false;
};

// What the organisation still has of the person would come back with the next look.
bool stands_in_the_way(std::string_view key) {
  constexpr std::array rows{register_prefix, held_prefix, suspended_prefix, drift_prefix};
  return std::ranges::any_of(rows, [key](std::string_view prefix) { return key.starts_with(prefix); });
}

bool is_over(const BookingRow& row, Instant now) {
  const auto status = row.status.value;
  if (is_final(status) || has_vanished(row)) return true;
  return row.end.value && *row.end.value <= now;
}

NamedAs role_in(const BookingRow& row, std::string_view email) {
  const auto is_it = [email](const PersonRow& one) {
    return one.email.value && equal_ignoring_case(*one.email.value, email);
  };
  const Cast cast = cast_of(row);
  if (std::ranges::any_of(cast.hosts, [&](const PersonRow* one) { return is_it(*one); }))
    return NamedAs::host;
  if (std::ranges::any_of(cast.guests, [&](const Cast::Guest& one) { return is_it(*one.person); }))
    return NamedAs::attendee;
  return std::ranges::any_of(row.people, [&](const auto& one) { return is_it(one.second); })
             ? NamedAs::earlier
             : NamedAs::text;
}

constexpr std::array role_words{"host", "attendee", "earlier", "text"};

}  // namespace

const char* to_text(NamedAs role) {
  return role_words.at(static_cast<std::size_t>(role));
}

std::optional<NamedAs> named_as(std::string_view word) {
  const auto* const at = std::ranges::find(role_words, word);
  if (at == role_words.end()) return std::nullopt;
  return static_cast<NamedAs>(at - role_words.begin());
}

ForgetPass::ForgetPass(const EventLog& log, std::string_view email, RulesByVersion known)
    : log_(log),
      email_(lower_ascii(email)),
      person_(email),
      known_(known),
      cut_(log.cut()),
      at_cut_(log.views_at_cut()),
      now_(log.views()),
      upto_(cut_.raw),
      event_(cut_.event),
      hash_(cut_.event_hash) {
  prices_.begin(*at_cut_);
}

Result<void> ForgetPass::advance(const std::function<void(double)>& progress,
                                 const std::stop_token& stop) try {
  const RawSequence to = log_.head().normalised;
  CALSYNC_TRY(indexed, "person index", log_.records_of(email_));
  indexed_.insert(indexed.begin(), indexed.end());
  if (upto_ == cut_.raw) CALSYNC_CHECK("quarantine", look_into_quarantine());
  while (upto_ < to) {
    if (stop.stop_requested()) return Error{Errc::cancelled, "interrupted: nothing was erased"};
    CALSYNC_TRY(records, "read raw", log_.read_raw(next(upto_), records_at_once, bytes_at_once));
    if (records.empty()) return Error{Errc::corrupt, "the log ends before its head"};
    for (const RawRecord& record : records) {
      if (record.sequence > to) break;
      CALSYNC_CHECK("record " + std::to_string(record.sequence.value()), read(record));
    }
    if (progress)
      progress(static_cast<double>(upto_.value() - cut_.raw.value()) /
               static_cast<double>(to.value() - cut_.raw.value()));
  }
  return {};
} catch (const ViewError& failure) {
  return failure.error;
}

Result<void> ForgetPass::read(const RawRecord& record) {
  Watched watched(views_, person_);
  ViewTable own(static_cast<ViewSource&>(watched));
  CALSYNC_TRY(rules, "normalise", rules_of(known_, record.noted_version));
  CALSYNC_TRY(read, "normalise", read_record(log_, rules, record, own, next(event_)));
  const std::vector<EventRecord>& made = read.result.events;
  CALSYNC_CHECK("compare", compare(made));
  ViewTable::Changes changes = own.take();
  views_.apply(changes);  // a copy: what is to be erased is noted below
  for (const EventRecord& event : made) {
    prices_.take(event);
    if (person_.names(event.subject) || person_.names(event.key.value())) ++in_the_open_;
  }
  // The index has who was understood to be in a record; a body may name more.
  const bool in_body = record.body && person_.names(*record.body);
  if (in_body || watched.met() || indexed_.contains(record.sequence) || meets(changes, made))
    note(record, std::move(changes), made);
  upto_ = record.sequence;
  return {};
}

Result<void> ForgetPass::compare(const std::vector<EventRecord>& made) {
  for (const EventRecord& event : made) {
    CALSYNC_TRY(hash, "hash event", log_.hash_as_stored(event, hash_));
    CALSYNC_TRY(stored, "read event", log_.hash_of(event.sequence));
    if (hash != stored)
      return Error{Errc::conflict, "event " + std::to_string(event.sequence.value()) +
                                       " does not come out as the log has it: see `calsync log rebuild "
                                       "--verify`; nothing was erased"};
    event_ = event.sequence;
    hash_ = hash;
  }
  return {};
}

bool ForgetPass::meets(const ViewTable::Changes& changes, const std::vector<EventRecord>& events) const {
  return std::ranges::any_of(changes,
                             [this](const auto& one) {
                               return one.second ? person_.names(one.first, *one.second)
                                                 : person_.names(one.first);
                             }) ||
         std::ranges::any_of(events, [this](const EventRecord& event) {
           return person_.names(event.value) || std::ranges::any_of(event.states, [this](const auto& state) {
                    return person_.names(state.json);
                  });
         });
}

// A retry's body names nobody, and what it read again is found by its own number: it is read as ever.
void ForgetPass::note(const RawRecord& record, ViewTable::Changes changes,
                      const std::vector<EventRecord>& events) {
  std::erase_if(changes, [&](const auto& one) { return quarantined_in(one.first) == record.sequence; });
  erasure_.left.emplace_back(record.sequence, person_.without(std::move(changes)));
  if (record.source != RecordSource::retry) erasure_.raw.push_back(record.sequence);
  for (const EventRecord& event : events) erasure_.events.push_back(event.sequence);
}

ForgetPass::Found ForgetPass::look_through(ViewSource& views, Instant now) const {
  Found found;
  views.scan("", {}, [&](std::string_view key, std::string_view row) {
    const auto held = quarantined_in(key);
    if (held && std::ranges::binary_search(erasure_.raw, *held)) found.changes.emplace(key, std::nullopt);
    if (!person_.names(key, row)) return true;
    found.changes.emplace(key, person_.without(key, std::string(row)));
    if (stands_in_the_way(key))
      found.obstacles.emplace_back(
          "the configuration has " + std::string(key.substr(key.find('/') + 1)) +
          ": off-board the person (`calsync offboard`) and take them out of the configuration repository");
    if (!key.starts_with(bookings)) return true;
    const std::string name(key.substr(bookings.size()));
    const BookingRow booking = read_booking_row(name, row);
    if (!is_over(booking, now))
      found.obstacles.emplace_back(
          "booking " + name + " is not over: cancel it (`calsync bookings cancel`), or wait for its end");
    found.bookings.push_back({name, booking.start.value, role_in(booking, email_)});
    return true;
  });
  return found;
}

// What could not be read is in no index.
Result<void> ForgetPass::look_into_quarantine() {
  constexpr std::size_t at_once = 256;
  for (RawSequence after;;) {
    CALSYNC_TRY(held, "read quarantine", log_.quarantine(after, at_once));
    for (const QuarantineEntry& entry : held) {
      after = entry.sequence;
      if (after > cut_.raw) return {};  // those are read with all others
      CALSYNC_TRY(record, "read quarantine", log_.raw(after));
      if (record.body && person_.names(*record.body)) indexed_.insert(after);
    }
    if (held.size() < at_once) return {};
  }
}

// In quarantine since then.
std::vector<RawSequence> ForgetPass::kept_before_the_cut() const {
  return {indexed_.begin(), indexed_.upper_bound(cut_.raw)};
}

ErasedBooking ForgetPass::with_price(const std::string& name) const {
  const auto price = prices_.price_of(name);
  if (!price) return {name, std::nullopt, {}};
  return {name, price->minor, price->currency};
}

Result<ForgetFacts> ForgetPass::facts(Instant now) try {
  Found found = look_through(views_, now);
  ForgetFacts facts{.records = erasure_.raw.size() + kept_before_the_cut().size(),
                    .events = erasure_.events.size(),
                    .bookings = {},
                    .named = {},
                    .rows = found.changes.size() + look_through(*at_cut_, now).changes.size(),
                    .in_the_open = in_the_open_,
                    .upto = upto_,
                    .proof = std::nullopt,
                    .obstacles = std::move(found.obstacles)};
  for (const NamedBooking& one : found.bookings) facts.bookings.push_back(with_price(one.uid));
  facts.named = std::move(found.bookings);
  return facts;
} catch (const ViewError& failure) {
  return failure.error;
}

Result<Erasure> ForgetPass::take() try {
  const std::vector<RawSequence> kept = kept_before_the_cut();
  erasure_.raw.insert(erasure_.raw.begin(), kept.begin(), kept.end());
  erasure_.upto = upto_;
  erasure_.cut = cut_.raw;
  erasure_.email = email_;
  const auto now = log_.views();
  erasure_.views = look_through(*now, Instant{}).changes;
  erasure_.at_cut = look_through(*at_cut_, Instant{}).changes;
  return std::move(erasure_);
} catch (const ViewError& failure) {
  return failure.error;
}

}  // namespace calsync
