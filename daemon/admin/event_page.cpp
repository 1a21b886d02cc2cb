#include "daemon/admin/event_page.hpp"

#include "daemon/admin/event_query.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace calsync {
namespace asio = boost::asio;
namespace {

constexpr std::size_t slice_events = 256;
constexpr std::size_t slice_bytes = 1024 * 1024;
constexpr std::size_t page_bytes = 8 * 1024 * 1024;
constexpr std::size_t looked_at_max =
    20'000;  // a filter that nothing fits must not walk the whole log in one call
constexpr std::chrono::milliseconds look_again{20};

struct Page {
  std::string items{};
  std::size_t count = 0;
  std::size_t looked_at = 0;
  EventSequence next{};
  [[nodiscard]] bool full(const EventQuery& query) const {
    return count >= query.limit || items.size() >= page_bytes || looked_at >= looked_at_max;
  }
};

void take(Page& page, const EventQuery& query, const std::vector<StoredEvent>& slice) {
  for (const StoredEvent& stored : slice) {
    if (page.full(query)) return;
    page.next = stored.event.sequence;
    ++page.looked_at;
    if (!matches(query, stored.event)) continue;
    if (page.count++ > 0) page.items += ',';
    page.items += event_json(stored);
  }
}

}  // namespace

asio::awaitable<ServerResponse> event_page(const EventLog& log, ServerRequest request) {
  const auto query = parse_event_query(request);
  if (!query) co_return error_response(400, "bad_request", query.error().what);
  const auto executor = co_await asio::this_coro::executor;
  asio::steady_timer timer(executor);
  const auto end = std::chrono::steady_clock::now() + query->wait;
  Page page{.next = query->after};
  while (!page.full(*query)) {
    const auto slice = log.read_events(next(page.next), slice_events, slice_bytes);
    if (!slice) co_return error_response(503, "unavailable", slice.error().text());
    take(page, *query, *slice);
    if (!slice->empty()) {
      co_await asio::post(executor, asio::use_awaitable);
    } else if (page.count > 0 || std::chrono::steady_clock::now() >= end) {
      break;
    } else {
      timer.expires_after(look_again);
      co_await timer.async_wait(asio::use_awaitable);
    }
  }
  const EventSequence head = log.head().event;
  co_return ServerResponse{.body = "{\"items\":[" + page.items +
                                   "],\"next\":" + std::to_string(page.next.value()) +
                                   ",\"more\":" + (page.next < head ? "true" : "false") +
                                   ",\"head\":" + std::to_string(head.value()) + "}"};
}

}  // namespace calsync
