#include "connectors/webhook/session.hpp"

#include "state/base/log.hpp"

namespace calsync {

namespace {
namespace asio = boost::asio;
using std::chrono::milliseconds;
constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";

bool is_quiet(SessionPhase phase) {
  return phase <= SessionPhase::linger;
}
}  // namespace

Session::Session(std::shared_ptr<Intake> intake, Intake::Socket socket, Address address, Peer* peer)
    : intake_(std::move(intake)),
      stream_(std::move(socket), intake_->tls),
      address_(std::move(address)),
      peer_(peer),
      since_(intake_->clock.steady()),
      deadline_(since_ + intake_->limits.header) {}

asio::awaitable<void> Session::run(std::shared_ptr<Session> self) {
  try {
    co_await serve();
  } catch (const std::exception& bug) {  // no memory, or a bug: this connection ends, the others do not
    log::error("a webhook connection failed", {log::field("why", bug.what())});
  }
  stream_.close();
  buffer_.drop_front(buffer_.size());
  release();
  intake_->ended(*self);
}

asio::awaitable<void> Session::serve() {
  if (co_await stream_.handshake()) {
    if (!cut_) intake_->probe.handshakes_failed.add();
    co_return;
  }
  for (bool more = true; more;) {
    Got got = co_await read_head();
    if (got == Got::ok) got = co_await read_body();
    if (got == Got::ok) got = co_await deliver();
    if (got == Got::closed) break;
    if (!co_await send_answer()) co_return;
    more = request_.keep_alive;
    buffer_.drop_front(more ? request_.bytes() : buffer_.size());
    release();
    if (!more) break;
    // Draining began while an answer was being sent that had promised to keep the connection: not for long.
    enter(SessionPhase::idle, intake_->draining ? intake_->limits.linger : intake_->limits.idle);
  }
  if (shed_ || cut_) co_return;
  enter(SessionPhase::linger, intake_->limits.linger);
  co_await stream_.linger(intake_->limits.body_bytes + intake_->rules.header_bytes_max);
}

asio::awaitable<Session::Got> Session::read_head() {
  if (buffer_.size() > 0) enter(SessionPhase::header, intake_->limits.header);  // pipelined
  HeadEnd end;
  for (;;) {
    end = find_head_end(buffer_.bytes(), end.scanned, intake_->rules);
    if (end.refusal) co_return refuse(*end.refusal);
    if (end.size != 0) co_return take_head(end.size);
    if (!co_await read_more()) {
      if (buffer_.size() == 0) co_return Got::closed;  // between requests nobody is owed an answer
      co_return stopped_reading();
    }
    if (phase_ == SessionPhase::idle) enter(SessionPhase::header, intake_->limits.header);
  }
}

// Each co_await stands alone: g++ 12 destroys what `a && co_await b()` would have made, also where it was
// never made.
asio::awaitable<Session::Got> Session::read_body() {
  enter(SessionPhase::body, intake_->limits.body);
  in_flight_ = static_cast<std::size_t>(request_.content_length);
  intake_->body_bytes += in_flight_;
  if (request_.expects_continue && buffer_.size() < request_.bytes()) {
    const HttpStream::Code failed = co_await stream_.write(go_on);
    if (failed) co_return stopped_reading();
  }
  while (buffer_.size() < request_.bytes()) {
    if (buffer_.full()) {
      const bool room = co_await make_room();
      if (!room && cut_) co_return Got::closed;
      if (!room)
        co_return refuse({503, "too many large bodies at once"}, IntakeOutcome::full,
                         std::chrono::seconds{2});
    }
    if (!co_await read_more()) co_return stopped_reading();
  }
  co_return Got::ok;
}

asio::awaitable<Session::Got> Session::deliver() {
  const Time complete = intake_->clock.steady();
  const std::string_view body = buffer_.bytes().substr(request_.head_bytes, request_.content_length);
  if (request_.is_push) co_return hear_push(body);
  if (!request_.source->verify(request_.signature, body)) co_return refuse_bad_signature();

  auto stored = co_await offer_until_room(body, intake_->clock.wall());
  if (cut_) co_return Got::closed;
  intake_->probe.answer_seconds.observe(
      std::chrono::duration<double>(intake_->clock.steady() - complete).count());
  if (!stored) {
    const Error& error = stored.error();
    const bool full = error.code == Errc::unavailable;
    co_return refuse(
        {503, full ? "the log is behind: try again" : "the log cannot be written: try again later"},
        full ? IntakeOutcome::full : IntakeOutcome::unwritable,
        error.retry_after.value_or(std::chrono::seconds{full ? 2 : 10}));
  }
  request_.keep_alive = request_.keep_alive && !intake_->leaving;
  answer_.clear();
  write_accepted(answer_, stored->sequence, intake_->date, request_.keep_alive);
  intake_->probe.ended(stored->duplicate ? IntakeOutcome::duplicate : IntakeOutcome::accepted);
  log::debug("delivery accepted", {log::field("sequence", stored->sequence.value()),
                                   log::field("source", request_.source->id().value()),
                                   log::field("duplicate", stored->duplicate)});
  co_return Got::ok;
}

// A hint and no more: nothing of it is kept or believed but that somebody who knows the secret sent it.
Session::Got Session::hear_push(std::string_view body) {
  const auto header = [this](std::string_view name) -> std::optional<std::string_view> {
    std::optional<std::string_view> found;
    for (const auto& [known, value] : request_.fields) {
      if (!same_field_name(known, name)) continue;
      if (found) return std::nullopt;
      found = value;
    }
    return found;
  };
  if (!intake_->pushes->is_genuine(header, body)) return refuse_bad_signature();
  const bool heard = !intake_->pushes->is_push || intake_->pushes->is_push(header);
  if (heard) intake_->pushes->told();
  request_.keep_alive = request_.keep_alive && !intake_->leaving;
  answer_.clear();
  write_push_heard(answer_, heard, intake_->date, request_.keep_alive);
  intake_->probe.ended(heard ? IntakeOutcome::push : IntakeOutcome::other_event);
  return Got::ok;
}

// Cal.com does not send again (F16), so a full queue is waited for; somebody's success is the sign that there
// is room.
asio::awaitable<Result<Accepted>> Session::offer_until_room(std::string_view body, Instant received) {
  const Time until = intake_->clock.steady() + intake_->limits.room;
  for (;;) {
    enter(SessionPhase::sink, milliseconds{0});
    offer(body, received);
    while (!from_sink_ && !cut_) co_await wakeup_.wait();
    if (cut_) co_return Error{Errc::cancelled, "the listener stops"};
    Result<Accepted> answer = *std::exchange(from_sink_, std::nullopt);
    if (answer) intake_->one_was_accepted();
    const Time now = intake_->clock.steady();
    if (answer || answer.error().code != Errc::unavailable || now >= until) co_return answer;
    enter(SessionPhase::room, std::chrono::ceil<milliseconds>(until - now));
    intake_->wait_for_room(weak_from_this());
    co_await wakeup_.wait();
    intake_->probe.retries.add();
  }
}

void Session::offer(std::string_view body, Instant received) {
  RawDelivery delivery{.source = RecordSource::webhook,
                       .source_id = request_.source->id(),
                       .content_type = request_.content_type,
                       .received = received,
                       .body = std::string(body)};
  // The answer may come when we are gone, and even when the loop is.
  intake_->sink(std::move(delivery),
                [completions = intake_->completions, session = weak_from_this(), ticket = ++ticket_](
                    Result<Accepted> answer) { completions->put(session, ticket, std::move(answer)); });
}

void Session::answered(std::uint64_t ticket, Result<Accepted> answer) {
  if (ticket != ticket_ || from_sink_) return;
  from_sink_.emplace(std::move(answer));
  wakeup_.wake();
}

asio::awaitable<bool> Session::read_more() {
  if (expired_ || cut_) co_return false;
  HttpStream::Code ec;
  const std::size_t bytes = co_await stream_.read_some({buffer_.free_space(), buffer_.free_bytes()}, ec);
  if (ec || bytes == 0) co_return false;
  buffer_.arrived(bytes);
  co_return true;
}

// Four times larger each time, so that memory follows what a client has really sent.
asio::awaitable<bool> Session::make_room() {
  const std::size_t wanted = std::min(buffer_.capacity() * 4, request_.bytes());
  const std::size_t more = wanted - buffer_.capacity();
  const Time until = std::min(deadline_, intake_->clock.steady() + intake_->limits.room);
  while (!intake_->grow(peer_, more)) {
    if (cut_ || intake_->clock.steady() >= until) co_return false;
    intake_->wait_for_room(weak_from_this());
    co_await wakeup_.wait();
  }
  buffer_.resize(wanted);
  co_return true;
}

asio::awaitable<bool> Session::send_answer() {
  enter(SessionPhase::answer, intake_->limits.write);
  const HttpStream::Code failed = co_await stream_.write(answer_);
  co_return !failed && !cut_;
}

Session::Got Session::take_head(std::size_t head_bytes) {
  request_.head_bytes = head_bytes;
  const std::string_view bytes = buffer_.bytes().substr(0, head_bytes);
  if (auto refusal = admit(bytes, intake_->rules, *intake_->sources, intake_->head, request_))
    return refuse(*refusal);
  request_.client = client_of(intake_->head);
  // From a client that is throttled, what cannot be signed is not even read.
  if (!request_.signature && intake_->bad_signatures.blocked(client_key(request_.client), since_))
    return refuse_bad_signature();
  return Got::ok;
}

Address Session::client_of(const RequestHead& head) const {
  if (!intake_->proxies.trusts(address_)) return address_;
  std::vector<std::string_view> forwarded;
  for (const RequestField& field : head.all())
    if (same_field_name(field.name, "X-Forwarded-For")) forwarded.push_back(field.value);
  return intake_->proxies.client_behind(address_, forwarded);
}

Session::Got Session::refuse(const RequestRefusal& refusal, IntakeOutcome outcome,
                             std::chrono::seconds retry_after) {
  answer_.clear();
  write_refusal(answer_, refusal, intake_->date, retry_after);
  request_.keep_alive = false;
  intake_->probe.ended(outcome);
  return Got::refused;
}

Session::Got Session::refuse_bad_signature() {
  const Time now = intake_->clock.steady();
  const ClientKey client = client_key(request_.client);
  const bool throttled = intake_->bad_signatures.blocked(client, now);
  // A loopback client without a forwarded address is a proxy that is not declared, or the operator: all its
  // clients would look like one.
  if (!request_.client.is_loopback()) intake_->bad_signatures.add(client, now);
  intake_->probe.bad_signature(request_.source->id().value());
  intake_->warn_bad_signature(request_.source->id(), request_.client);
  if (throttled)
    return refuse({429, "too many requests with a wrong signature"}, IntakeOutcome::throttled,
                  std::chrono::seconds{60});
  return refuse(bad_signature_refusal);
}

Session::Got Session::stopped_reading() {
  if (expired_ && !cut_) return refuse({408, "the request did not arrive in time"});
  intake_->probe.ended(IntakeOutcome::gone);
  return Got::closed;
}

void Session::check_deadline(Time now) {
  if (now < deadline_) return;
  if (phase_ == SessionPhase::idle && stream_.has_bytes_waiting()) return;  // its next request is here
  expired_ = true;  // said before and still here: said again, for what began between two waits
  stream_.interrupt();
  wakeup_.wake();
}

void Session::drain(Time now) {
  if (phase_ == SessionPhase::idle) {
    deadline_ = now;
    check_deadline(now);
  }
  // Just connected: its request is on the way, and a sender that never retries must not lose it.
  if (phase_ == SessionPhase::fresh && buffer_.size() == 0)
    deadline_ = std::min(deadline_, now + intake_->limits.linger);
}

// No flag of its own for what it reads: a request that the loop has read but not yet shown us is answered.
void Session::shed() {
  if (phase_ != SessionPhase::idle) return cut();
  shed_ = expired_ = true;
  stream_.interrupt();
}

bool Session::idle() {
  return phase_ == SessionPhase::idle && !stream_.has_bytes_waiting();
}

bool Session::crawls(Time now) const {
  if (phase_ != SessionPhase::body || now - since_ < intake_->limits.silent_when_full) return false;
  const std::chrono::duration<double> took = now - since_;
  return static_cast<double>(buffer_.size()) < took.count() * intake_->limits.body_bytes_per_second;
}

bool Session::kept() const {
  return phase_ == SessionPhase::idle || (phase_ == SessionPhase::answer && request_.keep_alive);
}

void Session::cut() {
  cut_ = true;
  stream_.cancel();
  wakeup_.wake();
}

void Session::release() {
  intake_->body_bytes -= std::exchange(in_flight_, 0);
  if (buffer_.capacity() == small_buffer_bytes || buffer_.size() > small_buffer_bytes) return;
  intake_->shrink(peer_, buffer_.capacity() - small_buffer_bytes);
  buffer_.resize(small_buffer_bytes);
}

void Session::enter(SessionPhase phase, milliseconds limit) {
  since_ = intake_->clock.steady();
  deadline_ = limit.count() > 0 ? since_ + limit : Time::max();
  expired_ = shed_ = false;
  Sessions& from = is_quiet(phase_) ? intake_->quiet : intake_->busy;
  Sessions& to = is_quiet(phase) ? intake_->quiet : intake_->busy;
  to.splice(to.end(), from, place);
  phase_ = phase;
}

}  // namespace calsync
