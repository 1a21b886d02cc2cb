// Start-up: check topics, peek, init, read the cursor, claim (RELIABILITY §3.2). What is done after what:
// publish_steps.cpp.
#include "daemon/publish/publish_run.hpp"
#include "daemon/publish/topic_set.hpp"
#include "state/base/log.hpp"

namespace calsync {
namespace {

constexpr std::chrono::seconds look_every{10};

}  // namespace

Did PublishRun::check_topics() {
  if (steps_.has_claimed()) return held_by_topics();
  auto held = claim_in(claim_note(context_.prefix));
  if (!held) return failed(held.error());
  const auto names = topic_names(specs_);
  auto facts = parts_.broker.describe(names);
  if (!facts) return failed(facts.error());
  const auto known = *held && !demo_ ? (*held)->partitions : std::map<std::string, int>{};
  auto plan = plan_topics(context_.prefix, *facts, known, demo_ || options_.kafka.create_topics);
  if (!plan) return failed(plan.error());
  for (const std::string& warning : plan->warnings) log::warning(warning);
  if (!plan->create.empty()) {
    if (auto made = parts_.broker.create(plan->create); !made) return failed(made.error());
    for (const TopicSpec& spec : plan->create) log::info("topic created", {log::field("topic", spec.name)});
    facts = parts_.broker.describe(names);
    if (!facts) return failed(facts.error());
  }
  last_look_ = parts_.clock.steady();
  context_.partitions = partition_counts(context_.prefix, *facts);
  for (const auto& [topic, count] : context_.partitions) {
    if (count == 0)
      return failed(
          {Errc::unavailable, "topic " + context_.prefix + topic + " is not known to the brokers yet"});
  }
  return Did::ok;
}

// While publishing: are they still as our claim left them? Somebody may have deleted one, or given it more
// partitions. A client would go on for long, or forever, without saying so.
Result<void> PublishRun::look_at_topics() {
  auto facts = parts_.broker.describe(topic_names(specs_));
  if (!facts) return facts.error();
  last_look_ = parts_.clock.steady();
  return still_as_claimed(context_.prefix, *facts, context_.partitions);
}

bool PublishRun::topics_are_due() {
  return topics_in_doubt_ || parts_.clock.steady() - last_look_ >= look_every;
}

Did PublishRun::held_by_topics() {
  auto good = look_at_topics();
  topics_in_doubt_ = !good;
  return good ? Did::ok : failed(good.error());
}

Did PublishRun::peek() {
  if (demo_) return Did::ok;
  if (steps_.has_claimed()) {
    if (const Did did = held_by_topics(); did != Did::ok) return did;
  }
  auto cursor = parts_.broker.read_cursor(specs_.back().name);
  if (!cursor) return failed(cursor.error());
  auto side = log_side();
  if (!side) return failed(side.error());
  return judge(judge_peek(*side, *cursor));
}

Did PublishRun::open() {
  auto opened = parts_.broker.open(transactional_id(context_.prefix, context_.log), topic_names(specs_));
  if (!opened) return failed(opened.error());
  handle_ = std::move(*opened);
  parts_.probe.producers.add();
  return Did::ok;
}

Did PublishRun::read_cursor() {
  CursorVerdict verdict;
  verdict.generation = 1;
  begin_at_cut();
  verdict.after = position_;  // a demo goes on where it was: its topics are still in this process
  verdict.hash = position_hash_;
  if (!demo_) {
    auto cursor = parts_.broker.read_cursor(specs_.back().name);
    if (!cursor) return failed(cursor.error());
    std::optional<std::string> occupied;
    if (!*cursor) {
      auto names = topic_names(specs_);
      names.pop_back();
      auto found = parts_.broker.first_with_records(names);
      if (!found) return failed(found.error());
      occupied = *found;
    }
    auto side = log_side();
    if (!side) return failed(side.error());
    verdict =
        knows_the_lost_cursor(*cursor)
            ? CursorVerdict{CursorVerdict::Kind::go_on, {}, position_, position_hash_, claim_.generation + 1}
            : judge_cursor(*side, *cursor, context_.partitions, occupied);
    if (*cursor && side->pending && is_claim(*side->pending, **cursor)) {
      // Committed, but killed before we noted so. Note it now: the next claim takes the place of the pending
      // one, and a kill before that is committed would leave us with a cursor that we no longer know as ours.
      if (auto noted = parts_.log.set_note(claim_note(context_.prefix), encode(*side->pending)); !noted)
        return failed(noted.error());
    }
  }
  if (const Did did = judge(verdict); did != Did::ok) return did;
  tell_of_trimmed(verdict.after);
  position_ = verdict.after;
  position_hash_ = verdict.hash;
  position_known_ = true;
  claim_.generation = verdict.generation;
  parts_.board.change([&](PublisherStatus& s) {
    s.cursor_known = true;
    s.published = position_;
  });
  parts_.probe.published.set(static_cast<double>(position_.value()));
  if (options_.on_cursor) std::exchange(options_.on_cursor, nullptr)();
  return Did::ok;
}

void PublishRun::begin_at_cut() {
  const LogCut cut = parts_.log.cut();
  if (position_ >= cut.event) return;
  position_ = cut.event;
  position_hash_ = cut.event_hash;
}

// These topics are new, and will never hold what was trimmed before: their consumers should know.
void PublishRun::tell_of_trimmed(EventSequence after) {
  const LogCut cut = parts_.log.cut();
  if (cut.event.value() == 0 || after != cut.event || parts_.board.read().cursor_known) return;
  log::warning("publishing begins behind what log.retention has trimmed",
               {log::field("first", next(cut.event).value()), log::field("trimmed", to_text(cut.trimmed))});
}

// Somebody deleted the cursor's topic and made it anew while we ran: we know what it held.
bool PublishRun::knows_the_lost_cursor(const std::optional<CursorRecord>& cursor) const {
  if (cursor || !steps_.has_claimed() || !position_known_) return false;
  log::warning("the cursor topic is empty: going on after the event that this process knows",
               {log::field("after", position_.value())});
  return true;
}

Did PublishRun::claim() {
  claim_.nonce = random_uuid();
  claim_.partitions = context_.partitions;
  claim_.place = options_.place;
  batch_ = {};
  if (demo_) return Did::ok;
  if (auto noted = parts_.log.set_note(pending_note(context_.prefix), encode(claim_)); !noted)
    return failed(noted.error());
  return Did::ok;
}

Did PublishRun::confirm() {
  if (!demo_) {
    if (auto noted = parts_.log.set_note(claim_note(context_.prefix), encode(claim_)); !noted)
      return failed(noted.error());
  }
  // A person's word holds for one claim: later this process may itself be the one that is superseded.
  options_.takeover = false;
  options_.accept_cursor.reset();
  parts_.board.change([&](PublisherStatus& s) { s.generation = claim_.generation; });
  parts_.probe.generation.set(static_cast<double>(claim_.generation));
  log::info("publishing",
            {log::field("after", position_.value()), log::field("generation", claim_.generation),
             log::field("mode", parts_.board.read().mode)});
  return Did::ok;
}

Did PublishRun::judge(const CursorVerdict& verdict) {
  if (verdict.kind == CursorVerdict::Kind::go_on) return Did::ok;
  why_ = verdict.why;
  // Once running, a lost cursor is no reason to end the intake as well: publishing holds and says what to do.
  if (why_.code == Errc::conflict && verdict.kind == CursorVerdict::Kind::refuse && steps_.has_claimed())
    return Did::unavailable;
  return verdict.kind == CursorVerdict::Kind::superseded ? Did::superseded : Did::refused;
}

Result<std::optional<Claim>> PublishRun::claim_in(std::string_view note) const {
  CALSYNC_TRY(text, "read claim", parts_.log.note(note));
  if (!text) return std::optional<Claim>{};
  CALSYNC_TRY(claim, "read claim", decode_claim(*text));
  return std::optional(std::move(claim));
}

Result<LogSide> PublishRun::log_side() const {
  LogSide side;
  side.log = context_.log;
  CALSYNC_TRY(held, "publish", claim_in(claim_note(context_.prefix)));
  CALSYNC_TRY(pending, "publish", claim_in(pending_note(context_.prefix)));
  side.held = std::move(held);
  side.pending = std::move(pending);
  side.place = options_.place;
  side.head = parts_.log.head().event;
  side.cut = parts_.log.cut().event;
  side.hash_at = [this](EventSequence sequence) { return parts_.log.hash_of(sequence); };
  side.takeover = options_.takeover;
  side.accept_cursor = options_.accept_cursor;
  return side;
}

}  // namespace calsync
