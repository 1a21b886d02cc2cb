// Start-up: check topics, peek, init, read the cursor, claim (RELIABILITY §3.2). What is done after what:
// publish_steps.cpp.
#include "daemon/publish/publish_run.hpp"

#include "daemon/publish/topic_set.hpp"
#include "state/base/log.hpp"

namespace calsync {
namespace {

constexpr std::chrono::seconds silence{3};  // without an answer for so long: "waiting for the broker"
constexpr std::chrono::seconds look_every{10};

bool is_for_a_person(Errc code) {
  return code == Errc::rejected || code == Errc::unauthorised || code == Errc::conflict;
}

// Steps that succeed without Kafka having taken anything.
bool is_local(Step step) {
  return step == Step::open || step == Step::claim || step == Step::begin || step == Step::produce ||
         step == Step::abort;
}

}  // namespace

PublishRun::PublishRun(Parts parts, const PublisherOptions& options)
    : parts_(parts),
      options_(options),
      demo_(options.kafka.mode == KafkaMode::embedded),
      instance_(random_uuid()),
      specs_(topic_specs(options.kafka.topic_prefix)),
      last_good_(parts.clock.steady()) {
  context_ = {parts_.log.id(), options.source, options.kafka.topic_prefix, "", {}};
}

PublishRun::End PublishRun::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (auto end = ended()) return *std::move(end);
    pause(turn(stop), stop);
  }
  leave();
  return {PublisherState::stopped, {}};
}

std::optional<PublishRun::End> PublishRun::ended() const {
  if (steps_.step() == Step::stand_down) return End{PublisherState::stood_down, why_};
  if (steps_.step() == Step::refuse) return End{PublisherState::refused, why_};
  return std::nullopt;
}

std::chrono::milliseconds PublishRun::turn(const std::stop_token& stop) {
  const Step step = steps_.step();
  const Did did = perform(step, stop);
  const std::size_t batch = batch_.events.size();
  const Next next = steps_.after(did, batch);
  tell(step, did, batch);
  if (next.drop_handle && handle_) {
    const Watchdog::Watch watch(parts_.watchdog, "destroy producer");
    handle_.reset();
  }
  return next.pause;
}

Did PublishRun::perform(Step step, const std::stop_token& stop) {
  const Watchdog::Watch watch(parts_.watchdog, to_text(step));
  switch (step) {
    case Step::check_topics:
      return check_topics();
    case Step::peek:
      return peek();
    case Step::open:
      return open();
    case Step::init:
      return answered(handle_->init(slice));
    case Step::read_cursor:
      return read_cursor();
    case Step::claim:
      return claim();
    case Step::begin:
      return begin();
    case Step::produce:
      return produce(stop);
    case Step::commit:
      return commit();
    case Step::confirm:
      return confirm();
    case Step::wait:
      return wait(stop);
    case Step::abort:
      return abort();
    case Step::stand_down:
    case Step::refuse:
      break;
  }
  return Did::ok;
}

// The reason that people are told stays the one for which it is aborted.
Did PublishRun::abort() {
  const Error cause = why_;
  const Did did = answered(handle_->abort(slice));
  if (did != Did::ok && did != Did::retriable)
    why_.what = cause.what + "; then the abort failed: " + why_.what;
  else
    why_ = cause;
  return did;
}

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

Did PublishRun::failed(const Error& error) {
  why_ = error;
  switch (error.code) {
    case Errc::rejected:  // while running, topics that went away are somebody's mistake, which passes (P11)
      return steps_.has_claimed() ? Did::unavailable : Did::refused;
    case Errc::corrupt:
    case Errc::foreign:
      return Did::refused;
    default:
      return Did::unavailable;
  }
}

Did PublishRun::answered(const KafkaError& error) {
  if (error.ok()) return Did::ok;
  why_ = {Errc::unavailable, error.text, to_text(steps_.step())};
  switch (error.kind) {
    case KafkaClass::ok:
      return Did::ok;
    case KafkaClass::retriable:
      return Did::retriable;
    case KafkaClass::abortable:
      return Did::abortable;
    case KafkaClass::poison:
      return Did::poison;
    case KafkaClass::fenced:
      position_known_ = false;
      return Did::fenced;
    case KafkaClass::fatal:
      return Did::fatal;
  }
  return Did::fatal;
}

