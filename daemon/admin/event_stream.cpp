#include "daemon/admin/event_stream.hpp"

#include "daemon/admin/event_object.hpp"
#include "daemon/admin/event_query.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <charconv>

namespace calsync {
namespace asio = boost::asio;
namespace {

constexpr std::size_t piece_events = 256;
constexpr std::size_t piece_bytes = std::size_t{256} * 1024;
constexpr std::chrono::milliseconds look_anew{20};

class EventStream {
 public:
  EventStream(const EventLog& log, EventQuery query, std::shared_ptr<std::size_t> streams,
              ServerRequest request, std::chrono::milliseconds heartbeat)
      : log_(log),
        query_(std::move(query)),
        streams_(std::move(streams)),
        request_(std::move(request)),
        heartbeat_(heartbeat) {
    ++*streams_;
  }
  EventStream(const EventStream&) = delete;
  EventStream& operator=(const EventStream&) = delete;
  ~EventStream() { --*streams_; }

  // Nothing: the client has left, there is no more to come, or the log cannot be read.
  asio::awaitable<std::optional<std::string>> next_piece() {
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor);
    const auto silent_until = std::chrono::steady_clock::now() + heartbeat_;
    while (!request_.abandoned() && query_.after < query_.filter.to) {
      std::string piece;
      const auto read = take_slice(piece);
      if (!read) co_return std::nullopt;
      if (!piece.empty()) co_return piece;
      if (std::chrono::steady_clock::now() >= silent_until) co_return heartbeat();
      if (*read) {  // nothing that fits the filter: others have their turn, then on
        co_await asio::post(executor, asio::use_awaitable);
        continue;
      }
      timer.expires_after(look_anew);
      co_await timer.async_wait(asio::use_awaitable);
    }
    co_return std::nullopt;
  }

 private:
  // False: there is nothing more in the log.
  Result<bool> take_slice(std::string& piece) {
    query_.after = std::max(query_.after, log_.cut().event);  // what was trimmed is passed over
    CALSYNC_TRY(slice, "read events", log_.read_events(next(query_.after), piece_events, piece_bytes));
    if (!slice.empty())
      CALSYNC_CHECK("filter", resolve(log_, query_));  // new records name new people, and links
    for (const StoredEvent& stored : slice) {
      if (query_.after >= query_.filter.to) break;
      CALSYNC_TRY(wanted, "filter", query_.filter.matches(log_, stored.event));
      query_.after = stored.event.sequence;
      if (wanted) piece += id() + "data: " + event_json(stored) + "\n\n";
    }
    return !slice.empty();
  }
  // With the place reached: a filter may have passed over much, which a reconnect need not look at again.
  [[nodiscard]] std::string heartbeat() const { return ": still here\n" + id() + "\n"; }
  [[nodiscard]] std::string id() const { return "id: " + std::to_string(query_.after.value()) + "\n"; }

  const EventLog& log_;
  EventQuery query_;  // `after` moves on
  std::shared_ptr<std::size_t> streams_;
  ServerRequest request_;
  std::chrono::milliseconds heartbeat_;
};

// As a browser sends it when it connects again. False: it is no place of ours.
bool go_on_behind(EventQuery& query, std::string_view last_id) {
  if (last_id.empty()) return true;
  std::uint64_t place = 0;
  const auto [end, error] = std::from_chars(last_id.data(), last_id.data() + last_id.size(), place);
  if (error != std::errc{} || end != last_id.data() + last_id.size() || place > INT64_MAX) return false;
  query.after = EventSequence{place};
  return true;
}

}  // namespace

bool asks_for_event_stream(const ServerRequest& request) {
  return request.header("accept").find("text/event-stream") != std::string_view::npos;
}

ServerResponse event_stream(const EventLog& log, Clock& clock, const std::shared_ptr<std::size_t>& streams,
                            ServerRequest request, std::chrono::milliseconds heartbeat) {
  auto query = understand_event_query(log, clock.wall(), request);
  if (!query) return refused_event_query(query.error());
  if (!go_on_behind(*query, request.header("last-event-id")))
    return error_response(400, "bad_request", "Last-Event-ID: is no sequence of an event");
  if (*streams >= streams_max) {
    ServerResponse refused = error_response(
        503, "unavailable", std::to_string(streams_max) + " streams of events are open already: ask without");
    refused.headers.emplace_back("Retry-After", "5");
    return refused;
  }
  const auto stream =
      std::make_shared<EventStream>(log, *std::move(query), streams, std::move(request), heartbeat);
  return {.content_type = "text/event-stream", .body = "retry: 2000\n\n", .next_piece = [stream] {
            return stream->next_piece();
          }};
}

}  // namespace calsync
