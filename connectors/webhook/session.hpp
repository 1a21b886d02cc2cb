// One connection: request after request, in order; the page to read for what happens to a delivery.
// Owner:    its own coroutine; the intake's lists only know it.
// Runs on:  the loop.
// Blocks:   never.
// Promises: one answer per request, in order; after a refusal the connection ends; a body goes to the sink
//           only with a valid signature.
// Fails:    a deadline or a client that leaves ends the connection, and is counted.
#pragma once
#include "connectors/webhook/admission.hpp"
#include "connectors/webhook/intake.hpp"

namespace calsync {

enum class SessionPhase { fresh, idle, header, linger, body, sink, room, answer };  // the first four: `quiet`

class Session : public std::enable_shared_from_this<Session> {
 public:
  using Time = Intake::Time;
  Session(std::shared_ptr<Intake> intake, Intake::Socket socket, Address address, Peer* peer);

  // `self` keeps the session until its last request is over.
  boost::asio::awaitable<void> run(std::shared_ptr<Session> self);

  void answered(std::uint64_t ticket, Result<Accepted> answer);  // by the sink
  void check_deadline(Time now);
  void drain(Time now);
  void shed();  // ends now, unless its next request has just come
  void cut();   // ends now, without an answer
  void wake() { wakeup_.wake(); }

  [[nodiscard]] SessionPhase phase() const { return phase_; }
  [[nodiscard]] bool idle();                  // between two requests, and nothing of the next one is here
  [[nodiscard]] bool crawls(Time now) const;  // too slow a body to hold a place that others need
  [[nodiscard]] bool kept() const;            // the client was told that it may come back
  [[nodiscard]] Time since() const { return since_; }
  [[nodiscard]] const Address& address() const { return address_; }
  [[nodiscard]] Peer* peer() const { return peer_; }
  Sessions::iterator place;  // in quiet or busy

 private:
  enum class Got { ok, refused, closed };
  // What is kept of a request's head: views into it end when the buffer grows.
  struct Request : Admitted {
    std::size_t head_bytes = 0;
    Address client;
    [[nodiscard]] std::size_t bytes() const { return head_bytes + static_cast<std::size_t>(content_length); }
  };

  boost::asio::awaitable<void> serve();
  boost::asio::awaitable<Got> read_head();
  boost::asio::awaitable<Got> read_body();
  boost::asio::awaitable<Got> deliver();
  Got hear_push(std::string_view body);
  boost::asio::awaitable<bool> read_more();
  boost::asio::awaitable<bool> make_room();
  boost::asio::awaitable<Result<Accepted>> offer_until_room(std::string_view body, Instant received);
  boost::asio::awaitable<bool> send_answer();

  Got take_head(std::size_t head_bytes);
  [[nodiscard]] Address client_of(const RequestHead& head) const;
  void offer(std::string_view body, Instant received);
  Got refuse(const RequestRefusal& refusal, IntakeOutcome outcome, std::chrono::seconds retry_after = {});
  Got refuse(const RequestRefusal& refusal) { return refuse(refusal, outcome_of_status(refusal.status)); }
  Got refuse_bad_signature();
  Got stopped_reading();
  void release();                                                   // memory of the request that is over
  void enter(SessionPhase phase, std::chrono::milliseconds limit);  // 0: no deadline

  std::shared_ptr<Intake> intake_;
  HttpStream stream_;
  const Address address_;
  Peer* const peer_;  // null: not counted
  SessionPhase phase_ = SessionPhase::fresh;
  Time since_, deadline_;
  bool expired_ = false, shed_ = false, cut_ = false;
  BodyBuffer buffer_;
  std::size_t in_flight_ = 0;  // counted in Intake::body_bytes
  Request request_;
  std::string answer_;
  Wakeup wakeup_;
  std::uint64_t ticket_ = 0;  // of the offer that is not yet answered
  std::optional<Result<Accepted>> from_sink_;
};

}  // namespace calsync
