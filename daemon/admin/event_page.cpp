#include "daemon/admin/event_page.hpp"

#include "daemon/admin/event_object.hpp"
#include "daemon/admin/event_query.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace calsync {
namespace asio = boost::asio;
namespace {

constexpr std::size_t slice_events = 256;
constexpr std::size_t slice_bytes = std::size_t{1024} * 1024;
constexpr std::size_t page_bytes = std::size_t{1024} * 1024;  // of all connections together: 64 MiB
// A filter that nothing fits must not walk the whole log in one call.
constexpr std::size_t looked_at_max = 20'000;
constexpr std::chrono::milliseconds look_again{20};

struct Page {
  std::string body = "{\"items\":[";  // becomes the answer where it grew: nothing is held twice
  std::size_t count = 0;
  std::size_t looked_at = 0;
  EventSequence next{};
  bool full = false;
};

// The first event always goes in, whatever its size: a page that gives none would be asked for for ever.
Result<void> take(Page& page, const EventQuery& query, const EventLog& log, const StoredEvent& stored) {
  CALSYNC_TRY(wanted, "filter", query.filter.matches(log, stored.event));
  if (wanted) {
    const std::string item = event_json(stored);
    page.full = page.count > 0 && page.body.size() + item.size() >= page_bytes;
    if (page.full) return {};
    if (page.count++ > 0) page.body += ',';
    page.body += item;
  }
  page.next = stored.event.sequence;
  page.full = page.count >= query.limit || ++page.looked_at >= looked_at_max || page.next >= query.filter.to;
  return {};
}

// False: there is nothing more in the log. What was read is gone when it returns: while other requests have
// their turn, only pages are held.
Result<bool> take_slice(Page& page, const EventQuery& query, const EventLog& log) {
  CALSYNC_TRY(slice, "read events", log.read_events(next(page.next), slice_events, slice_bytes));
  for (const StoredEvent& stored : slice)
    if (!page.full) CALSYNC_CHECK("look at events", take(page, query, log, stored));
  return !slice.empty();
}

// One of the requests that wait. Given back when its coroutine ends, also when that is cut.
class Poll {
 public:
  explicit Poll(std::size_t& polls) : polls_(polls) {}
  Poll(const Poll&) = delete;
  Poll& operator=(const Poll&) = delete;
  ~Poll() {
    if (counted_) --polls_;
  }
  bool begin() {  // false: too many wait already
    if (!counted_ && polls_ < polls_max) {
      counted_ = true;
      ++polls_;
    }
    return counted_;
  }

 private:
  std::size_t& polls_;
  bool counted_ = false;
};

ServerResponse too_many_wait() {
  ServerResponse refused = error_response(
      503, "unavailable", std::to_string(polls_max) + " requests wait for events already: ask without wait");
  refused.headers.emplace_back("Retry-After", "1");
  return refused;
}

ServerResponse finished(Page page, const EventQuery& query, EventSequence head, EventSequence cut) {
  page.body += "],\"next\":" + std::to_string(page.next.value()) +
               ",\"more\":" + (page.next < std::min(head, query.filter.to) ? "true" : "false") +
               ",\"head\":" + std::to_string(head.value()) + ",\"cut\":" + std::to_string(cut.value()) + "}";
  return {.body = std::move(page.body)};
}

}  // namespace

asio::awaitable<ServerResponse> event_page(const EventLog& log, Clock& clock, std::size_t& polls,
                                           ServerRequest request) {
  const auto query = understand_event_query(log, clock.wall(), request);
  if (!query) co_return refused_event_query(query.error());
  const auto executor = co_await asio::this_coro::executor;
  asio::steady_timer timer(executor);
  const auto end = std::chrono::steady_clock::now() + query->wait;
  Page page{.next = std::max(query->after, log.cut().event)};  // what was trimmed is passed over
  page.full = page.next >= query->filter.to;
  Poll poll(polls);
  while (!page.full) {
    const auto read = take_slice(page, *query, log);
    if (!read) co_return error_response(503, "unavailable", read.error().text());
    if (*read) {
      co_await asio::post(executor, asio::use_awaitable);
    } else if (page.count > 0 || std::chrono::steady_clock::now() >= end || request.abandoned()) {
      break;
    } else if (!poll.begin()) {
      co_return too_many_wait();
    } else {
      timer.expires_after(look_again);
      co_await timer.async_wait(asio::use_awaitable);
    }
  }
  co_return finished(std::move(page), *query, log.head().event, log.cut().event);
}

}  // namespace calsync
