// What concerns the organisation and no booking: broken credentials, reports, and triggers that we do not
// know. Of the last only name, place, size and hash are published: an unknown shape may hold anything.
#include "state/events/json_text.hpp"
#include "state/views/folding.hpp"

namespace calsync {
namespace {

const char* type_of(SystemKind kind) {
  switch (kind) {
    case SystemKind::delegation_credential_error:
      return "delegation_credential.error";
    case SystemKind::assignment_reported_wrong:
      return "assignment.reported_wrong";
    case SystemKind::unknown:
      return "webhook.unknown";
  }
  return "";
}

std::optional<std::chrono::milliseconds> window_of(SystemKind kind) {
  switch (kind) {
    case SystemKind::delegation_credential_error:
      return std::chrono::hours{1};  // may storm: once an hour per user and type
    case SystemKind::unknown:
      return std::chrono::seconds{60};
    case SystemKind::assignment_reported_wrong:
      break;
  }
  return std::nullopt;
}

std::string unknown_detail(const Folding& folding) {
  const std::string_view body =
      folding.record.body ? std::string_view(*folding.record.body) : std::string_view();
  std::string out;
  JsonObject object(out);
  object.add("trigger", folding.seen.trigger).add("sequence", Integer::of(folding.record.sequence.value()));
  object.add("sha256", to_hex(sha256(body)))
      .add("size", Integer::of(static_cast<std::uint64_t>(body.size())))
      .end();
  return out;
}

}  // namespace

void fold_system(Folding& folding, const SystemObservation& said) {
  const std::string type = type_of(said.kind);
  folding.out.summary.subject = said.booking_uid.value_or(folding.seen.trigger);
  // A newer name about a booking: what it means is unknown, that the booking should be looked at is not.
  if (said.booking_uid) folding.out.summary.read_again = BookingUid{*said.booking_uid};
  const std::string identity = type + "/" + folding.seen.trigger + "/" + said.identity;
  if (!first_time(folding, identity, window_of(said.kind))) return folding.no_change("known already");
  const bool unknown = said.kind == SystemKind::unknown;
  const std::string subject = !unknown && said.booking_uid ? *said.booking_uid : folding.seen.trigger;
  emit(folding, {Topic::system,
                 folding.seen.trigger,
                 type,
                 subject,
                 folding.as_of,
                 {},
                 "system",
                 unknown ? unknown_detail(folding) : said.detail});
}

}  // namespace calsync