// What came of a step, for people and machines. Logged once, here.
void PublishRun::tell(Step step, Did did, std::size_t batch) {
  count(step, did);
  show_lag();
  parts_.probe.batch_limit.set(static_cast<double>(steps_.limit()));
  const auto now = parts_.clock.steady();
  if (did == Did::ok || step == Step::wait) {
    // A claim goes through also where no event does.
    const bool up_to_date = step == Step::wait ? did != Did::ok : step == Step::commit && !steps_.claiming();
    if (up_to_date || (!steps_.has_claimed() && !is_local(step))) last_good_ = now;
    if (up_to_date) {
      set_state(PublisherState::publishing);
      parts_.board.change([](PublisherStatus& s) {
        s.last_error.clear();
        s.needs_a_person = false;
      });
    }
    return;
  }
  if (step != Step::begin && (did == Did::abortable || did == Did::unavailable)) topics_in_doubt_ = true;
  const bool was_silent = parts_.board.read().state == PublisherState::waiting_for_broker;
  if (did != Did::refused && did != Did::superseded && now - last_good_ > silence)
    set_state(PublisherState::waiting_for_broker);
  parts_.board.change([&](PublisherStatus& s) {
    s.last_error = why_.text();
    s.needs_a_person = did == Did::unavailable && is_for_a_person(why_.code);
  });
  if (did == Did::retriable || (did == Did::unavailable && was_silent)) return;  // said once, then counted
  log::warning(
      "publish: " + std::string(to_text(step)) + ": " + why_.text(),
      {log::field("class", to_text(did)), log::field("after", position_.value()),
       log::field("batch", static_cast<std::uint64_t>(batch)), log::field("next", to_text(steps_.step()))});
}

void PublishRun::count(Step /*step*/, Did did) {
  if (did == Did::retriable && steps_.step() != Step::wait) parts_.probe.retries.add();
  if (did == Did::unavailable) parts_.probe.unavailable.add();
  if (const auto it = parts_.probe.failures.find(did); it != parts_.probe.failures.end()) it->second.add();
}

void PublishRun::set_state(PublisherState state) {
  const PublisherState before = parts_.board.read().state;
  if (before == state) return;
  parts_.board.change([&](PublisherStatus& s) { s.state = state; });
  for (const auto& [each, gauge] : parts_.probe.states) gauge.set(each == state ? 1 : 0);
  if (state == PublisherState::waiting_for_broker) {
    log::warning("no answer from Kafka: the log goes on, publishing catches up later",
                 {log::field("why", why_.text())});
  }
  if (before == PublisherState::waiting_for_broker) log::info("Kafka answers again");
}

void PublishRun::show_lag() {
  if (!parts_.board.read().cursor_known) return;  // what Kafka has is not known yet
  const auto head = parts_.log.head().event.value();
  parts_.probe.lag.set(static_cast<double>(head - std::min(head, position_.value())));
}

void PublishRun::pause(std::chrono::milliseconds time, const std::stop_token& stop) {
  if (time.count() == 0) return;
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  wake.wait_for(lock, stop, time, [] { return false; });
}

void PublishRun::leave() {
  const Step step = steps_.step();
  const bool open = handle_ && (step == Step::produce || step == Step::commit || step == Step::abort);
  const auto until = parts_.clock.steady() + std::chrono::seconds(3);
  bool ending = step != Step::commit;
  while (open && parts_.clock.steady() < until) {
    const Watchdog::Watch watch(parts_.watchdog, "end transaction");
    const KafkaError error = ending ? handle_->abort(slice) : handle_->commit(slice);
    if (error.kind == KafkaClass::retriable) continue;
    if (error.ok() && !ending && !steps_.claiming()) committed();
    if (error.ok() || ending) break;
    if (error.kind == KafkaClass::fatal || error.kind == KafkaClass::fenced) break;
    ending = true;
  }
  const Watchdog::Watch watch(parts_.watchdog, "destroy producer");
  handle_.reset();
}

}  // namespace calsync
